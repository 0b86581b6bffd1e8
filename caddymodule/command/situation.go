package command

import (
	"fmt"
	"strings"
	"time"

	"github.com/candor-edge/candor/caddymodule/config"
)

// situation is what the running instance tells about a service.
type situation struct {
	Service      string         `json:"service"`
	Drill        *startedDrill  `json:"drill"`
	Unled        bool           `json:"unled"`
	Title        string         `json:"title"`
	State        string         `json:"state"`
	Hold         *maintenance   `json:"hold"`
	Incidents    []incident     `json:"incidents"`
	Maintenances []maintenance  `json:"maintenances"`
	Upcoming     []maintenance  `json:"upcoming"`
	Components   []component    `json:"components"`
	Missing      []string       `json:"missing"`
	Backends     []backendRow   `json:"backends"`
	Pages        map[string]int `json:"pages"`
	Traffic      traffic        `json:"traffic"`
}

// component is a part that does not do well, and that nothing else tells of.
type component struct {
	Name    string    `json:"name"`
	Status  string    `json:"status"`
	Since   time.Time `json:"since"`
	Backend string    `json:"backend"`
}

func (c *component) String() string {
	return harmless(c.Name) + ": " + strings.ReplaceAll(c.Status, "_", " ")
}

// traffic is what the edge saw in the last five minutes.
type traffic struct {
	Answers      int            `json:"answers"`
	Failures     map[string]int `json:"failures"`
	Visitors     int            `json:"visitors"`
	FailingSince time.Time      `json:"failing_since"`
	Waiting      int            `json:"waiting"`
	Running      int            `json:"running"`
}

func (t *traffic) String() string {
	failed := 0
	for _, n := range t.Failures {
		failed += n
	}
	if t.Answers+failed+t.Waiting+t.Running == 0 {
		return "-"
	}
	s := fmt.Sprintf("%d answered, %d failed", t.Answers, failed)
	if t.Waiting > 0 {
		s += fmt.Sprintf(", %d waiting", t.Waiting)
	}
	if t.Running > 0 {
		s += fmt.Sprintf(", %d still running", t.Running)
	}
	return s
}

type incident struct {
	Title      string    `json:"title"`
	State      string    `json:"state"`
	Impact     string    `json:"impact"`
	Started    time.Time `json:"started"`
	NextUpdate time.Time `json:"next_update"`
	Updates    []update  `json:"updates"`
}

type maintenance struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	State   string    `json:"state"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Updates []update  `json:"updates"`

	Paths    []string `json:"paths"`
	ReadOnly bool     `json:"read_only"`

	HeldBy   string    `json:"held_by"`
	Every    string    `json:"every"`
	Overdue  time.Time `json:"overdue_since"`
	Reminder bool      `json:"reminder"`
}

type update struct {
	State string    `json:"state"`
	Text  string    `json:"text"`
	At    time.Time `json:"at"`
}

type backendRow struct {
	Name    string    `json:"name"`
	Fetched time.Time `json:"fetched"`
	Failing time.Time `json:"failing"`
	Error   string    `json:"error"`

	Type         string `json:"type"`
	Incidents    int    `json:"incidents"`
	Maintenances int    `json:"maintenances"`
}

// uneventful is a service that there is nothing to tell of.
func (s *situation) uneventful(now time.Time) bool {
	return s.State == "up" && len(s.Traffic.Failures) == 0 && s.Drill == nil && s.headline(now) == "-"
}

// headline is the most important that is known, in a few words.
func (s *situation) headline(now time.Time) string {
	switch {
	case s.Hold != nil:
		return strings.TrimSuffix(short(s.Hold.name()), ".") + ", " + s.Hold.end(now)
	case len(s.Incidents) > 0:
		more := ""
		if n := len(s.Incidents) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more)", n)
		}
		return short(s.Incidents[0].Title) + ", " + s.Incidents[0].State + more
	case len(s.Components) > 0:
		more := ""
		if n := len(s.Components) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more)", n)
		}
		return short(s.Components[0].String()) + more
	case !s.Traffic.FailingSince.IsZero():
		return "nobody gets through since " + at(s.Traffic.FailingSince, now)
	case len(s.Maintenances) > 0:
		m := &s.Maintenances[0]
		word := strings.ReplaceAll(m.State, "_", " ")
		if !m.Overdue.IsZero() || m.Reminder {
			word = m.end(now)
		}
		more := ""
		if n := len(s.Maintenances) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more)", n)
		}
		return short(m.name()) + ", " + word + m.scope() + more
	case len(s.Upcoming) > 0:
		m := &s.Upcoming[0]
		return short(m.name()) + ", planned for " + at(m.From, now) + m.every() + m.scope()
	case s.Unled:
		return "no directive leads to it"
	}
	return "-"
}

// lasts says when a maintenance ends.
func (m *maintenance) lasts(now time.Time) string {
	s := "until it is turned off"
	switch m.HeldBy {
	case "":
	case config.FlagName:
		s = "as long as its " + m.HeldBy + " is there"
	default:
		s = "as long as " + m.HeldBy + " says so"
	}
	if !m.Until.IsZero() {
		s = "until " + at(m.Until, now)
	}
	return s
}

// end is lasts, and where that is not what was promised.
func (m *maintenance) end(now time.Time) string {
	s := m.lasts(now)
	if m.Reminder {
		s += "; on for " + span(now.Sub(m.From)) + " without an end"
	}
	if !m.Overdue.IsZero() {
		s += "; overdue since " + at(m.Overdue, now)
	}
	return s
}

// every says when a weekly maintenance comes back.
func (m *maintenance) every() string {
	if m.Every == "" {
		return ""
	}
	return ", every " + m.Every
}

// scope says what a maintenance is about where that is not everything.
func (m *maintenance) scope() string {
	s := ""
	if len(m.Paths) > 0 {
		s = " for " + short(strings.Join(m.Paths, ", "))
	}
	if m.ReadOnly {
		s += " (read-only)"
	}
	return s
}

// name is what a maintenance is called, or said to be, or else just that.
func (m *maintenance) name() string {
	switch {
	case m.Title != "":
		return m.Title
	case len(m.Updates) > 0:
		return m.Updates[0].Text
	}
	return "maintenance"
}
