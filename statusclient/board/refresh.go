package board

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
)

// loadTries is how many records that cannot be loaded are gone past.
const loadTries = 10

// Refresh takes in what is stored. It loads only what it has not seen before, and
// writes nothing. What cannot be decoded is reported once and the record before it
// counts; any other failure is returned, has been logged when it began, and
// leaves standing what was known, beside what could be read. Nothing that is known is forgotten because a
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
	if records != nil {
		b.publish(records)
	}
	if err == nil {
		b.stored, b.listed = stored, b.now()
	}
	return err
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

// read joins what is known with what is stored. It lists again when all records
// of something that it found are gone when it comes to load them: others have
// stored newer ones meanwhile and removed these. What cannot be loaded hides nothing
// else, unless it is so much that the storage itself must be away.
func (b *Board) read(ctx context.Context, store Store) (map[ref]*record, map[ref][]stamp, error) {
	known := b.state.Load().records
	joined := maps.Clone(known)
	if joined == nil {
		joined = make(map[ref]*record)
	}
	for try := 1; ; try++ {
		stored, err := list(ctx, store)
		if err != nil {
			return nil, nil, err
		}
		vanished, failed := false, []error(nil)
		for r, stamps := range stored {
			b.top[r] = max(b.top[r], stamps[0].version)
			rec, gone, err := b.newest(ctx, store, joined[r], r, stamps)
			if err != nil {
				if failed = append(failed, err); len(failed) > loadTries || ctx.Err() != nil {
					return nil, nil, err
				}
				continue
			}
			vanished = vanished || gone
			if rec != nil {
				joined[r] = rec
			}
		}
		if !vanished || try == listTries || failed != nil {
			return joined, stored, errors.Join(failed...)
		}
	}
}

// newest returns the newest readable record of a ref: the one that is known, if
// any, unless a newer one is stored. gone says that a newer one was.
func (b *Board) newest(
	ctx context.Context, store Store, known *record, r ref, stamps []stamp,
) (rec *record, gone bool, err error) {
	for _, s := range stamps {
		if known != nil && !s.after(known.stamp) {
			break
		}
		k := key(r, s)
		data, err := store.Load(ctx, k)
		if errors.Is(err, fs.ErrNotExist) {
			gone = true
			continue
		}
		if err != nil {
			return nil, false, fmt.Errorf("board: load %s: %w", k, err)
		}
		if rec, err = decode(r, s, data); err == nil {
			return rec, false, nil
		}
		if !b.faulty[k] {
			b.faulty[k] = true
			b.log.Error().Err(err).Str("key", k).Msg("board: record cannot be read; the one before it counts")
		}
	}
	return known, gone, nil
}
