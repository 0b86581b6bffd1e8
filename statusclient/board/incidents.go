package board

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// Incidents returns the incidents that are open, or all that are kept: resolved
// ones for 90 days. The newest comes first.
func (b *Board) Incidents(all bool) []Incident {
	list := []Incident{}
	for _, r := range b.state.Load().records {
		if r.incident != nil && (all || r.incident.State.Open()) {
			list = append(list, r.incident.clone())
		}
	}
	slices.SortFunc(list, func(a, b Incident) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// Incident returns one incident, or ErrNotFound.
func (b *Board) Incident(id string) (Incident, error) {
	in, err := b.incident(id)
	if err != nil {
		return Incident{}, err
	}
	return in.clone(), nil
}

func (b *Board) incident(id string) (*Incident, error) {
	r := b.state.Load().records[ref{kindIncident, id}]
	if r == nil || r.incident == nil {
		return nil, ErrNotFound
	}
	return r.incident, nil
}

// Validate reports the first thing that is wrong with a draft as somebody gave it
// at now. Its error is an *ErrInvalid.
func (d *Draft) Validate(now time.Time) error {
	if !d.State.Open() {
		return invalid("state", "is %s; an incident has to be opened first", d.State)
	}
	if err := d.incident(now).check(); err != nil {
		return err
	}
	return checkPromise(d.NextUpdate, now)
}

// incident is what the draft opens.
func (d *Draft) incident(now time.Time) *Incident {
	in := &Incident{
		Title:      d.Title,
		State:      cmp.Or(d.State, statusclient.Investigating),
		Impact:     cmp.Or(d.Impact, statusclient.ImpactMajor),
		Components: sorted(d.Components), Services: sorted(d.Services),
		Started: now, Changed: now, NextUpdate: d.NextUpdate.UTC(), Key: d.Key,
	}
	if d.Message != "" {
		in.Updates = []Update{{State: in.State, Message: d.Message, At: now}}
	}
	return in
}

func checkPromise(next, now time.Time) error {
	if !next.IsZero() && !next.After(now) {
		return invalid("next_update", "is in the past: %s", next.Format(time.RFC3339))
	}
	return nil
}

// OpenIncident opens an incident, or returns the one that is open with the same
// key.
func (b *Board) OpenIncident(ctx context.Context, store Store, d Draft) (Incident, error) {
	in, _, err := b.open(ctx, store, d)
	return in, err
}

func (b *Board) open(ctx context.Context, store Store, d Draft) (in Incident, already bool, err error) {
	var opened *Incident
	err = b.edit(ctx, store, func(now time.Time) (*record, error) {
		if err := d.Validate(now); err != nil {
			return nil, err
		}
		if opened = b.keyed(d.Key); opened != nil {
			already = true
			return nil, nil
		}
		if err := b.unread.ofKind(kindIncident); err != nil && d.Key != "" {
			return nil, err // which may be open with this key
		}
		r, err := b.fresh(kindIncident, now)
		if err != nil {
			return nil, err
		}
		opened = d.incident(now)
		return &record{ref: r, incident: opened}, nil
	})
	if err != nil {
		return Incident{}, false, err
	}
	return opened.clone(), already, nil
}

// keyed is the incident that is open with a key, or nil. Of several, which only
// crossing edits of two edges can make, it is the same for all who look.
func (b *Board) keyed(key string) *Incident {
	var found *Incident
	for _, r := range b.state.Load().records {
		in := r.incident
		if key != "" && in != nil && in.Key == key && in.State.Open() && (found == nil || in.ID < found.ID) {
			found = in
		}
	}
	return found
}

// UpdateIncident adds an update to an incident, also to one that is resolved.
// With match as in EditWindow. Of more than 100 updates the oldest are dropped.
func (b *Board) UpdateIncident(ctx context.Context, store Store, id, match string, p UpdateDraft) (Incident, error) {
	var updated *Incident
	err := b.edit(ctx, store, func(now time.Time) (*record, error) {
		old, err := b.incident(id)
		if err == nil {
			err = matches(match, old.ETag)
		}
		if err != nil {
			return nil, err
		}
		in := old.clone()
		if err := in.add(p, now); err != nil {
			return nil, err
		}
		updated = &in
		return &record{ref: ref{kindIncident, id}, incident: updated}, nil
	})
	if err != nil {
		return Incident{}, err
	}
	return updated.clone(), nil
}

// ResolveIncident ends an incident, with a last word that may be empty.
func (b *Board) ResolveIncident(ctx context.Context, store Store, id, match, message string) (Incident, error) {
	return b.UpdateIncident(ctx, store, id, match, UpdateDraft{State: statusclient.Resolved, Message: message})
}

// add takes in an update.
func (in *Incident) add(p UpdateDraft, now time.Time) error {
	if p == (UpdateDraft{}) {
		return invalid("message", "is empty, and so is the rest: nothing to add")
	}
	in.State, in.Impact = cmp.Or(p.State, in.State), cmp.Or(p.Impact, in.Impact)
	in.Changed = now
	switch {
	case in.State.Open():
		in.Resolved = time.Time{}
	case in.Resolved.IsZero():
		in.Resolved = now
	}
	switch {
	case !p.NextUpdate.IsZero():
		in.NextUpdate = p.NextUpdate.UTC()
	case !in.State.Open() || !in.NextUpdate.After(now):
		in.NextUpdate = time.Time{}
	}
	in.Updates = slices.Insert(in.Updates, 0, Update{State: in.State, Message: p.Message, At: now})
	in.Updates = in.Updates[:min(len(in.Updates), maxPosts)]
	if err := in.check(); err != nil {
		return err
	}
	return checkPromise(p.NextUpdate, now)
}
