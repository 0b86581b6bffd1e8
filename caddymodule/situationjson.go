package caddymodule

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
	"github.com/candor-edge/candor/statusclient/traffic"
)

// situationView is what programs get to read of a situation. It is a contract:
// fields are added, none changes its meaning. Times are UTC, texts are plain.
type situationView struct {
	Service string             `json:"service"`
	Title   string             `json:"title"`
	State   statusclient.State `json:"state"`

	// Hold is the maintenance that keeps visitors out now.
	Hold *maintenanceView `json:"hold,omitempty"`

	Incidents    []incidentView    `json:"incidents"`    // open, newest first
	Maintenances []maintenanceView `json:"maintenances"` // in progress, Hold not among them
	Upcoming     []maintenanceView `json:"upcoming"`     // planned within the week, the next first

	// Components do not do well, and nothing above tells of them: the worst first.
	Components []componentView `json:"components"`

	// Stale says that not all who might know can be asked; AsOf is then how old
	// the oldest of what is said may be, if anything was ever heard.
	Stale bool      `json:"stale,omitempty"`
	AsOf  time.Time `json:"as_of,omitzero"`

	// The rest is for operators.

	Unled    bool              `json:"unled,omitempty"`   // no directive here leads to it: what is done to it, nobody notices
	Missing  []string          `json:"missing,omitempty"` // components that it names and that no backend has, or several, in words
	Backends []backendBrief    `json:"backends,omitempty"`
	Pages    map[string]uint64 `json:"pages,omitempty"` // sent since this process began, by reason
	Traffic  *trafficView      `json:"traffic,omitempty"`
	Drill    *drill            `json:"drill,omitempty"` // what is rehearsed
}

// trafficView is what the edge itself saw in the last five minutes.
type trafficView struct {
	Answers      int            `json:"answers"`
	Failures     map[string]int `json:"failures,omitempty"`     // by reason
	Visitors     int            `json:"visitors,omitempty"`     // who met a failure, rounded
	FailingSince time.Time      `json:"failing_since,omitzero"` // nobody was answered since
	Waiting      int            `json:"waiting,omitempty"`      // pages that wait for the service
	Running      int            `json:"running,omitempty"`      // requests under way, of nobody who is let past maintenance
	Course       *courseView    `json:"course,omitempty"`       // how that came about
}

// courseView is the same slot by slot, the present one last.
type courseView struct {
	Seconds  int   `json:"seconds"` // of a slot
	Answers  []int `json:"answers"`
	Failures []int `json:"failures"`
}

func viewCourse(c traffic.Course) *courseView {
	if c.Answers == nil {
		return nil
	}
	return &courseView{Seconds: int(c.Slot / time.Second), Answers: c.Answers, Failures: c.Failures}
}

func viewTraffic(s *traffic.Snapshot, running int) *trafficView {
	v := &trafficView{Answers: s.Answers, Visitors: max(int(s.Visitors), 0), FailingSince: s.Since.UTC(), Waiting: s.Waiting, Running: running}
	for i := range causes {
		if n := s.Failures[i]; n > 0 {
			if v.Failures == nil {
				v.Failures = make(map[string]int)
			}
			v.Failures[string(causes[i])] = n
		}
	}
	return v
}

type incidentView struct {
	ID         string                     `json:"id"`
	Title      string                     `json:"title"`
	State      statusclient.IncidentState `json:"state"`
	Impact     statusclient.Impact        `json:"impact"`
	Started    time.Time                  `json:"started,omitzero"`
	NextUpdate time.Time                  `json:"next_update,omitzero"`
	URL        string                     `json:"url,omitempty"`
	Updates    []updateView               `json:"updates"` // newest first
}

type maintenanceView struct {
	ID      string                        `json:"id"`
	Title   string                        `json:"title,omitempty"`
	State   statusclient.MaintenanceState `json:"state"`
	From    time.Time                     `json:"from,omitzero"`
	Until   time.Time                     `json:"until,omitzero"` // absent: nobody said
	URL     string                        `json:"url,omitempty"`
	Updates []updateView                  `json:"updates"`

	Paths    []string `json:"paths,omitempty"`     // the only ones it is about
	ReadOnly bool     `json:"read_only,omitempty"` // what is only looked at still works

	// HeldBy is who closes the service, where that is not the board: a backend that
	// is followed, or maintenance_file.
	HeldBy string `json:"held_by,omitempty"`

	Every string `json:"every,omitempty"` // weekly work: From and Until are those of one time

	// Overdue is the end that was promised first and has passed.
	Overdue time.Time `json:"overdue_since,omitzero"`

	// Reminder is set for operators where a maintenance without an end has run for
	// longer than anybody may have meant.
	Reminder bool `json:"reminder,omitempty"`
}

type componentView struct {
	Name    string                       `json:"name"`
	Status  statusclient.ComponentStatus `json:"status"`
	Since   time.Time                    `json:"since,omitzero"` // when somebody said so
	Backend string                       `json:"backend"`        // who says so
}

type updateView struct {
	State string    `json:"state,omitempty"`
	Text  string    `json:"text"`
	At    time.Time `json:"at,omitzero"`
}

type backendBrief struct {
	Name    string    `json:"name"`
	URL     string    `json:"url,omitempty"` // the status page for people
	Fetched time.Time `json:"fetched,omitzero"`
	Age     int64     `json:"age_seconds"` // of Fetched; -1: never yet
	Failing time.Time `json:"failing,omitzero"`
	Error   string    `json:"error,omitempty"`
}

