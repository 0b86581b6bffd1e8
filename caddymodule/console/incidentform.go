package console

import (
	"net/http"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// incidentForm is what is filled in to publish.
type incidentForm struct {
	ID, ETag string // of what is added to; empty for what is new
	Services []string
	Title    string
	Message  string
	State    string
	Impact   string
	Next     string // one of spans, "pick" or "none"
	NextAt   string

	Scope   scope
	States  []option
	Impacts []option
	Nexts   []option
	Action  string
	Names   string
}

func (v *visit) prepareIncident(f *incidentForm) *incidentForm {
	f.Names = v.titles(f.Services)
	f.Action = v.link("incidents", "new")
	states := []statusclient.IncidentState{statusclient.Investigating, statusclient.Identified, statusclient.Monitoring}
	if f.ID == "" {
		f.Scope = v.choose(publish, f.Services)
	} else {
		f.Action = v.link("incidents", f.ID)
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
	return &incidentForm{
		ID: id, ETag: get("etag"), Services: v.chosen(), Title: get("title"), Message: get("message"),
		State: get("state"), Impact: get("impact"), Next: get("next"), NextAt: get("next_at"),
	}
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
		{"next", f.Next}, {"next_at", f.NextAt},
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

func (v *visit) incidentFacts(f *incidentForm, title string, next time.Time) []fact {
	facts := []fact{
		{Name: v.say("field.services"), Text: v.titles(f.Services)}, {Name: v.say("field.headline"), Text: title},
		{Name: v.say("field.state"), Text: v.words.Text("state." + f.State)}, {Name: v.say("field.impact"), Text: v.impact(statusclient.Impact(f.Impact))},
	}
	if !next.IsZero() {
		facts = append(facts, fact{Name: v.say("field.next"), Text: v.words.Moment(next).Text})
	}
	return append(facts, fact{Name: v.say("field.text"), Text: f.Message})
}

// reviewIncident shows what visitors would read, and asks. now is what is added to.
func (v *visit) reviewIncident(f *incidentForm, next time.Time, draft Draft, confirm string, now *incidentView) {
	draft.Service, draft.Files = v.previewed(f.Services), v.link("shown")
	page, a := v.desk.Preview(v.r, draft)
	if !a.OK() {
		v.showIncident(f.local(v), now, a.Problem())
		return
	}
	title, action := f.Title, v.link("incidents", "new")
	if now != nil {
		title, action = now.Title, v.link("incidents", now.ID)
	}
	f.fix(next)
	b := reviewBody{
		Facts: v.incidentFacts(f, title, next), Preview: page, For: v.title(draft.Service), Hidden: f.fields(),
		Action: action, Confirm: confirm,
	}
	s := v.sheet("review", "incidents", v.say("review.title"), b)
	s.policy = page.Policy
	v.show(s)
}
