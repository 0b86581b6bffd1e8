package statusclient

import (
	"sync"
	"time"

	"github.com/patrickmn/go-cache"
)

// What is remembered of the details of a backend.
const (
	maxDetails = 500
	maxReads   = 40 // of details in one round, unless the adapter knows better
)

// memory holds what was read about single things, so that only what changed is
// read again: a list says what is there and of which version, memory has the
// rest. It is safe for many goroutines.
type memory[T any] struct {
	mu   sync.Mutex
	seen *cache.Cache // by key: *memo[T]
}

type memo[T any] struct {
	version string
	value   T
	sum     []byte
}

func newMemory[T any]() *memory[T] { return &memory[T]{seen: cache.New(keepAnswers, 0)} }

// get returns what read returns, or returned before for the same version of key.
// An empty version is never the same. When the round has read enough already, or
// few requests are left, it returns what it has of an older version; ok is false
// if that is nothing. The value is shared: it must not be changed.
func (m *memory[T]) get(r *Round, key, version string, read func(*Round) (T, error)) (v T, ok bool, err error) {
	e := m.recall(key)
	if e == nil || version == "" || e.version != version {
		if r.reads++; r.reads <= r.most && !r.c.scarce() {
			one := r.c.Round(r.ctx)
			if v, err = read(one); err != nil {
				return v, false, err
			}
			e = &memo[T]{version: version, value: v, sum: one.sum.Sum(nil)}
		}
	}
	if e == nil {
		return v, false, nil
	}
	m.keep(key, e)
	r.count(key, e.sum)
	return e.value, true, nil
}

func (m *memory[T]) recall(key string) *memo[T] {
	if e, ok := m.seen.Get(key); ok {
		return e.(*memo[T])
	}
	return nil
}

// forget has key read again next time, whatever its version will be.
func (m *memory[T]) forget(key string) { m.seen.Delete(key) }

// keep also makes what is still asked for last.
func (m *memory[T]) keep(key string, e *memo[T]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.seen.Get(key); !known {
		m.seen.DeleteExpired()
		if m.seen.ItemCount() >= maxDetails {
			return
		}
	}
	m.seen.Set(key, e, cache.DefaultExpiration)
}

// settled is t as a version, once it is so long ago that nothing more can happen
// in the same second, whoever's clock is ahead.
func settled(t time.Time) string {
	if t.IsZero() || time.Since(t) < time.Minute {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