// maxPublicText bounds each text that visitors' programs get, in bytes: every page
// that waits gets them again and again.
const maxPublicText = 1 << 10

// situationJSON is what anybody may read. It only changes when what is known
// does, or a backend begins or ceases to answer.
func situationJSON(svc *service, sit *statusclient.Situation, know *statusclient.Knowledge) *situationView {
	return viewSituation(svc, sit, know, maxPublicText)
}

// operatorJSON also tells where all that comes from, and how old it is.
func (a *App) operatorJSON(
	svc *service, sit *statusclient.Situation, know *statusclient.Knowledge, inputs []statusclient.Input, now time.Time,
) *situationView {
	v := viewSituation(svc, sit, know, 0)
	for _, m := range v.maintenances() {
		m.Reminder = m.Until.IsZero() && a.forgotten(m.From, now)
	}
	seen := svc.tally.Snapshot(now)
	v.Traffic = viewTraffic(&seen, svc.tally.Running())
	v.Traffic.Course = viewCourse(svc.tally.Course(now))
	if v.State == statusclient.StateUp && !seen.Since.IsZero() {
		v.State = statusclient.StateFault
	}
	v.Drill, v.Unled, v.Missing = a.drills.on(svc.name, now), !a.leads(svc), a.slipsOf(svc.name)
	for _, name := range sit.Backends {
		// What is known is as old as the last change; their word may be newer.
		if i := slices.IndexFunc(inputs, func(in statusclient.Input) bool { return in.Name == name }); i >= 0 {
			v.Backends = append(v.Backends, briefOf(&inputs[i], now))
		}
	}
	for i := range causes {
		sum := uint64(0)
		for f := range formats {
			sum += svc.pages.n[i][f].Load()
		}
		if sum > 0 {
			if v.Pages == nil {
				v.Pages = make(map[string]uint64)
			}
			v.Pages[string(causes[i])] = sum
		}
	}
	return v
}

// maintenances are all that keep somebody out, now or later.
func (v *situationView) maintenances() []*maintenanceView {
	var all []*maintenanceView
	if v.Hold != nil {
		all = append(all, v.Hold)
	}
	for i := range v.Maintenances {
		all = append(all, &v.Maintenances[i])
	}
	return all
}

func viewSituation(svc *service, sit *statusclient.Situation, know *statusclient.Knowledge, limit int) *situationView {
	v := &situationView{
		Service: svc.name, Title: cmp.Or(svc.page.Title, svc.name), State: sit.State(),
		Incidents: []incidentView{}, Maintenances: []maintenanceView{}, Upcoming: []maintenanceView{},
		Components: []componentView{},
	}
	if sit.Hold != nil {
		hold := viewMaintenance(sit.Hold, limit)
		if v.Hold = &hold; sit.HeldBy != board.Name {
			hold.HeldBy = sit.HeldBy
		}
	}
	for i := range sit.Incidents {
		v.Incidents = append(v.Incidents, viewIncident(&sit.Incidents[i], limit))
	}
	for _, c := range sit.Components {
		v.Components = append(v.Components, componentView{c.Name, c.Status, c.Since.UTC(), c.Backend})
	}
	for i := range sit.Maintenances {
		m := &sit.Maintenances[i]
		if m.State == statusclient.InProgress || m.State == statusclient.Verifying {
			v.Maintenances = append(v.Maintenances, viewMaintenance(m, limit))
		} else {
			v.Upcoming = append(v.Upcoming, viewMaintenance(m, limit))
		}
	}
	for _, name := range sit.Backends {
		input, ok := know.Inputs[name]
		if !ok || input.Error == "" {
			continue
		}
		v.Stale = true
		if at := input.Fetched.UTC(); !at.IsZero() && (v.AsOf.IsZero() || at.Before(v.AsOf)) {
			v.AsOf = at
		}
	}
	return v
}

func viewIncident(in *statusclient.Incident, limit int) incidentView {
	return incidentView{
		ID: in.ID, Title: in.Title, State: in.State, Impact: in.Impact, Started: in.Started.UTC(),
		NextUpdate: in.NextUpdate.UTC(), URL: in.URL, Updates: viewUpdates(in.Updates, limit),
	}
}

func viewMaintenance(m *statusclient.Maintenance, limit int) maintenanceView {
	return maintenanceView{
		ID: m.ID, Title: m.Title, State: m.State, From: m.From.UTC(), Until: m.Until.UTC(),
		URL: m.URL, Updates: viewUpdates(m.Updates, limit), Paths: m.Paths, ReadOnly: m.ReadOnly,
		Every: m.Every, Overdue: m.Promised.UTC(),
	}
}

// viewUpdates cuts texts longer than limit; 0 is none.
func viewUpdates(updates []statusclient.Update, limit int) []updateView {
	views := make([]updateView, len(updates))
	for i := range updates {
		text := updates[i].Text.Plain
		if limit > 0 && len(text) > limit {
			end := limit
			for end > 0 && !utf8.RuneStart(text[end]) {
				end--
			}
			text = text[:end] + "…"
		}
		views[i] = updateView{State: updates[i].State, Text: text, At: updates[i].At.UTC()}
	}
	return views
}

func briefOf(input *statusclient.Input, now time.Time) backendBrief {
	v := backendBrief{
		Name: input.Name, URL: input.URL, Fetched: input.Fetched.UTC(), Age: -1, Failing: input.Failing.UTC(),
		Error: strings.TrimPrefix(input.Error, "backend "+input.Name+": "),
	}
	if !input.Fetched.IsZero() {
		v.Age = max(0, int64(now.Sub(input.Fetched).Seconds()))
	}
	return v
}
