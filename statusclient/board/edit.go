package board

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"
)

const (
	// maxEach bounds the windows and the incidents that go on.
	maxEach = 2000

	// keepVersions is how many records of one ref stay stored, so that a damaged
	// one has one before it, and the loser of two crossing edits can be found.
	keepVersions = 3

	// undoTimeout bounds the attempt to remove what a failed edit may have left.
	undoTimeout = 5 * time.Second
)

// edit makes one edit. decide sees what is known, everything stored included that
// can be loaded (b.unread is the rest), and returns the record to store, without
// stamp, or nil when there is nothing to do.
func (b *Board) edit(ctx context.Context, store Store, decide func(now time.Time) (*record, error)) error {
	return b.locked(ctx, func() error {
		if err := b.refreshMost(ctx, store); err != nil {
			return err
		}
		now := b.now().UTC().Truncate(time.Microsecond)
		r, err := decide(now)
		if errors.Is(err, ErrNotFound) && b.unread != nil {
			return b.unread // it may be what cannot be read
		}
		if r == nil || err != nil {
			return err
		}
		if err := b.unread.of(r.ref); err != nil {
			return err
		}
		r.at = now
		return b.put(ctx, store, r)
	})
}

// put stores a record and then publishes it.
func (b *Board) put(ctx context.Context, store Store, r *record) error {
	r.stamp = stamp{b.top[r.ref] + 1, b.writer}
	r.finish()
	known := b.state.Load().records
	r.entry = describe(ctx, known[r.ref], r)
	data, err := r.encode()
	if err != nil {
		return err
	}
	// Even if it fails, this stamp is never used again: the record may have been
	// stored after all, and others may have read it.
	b.top[r.ref] = r.version
	k := key(r.ref, r.stamp)
	if err := store.Store(ctx, k, data); err != nil {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
		defer cancel()
		_ = store.Delete(undo, k)
		return fmt.Errorf("board: store %s %s: %w", r.kind, r.id, err)
	}
	records := make(map[ref]*record, len(known)+1)
	maps.Copy(records, known)
	records[r.ref] = r
	b.publish(records)

	b.stored[r.ref] = append([]stamp{r.stamp}, b.stored[r.ref]...)
	b.leaveMark(ctx, store)
	if err := b.copyEntry(ctx, store, r); err != nil {
		b.log.Warn().Err(err).Msg("log: entry of an edit is not copied yet; its record has it")
	}
	b.prune(ctx, store, r.ref)
	return nil
}

// prune removes all but the last few records of a ref. What cannot be removed is
// tried again with the next edit.
func (b *Board) prune(ctx context.Context, store Store, r ref) {
	stamps := b.stored[r]
	for len(stamps) > keepVersions {
		last := len(stamps) - 1
		if _, err := b.settle(ctx, store, r, stamps[last]); err != nil {
			b.log.Debug().Err(err).Str("key", key(r, stamps[last])).Msg("board: old record is kept, its entry is not in the log yet")
			break
		}
		if err := store.Delete(ctx, key(r, stamps[last])); err != nil {
			b.log.Debug().Err(err).Str("key", key(r, stamps[last])).Msg("board: old record cannot be removed")
			break
		}
		stamps = stamps[:last]
	}
	b.stored[r] = stamps
}

// matches reports whether an edit may be based on what has this ETag.
func matches(match, etag string) error {
	if match != "" && match != etag {
		return &ErrChanged{Current: etag}
	}
	return nil
}

// room reports that there are too many of a kind that go on.
func (b *Board) room(k kind, now time.Time) error {
	n := 0
	for r, rec := range b.state.Load().records {
		if over := rec.overSince(); r.kind == k && (over.IsZero() || over.After(now)) {
			n++
		}
	}
	if n >= maxEach {
		return fmt.Errorf("%w: %d of kind %s go on", ErrFull, n, k)
	}
	return nil
}

// fresh returns an unused ref, unless there are too many of its kind that go on.
func (b *Board) fresh(k kind, now time.Time) (ref, error) {
	if err := b.room(k, now); err != nil {
		return ref{}, err
	}
	for {
		if r := (ref{k, newID()}); b.top[r] == 0 {
			return r, nil
		}
	}
}
