// Package statusclient is what is known: the domain types, the Backend
// contract, the poller that keeps a snapshot of every backend, and the merge of
// all of it into one Situation per service. It knows nothing of Caddy and
// nothing of pages.
package statusclient

import "time"

// Status is what one backend says, normalised. It is immutable once it has been
// handed over: readers share it without locks.
type Status struct {
	Components   []Component   `json:"components,omitempty"`
	Incidents    []Incident    `json:"incidents,omitempty"`
	Maintenances []Maintenance `json:"maintenances,omitempty"`
}

// Component is one part of what a backend watches. Rows that only group others
// are not components; their name is the Group of what they hold.
type Component struct {
	ID     string          `json:"id"`
	Name   string          `json:"name"`
	Group  string          `json:"group,omitempty"`
	Status ComponentStatus `json:"status"`

	// Changed is when somebody gave it this status. Only the board fills it.
	Changed time.Time `json:"changed,omitzero"`
}

// Incident is something that went wrong, with its timeline.
type Incident struct {
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	State  IncidentState `json:"state"`
	Impact Impact        `json:"impact"`

	// Components are the ids of what is affected. None at all means that the
	// incident concerns every service that maps to this backend.
	Components []string `json:"components,omitempty"`

	// Services names services directly, "*" being all of them. Only the board
	// fills it.
	Services []string `json:"services,omitempty"`

	// Alerts are what webhooks of the system call the alerts that this incident is
	// made of. Only monitors fill it; it is never shown.
	Alerts []string `json:"alerts,omitempty"`

	Updates    []Update  `json:"updates,omitempty"` // newest first
	Started    time.Time `json:"started,omitzero"`
	Resolved   time.Time `json:"resolved,omitzero"`
	NextUpdate time.Time `json:"next_update,omitzero"` // promised, zero when nobody promised
	URL        string    `json:"url,omitempty"`        // where a person reads more; http or https
}

// Maintenance is work that was announced. On the board, one that is in force
// also holds its services back: that is maintenance mode. Elsewhere it does so
// with services that follow it.
type Maintenance struct {
	ID    string           `json:"id"`
	Title string           `json:"title,omitempty"`
	State MaintenanceState `json:"state"`

	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"` // zero: nobody said

	Components []string `json:"components,omitempty"` // as in Incident
	Services   []string `json:"services,omitempty"`   // as in Incident
	Updates    []Update `json:"updates,omitempty"`    // newest first
	URL        string   `json:"url,omitempty"`

	// Paths are the only ones it concerns; none means all. Only the board fills
	// it, and ReadOnly, which says that what is only looked at still works.
	Paths    Paths `json:"paths,omitempty"`
	ReadOnly bool  `json:"read_only,omitempty"`

	// Every is when the work is done every week, "Sun 02:00-04:00"; From and Until
	// are those of one time. Only the board fills it.
	Every string `json:"every,omitempty"`

	// Promised is an end that was announced before Until was. In a situation it is
	// only there once it has passed: then the work is overdue.
	Promised time.Time `json:"promised,omitzero"`
}

// Whole reports whether the maintenance concerns every request.
func (m *Maintenance) Whole() bool { return len(m.Paths) == 0 && !m.ReadOnly }

// KeepsOut reports whether the maintenance, if it holds its services back at
// all, does so with requests for a path that are safe or not.
func (m *Maintenance) KeepsOut(path *Readings, safe bool) bool {
	return !(m.ReadOnly && safe) && (len(m.Paths) == 0 || m.Paths.MatchAny(path))
}

// Update is one entry of a timeline.
type Update struct {
	// State is an IncidentState or a MaintenanceState, after what it belongs to.
	State string    `json:"state,omitempty"`
	Text  Text      `json:"text"`
	At    time.Time `json:"at,omitzero"`
}

// ComponentStatus says how a component does. What a backend does not say, or
// says in words that nobody here knows, is ComponentUnknown: never "all good".
type ComponentStatus string

// The statuses of a component.
const (
	Operational      ComponentStatus = "operational"
	Degraded         ComponentStatus = "degraded"
	PartialOutage    ComponentStatus = "partial_outage"
	MajorOutage      ComponentStatus = "major_outage"
	UnderMaintenance ComponentStatus = "maintenance"
	ComponentUnknown ComponentStatus = "unknown"
)

// IncidentState says how far the people who work on an incident are.
type IncidentState string

// The states of an incident.
const (
	Investigating IncidentState = "investigating"
	Identified    IncidentState = "identified"
	Monitoring    IncidentState = "monitoring"
	Resolved      IncidentState = "resolved"
	Postmortem    IncidentState = "postmortem"
	StateUnknown  IncidentState = "unknown"
)

// Open reports whether the incident still goes on.
func (s IncidentState) Open() bool { return s != Resolved && s != Postmortem }

// Impact says how bad an incident is for those who use what it affects.
type Impact string

// The impacts of an incident.
const (
	ImpactNone        Impact = "none"
	ImpactMinor       Impact = "minor"
	ImpactMajor       Impact = "major"
	ImpactCritical    Impact = "critical"
	ImpactMaintenance Impact = "maintenance"
	ImpactUnknown     Impact = "unknown"
)

// MaintenanceState says where in its life a maintenance is.
type MaintenanceState string

// The states of a maintenance.
const (
	Scheduled          MaintenanceState = "scheduled"
	InProgress         MaintenanceState = "in_progress"
	Verifying          MaintenanceState = "verifying"
	Completed          MaintenanceState = "completed"
	MaintenanceUnknown MaintenanceState = "unknown"
)
