package statusclient

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// life is a status system of a portal and a mail server on which people work:
// one incident of the portal, one maintenance of mail. Each fake shows it in its
// system's own form.
type life struct {
	mu       sync.Mutex
	incident *lifeItem
	plan     *lifeItem
	asked    map[string]int // by path
}

type lifeItem struct {
	title, state string
	said         []lifeWord // oldest first
	from, until  time.Time
}

type lifeWord struct {
	state, text string
	at          time.Time
}

func (l *life) do(f func()) func() {
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		f()
	}
}

func (i *lifeItem) say(state, text string) {
	i.state = state
	i.said = append(i.said, lifeWord{state, text, time.Now().UTC()})
}

// newestFirst is how most systems list what was said.
func (i *lifeItem) newestFirst() []lifeWord {
	var out []lifeWord
	for j := len(i.said) - 1; j >= 0; j-- {
		out = append(out, i.said[j])
	}
	return out
}

// when picks a word by what goes on.
func (l *life) portal(down, well string) string {
	if l.incident != nil {
		return down
	}
	return well
}

// follow tells the story: an incident that is opened, updated twice and resolved,
// then a maintenance that is planned, runs and ends. wants are what is known after
// each step; the last two are empty for a system without maintenance.
func (l *life) follow(t *testing.T, cfg BackendConfig, h http.Handler, wants [8]string) {
	t.Helper()
	steps := []func(){
		func() {},
		func() {
			l.incident = &lifeItem{title: "Portal down", from: time.Now().UTC()}
			l.incident.say("investigating", "We look into it.")
		},
		func() { l.incident.say("identified", "A disk is full.") },
		func() { l.incident.say("monitoring", "Freed.") },
		func() { l.incident = nil },
		func() {
			l.plan = &lifeItem{title: "Mail moves", from: time.Now().UTC().Add(time.Hour)}
			l.plan.until = l.plan.from.Add(time.Hour)
			l.plan.say("scheduled", "Mail will be away.")
		},
		nil, // by the clock
		func() { l.plan = nil },
	}
	var story []event
	for i, want := range wants {
		e := event{want: want}
		if steps[i] != nil {
			e.do = l.do(steps[i])
		} else {
			e.do = func() {
				time.Sleep(time.Hour)
				l.do(func() {
					if l.plan != nil {
						l.plan.say("in_progress", "Begun.")
					}
				})()
			}
		}
		story = append(story, e)
	}
	follow(t, cfg, h, story)
}

// documents serves what each of paths renders now, with an ETag, wherever the
// system is mounted. Anything else is a 404.
func (l *life) documents(paths map[string]func() any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.asked == nil {
			l.asked = make(map[string]int)
		}
		l.asked[r.URL.Path]++
		for path, render := range paths {
			if !strings.HasSuffix(r.URL.Path, path) {
				continue
			}
			doc := render()
			if doc == nil {
				break
			}
			kind, body := "application/json", []byte(nil)
			if text, ok := doc.(string); ok {
				kind, body = "application/rss+xml; charset=utf-8", []byte(text)
			} else {
				body = must(json.Marshal(doc))
			}
			etag := fmt.Sprintf(`"%x"`, sha256.Sum256(body))
			w.Header().Set("ETag", etag)
			if r.Header.Get("If-None-Match") == etag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Header().Set("Content-Type", kind)
			w.Write(body)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	})
}

// object and array keep payloads of fakes readable.
type (
	object = map[string]any
	array  = []any
)

// askedFor has a backend of this type ask once and returns the paths and queries
// that it asked for, and the page it gives people.
func askedFor(t *testing.T, typ, url string) (asked []string, page string) {
	t.Helper()
	seen := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Host+r.RequestURI)
		w.WriteHeader(http.StatusNotFound)
	})
	conformance{typ: typ, url: url}.use(t, seen, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		b.Fetch(t.Context())
		if o, ok := b.(pageOwner); ok {
			page = o.PageURL()
		}
	})
	return asked, page
}

// benchText is an update as people write them.
const benchText = "We see errors for < 5% of requests.\n\n- mail\n- web\n\nMore at https://wiki.example.edu/x."

// benchDecoder measures decoding, translating and cleaning of one answer.
func benchDecoder(b *testing.B, body []byte, decode func(body []byte) *Status) {
	b.Helper()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		st := decode(body)
		if st == nil || len(st.Components) < 200 || len(st.Incidents) < 20 {
			b.Fatalf("got %+v", st)
		}
		st.Clean()
	}
}
