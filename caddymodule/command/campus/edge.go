package campus

import (
	"context"
	"time"
)

// Edge is what stands in front of the apps, as far as the control page steers
// it. Services are called as the apps are. Errors are shown to whoever tries the
// product: they say what to do next.
type Edge interface {
	// MaintenanceOn holds a service back for d; where it is held back already,
	// that maintenance is changed.
	MaintenanceOn(ctx context.Context, service, message string, d time.Duration) error

	// MaintenanceOff lets visitors in again.
	MaintenanceOff(ctx context.Context, service string) error

	// Maintenances are those in force.
	Maintenances(ctx context.Context) ([]Maintenance, error)

	// OpenIncident publishes that something is wrong with services, all of them
	// if none is named.
	OpenIncident(ctx context.Context, title, message string, services []string) (id string, err error)

	// UpdateIncident adds to an incident; the state "resolved" ends it.
	UpdateIncident(ctx context.Context, id, state, message string) error

	// Incidents are those that are open, newest first.
	Incidents(ctx context.Context) ([]Incident, error)
}

// Maintenance is a service held back on purpose.
type Maintenance struct {
	Services []string // "*" is all
	Message  string
	Until    time.Time // zero: nobody said
}

// Incident is an open incident.
type Incident struct {
	ID       string
	Title    string
	State    string
	Services []string // "*", or none at all, is all
	Updates  []Update // newest first
}

// Update is one entry of an incident's timeline.
type Update struct {
	State string
	Text  string
	At    time.Time
}
