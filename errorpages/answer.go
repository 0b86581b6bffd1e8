package errorpages

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// answer is one finished rendering, for any number of visitors.
type answer struct {
	code  int
	plain encoded

	once sync.Once
	gzip *encoded // made when it is first asked for
}

// worthCompressing is the size below which gzip's own bytes eat what it saves.
const worthCompressing = 256

// newAnswer takes the headers but for those of the encoding.
func newAnswer(code int, body []byte, headers []header, absent ...string) *answer {
	a := &answer{code: code}
	a.plain.form = newForm(body)
	a.plain.headers = append(headers, header{"Content-Length", strconv.Itoa(len(a.plain.body))})
	a.plain.absent = append(absent, "Content-Encoding")
	return a
}

// in returns the answer for clients that take gzip or do not. Where gzip saves
// nothing, both get the same.
func (a *answer) in(gzip bool) *encoded {
	if !gzip || len(a.plain.body) < worthCompressing {
		return &a.plain
	}
	a.once.Do(func() {
		a.gzip = &a.plain
		if f := compress(&a.plain.form); len(f.body) < len(a.plain.body) {
			headers := slices.Clone(a.plain.headers)
			headers[len(headers)-1].value = strconv.Itoa(len(f.body))
			headers = append(headers, header{"Content-Encoding", "gzip"})
			a.gzip = &encoded{form: f, headers: headers}
		}
	})
	return a.gzip
}

// encoded is a form with all headers that its answers have in common.
type encoded struct {
	form
	headers []header
	absent  []string // keys that must not be left from before
}

// set writes the headers of one answer and returns the seconds of its
// Retry-After, 0 for none. Values are in memory of this answer alone: a handler
// around us may change them in place.
func (e *encoded) set(h http.Header, p *Page) int {
	oldVary, oldStatus, kept := h["Vary"], h["Proxy-Status"], h["Retry-After"]
	values := make([]string, len(e.headers)+1)
	for i := range e.headers {
		values[i] = e.headers[i].value
		h[e.headers[i].key] = values[i : i+1 : i+1]
	}
	for _, key := range e.absent {
		delete(h, key)
	}
	if len(oldVary) > 0 {
		h["Vary"] = mergeVary(oldVary, h["Vary"][0])
	}
	if len(oldStatus) > 0 {
		h["Proxy-Status"] = append(slices.Clip(oldStatus), h["Proxy-Status"]...)
	}
	if len(kept) > 0 {
		if seconds, ok := keptSeconds(kept[0], p.Time); ok {
			h["Retry-After"] = kept[:1:1]
			return seconds
		}
		delete(h, "Retry-After")
	}
	seconds := wholeSeconds(p.RetryAfter)
	if seconds > 0 {
		last := len(values) - 1
		values[last] = strconv.Itoa(seconds)
		h["Retry-After"] = values[last:]
	}
	return seconds
}
