package statusclient

import (
	"slices"
	"sync"
)

// Subscribers are who wants to know when something changes. The zero value has none,
// and all methods may be called at any time from any goroutine.
type Subscribers struct {
	mu  sync.Mutex
	all []*func()
}

// Add has f called by Tell, until cancel is called; by a Tell that is under way then
// it may be called once more.
func (s *Subscribers) Add(f func()) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, &f)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all = slices.DeleteFunc(slices.Clone(s.all), func(g *func()) bool { return g == &f })
	}
}

// Tell calls them all, without a lock: they may add and cancel.
func (s *Subscribers) Tell() {
	s.mu.Lock()
	all := s.all
	s.mu.Unlock()
	for _, f := range all {
		(*f)()
	}
}
