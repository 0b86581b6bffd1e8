package console

import (
	"cmp"
	"strings"
	"time"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// serviceView is a service as pages show it.
type serviceView struct {
	*service
	Look  string // of its state
	Word  string // for its state
	Lines []line
	Spark spark

	Rehearsed, Drill string // that it is, and until when; what that means, too
	Seen             string // what was counted
}

// line is one thing that is known of a service.
type line struct {
	Text string
	Look string // "trouble" or "soft", where it is not like the others
}

func (v *visit) viewService(s *service) *serviceView {
	look := string(s.State)
	if s.State == statusclient.StateUp && s.Traffic.Answers == 0 {
		look = "quiet" // nobody knows that it works
	}
	out := &serviceView{service: s, Look: look, Word: v.say("state." + look), Spark: newSpark(s.Traffic.Course.Answers, s.Traffic.Course.Failures)}
	failed := 0
	for _, n := range s.Traffic.Failures {
		failed += n
	}
	out.Seen = v.say("service.seen", "Answered", s.Traffic.Answers, "Failed", failed)
	if s.Traffic.Answers+failed == 0 {
		out.Seen = v.say("service.unseen")
	}
	add := func(text string) { out.Lines = append(out.Lines, line{Text: text}) }
	if since := s.Traffic.FailingSince; !since.IsZero() && s.Hold == nil {
		out.Lines = append(out.Lines, line{v.say("service.failing", "Time", v.words.Moment(since).Text), "trouble"})
	}
	if s.Hold != nil {
		add(v.until(s.Hold.Until))
		if s.Hold.HeldBy != "" {
			add(v.say("service.by", "Backend", v.isolate(s.Hold.HeldBy)))
		}
	}
	for _, in := range s.Incidents {
		add(v.isolate(in.Title) + " · " + v.words.Text("state."+string(in.State)))
	}
	for _, c := range s.Components {
		add(v.isolate(c.Name) + " · " + v.words.Text("component."+c.Status))
	}
	for _, m := range s.Maintenances {
		add(v.named(m.Title) + " · " + v.until(m.Until))
	}
	if d := s.Drill; d != nil {
		out.Drill = v.say("drill.on", "Time", v.words.Moment(d.Until).Text)
		out.Rehearsed = v.say("drill.until", "Time", v.words.Moment(d.Until).Text)
	}
	for _, m := range s.Upcoming {
		out.Lines = append(out.Lines, line{v.say("service.planned", "Title", v.named(m.Title), "Time", v.words.Moment(m.From).Text), "soft"})
	}
	if n := s.Traffic.Waiting; n > 0 {
		add(v.say("service.waiting", "Count", n))
	}
	return out
}

// windowView is a window as pages show it.
type windowView struct {
	*window
	Running   bool
	Overdue   bool   // the end that was promised first has passed
	Forgotten bool   // it has gone on for long, and has no end
	Limits    string // where not everything is closed
	Titles    string // of the services
	When      string
	Began     errorpages.Moment
	Due       errorpages.Moment // what was promised first
	Mine      bool              // the user may change it
}

func (v *visit) viewWindow(w *window) *windowView {
	out := &windowView{window: w, Running: w.running(), Titles: v.titles(w.Services), Mine: v.rights.may(operate, w.Services...)}
	out.Overdue = out.Running && !w.Promised.IsZero() && w.Promised.Before(v.at)
	out.Forgotten = out.Running && w.Until.IsZero() && v.at.Sub(w.From) > time.Duration(v.desk.Config().Maintenance.RemindAfter)
	var limits []string
	if w.Every != "" {
		limits = append(limits, v.say("window.weekly", "Time", v.every(w.Every, w.Zone)))
	}
	if w.ReadOnly {
		limits = append(limits, v.say("kind."+kindReadOnly))
	}
	if len(w.Paths) > 0 {
		paths := make([]string, len(w.Paths))
		for i, p := range w.Paths {
			paths[i] = v.isolate(p)
		}
		limits = append(limits, v.say("window.paths", "Paths", strings.Join(paths, v.say("list.comma"))))
	}
	out.Limits = strings.Join(limits, " · ")
	if out.Began = v.words.Moment(w.From); out.Running {
		out.When = v.until(w.Until)
		out.Due = v.words.Moment(w.Promised)
	} else {
		out.When = v.say("window.from", "Time", out.Began.Text) + " · " + v.until(w.Until)
	}
	return out
}

// incidentView is an incident of the board as pages show it.
type incidentView struct {
	*board.Incident
	Word    string
	Harm    string
	Open    bool
	Titles  string
	Began   errorpages.Moment
	Next    errorpages.Moment
	Late    bool
	Entries []entryView
	Mine    bool
	Backend string   // which says it; empty is the board
	Path    []string // of its page in the console; none: it has none
	URL     string   // where people read it, if that is elsewhere
}

type entryView struct {
	Word    string
	At      errorpages.Moment
	Message string
}

func (v *visit) viewIncident(in *board.Incident) *incidentView {
	out := &incidentView{
		Incident: in, Word: v.words.Text("state." + string(in.State)), Harm: v.impact(in.Impact), Open: in.State.Open(),
		Titles: v.titles(in.Services), Began: v.words.Moment(in.Started), Next: v.words.Moment(in.NextUpdate),
		Late: !in.NextUpdate.IsZero() && in.NextUpdate.Before(v.at), Mine: v.rights.may(publish, in.Services...),
		Path: []string{"incidents", in.ID},
	}
	for _, u := range in.Updates {
		out.Entries = append(out.Entries, entryView{v.words.Text("state." + string(u.State)), v.words.Moment(u.At), u.Message})
	}
	return out
}

func (v *visit) impact(i statusclient.Impact) string {
	if i == statusclient.ImpactNone {
		return v.say("incident.harmless")
	}
	return v.words.Text("impact." + string(i))
}

// titles are what visitors call services. Those that are not for the user to see
// are only counted.
func (v *visit) titles(names []string) string {
	var out []string
	hidden := 0
	for _, name := range names {
		switch {
		case name == all:
			out = append(out, v.say("service.all"))
		case !v.rights.may(view, name):
			hidden++
		case len(out) == 8:
			hidden++
		default:
			out = append(out, v.isolate(v.title(name)))
		}
	}
	if hidden > 0 {
		out = append(out, v.say("service.more", "Count", hidden))
	}
	return strings.Join(out, v.say("list.comma"))
}

// title is what visitors call a service.
func (v *visit) title(name string) string { return cmp.Or(v.called[name], name) }

func (v *visit) named(title string) string {
	if title == "" {
		return v.say("window.untitled")
	}
	return v.isolate(title)
}

func (v *visit) isolate(s string) string { return v.words.Isolate(s) }

// until says when something ends.
func (v *visit) until(t time.Time) string {
	if t.IsZero() {
		return v.say("window.endless")
	}
	return v.say("window.until", "Time", v.words.Moment(t).Text)
}
