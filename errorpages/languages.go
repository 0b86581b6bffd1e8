package errorpages

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/text/language"
)

// matcher chooses among a few languages. It is safe for concurrent use.
//
// Matching takes microseconds and allocates, and the same few headers come again
// and again: what was found is kept, for a bounded number of headers.
type matcher struct {
	names []string         // as cookies have them
	match language.Matcher // nil when there is no choice
	known atomic.Pointer[map[string]int]
	mu    sync.Mutex // held by writers of known
}

const (
	languageLimit = 256 // bytes of Accept-Language that are looked at
	maxKnown      = 256 // headers kept
)

func newMatcher(tags []language.Tag) *matcher {
	m := new(matcher)
	for _, tag := range tags {
		m.names = append(m.names, tag.String())
	}
	if len(tags) > 1 {
		m.match = language.NewMatcher(tags)
		m.known.Store(&map[string]int{})
	}
	return m
}

// choose returns which of the languages to answer in: what the visitor has chosen
// on a page goes before what the browser asks for.
func (m *matcher) choose(cookies, accept []string) int {
	if m.match == nil {
		return 0
	}
	if i := chosen(m.names, cookies); i >= 0 {
		return i
	}
	return m.index(accept)
}

// index returns which of the languages suits an Accept-Language header best; 0,
// the default, when none does.
func (m *matcher) index(lines []string) int {
	if m.match == nil || len(lines) == 0 {
		return 0
	}
	header := lines[0]
	if len(lines) > 1 {
		header = strings.Join(lines, ",")
	}
	if len(header) > languageLimit {
		header = header[:max(strings.LastIndexByte(header[:languageLimit], ','), 0)]
	}
	if i, ok := (*m.known.Load())[header]; ok {
		return i
	}
	return m.learn(header)
}

func (m *matcher) learn(header string) int {
	i := 0
	// What cannot be read asks for nothing. A language that is merely related to
	// ours is no better than the default, and may be much less welcome.
	if tags, _, err := language.ParseAcceptLanguage(header); err == nil {
		if _, best, confidence := m.match.Match(tags...); confidence > language.No {
			i = best
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	next := make(map[string]int)
	if old := *m.known.Load(); len(old) < maxKnown {
		maps.Copy(next, old)
	}
	next[strings.Clone(header)] = i
	m.known.Store(&next)
	return i
}
