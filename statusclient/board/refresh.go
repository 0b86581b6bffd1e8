package board

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
)

// Refresh takes in what is stored. It loads only what it has not seen before, and
// writes nothing. What cannot be decoded is reported once and the record before it
// counts; any other failure is returned, has been logged when it began, and
// leaves standing what was known. Nothing that is known is forgotten because a
// storage does not have it: that takes a record which says so.
func (b *Board) Refresh(ctx context.Context, store Store) error {
	return b.locked(ctx, func() error { return b.refresh(ctx, store) })
}

// refresh is Refresh for those whose turn it is.
func (b *Board) refresh(ctx context.Context, store Store) error {
	records, stored, err := b.read(ctx, store)
	if ctx.Err() == nil || err == nil {
		b.note(err)
	}
	if err != nil {
		return err
	}
	b.stored = stored
	b.publish(records)
	return nil
}

// note remembers how reading went, and logs when that changes.
func (b *Board) note(err error) {
	was := b.health.Load()
	if err == nil {
		if !was.failing.IsZero() {
			b.log.Info().Msg("board: storage can be read again")
		}
		b.health.Store(&health{read: b.now()})
		return
	}
	if was.failing.IsZero() {
		b.log.Error().Err(err).Msg("board: storage cannot be read; what was known stands")
		b.health.Store(&health{read: was.read, failing: b.now(), err: "the board's storage cannot be read"})
	}
}

// read joins what is known with what is stored.
func (b *Board) read(ctx context.Context, store Store) (map[ref]*record, map[ref][]stamp, error) {
	stored, err := list(ctx, store)
	if err != nil {
		return nil, nil, err
	}
	known := b.state.Load().records
	var joined map[ref]*record
	for r, stamps := range stored {
		b.top[r] = max(b.top[r], stamps[0].version)
		rec, err := b.newest(ctx, store, known[r], r, stamps)
		if err != nil {
			return nil, nil, err
		}
		if rec != known[r] {
			if joined == nil {
				joined = make(map[ref]*record, len(known)+1)
				maps.Copy(joined, known)
			}
			joined[r] = rec
		}
	}
	if joined == nil {
		joined = known
	}
	return joined, stored, nil
}

// newest returns the newest readable record of a ref: the one that is known, if
// any, unless a newer one is stored.
func (b *Board) newest(ctx context.Context, store Store, known *record, r ref, stamps []stamp) (*record, error) {
	for _, s := range stamps {
		if known != nil && !s.after(known.stamp) {
			break
		}
		k := key(r, s)
		data, err := store.Load(ctx, k)
		if errors.Is(err, fs.ErrNotExist) {
			continue // somebody has just removed it
		}
		if err != nil {
			return nil, fmt.Errorf("board: load %s: %w", k, err)
		}
		rec, err := decode(r, s, data)
		if err == nil {
			return rec, nil
		}
		if !b.faulty[k] {
			b.faulty[k] = true
			b.log.Error().Err(err).Str("key", k).Msg("board: record cannot be read; the one before it counts")
		}
	}
	return known, nil
}
