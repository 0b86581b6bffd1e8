package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// What the page of incidents shows at most.
const (
	maxOpen = 100
	maxPast = 50
)

// incidents lists what is open, here and at other status systems, and what was
// open here.
func (v *visit) incidents() {
	posted, ok := v.posted(true)
	if !ok {
		return
	}
	backends, ok := v.backends()
	if !ok {
		return
	}
	var b struct {
		Open, Past []*incidentView
		More       int // that are open, and not shown
	}
	for _, in := range posted {
		if in.Open {
			b.Open = append(b.Open, in)
		} else if len(b.Past) < maxPast {
			b.Past = append(b.Past, in)
		}
	}
	services, _ := v.services(view, "", maxListed)
	b.Open = newestFirst(slices.Concat(b.Open, v.atBackends(backends), v.heard(services, posted)))
	b.More = max(0, len(b.Open)-maxOpen)
	b.Open = b.Open[:len(b.Open)-b.More]
	s := v.sheet("incidents", "incidents", v.say("incidents.title"), b)
	v.show(s)
}

func (v *visit) newIncident() {
	if !v.rights.ever(publish) {
		v.refuse(http.StatusForbidden, "refused.publish")
		return
	}
	if v.r.Method != http.MethodPost {
		f := &incidentForm{State: string(statusclient.Investigating), Impact: string(statusclient.ImpactMajor), Next: "30m", At: boardName}
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
	if f.elsewhere() {
		v.openElsewhere(f)
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
		f.fix(next)
		v.reviewIncident(f, f.Services, Draft{Incident: draft}, v.say("confirm.open"), nil)
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
		f := &incidentForm{ID: in.ID, ETag: in.ETag, At: boardName, Services: in.Services, State: string(in.State), Impact: string(in.Impact), Next: "30m"}
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
	f.Services, f.At = in.Services, boardName
	if f.State == string(statusclient.Resolved) {
		f.Next = endNone
	}
	next, problem := f.promised(v)
	draft := &board.UpdateDraft{
		Message: f.Message, NextUpdate: next, State: statusclient.IncidentState(f.State), Impact: statusclient.Impact(f.Impact),
	}
	switch step := v.step(); {
	case step == stepStale:
		v.showIncident(f.local(v), now, v.say("problem.stale"))
	case step == stepChange:
		v.showIncident(f.local(v), now, "")
	case f.ETag != in.ETag:
		f.fix(next)
		v.conflictIncident(f, now)
	case problem != "":
		v.showIncident(f.local(v), now, problem)
	case step != stepConfirm:
		confirm := v.say("confirm.post")
		if f.State == string(statusclient.Resolved) {
			confirm = v.say("confirm.resolve")
		}
		f.fix(next)
		v.reviewIncident(f, f.Services, Draft{ID: in.ID, Update: draft}, confirm, now)
	default:
		a := v.call(Call{Method: http.MethodPost, Path: "incidents/" + in.ID + "/updates", Match: f.ETag, Body: draft})
		var was struct{ Current board.Incident }
		switch {
		case a.Code == http.StatusPreconditionFailed && a.asConflict(&was) == nil:
			f.fix(next)
			v.conflictIncident(f, v.viewIncident(&was.Current))
		case !a.OK():
			v.showIncident(f.local(v), now, a.Problem())
		case !draft.State.Open():
			v.done("resolved", "incidents", in.ID)
		default:
			v.done("posted", "incidents", in.ID)
		}
	}
}

// conflictIncident shows what somebody else has posted in the meantime.
func (v *visit) conflictIncident(f *incidentForm, now *incidentView) {
	theirs := []fact{{Name: v.say("field.headline"), Text: now.Title}, {Name: v.say("field.state"), Text: now.Word}, {Name: v.say("field.impact"), Text: now.Harm}}
	if len(now.Entries) > 0 {
		theirs = append(theirs, fact{Name: v.say("field.text"), Text: now.Entries[0].Message})
	}
	f.ETag = now.ETag
	v.showConflict(conflictBody{
		Theirs: theirs, Yours: v.incidentFacts(f, now.Title), Action: f.action(v),
		Hidden: append(f.fields(), hidden{"step", stepReview}), Back: f.action(v), Confirm: v.say("conflict.mine"),
	})
}
