package pass

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// Store is where keys are kept; Caddy's storage is one. Of a name that does not
// exist, Load says fs.ErrNotExist.
type Store interface {
	Store(ctx context.Context, key string, value []byte) error
	Load(ctx context.Context, key string) ([]byte, error)
	Delete(ctx context.Context, key string) error
	List(ctx context.Context, prefix string, recursive bool) ([]string, error)
}

// Ring has the keys of all services, as the storage had them last. It holds no
// storage: every call that needs one is given it. All methods are safe for
// concurrent use.
type Ring struct {
	keys atomic.Pointer[map[keyID]*key] // the map does not change

	turn   chan struct{}   // whose it is asks the storage
	broken map[string]bool // names of what cannot be read: it is not tried again
	looked atomic.Int64    // when a link had the storage asked, as Unix time
}

// New makes a ring without keys.
func New() *Ring { return &Ring{turn: make(chan struct{}, 1)} }

// Empty reports whether there is no key, and so nobody with a pass.
func (r *Ring) Empty() bool {
	keys := r.keys.Load()
	return keys == nil || len(*keys) == 0
}

func (r *Ring) key(id keyID) *key {
	if keys := r.keys.Load(); keys != nil {
		return (*keys)[id]
	}
	return nil
}

// lock waits for the turn, but not for a storage that hangs under somebody else.
func (r *Ring) lock(ctx context.Context) error {
	select {
	case r.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *Ring) unlock() { <-r.turn }

// Refresh reads what other edges have added and ended. When the storage cannot be
// read, what is known stays.
func (r *Ring) Refresh(ctx context.Context, s Store) error {
	if err := r.lock(ctx); err != nil {
		return err
	}
	defer r.unlock()
	return r.refresh(ctx, s)
}

// look refreshes for the sake of a link whose key is not known, at most once a
// second: anybody can make up such links.
func (r *Ring) look(ctx context.Context, s Store, now time.Time) {
	if last := r.looked.Load(); now.Unix() == last || !r.looked.CompareAndSwap(last, now.Unix()) {
		return
	}
	_ = r.Refresh(ctx, s) // then the link does not open, and can be opened again
}

// Revoke ends every link and every pass of a service. When it returns an error,
// they may still be valid.
func (r *Ring) Revoke(ctx context.Context, s Store, service string) error {
	if err := r.lock(ctx); err != nil {
		return err
	}
	defer r.unlock()
	if err := r.refresh(ctx, s); err != nil {
		return err
	}
	return r.remove(ctx, s, func(k *key) bool { return k.service == service })
}

// signer is the key that signs for a service now, a new one where the last has
// signed for long enough.
func (r *Ring) signer(ctx context.Context, s Store, service string, now time.Time) (*key, error) {
	if err := r.lock(ctx); err != nil {
		return nil, err
	}
	defer r.unlock()
	// Else it might be a key that another edge has ended.
	if err := r.refresh(ctx, s); err != nil {
		return nil, err
	}
	var newest *key
	for _, k := range *r.keys.Load() {
		if k.service == service && now.Sub(k.created) < rotateAfter && (newest == nil || k.created.After(newest.created)) {
			newest = k
		}
	}
	if newest != nil {
		return newest, nil
	}
	k := newKey(service, now)
	b, err := k.encode()
	if err == nil {
		err = s.Store(ctx, k.name(), b)
	}
	if err != nil {
		return nil, fmt.Errorf("keep a key of passes: %w", err)
	}
	keys := maps.Clone(*r.keys.Load())
	keys[k.id] = k
	r.keys.Store(&keys)
	// What is over is no pass whether it is removed or not.
	_ = r.remove(ctx, s, func(k *key) bool { return k.over(now) })
	return k, nil
}

// remove deletes keys, and forgets those that are deleted.
func (r *Ring) remove(ctx context.Context, s Store, which func(*key) bool) error {
	keys := maps.Clone(*r.keys.Load())
	defer func() { r.keys.Store(&keys) }()
	for id, k := range keys {
		if !which(k) {
			continue
		}
		if err := s.Delete(ctx, k.name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("end a key of passes: %w", err)
		}
		delete(keys, id)
	}
	return nil
}

func (r *Ring) refresh(ctx context.Context, s Store) error {
	names, err := list(ctx, s)
	if err != nil {
		return fmt.Errorf("list the keys of passes: %w", err)
	}
	keys := make(map[keyID]*key, len(names))
	var failed error
	for _, name := range names {
		service, id, ok := parseName(name)
		if !ok || r.broken[name] {
			continue
		}
		k := r.key(id)
		if k == nil {
			if k, err = r.load(ctx, s, name, service, id); err != nil {
				failed = err
				continue
			}
		}
		if k != nil {
			keys[id] = k
		}
	}
	r.keys.Store(&keys)
	return failed
}

// load reads one key; nil is one that is gone, or is none.
func (r *Ring) load(ctx context.Context, s Store, name, service string, id keyID) (*key, error) {
	b, err := s.Load(ctx, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read a key of passes: %w", err)
	}
	k, err := decodeKey(service, id, b)
	if err != nil {
		if r.broken == nil {
			r.broken = make(map[string]bool)
		}
		r.broken[name] = true
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return k, nil
}

// list returns the names of all keys. A file system's listing fails with "does not
// exist" also when a file vanishes while it is being listed, as temporary files do.
func list(ctx context.Context, s Store) ([]string, error) {
	const tries = 50
	for try := 1; ; try++ {
		names, err := s.List(ctx, root, false)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return names, err
		}
		// Is it the folder itself that is not there?
		all, err := s.List(ctx, "candor", false)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && !slices.Contains(all, root):
			return nil, nil
		case try == tries || ctx.Err() != nil:
			return nil, errors.Join(errors.New("the listing is disturbed again and again"), err, ctx.Err())
		}
	}
}
