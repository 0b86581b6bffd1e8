package board

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/candor-edge/candor/statusclient"
)

// Writer is the board as whatever else can be written. It is for one use: the
// storage may be another one next time.
func (b *Board) Writer(store Store) statusclient.Writer { return &writer{b, store} }

type writer struct {
	board *Board
	store Store
}

// Open implements statusclient.Writer. An incident that names neither services nor
// components is about all services.
func (w *writer) Open(ctx context.Context, d statusclient.Draft) (r statusclient.Receipt, err error) {
	if err := cmp.Or(ctx.Err(), d.Complete()); err != nil {
		return r, err
	}
	draft := Draft{
		Title: d.Title, Message: d.Message, State: d.State, Impact: d.Impact, Services: d.Services,
		Components: slices.Collect(maps.Keys(d.Components)), Key: d.Key,
	}
	if len(d.Services)+len(d.Components) == 0 {
		draft.Services = []string{"*"}
	}
	in, already, err := w.board.open(ctx, w.store, draft)
	if err != nil {
		return r, given(err)
	}
	r = statusclient.Receipt{ID: in.ID, Already: already, Done: []string{}}
	if !already {
		r.Done = append(r.Done, "incident "+in.ID+" opened")
	}
	if already && len(in.Updates) > 1 {
		return r, nil // people may have set components otherwise since
	}
	return w.set(ctx, r, d.Components)
}

// Update implements statusclient.Writer.
func (w *writer) Update(ctx context.Context, id string, p statusclient.UpdateDraft) (r statusclient.Receipt, err error) {
	if err := cmp.Or(ctx.Err(), p.Check()); err != nil {
		return r, err
	}
	// What others have stored counts, too.
	if err := w.board.Refresh(ctx, w.store); err != nil {
		var unread *ErrUnreadable
		if errors.As(err, &unread); unread == nil || unread.of(ref{kindIncident, id}) != nil {
			return r, err
		}
	}
	in, err := w.board.Incident(id)
	if err != nil {
		return r, given(err)
	}
	if p.State == "" {
		p.State = in.State
	}
	r = statusclient.Receipt{ID: id, Done: []string{}}
	if len(in.Updates) > 0 && in.Updates[0].Message == p.Message && in.State == p.State && (p.Impact == "" || p.Impact == in.Impact) {
		r.Already = true
	} else {
		if _, err = w.board.UpdateIncident(ctx, w.store, id, "", UpdateDraft{State: p.State, Impact: p.Impact, Message: p.Message}); err != nil {
			return r, given(err)
		}
		what := "update of incident " + id + " posted"
		if p.State == statusclient.Resolved && in.State.Open() {
			what = "incident " + id + " resolved"
		}
		r.Done = append(r.Done, what)
	}
	if p.State == statusclient.Resolved && len(p.Components) == 0 {
		p.Components = w.recovery(&in)
	}
	return w.set(ctx, r, p.Components)
}

// recovery is what the end of an incident makes operational: what is not well, and
// has no other incident.
func (w *writer) recovery(in *Incident) map[string]statusclient.ComponentStatus {
	set := make(map[string]statusclient.ComponentStatus)
	for _, c := range w.board.Status().Components {
		if slices.Contains(in.Components, c.Name) && c.Status != statusclient.UnderMaintenance {
			set[c.Name] = statusclient.Operational
		}
	}
	for _, other := range w.board.Incidents(false) {
		for _, name := range other.Components {
			if other.ID != in.ID {
				delete(set, name)
			}
		}
	}
	return set
}

// SetComponents implements statusclient.Writer.
func (w *writer) SetComponents(ctx context.Context, set map[string]statusclient.ComponentStatus) (statusclient.Receipt, error) {
	if len(set) == 0 {
		return statusclient.Receipt{}, &statusclient.InvalidError{Field: "components", Problem: "are empty"}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if err := (&Component{Name: name, Status: set[name]}).check(); err != nil {
			return statusclient.Receipt{}, given(err)
		}
	}
	r, err := w.set(ctx, statusclient.Receipt{Done: []string{}}, set)
	r.Already = err == nil && len(r.Done) == 0
	return r, err
}

func (w *writer) set(ctx context.Context, r statusclient.Receipt, set map[string]statusclient.ComponentStatus) (statusclient.Receipt, error) {
	var undone []string
	var first error
	for _, name := range slices.Sorted(maps.Keys(set)) {
		what := fmt.Sprintf("component %s set to %s", name, set[name])
		changed, err := w.board.SetComponent(ctx, w.store, name, set[name])
		switch {
		case err != nil:
			undone = append(undone, what)
			if first == nil {
				first = given(err)
			}
		case changed:
			r.Done = append(r.Done, what)
		}
	}
	if first != nil && len(r.Done) > 0 {
		return r, &statusclient.WriteError{Backend: Name, Done: r.Done, Undone: undone, Err: first}
	}
	return r, first
}

// Check implements statusclient.Writer.
func (w *writer) Check(ctx context.Context) (string, error) {
	if err := w.board.Refresh(ctx, w.store); err != nil {
		return "", err
	}
	return "can be written", nil
}

// given is err in the words that all writers have.
func given(err error) error {
	var bad *ErrInvalid
	switch {
	case errors.As(err, &bad):
		return &statusclient.InvalidError{Field: bad.Field, Problem: bad.Problem}
	case errors.Is(err, ErrNotFound):
		return statusclient.ErrNoIncident
	}
	return err
}
