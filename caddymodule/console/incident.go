package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
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

// incidents lists what is open, and what was.
func (v *visit) incidents() {
	posted, ok := v.posted(true)
	if !ok {
		return
	}
	var b struct{ Open, Past []*incidentView }
	for _, in := range posted {
		if in.Open {
			b.Open = append(b.Open, in)
		} else if len(b.Past) < 50 {
			b.Past = append(b.Past, in)
		}
	}
	s := v.sheet("incidents", "incidents", v.say("incidents.title"), b)
	s.Live = true
	v.show(s)
}

type incidentBody struct {
	*incidentForm
	Now *incidentView // what is added to
}

func (v *visit) newIncident() {
	if !v.rights.ever(publish) {
		v.refuse(http.StatusForbidden, "refused.publish")
		return
	}
	if v.r.Method != http.MethodPost {
		f := &incidentForm{State: string(statusclient.Investigating), Impact: string(statusclient.ImpactMajor), Next: "30m"}
		if s := v.r.URL.Query().Get("service"); s != "" && v.rights.may(publish, s) {
			f.Services = []string{s}
		}
		v.showIncident(f, nil, "")
		return
	}
	f := v.incidentOf("")
	if len(f.Services) > 0 && !v.rights.may(publish, f.Services...) {
		v.refuse(http.StatusForbidden, "refused.publish")
		return
	}
	next, problem := f.promised(v)
	switch {
	case len(f.Services) == 0:
		problem = v.say("problem.services")
	case strings.TrimSpace(f.Title) == "":
		problem = v.say("problem.title_missing")
	}
	draft := &board.Draft{
		Title: f.Title, Message: f.Message, Services: f.Services, NextUpdate: next,
		State: statusclient.IncidentState(f.State), Impact: statusclient.Impact(f.Impact),
	}
	switch step := v.step(); {
	case step == stepStale:
		v.showIncident(f.local(v), nil, v.say("problem.stale"))
	case step == stepChange:
		v.showIncident(f.local(v), nil, "")
	case problem != "":
		v.showIncident(f.local(v), nil, problem)
	case step != stepConfirm:
		v.reviewIncident(f, next, Draft{Incident: draft}, v.say("confirm.open"), nil)
	default:
		if id := v.twin(draft); id != "" {
			v.done("opened", "incidents", id)
			return
		}
		var in board.Incident
		if a := v.call(Call{Method: http.MethodPost, Path: "incidents", Body: draft}); !a.into(&in) {
			v.showIncident(f.local(v), nil, a.Problem())
			return
		}
		v.done("opened", "incidents", in.ID)
	}
}

// twinTime is how soon after each other two taps on the same button can come.
const twinTime = 2 * time.Minute

// twin is the incident that the same form has just opened, empty if none has.
func (v *visit) twin(d *board.Draft) string {
	var list []*board.Incident
	_ = v.call(Call{Method: http.MethodGet, Path: "incidents"}).into(&list)
	for _, in := range list {
		if in.Title == d.Title && slices.Equal(in.Services, d.Services) && v.at.Sub(in.Started) < twinTime {
			if len(in.Updates) == 0 && d.Message == "" || len(in.Updates) == 1 && in.Updates[0].Message == d.Message {
				return in.ID
			}
		}
	}
	return ""
}

// incident shows one, and adds to it.
func (v *visit) incident() {
	in := new(board.Incident)
	if a := v.one("incidents", v.name(), in); !a.OK() || !v.rights.concerned(in.Services) {
		v.refuse(http.StatusNotFound, "refused.missing")
		return
	}
	now := v.viewIncident(in)
	if v.r.Method != http.MethodPost {
		f := &incidentForm{ID: in.ID, ETag: in.ETag, Services: in.Services, State: string(in.State), Impact: string(in.Impact), Next: "30m"}
		if !in.State.Open() {
			f.Next = endNone
		}
		v.showIncident(f, now, "")
		return
	}
	if !now.Mine {
		v.refuse(http.StatusForbidden, "refused.publish")
		return
	}
	f := v.incidentOf(in.ID)
	f.Services = in.Services
	if f.State == string(statusclient.Resolved) {
		f.Next = endNone
	}
	next, problem := f.promised(v)
	post := &board.Post{
		Message: f.Message, NextUpdate: next, State: statusclient.IncidentState(f.State), Impact: statusclient.Impact(f.Impact),
	}
	switch step := v.step(); {
	case step == stepStale:
		v.showIncident(f.local(v), now, v.say("problem.stale"))
	case step == stepChange:
		v.showIncident(f.local(v), now, "")
	case f.ETag != in.ETag:
		v.conflictIncident(f, next, now)
	case problem != "":
		v.showIncident(f.local(v), now, problem)
	case step != stepConfirm:
		confirm := v.say("confirm.post")
		if f.State == string(statusclient.Resolved) {
			confirm = v.say("confirm.resolve")
		}
		v.reviewIncident(f, next, Draft{ID: in.ID, Update: post}, confirm, now)
	default:
		a := v.call(Call{Method: http.MethodPost, Path: "incidents/" + in.ID + "/updates", Match: f.ETag, Body: post})
		var was struct{ Current board.Incident }
		switch {
		case a.Code == http.StatusPreconditionFailed && a.asConflict(&was) == nil:
			v.conflictIncident(f, next, v.viewIncident(&was.Current))
		case !a.OK():
			v.showIncident(f.local(v), now, a.Problem())
		case !post.State.Open():
			v.done("resolved", "incidents", in.ID)
		default:
			v.done("posted", "incidents", in.ID)
		}
	}
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
	s.Live = now != nil && v.r.Method != http.MethodPost
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

// conflictIncident shows what somebody else has posted in the meantime.
func (v *visit) conflictIncident(f *incidentForm, next time.Time, now *incidentView) {
	theirs := []fact{{Name: v.say("field.headline"), Text: now.Title}, {Name: v.say("field.state"), Text: now.Word}, {Name: v.say("field.impact"), Text: now.Harm}}
	if len(now.Entries) > 0 {
		theirs = append(theirs, fact{Name: v.say("field.text"), Text: now.Entries[0].Message})
	}
	f.fix(next)
	f.ETag = now.ETag
	v.showConflict(conflictBody{
		Theirs: theirs, Yours: v.incidentFacts(f, now.Title, next), Action: v.link("incidents", now.ID),
		Hidden: append(f.fields(), hidden{"step", stepReview}), Back: v.link("incidents", now.ID), Confirm: v.say("conflict.mine"),
	})
}
