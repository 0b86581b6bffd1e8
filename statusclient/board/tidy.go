package board

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	// keepOver is how long windows stay stored after their end, and how long it
	// stays stored that something was deleted: longer than any edge is away.
	keepOver = 30 * 24 * time.Hour

	// keepResolved is how long incidents are kept after they were resolved.
	keepResolved = 90 * 24 * time.Hour

	// maxOver bounds how many of each kind are kept that are over.
	maxOver = 500
)

// Tidy refreshes, stores what is known here and missing there, and removes what
// has long been over. Call it once this board really uses the storage, for when a
// reload has brought another one, and then about once an hour.
func (b *Board) Tidy(ctx context.Context, store Store) error {
	return b.locked(ctx, func() error {
		if err := b.refresh(ctx, store); err != nil {
			return err
		}
		records := maps.Clone(b.state.Load().records)
		var errs []error
		if _, err := b.copyAll(ctx, store); err != nil {
			errs = append(errs, err)
		}
		for _, r := range b.expired(records) {
			if err := b.remove(ctx, store, r); err != nil {
				errs = append(errs, err)
				continue
			}
			delete(records, r)
			delete(b.top, r)
		}
		for r, rec := range records {
			if slices.Contains(b.stored[r], rec.stamp) {
				if b.stored[r][0] == rec.stamp { // else what is newer cannot be read
					b.prune(ctx, store, r)
				}
				continue
			}
			data, err := rec.encode()
			if err == nil {
				err = store.Store(ctx, key(r, rec.stamp), data)
				b.unmarked = true
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("board: store %s %s: %w", r.kind, r.id, err))
			}
		}
		if b.unmarked {
			b.leaveMark(ctx, store)
		}
		b.publish(records)
		errs = append(errs, b.trim(ctx, store))
		return errors.Join(errs...)
	})
}

// expired returns what has been over for long enough, or is over and too much.
func (b *Board) expired(records map[ref]*record) []ref {
	now := b.now()
	over := make(map[kind][]*record)
	for _, rec := range records {
		if since := rec.overSince(); !since.IsZero() && since.Before(now) {
			over[rec.kind] = append(over[rec.kind], rec)
		}
	}
	var found []ref
	for _, list := range over {
		slices.SortFunc(list, func(a, b *record) int {
			return cmp.Or(b.overSince().Compare(a.overSince()), cmp.Compare(a.id, b.id))
		})
		for i, rec := range list {
			keep := keepOver
			if rec.incident != nil {
				keep = keepResolved
			}
			if i >= maxOver || now.Sub(rec.overSince()) > keep {
				found = append(found, rec.ref)
			}
		}
	}
	return found
}

// remove deletes all records of a ref, the oldest first: whatever is left when
// this fails still says that it is over.
func (b *Board) remove(ctx context.Context, store Store, r ref) error {
	for _, s := range slices.Backward(b.stored[r]) {
		if _, err := b.settle(ctx, store, r, s); err != nil {
			return err
		}
		if err := store.Delete(ctx, key(r, s)); err != nil {
			return fmt.Errorf("board: remove %s %s: %w", r.kind, r.id, err)
		}
	}
	if len(b.stored[r]) > 0 {
		_ = store.Delete(ctx, r.key()) // the folder, where there are such
	}
	delete(b.stored, r)
	return nil
}
