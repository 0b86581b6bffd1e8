package errorpages

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// shelf holds what was rendered for one service. It is thrown away as a whole
// after shelfLife, so nothing on it needs a date.
type shelf struct {
	service *Service
	langs   *matcher
	zone    *time.Location
	limit   int

	entries atomic.Pointer[[]*entry] // replaced, never changed
	others  atomic.Pointer[[]*entry] // the same for what was only asked for; nothing leaves it
	mu      sync.Mutex               // held by who replaces any of these
}

// variant is what one rendering depends on, beside the service.
type variant struct {
	version   uint64
	code      int
	upstream  int
	lang      int // index into the brand's languages
	format    Format
	cause     Cause
	received  Received
	evidence  evidenceKey
	rehearsed int64
	link      bool
}

// entry is one variant; it is rendered once, by the first who needs it.
type entry struct {
	variant
	once sync.Once
	made *answer
	used atomic.Bool // since the last time that room was made
}

// What bounds a shelf: seven formats in three languages fit twice, and every
// language beyond that has room for the formats that people read.
const (
	maxEntries  = 64
	perLanguage = 16
)

// answer returns the rendering of a variant; p is one page that it is for.
// Everybody who asks for a new variant at the same time waits for one rendering.
// A shelf does not know its renderer: the janitor of the shelves would keep a
// renderer alive that nobody uses any more.
func (s *shelf) answer(r *Renderer, v variant, p *Page) *answer {
	e := find(*s.entries.Load(), &v)
	if e == nil {
		e = s.add(v)
	}
	if !e.used.Load() {
		e.used.Store(true)
	}
	e.once.Do(func() { e.made = r.compose(v, p) })
	return e.made
}

// asked is answer for ServeAsked; nil where as much has been rendered as may be for
// as long as the shelf lives. That bounds the work that one visitor can make, with
// all the causes, codes and languages there are, to a small part of a processor.
func (s *shelf) asked(r *Renderer, v variant, p *Page) *answer {
	e := find(*s.entries.Load(), &v)
	if e == nil {
		e = find(*s.others.Load(), &v)
	}
	if e == nil {
		if e = s.addAsked(v); e == nil {
			return nil
		}
	}
	e.once.Do(func() { e.made = r.compose(v, p) })
	return e.made
}

func (s *shelf) addAsked(v variant) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := *s.others.Load()
	if e := find(old, &v); e != nil || len(old) == s.limit {
		return e
	}
	e := &entry{variant: v}
	next := append(slices.Clone(old), e)
	s.others.Store(&next)
	return e
}

func find(entries []*entry, v *variant) *entry {
	for _, e := range entries {
		if e.variant == *v {
			return e
		}
	}
	return nil
}

func (s *shelf) add(v variant) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := *s.entries.Load()
	if e := find(old, &v); e != nil {
		return e
	}
	e := &entry{variant: v}
	next := make([]*entry, 0, min(len(old)+1, s.limit))
	next = append(next, e) // what is new is asked for most
	drop := -1
	if len(old) == s.limit {
		drop = leastUseful(old, v.version)
	}
	for i, o := range old {
		if i != drop {
			next = append(next, o)
		}
	}
	s.entries.Store(&next)
	return e
}

// leastUseful prefers what shows an older situation, then what nobody asked for
// since the last time, then the oldest.
func leastUseful(entries []*entry, version uint64) int {
	unused := -1
	for i, e := range entries {
		if e.version != version {
			return i
		}
		if !e.used.Swap(false) {
			unused = i
		}
	}
	if unused >= 0 {
		return unused
	}
	return len(entries) - 1
}

// shelf returns that of a service, a new one where there is none any more.
func (r *Renderer) shelf(svc *Service) *shelf {
	if s := r.standing(svc); s != nil {
		return s
	}
	r.opening.Lock()
	defer r.opening.Unlock()
	if s := r.standing(svc); s != nil {
		return s
	}
	b := svc.Brand
	s := &shelf{service: svc, langs: r.matcher(b), zone: b.zone, limit: max(maxEntries, perLanguage*len(b.languages))}
	s.entries.Store(new([]*entry))
	s.others.Store(new([]*entry))
	r.shelves.SetDefault(svc.Name, s)
	return s
}

func (r *Renderer) standing(svc *Service) *shelf {
	if v, ok := r.shelves.Get(svc.Name); ok {
		if s := v.(*shelf); s.service == svc {
			return s
		}
	}
	return nil
}

func (r *Renderer) matcher(b *Brand) *matcher {
	if m, ok := r.matchers.Load(b); ok {
		return m.(*matcher)
	}
	m, _ := r.matchers.LoadOrStore(b, newMatcher(b.languages))
	return m.(*matcher)
}
