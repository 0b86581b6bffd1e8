package board

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// copyEntry puts the entry of an edit into the log, unless it is known to be
// there. It may be called any number of times, by any number of edges.
func (b *Board) copyEntry(ctx context.Context, store Store, r *record) error {
	e := edition{r.ref, r.stamp}
	if b.logged[e] || b.void[e] {
		return nil
	}
	if r.entry == nil || r.entry.ID < b.journal.oldest {
		b.void[e] = true // made before there was a log, or too old for it
		return nil
	}
	data, err := r.entry.encode()
	if err != nil {
		return err
	}
	if err := store.Store(ctx, logKey(r.entry.ID), data); err != nil {
		return fmt.Errorf("log: store: %w", err)
	}
	b.logged[e] = true
	b.added(ctx, store)
	return nil
}

// settle is copyEntry for any record that is stored. With an error it returns the
// entry that could not be copied, if that is known.
func (b *Board) settle(ctx context.Context, store Store, r ref, s stamp) (*Entry, error) {
	e := edition{r, s}
	if b.logged[e] || b.void[e] {
		return nil, nil
	}
	rec := b.state.Load().records[r]
	if rec == nil || rec.stamp != s {
		data, err := store.Load(ctx, key(r, s))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("board: load %s: %w", key(r, s), err)
		}
		if err == nil {
			rec, err = decode(r, s, data)
		}
		if err != nil {
			b.void[e] = true // what cannot be read has nothing to save
			return nil, nil
		}
	}
	if err := b.copyEntry(ctx, store, rec); err != nil {
		return rec.entry, err
	}
	return nil, nil
}

// copyAll puts the entries of all records that are stored into the log, and
// returns what is there then. What could not be put there counts as if it was.
func (b *Board) copyAll(ctx context.Context, store Store) (*logList, error) {
	l, err := b.listLog(ctx, store)
	if err != nil {
		return nil, err
	}
	for e := range b.void {
		if !slices.Contains(b.stored[e.ref], e.stamp) {
			delete(b.void, e)
		}
	}
	var left []string
	missing := false
	for r, stamps := range b.stored {
		for _, s := range stamps {
			missing = missing || !b.logged[edition{r, s}] && !b.void[edition{r, s}]
			entry, err := b.settle(ctx, store, r, s)
			if err != nil && entry == nil && ctx.Err() != nil {
				return nil, err
			}
			if err != nil && entry == nil { // a record that cannot be read: it stays, and is tried again
				b.log.Debug().Err(err).Msg("log: entry of an edit is not copied yet")
				continue
			}
			if err != nil {
				b.log.Debug().Err(err).Str("id", entry.ID).Msg("log: entry of an edit is not copied yet; its record has it")
				b.journal.keep(entry.ID, entry)
				left = append(left, logKey(entry.ID))
			}
		}
	}
	if !missing {
		return l, nil
	}
	keys, err := listKeys(ctx, store, logRoot)
	if err != nil {
		return nil, err
	}
	return parseLog(append(keys, left...)), nil
}
