package board

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

const (
	// maxEntries bounds the log; the oldest go first.
	maxEntries = 5000

	// spareEntries is how many more there may be before the oldest go.
	spareEntries = 200
)

// Query says which entries of the log are wanted.
type Query struct {
	Service string    // that they concern; empty is any
	Since   time.Time // not before it
	Limit   int       // how many at most; zero is all that are kept
}

// journal is what is known of the log.
type journal struct {
	mu      sync.Mutex
	entries map[string]*Entry // by id; never changed

	// The rest belongs to whose turn it is with the board.

	oldest string // id, where the log is full
	count  int    // entries, -1 before the first listing
}

// Log returns who changed what, the newest first: all edits of the board, whoever
// made them through whichever edge, and what Record and Attempt were told.
//
// The entry of an edit of the board is a part of the record that is the edit, and
// one cannot be stored without the other. A copy is then put into the log, which
// outlives the record. Whoever is killed between the two leaves an edit whose entry
// is not in the log yet: the next edge to read the log, to tidy, or to remove the
// record puts it there, and until that was done nothing removes the record.
func (b *Board) Log(ctx context.Context, store Store, q Query) ([]Entry, error) {
	var l *logList
	err := b.locked(ctx, func() (err error) {
		if err = b.refreshMost(ctx, store); err == nil {
			l, err = b.copyAll(ctx, store)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	b.journal.forget(l)
	lost, found := l.lost(), []Entry{}
	for _, id := range l.ids {
		if q.Limit > 0 && len(found) == q.Limit || !q.Since.IsZero() && id < sortable(q.Since) {
			break
		}
		e, err := b.loadEntry(ctx, store, id)
		if err != nil {
			return nil, err
		}
		if e == nil || q.Service != "" && !e.Concerns(q.Service) {
			continue
		}
		shown := e.clone()
		if outcome, known := l.outcome[id]; known && e.Outcome == Unknown {
			shown.Outcome = outcome
		}
		if lost[id] && e.Outcome != Unreadable {
			shown.Outcome = Lost
		}
		found = append(found, shown)
	}
	return found, nil
}

// Record puts an edit that was made elsewhere into the log: Action, Subject,
// Services, Old and New are the caller's, the rest is filled in. Whoever is killed
// between the edit and this has made an edit that the log does not have; where
// that matters, see Attempt.
func (b *Board) Record(ctx context.Context, store Store, e Entry) error {
	_, err := b.record(ctx, store, e)
	return err
}

// Attempt makes an edit elsewhere, and has the log say so. Before do is called the
// log says that it was begun, else it is not; afterwards, whether it was done. In
// between, and for ever after a kill in between or an error that leaves it open, the
// log says that nobody knows.
// An error is do's own, or one of a log that could not be written beforehand.
func (b *Board) Attempt(ctx context.Context, store Store, e Entry, do func(context.Context) error) error {
	e.Outcome = Unknown
	id, err := b.record(ctx, store, e)
	if err != nil {
		return err
	}
	suffix := suffixDone
	if err = do(ctx); err != nil {
		if open(err) {
			return err
		}
		suffix = suffixFailed
	}
	// What was done was done, whatever became of the caller since.
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	if err := store.Store(after, logKey(id)+suffix, []byte("{}")); err != nil {
		b.log.Warn().Err(err).Str("id", id).Msg("log: what became of an edit is not kept")
	}
	return err
}

// open reports whether an error leaves open what was done: no answer came, or some
// of it was done.
func open(err error) bool {
	var part *statusclient.WriteError
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.As(err, &part) && len(part.Done)+len(part.Unknown) > 0
}

func (b *Board) record(ctx context.Context, store Store, e Entry) (id string, err error) {
	e = e.clone()
	e.sign(ctx, b.now())
	e.ID = sortable(e.At) + "-" + newID()
	data, err := e.encode()
	if err != nil {
		return "", err
	}
	if err := store.Store(ctx, logKey(e.ID), data); err != nil {
		return "", fmt.Errorf("log: store: %w", err)
	}
	_ = b.locked(ctx, func() error { b.added(ctx, store); return nil })
	return e.ID, nil
}

// added counts an entry, and removes the oldest where there are too many.
func (b *Board) added(ctx context.Context, store Store) {
	if b.journal.count++; b.journal.count > 0 && b.journal.count <= maxEntries+spareEntries {
		return
	}
	if err := b.trim(ctx, store); err != nil {
		b.log.Debug().Err(err).Msg("log: not trimmed")
	}
}

// trim removes the oldest entries where there are too many.
func (b *Board) trim(ctx context.Context, store Store) error {
	l, err := b.listLog(ctx, store)
	if err != nil {
		return err
	}
	for len(l.ids) > maxEntries {
		last := len(l.ids) - 1
		id := l.ids[last]
		keys := []string{logKey(id)}
		if _, had := l.outcome[id]; had {
			keys = append(keys, logKey(id)+suffixDone, logKey(id)+suffixFailed)
		}
		for _, key := range keys {
			if err := store.Delete(ctx, key); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("log: remove %s: %w", key, err)
			}
		}
		l.ids = l.ids[:last]
		b.journal.count = len(l.ids)
	}
	return nil
}

func (b *Board) listLog(ctx context.Context, store Store) (*logList, error) {
	keys, err := listKeys(ctx, store, logRoot)
	if err != nil {
		return nil, err
	}
	l := parseLog(keys)
	b.journal.count, b.journal.oldest = len(l.ids), ""
	if len(l.ids) >= maxEntries {
		b.journal.oldest = l.ids[maxEntries-1]
	}
	clear(b.logged)
	for e := range l.edits {
		b.logged[e] = true
	}
	return l, nil
}

// loadEntry reads an entry, once. One that is gone since it was listed is nil, and
// one that cannot be read Unreadable. The error is that of ctx.
func (b *Board) loadEntry(ctx context.Context, store Store, id string) (*Entry, error) {
	j := &b.journal
	j.mu.Lock()
	e, known := j.entries[id]
	j.mu.Unlock()
	if known {
		return e, nil
	}
	data, err := store.Load(ctx, logKey(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil && ctx.Err() != nil {
		return nil, fmt.Errorf("log: load %s: %w", id, err)
	}
	if err != nil {
		b.log.Warn().Err(err).Str("id", id).Msg("log: entry cannot be read")
		return unreadable(id), nil // it may be read the next time
	}
	e, err = decodeEntry(id, data)
	if err != nil {
		b.log.Warn().Err(err).Str("id", id).Msg("log: entry cannot be read")
		e = unreadable(id)
	}
	j.keep(id, e)
	return e, nil
}

func (j *journal) keep(id string, e *Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries[id] = e
}

// forget drops what the log has no more.
func (j *journal) forget(l *logList) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.entries) <= len(l.ids) {
		return
	}
	kept := make(map[string]*Entry, len(l.ids))
	for _, id := range l.ids {
		if e, known := j.entries[id]; known {
			kept[id] = e
		}
	}
	j.entries = kept
}
