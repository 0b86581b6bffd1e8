package board

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

const (
	maxPosts = 100 // updates that an incident keeps
	maxSaid  = 20  // of these, how many are shown anywhere
)

// Incident is something that went wrong, as people keep it on the board.
type Incident struct {
	ID         string                     `json:"id"`
	Title      string                     `json:"title"`
	State      statusclient.IncidentState `json:"state"`
	Impact     statusclient.Impact        `json:"impact"`
	Components []string                   `json:"components,omitempty"`
	Services   []string                   `json:"services,omitempty"`
	Updates    []Update                   `json:"updates,omitempty"` // newest first
	Started    time.Time                  `json:"started"`
	Resolved   time.Time                  `json:"resolved,omitzero"`
	NextUpdate time.Time                  `json:"next_update,omitzero"`
	Changed    time.Time                  `json:"changed"`

	// Key is what the program that opened it knows it by, if one did.
	Key string `json:"key,omitempty"`

	// ETag changes with every edit.
	ETag string `json:"etag,omitempty"`
}

// Update is one entry of an incident's timeline.
type Update struct {
	State   statusclient.IncidentState `json:"state"`
	Message string                     `json:"message,omitempty"`
	At      time.Time                  `json:"at"`
}

// Draft is what opens an incident.
type Draft struct {
	// Title says what is wrong, up to 200 characters.
	Title string `json:"title"`

	// State is "investigating" by default.
	State statusclient.IncidentState `json:"state,omitempty"`

	// Impact is none, minor, major or critical. It is "major" by default: people
	// open incidents when something does not work.
	Impact statusclient.Impact `json:"impact,omitempty"`

	// Message is the first update: plain text, up to 10 kB. May be empty.
	Message string `json:"message,omitempty"`

	// Services are names of services, or "*" alone for all of them; Components are
	// called as services call them: BACKEND/NAME. One of the two has to be there.
	Services   []string `json:"services,omitempty"`
	Components []string `json:"components,omitempty"`

	// NextUpdate is when people can expect to hear more. Zero: nobody promises.
	NextUpdate time.Time `json:"next_update,omitzero"`

	// Key is what a program knows the incident by: while one is open that was opened
	// with it, no other is. Default: none.
	Key string `json:"-"`
}

// UpdateDraft is what updates an incident. At least one of its fields is set.
type UpdateDraft struct {
	// State is the new state; by default it stays. "resolved" ends the incident,
	// and any that is not an end opens it again.
	State statusclient.IncidentState `json:"state,omitempty"`

	// Impact is the new impact; by default it stays.
	Impact statusclient.Impact `json:"impact,omitempty"`

	// Message is plain text, up to 10 kB.
	Message string `json:"message,omitempty"`

	// NextUpdate is the new promise. Without one, a promise still to come stands.
	NextUpdate time.Time `json:"next_update,omitzero"`
}

// check reports the first thing that is wrong with an incident.
func (in *Incident) check() error {
	if len(in.Services) == 0 && len(in.Components) == 0 {
		return invalid("services", `and components are both empty; services ["*"] means all`)
	}
	if strings.TrimSpace(in.Title) == "" {
		return invalid("title", "is empty")
	}
	if in.State.Open() != in.Resolved.IsZero() {
		return invalid("resolved", "does not go with the state %.40q", in.State)
	}
	if len(in.Updates) > maxPosts {
		return invalid("updates", "are more than %d", maxPosts)
	}
	for i := range in.Updates {
		if err := in.Updates[i].check(); err != nil {
			return err
		}
	}
	return cmp.Or(
		checkText("title", in.Title, maxTitle, 4*maxTitle),
		checkText("key", in.Key, maxTitle, 4*maxTitle),
		checkServices(in.Services),
		checkComponents(in.Components),
		checkState(in.State),
		checkImpact(in.Impact),
		checkTime("started", in.Started),
		checkTime("resolved", in.Resolved),
		checkTime("next_update", in.NextUpdate),
	)
}

func (u *Update) check() error {
	return cmp.Or(checkState(u.State), checkText("message", u.Message, maxMessage, maxMessage))
}

func checkState(s statusclient.IncidentState) error {
	switch s {
	case statusclient.Investigating, statusclient.Identified, statusclient.Monitoring, statusclient.Resolved,
		statusclient.Postmortem:
		return nil
	}
	return invalid("state", "is %.40q; it may be investigating, identified, monitoring, resolved or postmortem", s)
}

func checkImpact(i statusclient.Impact) error {
	switch i {
	case statusclient.ImpactNone, statusclient.ImpactMinor, statusclient.ImpactMajor, statusclient.ImpactCritical:
		return nil
	}
	return invalid("impact", "is %.40q; it may be none, minor, major or critical", i)
}

// clone returns a copy that shares nothing with the board.
func (in *Incident) clone() Incident {
	c := *in
	c.Components, c.Services = slices.Clone(in.Components), slices.Clone(in.Services)
	c.Updates = slices.Clone(in.Updates)
	return c
}

// said is the incident as a backend would say it. Updates without a message only
// changed the state, which the incident has.
func (in *Incident) said() statusclient.Incident {
	s := statusclient.Incident{
		ID: in.ID, Title: in.Title, State: in.State, Impact: in.Impact,
		Components: slices.Clone(in.Components), Services: slices.Clone(in.Services),
		Started: in.Started, Resolved: in.Resolved, NextUpdate: in.NextUpdate,
	}
	for _, u := range in.Updates {
		if u.Message != "" && len(s.Updates) < maxSaid {
			s.Updates = append(s.Updates, statusclient.Update{
				State: string(u.State), At: u.At,
				Text: statusclient.Text{Source: u.Message, Markup: statusclient.Plain},
			})
		}
	}
	return s
}
