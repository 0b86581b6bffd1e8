package console

import (
	"net/http"
	"strings"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// incidentForm is what is filled in to publish.
type incidentForm struct {
	ID, ETag string // of what is added to; empty for what is new
	Services []string
	Find     string // words of others that are looked for
	Title    string
	Message  string
	State    string
	Impact   string
	Next     string // one of spans, "pick" or "none"
	NextAt   string

	// Where it is published: the name of a backend. Of the fields above, other
	// status systems have no Next; these are theirs alone.
	At         string
	Components string // one a line
	Notify     bool   // those who have subscribed there

	Places  []option
	Scope   scope
	States  []option
	Impacts []option
	Nexts   []option
	Action  string
	Names   string
}

func (v *visit) prepareIncident(f *incidentForm) *incidentForm {
	f.Names = v.titles(f.Services)
	f.Action = f.action(v)
	states := []statusclient.IncidentState{statusclient.Investigating, statusclient.Identified, statusclient.Monitoring}
	if f.ID == "" {
		f.Scope = v.choose(publish, f.Services, f.Find)
		f.Places = v.places(f.At)
	} else {
		states = append(states, statusclient.Resolved)
	}
	for _, s := range states {
		f.States = append(f.States, option{string(s), v.words.Text("state." + string(s)), string(s) == f.State})
	}
	for _, i := range []statusclient.Impact{statusclient.ImpactNone, statusclient.ImpactMinor, statusclient.ImpactMajor, statusclient.ImpactCritical} {
		f.Impacts = append(f.Impacts, option{string(i), v.impact(i), string(i) == f.Impact})
	}
	for _, n := range []string{"30m", "1h", "2h", endPick, endNone} {
		var text string
		if n == endPick || n == endNone {
			text = v.say("next." + n)
		} else {
			text = v.say("end.in", "Span", v.span(n))
		}
		f.Nexts = append(f.Nexts, option{n, text, n == f.Next})
	}
	return f
}

func (v *visit) incidentOf(id string) *incidentForm {
	get := v.r.PostForm.Get
	services, find := v.chosen()
	return &incidentForm{
		ID: id, ETag: get("etag"), Services: services, Find: find, Title: get("title"), Message: get("message"),
		State: get("state"), Impact: get("impact"), Next: get("next"), NextAt: get("next_at"),
		At: get("at"), Components: get("components"), Notify: get("notify") != "",
	}
}

// places are where it may be published, if there is a choice.
func (v *visit) places(at string) []option {
	names := v.writable()
	if len(names) == 0 {
		return nil
	}
	list := []option{{boardName, v.say("at.here"), at == "" || at == boardName}}
	for _, name := range names {
		list = append(list, option{name, v.say("at.there", "Backend", name), at == name})
	}
	return list
}

// promised is when the next update is promised for; or the text that says what is
// wrong.
func (f *incidentForm) promised(v *visit) (t time.Time, problem string) {
	switch f.Next {
	case endNone, "":
		return t, ""
	case endPick:
		t, ok := v.typed(f.NextAt)
		if !ok {
			return t, v.say("problem.next")
		}
		if !t.After(v.at) {
			return t, v.say("problem.past")
		}
		return t, ""
	}
	span, ok := spans[f.Next]
	if !ok {
		return t, v.say("problem.next")
	}
	return v.at.Add(span).Truncate(time.Minute), ""
}

// fix puts the promise of what was looked at in the place of one that counts from
// when it is read.
func (f *incidentForm) fix(next time.Time) {
	if !next.IsZero() {
		f.Next, f.NextAt = endPick, next.UTC().Format(time.RFC3339)
	}
}

func (f *incidentForm) local(v *visit) *incidentForm {
	if t, ok := v.typed(f.NextAt); ok {
		f.NextAt = v.local(t)
	}
	return f
}

func (f *incidentForm) fields() []hidden {
	out := []hidden{
		{"etag", f.ETag}, {"title", f.Title}, {"message", f.Message}, {"state", f.State}, {"impact", f.Impact},
		{"next", f.Next}, {"next_at", f.NextAt}, {"at", f.At}, {"components", f.Components},
	}
	if f.Notify {
		out = append(out, hidden{"notify", "yes"})
	}
	for _, s := range f.Services {
		out = append(out, hidden{"services", s})
	}
	return out
}

type incidentBody struct {
	*incidentForm
	Now *incidentView // what is added to
}

func (v *visit) showIncident(f *incidentForm, now *incidentView, problem string) {
	title := v.say("incident.new")
	if now != nil {
		title = now.Title
	}
	s := v.sheet("incident", "incidents", title, incidentBody{v.prepareIncident(f), now})
	if s.Problem = problem; problem != "" {
		s.code = http.StatusUnprocessableEntity
	}
	v.show(s)
}

func (v *visit) incidentFacts(f *incidentForm, title string) []fact {
	facts := []fact{
		{Name: v.say("field.services"), Text: v.titles(f.Services)}, {Name: v.say("field.headline"), Text: title},
		{Name: v.say("field.state"), Text: v.words.Text("state." + f.State)}, {Name: v.say("field.impact"), Text: v.impact(statusclient.Impact(f.Impact))},
	}
	if f.elsewhere() {
		facts = append(facts, fact{Name: v.say("field.at"), Text: f.At}, fact{Name: v.say("field.components"), Text: strings.TrimSpace(f.Components)})
		if f.Notify {
			facts = append(facts, fact{Name: v.say("field.subscribers"), Text: v.say("field.notify")})
		}
	} else if next, problem := f.promised(v); problem == "" && !next.IsZero() {
		facts = append(facts, fact{Name: v.say("field.next"), Text: v.words.Moment(next).Text})
	}
	return append(facts, fact{Name: v.say("field.text"), Text: f.Message})
}

// reviewIncident shows what visitors of these services would read, and asks. now is
// what is added to.
func (v *visit) reviewIncident(f *incidentForm, services []string, draft Draft, confirm string, now *incidentView) {
	b := reviewBody{Choice: v.shownOf(services), Action: f.action(v), Confirm: confirm}
	draft.Service, draft.Files = b.Choice.Name, v.link("shown")
	page, a := v.desk.Preview(v.r, draft)
	if !a.OK() {
		v.showIncident(f.local(v), now, a.Problem())
		return
	}
	title := f.Title
	if now != nil {
		title = now.Title
	}
	b.Facts, b.Preview, b.Hidden = v.incidentFacts(f, title), page, f.fields()
	s := v.sheet("review", "incidents", v.say("review.title"), b)
	s.policy = page.Policy
	v.show(s)
}
