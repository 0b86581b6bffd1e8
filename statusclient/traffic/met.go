package traffic

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/axiomhq/hyperloglog"
)

// met counts the visitors who met a failure. Every minute begins a sketch, which
// takes in whoever comes until it is six minutes old; the oldest one therefore
// knows the last five minutes, and up to one more.
type met struct {
	mu       sync.Mutex
	sketches [sketches]sketch
	latest   [8]uint64 // hashes, as the youngest has them, of some who are in all that count
	of       *sketch   // that count was estimated from; nil: somebody has come since
	count    int
}

// sketch has a seed of its own: what is in one tells nothing about another, and
// once both are dropped nobody can find out who was in it.
type sketch struct {
	minute int64
	seed   maphash.Seed
	seen   *hyperloglog.Sketch
}

const (
	sketches = int64(Span/time.Minute) + 1

	// precision makes a sketch 512 bytes: exact up to some hundred visitors, 5 %
	// off beyond. What is told is rounded to one digit.
	precision = 9
)

func (m *met) add(at int64, v Visitor) {
	minute := at / int64(time.Minute)
	m.mu.Lock()
	defer m.mu.Unlock()
	young := &m.sketches[minute%sketches]
	if young.seen == nil || young.minute != minute {
		young.minute, young.seed = minute, maphash.MakeSeed()
		young.seen, _ = hyperloglog.NewSketch(precision, true) // fails for other precisions
	}
	hash := maphash.Comparable(young.seed, v)
	latest := &m.latest[hash%uint64(len(m.latest))]
	if *latest == hash {
		return
	}
	*latest, m.of = hash, nil
	for i := range m.sketches {
		if s := &m.sketches[i]; s.counts(minute) {
			s.seen.InsertHash(maphash.Comparable(s.seed, v))
		}
	}
}

// visitors is how many met a failure.
func (m *met) visitors(at int64) int {
	minute := at / int64(time.Minute)
	m.mu.Lock()
	defer m.mu.Unlock()
	var oldest *sketch
	for i := range m.sketches {
		if s := &m.sketches[i]; s.counts(minute) && (oldest == nil || s.minute < oldest.minute) {
			oldest = s
		}
	}
	if oldest == nil {
		return 0
	}
	if m.of != oldest {
		m.of, m.count = oldest, int(oldest.seen.Estimate())
	}
	return m.count
}

// counts reports whether a sketch began in the window that ends in this minute.
func (s *sketch) counts(minute int64) bool {
	return s.seen != nil && s.minute <= minute && minute-s.minute < sketches
}
