package statusclient

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rs/zerolog"
)

// Writer writes to one status system what staff would write there by hand. Few
// types of backends have one, and it shares nothing with the Backend: what may
// write never polls.
//
// Calls may come from any goroutine and are carried out one after the other. They
// return soon after ctx is done. A call that failed may be made again: what was
// done is not done twice, be it by another process or after a restart. An error
// that is a *WriteError says what was done all the same; one that is an
// *InvalidError or ErrNoIncident, that nothing was. No error holds a secret or a
// full URL.
type Writer interface {
	// Open opens an incident. While one is open that was opened with the same key,
	// it opens no other, but makes up for what is missing of that one.
	Open(ctx context.Context, d Draft) (Receipt, error)

	// Update adds to an incident, whoever opened it, and ends it with the state
	// "resolved". What was said last is not said twice in a row.
	Update(ctx context.Context, id string, p UpdateDraft) (Receipt, error)

	// SetComponents gives components another status.
	SetComponents(ctx context.Context, components map[string]ComponentStatus) (Receipt, error)

	// Check reports, in words, what it finds when it signs in without writing.
	Check(ctx context.Context) (string, error)
}

// ErrNoIncident says that a system has no incident of that id.
var ErrNoIncident = errors.New("there is no such incident")

// Draft is what opens an incident.
type Draft struct {
	// Key is what the caller knows the incident by, up to 200 bytes. The default is
	// its title.
	Key string `json:"key,omitempty"`

	// Title says what is wrong, up to 200 characters.
	Title string `json:"title"`

	// Message is the first update, up to 10 kB, in the system's own markup. Systems
	// publish nothing without one.
	Message string `json:"message"`

	// State is "investigating" by default; it may not be an end.
	State IncidentState `json:"state,omitempty"`

	// Impact is none, minor, major or critical. It is "major" by default.
	Impact Impact `json:"impact,omitempty"`

	// Components are what is affected, as services name it without BACKEND/, and
	// the status that it gets; an empty one follows from the impact.
	Components map[string]ComponentStatus `json:"components,omitempty"`

	// Services are whom it concerns, as the board knows them; other systems only
	// know components.
	Services []string `json:"services,omitempty"`

	// Notify tells those who have subscribed at the system.
	Notify bool `json:"notify,omitempty"`
}

// UpdateDraft is what updates an incident.
type UpdateDraft struct {
	// Message is as in Draft.
	Message string `json:"message"`

	// State is the new state, from investigating to resolved; by default it stays.
	State IncidentState `json:"state,omitempty"`

	// Impact is the new impact, for systems that know one; by default it stays.
	Impact Impact `json:"impact,omitempty"`

	// Components get a new status. Where none are named, the end of an incident
	// makes those operational that it alone is about.
	Components map[string]ComponentStatus `json:"components,omitempty"`

	// Notify tells those who have subscribed at the system.
	Notify bool `json:"notify,omitempty"`
}

// Receipt says what a write came to.
type Receipt struct {
	ID      string   `json:"id,omitempty"`      // of the incident, as Incident has it
	URL     string   `json:"url,omitempty"`     // where people read it
	Already bool     `json:"already,omitempty"` // it was open, or said, before
	Done    []string `json:"done"`              // in words
	Undone  []string `json:"undone,omitempty"`  // what the system cannot do
	Unseen  []string `json:"unseen,omitempty"`  // components of the board that no service shows
}

// InvalidError says what is wrong with what was given. Nothing was done.
type InvalidError struct {
	Field   string // as in JSON
	Problem string
}

func (e *InvalidError) Error() string { return e.Field + " " + e.Problem }

func invalid(field, format string, args ...any) error {
	return &InvalidError{Field: field, Problem: fmt.Sprintf(format, args...)}
}

// Writable lists the values of BackendConfig.Type that can be written, sorted.
func Writable() []string {
	return slices.DeleteFunc(Types(), func(t string) bool { return adapters[t].editor == nil })
}

// NewWriter makes the Writer that cfg describes, or nil where cfg has no
// WriteToken. It asks nobody anything.
func NewWriter(cfg BackendConfig, log zerolog.Logger) (Writer, error) {
	if cfg.WriteToken == "" {
		return nil, nil
	}
	w, err := buildWriter(cfg, log, transport())
	if err != nil {
		return nil, err
	}
	return w, nil
}
