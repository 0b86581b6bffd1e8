package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/candor-edge/candor/statusclient"
)

// openElsewhere opens an incident at another status system.
func (v *visit) openElsewhere(f *incidentForm) {
	if !slices.Contains(v.writable(), f.At) {
		v.refuse(http.StatusForbidden, "refused.publish")
		return
	}
	components, problem := f.named(v)
	switch {
	case len(f.Services) == 0 && len(components) == 0:
		problem = v.say("problem.services")
	case strings.TrimSpace(f.Title) == "":
		problem = v.say("problem.title_missing")
	case strings.TrimSpace(f.Message) == "":
		problem = v.say("problem.message_missing")
	}
	draft := &statusclient.Draft{
		Title: f.Title, Message: f.Message, Services: f.Services, Components: components, Notify: f.Notify,
		State: statusclient.IncidentState(f.State), Impact: statusclient.Impact(f.Impact),
	}
	switch step := v.step(); {
	case step == stepStale:
		v.showIncident(f, nil, v.say("problem.stale"))
	case step == stepChange:
		v.showIncident(f, nil, "")
	case problem != "":
		v.showIncident(f, nil, problem)
	case step != stepConfirm:
		v.reviewIncident(f, f.Services, Draft{Backend: f.At, Opened: draft}, v.say("confirm.open"), nil)
	default:
		a := v.call(Call{Method: http.MethodPost, Path: "backends/" + f.At + "/incidents", Body: draft})
		v.outcome(f, nil, a, "opened")
	}
}

// incidentElsewhere shows one of another status system, and adds to it.
func (v *visit) incidentElsewhere() {
	backend, id := v.parts[1], v.parts[3]
	path := "backends/" + url.PathEscape(backend) + "/incidents/" + url.PathEscape(id)
	m := new(message)
	if a := v.call(Call{Method: http.MethodGet, Path: path}); !v.rights.whole() || !a.into(m) {
		v.refuse(http.StatusNotFound, "refused.missing")
		return
	}
	now := v.viewMessage(backend, m, slices.Contains(v.writable(), backend))
	if v.r.Method != http.MethodPost {
		v.showIncident(&incidentForm{ID: id, At: backend, ETag: now.ETag, State: string(m.State), Impact: string(m.Impact)}, now, "")
		return
	}
	if !now.Mine {
		v.refuse(http.StatusForbidden, "refused.publish")
		return
	}
	f := v.incidentOf(id)
	f.At = backend
	components, problem := f.named(v)
	if strings.TrimSpace(f.Message) == "" {
		problem = v.say("problem.message_missing")
	}
	draft := &statusclient.UpdateDraft{
		Message: f.Message, Components: components, Notify: f.Notify,
		State: statusclient.IncidentState(f.State), Impact: statusclient.Impact(f.Impact),
	}
	if draft.Impact == m.Impact {
		draft.Impact = "" // not every system can change it
	}
	switch step := v.step(); {
	case step == stepStale:
		v.showIncident(f, now, v.say("problem.stale"))
	case step == stepChange:
		v.showIncident(f, now, "")
	case f.ETag != now.ETag:
		v.conflictIncident(f, now)
	case problem != "":
		v.showIncident(f, now, problem)
	case step != stepConfirm:
		confirm := v.say("confirm.post")
		if draft.State == statusclient.Resolved {
			confirm = v.say("confirm.resolve")
		}
		v.reviewIncident(f, v.affectedBy(now), Draft{Backend: backend, ID: id, Added: draft}, confirm, now)
	default:
		done := "posted"
		if draft.State == statusclient.Resolved {
			done = "resolved"
		}
		v.outcome(f, now, v.call(Call{Method: http.MethodPost, Path: path + "/updates", Body: draft}), done)
	}
}

// named are the components that a form names, one a line, with a status or without;
// or the text that says what is wrong.
func (f *incidentForm) named(v *visit) (map[string]statusclient.ComponentStatus, string) {
	out := map[string]statusclient.ComponentStatus{}
	for line := range strings.Lines(f.Components) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, status := line, ""
		if i := strings.LastIndexByte(line, '='); i >= 0 {
			name, status = strings.TrimSpace(line[:i]), strings.TrimSpace(line[i+1:])
		}
		if _, twice := out[name]; twice || name == "" {
			return nil, v.say("problem.component", "Line", line)
		}
		out[name] = statusclient.ComponentStatus(status)
	}
	return out, ""
}

type outcomeBody struct {
	Lead     string
	Lists    []outcomeList
	Error    string
	Again    string // where it may be sent once more; empty: there is nothing left to do
	Hidden   []hidden
	URL      string // where people read it
	Backend  string
	Complete bool
}

type outcomeList struct {
	Title, Look string
	Items       []string
}

// outcome tells what became of a write to another status system: all of it, a
// part, or what nobody knows. What was done is not done twice when it is sent again.
func (v *visit) outcome(f *incidentForm, now *incidentView, a Answer, done string) {
	var r struct {
		URL     string   `json:"url"`
		Already bool     `json:"already"`
		Error   string   `json:"error"`
		Done    []string `json:"done"`
		Undone  []string `json:"undone"`
		Unknown []string `json:"unknown"`
	}
	told := a.asConflict(&r) == nil && len(r.Done)+len(r.Undone)+len(r.Unknown) > 0
	switch {
	case !a.OK() && !told:
		v.showIncident(f, now, a.Problem())
		return
	case a.OK() && !r.Already && len(r.Undone) == 0:
		v.done(done, "incidents")
		return
	}
	b := outcomeBody{Backend: f.At, Complete: a.OK(), URL: r.URL}
	title, cannot := v.say("written.partly"), v.say("written.undone")
	switch {
	case a.OK():
		title, b.Lead, cannot = v.say("done."+done), "", v.say("written.cannot")
		if r.Already {
			title = v.say("written.already")
		}
	case len(r.Done) == 0 && len(r.Unknown) > 0:
		title = v.say("written.unsure")
	case len(r.Done) == 0:
		title = v.say("written.nothing")
	}
	for _, l := range []outcomeList{
		{v.say("written.undone"), "fault", r.Undone}, {v.say("written.open"), "incident", r.Unknown}, {v.say("written.done"), "up", r.Done},
	} {
		if a.OK() && l.Look == "fault" {
			l.Title, l.Look = cannot, "incident"
		}
		if len(l.Items) > 0 {
			b.Lists = append(b.Lists, l)
		}
	}
	if !a.OK() {
		b.Error, b.Lead = causeOf(r.Error), v.say("written.again")
		b.Again, b.Hidden = f.action(v), f.fields()
	}
	s := v.sheet("outcome", "incidents", title, b)
	if !a.OK() {
		s.code = http.StatusFailedDependency
	}
	v.show(s)
}

// causeOf is why, without what the lists below it say once more.
func causeOf(problem string) string {
	for _, list := range []string{"; not done: ", "; not known: ", "; done: "} {
		problem, _, _ = strings.Cut(problem, list)
	}
	return problem
}

// action is where the form is sent.
func (f *incidentForm) action(v *visit) string {
	switch {
	case f.ID == "":
		return v.link("incidents", "new")
	case f.elsewhere():
		return v.link("backends", f.At, "incidents", f.ID)
	}
	return v.link("incidents", f.ID)
}

// elsewhere reports whether it is written to another status system.
func (f *incidentForm) elsewhere() bool { return cmp.Or(f.At, boardName) != boardName }
