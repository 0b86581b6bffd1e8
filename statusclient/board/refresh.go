package board

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strings"
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
	if stored != nil {
		b.stored = stored
	}
	if err == nil {
		b.listed = b.now()
	}
	b.unread = nil
	errors.As(err, &b.unread)
	return err
}

// refreshMost is refresh for what goes on without some records: b.unread.
func (b *Board) refreshMost(ctx context.Context, store Store) error {
	if err := b.refresh(ctx, store); b.unread == nil {
		return err
	}
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
		why, unread := "the board's storage cannot be read", (*ErrUnreadable)(nil)
		if errors.As(err, &unread) {
			why = "cannot read " + strings.Join(unread.Keys, ", ")
		}
		b.log.Error().Err(err).Msg("board: storage cannot be read; what was known stands")
		b.health.Store(&health{read: was.read, failing: b.now(), err: why})
	}
}

// read joins what is known with what is stored. It lists again when all records
// of something that it found are gone when it comes to load them: others have
// stored newer ones meanwhile and removed these. What cannot be loaded hides nothing
// else, and is returned as *ErrUnreadable, unless it is so much that the storage
// itself must be away.
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
		vanished, unread := false, (*ErrUnreadable)(nil)
		for r, stamps := range stored {
			b.top[r] = max(b.top[r], stamps[0].version)
			rec, gone, failed, err := b.newest(ctx, store, joined[r], r, stamps)
			if err != nil {
				if unread = unread.add(r, failed, err); len(unread.Keys) > loadTries || ctx.Err() != nil {
					return nil, nil, fmt.Errorf("board: load %s: %w", failed, err)
				}
				continue
			}
			vanished = vanished || gone
			if rec != nil {
				joined[r] = rec
			}
		}
		if !vanished || try == listTries {
			if unread != nil {
				return joined, stored, unread
			}
			return joined, stored, nil
		}
	}
}

// newest returns the newest readable record of a ref: the one that is known, if
// any, unless a newer one is stored. gone says that a newer one was; failed is the
// key of what could not be loaded.
func (b *Board) newest(
	ctx context.Context, store Store, known *record, r ref, stamps []stamp,
) (rec *record, gone bool, failed string, err error) {
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
			return nil, false, k, err
		}
		if rec, err = decode(r, s, data); err == nil {
			return rec, false, "", nil
		}
		if !b.faulty[k] {
			b.faulty[k] = true
			b.log.Error().Err(err).Str("key", k).Msg("board: record cannot be read; the one before it counts")
		}
	}
	return known, gone, "", nil
}
