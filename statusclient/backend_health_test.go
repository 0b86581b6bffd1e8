package statusclient

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func (c conformance) notModified(t *testing.T, good []byte, bare bool) {
	answers := make(map[int]int)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !bare {
			w.Header().Set("ETag", `"v1"`)
		}
		if r.Header.Get("If-None-Match") == `"v1"` {
			answers[304]++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		answers[200]++
		c.serve(good).ServeHTTP(w, r)
	})
	c.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		first := 0
		for i := range 3 {
			st, err := b.Fetch(t.Context())
			if i == 0 && err != nil || i > 0 && (!errors.Is(err, ErrNotModified) || st != nil) {
				t.Fatalf("call %d: %v, %v", i, st, err)
			}
			if i == 0 {
				first = answers[200]
			}
		}
		if !bare && (answers[200] != first || answers[304] < 2) || bare && answers[304] != 0 {
			t.Errorf("answers: %v, of them %d to the first call", answers, first)
		}
	})
}

// recovery: an answer that could not be read must not count as the last one.
func (c conformance) recovery(t *testing.T, good []byte) {
	var body atomic.Value
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := body.Load().([]byte)
		etag := fmt.Sprintf(`"%d"`, len(b))
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		c.serve(b).ServeHTTP(w, r)
	})
	c.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		bad := []byte(`{"nothing":"expected"}`)
		for i, step := range []struct {
			body []byte
			ok   func(error) bool
		}{
			{bad, func(err error) bool { return err != nil && !errors.Is(err, ErrNotModified) }},
			{bad, func(err error) bool { return err != nil && !errors.Is(err, ErrNotModified) }},
			{good, func(err error) bool { return err == nil }},
			{bad, func(err error) bool { return err != nil && !errors.Is(err, ErrNotModified) }},
			{good, func(err error) bool { return errors.Is(err, ErrNotModified) }},
		} {
			body.Store(step.body)
			if _, err := b.Fetch(t.Context()); !step.ok(err) {
				t.Errorf("step %d: %v", i, err)
			}
		}
	})
}

func (c conformance) concurrent(t *testing.T, good []byte) {
	c.use(t, c.serve(good), func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		var wg sync.WaitGroup
		var fresh atomic.Int64
		for range 16 {
			wg.Go(func() {
				for range 4 {
					switch st, err := b.Fetch(t.Context()); {
					case err == nil:
						fresh.Add(1)
						st.Clean()
					case !errors.Is(err, ErrNotModified):
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if fresh.Load() != 1 {
			t.Errorf("%d calls returned a status, want 1", fresh.Load())
		}
	})
}

func (c conformance) request(t *testing.T, good []byte) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		want := map[string]string{
			"User-Agent": userAgent, "X-Front": secretToken, "Cookie": "", "Referer": "",
			"X-Forwarded-For": "", "Accept-Encoding": "gzip",
		}
		for k, v := range want {
			if got := r.Header.Get(k); got != v {
				t.Errorf("%s: %q, want %q", k, got, v)
			}
		}
		if r.Method != http.MethodGet || !strings.Contains(r.URL.Path, "/"+secretPath+"/") || strings.Contains(r.URL.Path, "//") {
			t.Errorf("%s %s", r.Method, r.URL.Path)
		}
		sent := fmt.Sprint(r.Header)
		if strings.Contains(sent, readToken) != c.reads("token") || strings.Contains(sent, readSecret) != c.reads("secret") {
			t.Errorf("sent %s", sent)
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "x", Path: "/"})
		c.serve(good).ServeHTTP(w, r)
	})
	c.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		b.Fetch(t.Context())
		b.Fetch(t.Context())
	})
}

func (c conformance) sameHost(t *testing.T, good []byte) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/moved") {
			c.serve(good).ServeHTTP(w, r)
			return
		}
		http.Redirect(w, r, "/moved"+r.URL.RequestURI(), http.StatusMovedPermanently)
	})
	c.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		if _, err := b.Fetch(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
