package campus

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// fakeEdge is an edge that keeps what it is told, and passes every request on.
type fakeEdge struct {
	mu        sync.Mutex
	windows   []Maintenance
	incidents []Incident
	down      error
}

func (e *fakeEdge) MaintenanceOn(_ context.Context, service, message string, d time.Duration) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.windows = append(e.windows, Maintenance{Services: []string{service}, Message: message, Until: time.Now().Add(d)})
	return e.down
}

func (e *fakeEdge) MaintenanceOff(_ context.Context, service string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.windows = slices.DeleteFunc(e.windows, func(m Maintenance) bool { return m.Services[0] == service })
	return e.down
}

func (e *fakeEdge) Maintenances(context.Context) ([]Maintenance, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.windows), e.down
}

func (e *fakeEdge) OpenIncident(_ context.Context, title, message string, services []string) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.incidents = append(e.incidents, Incident{ID: "1", Title: title, State: "investigating", Services: services,
		Updates: []Update{{"investigating", message, time.Now()}}})
	return "1", e.down
}

func (e *fakeEdge) UpdateIncident(_ context.Context, id, state, message string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.incidents, func(in Incident) bool { return in.ID == id })
	if i < 0 {
		return errors.New("there is no such incident")
	}
	if state == "resolved" {
		e.incidents = slices.Delete(e.incidents, i, i+1)
		return nil
	}
	e.incidents[i].State = state
	e.incidents[i].Updates = slices.Insert(e.incidents[i].Updates, 0, Update{state, message, time.Now()})
	return nil
}

func (e *fakeEdge) Incidents(context.Context) ([]Incident, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.incidents), e.down
}

var _ Edge = (*fakeEdge)(nil)
