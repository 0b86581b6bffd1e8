package caddymodule

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCacheControlOfWhoeverIsLetThrough(t *testing.T) {
	for _, c := range []struct{ said, want string }{
		{"", "private"},
		{"public", "private"},
		{"public, max-age=3600", "max-age=3600, private"},
		{"Public,S-MaxAge=600 , max-age=60", "max-age=60, private"},
		{"s-maxage = 5", "private"},
		{"private", "private"},
		{`private="Set-Cookie, X-User", max-age=1`, "max-age=1, private"},
		{`no-cache="a, public", public`, `no-cache="a, public", private`},
		{"no-store", "no-store, private"},
		{"no-store, public", "no-store, private"},
		{"no-cache, no-store, must-revalidate", "no-cache, no-store, must-revalidate, private"},
		{"NO-STORE", "NO-STORE, private"},
		{"max-age=60, immutable, stale-while-revalidate=5", "max-age=60, immutable, stale-while-revalidate=5, private"},
		{",, ,", "private"},
		{`ext="open, public, max-age=1`, `ext="open, max-age=1, private`},
		{"publicly, s-maxages=1", "publicly, s-maxages=1, private"},
		{"max-age=60\npublic\nno-store", "max-age=60, no-store, private"}, // three lines
	} {
		var lines []string
		if c.said != "" {
			lines = strings.Split(c.said, "\n")
		}
		if got := private(lines); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.said, got, c.want)
		}
	}
}

func FuzzPrivate(f *testing.F) {
	for _, s := range []string{"", "public", `no-cache="a, public", s-maxage=1`, "no-store,,", `"`, `private="x`, "PUBLIC\t, no-store = 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, said string) {
		got := private([]string{said})
		if !strings.HasSuffix(got, "private") {
			t.Errorf("%q becomes %q", said, got)
		}
		if again := private([]string{got}); again != got {
			t.Errorf("%q becomes %q, and that %q", said, got, again)
		}
		names := directiveNames(got)
		if slices.Contains(names, "public") || slices.Contains(names, "s-maxage") {
			t.Errorf("%q becomes %q", said, got)
		}
		if slices.Contains(directiveNames(said), "no-store") && !slices.Contains(names, "no-store") {
			t.Errorf("%q loses no-store: %q", said, got)
		}
	})
}

func directiveNames(s string) (names []string) {
	for s != "" {
		var d string
		d, s = nextDirective(s)
		name, _, _ := strings.Cut(d, "=")
		names = append(names, strings.ToLower(strings.TrimSpace(name)))
	}
	return names
}

func TestAnswersForThoseLetThroughAreInNoSharedCache(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/plain")
		h.Set("Etag", `"1"`)
		if r.URL.Path != "/silent" {
			h["Cache-Control"] = []string{"public, max-age=60", "s-maxage=600"}
			h.Set("CDN-Cache-Control", "max-age=600")
			h.Set("Surrogate-Control", "max-age=600")
			h.Set("X-Accel-Expires", "600")
		}
		switch {
		case r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotModified)
		case r.URL.Path == "/stream":
			for range 3 {
				fmt.Fprint(w, "part ")
				_ = http.NewResponseController(w).Flush()
			}
		case r.URL.Path == "/implicit":
		case r.URL.Path == "/json":
			h.Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(w, "{}")
		default:
			fmt.Fprint(w, "in")
		}
	})
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, "[maintenance]\nbypass_header = \"X-Key: s3cret\"")), "candor portal\nreverse_proxy "+up)
	e.hold("portal", time.Hour)
	key := header{"X-Key": "s3cret"}
	nav := header{"X-Key": "s3cret", "Sec-Fetch-Dest": "document", "Accept": "text/html"} // which has a timeout
	for name, c := range map[string]*http.Client{"h1": e.h1, "h2": e.h2, "h3": e.h3} {
		for _, q := range []struct {
			method, path string
			h            header
			code         int
			want         string
		}{
			{"GET", "/", key, 200, "max-age=60, private"},
			{"GET", "/", nav, 200, "max-age=60, private"},
			{"HEAD", "/", key, 200, "max-age=60, private"},
			{"HEAD", "/", nav, 200, "max-age=60, private"},
			{"GET", "/silent", key, 200, "private"},
			{"GET", "/silent", nav, 200, "private"},
			{"GET", "/stream", key, 200, "max-age=60, private"},
			{"GET", "/stream", nav, 200, "max-age=60, private"},
			{"GET", "/implicit", key, 200, "max-age=60, private"},
			{"GET", "/json", key, 500, "max-age=60, private"},
			{"GET", "/", header{"X-Key": "s3cret", "If-None-Match": `"1"`}, 304, "max-age=60, private"},
		} {
			a := e.do(c, q.method, q.path, nil, q.h)
			if got := strings.Join(a.Header.Values("Cache-Control"), "; "); a.StatusCode != q.code || got != q.want || a.Header.Get("Candor-Bypass") != "header" {
				t.Errorf("%s %s %s: %d, Cache-Control %q, want %q; Candor-Bypass %q", name, q.method, q.path, a.StatusCode, got, q.want, a.Header.Get("Candor-Bypass"))
			}
			for _, k := range []string{"Cdn-Cache-Control", "Surrogate-Control"} {
				if v := a.Header.Get(k); v != "" && v != "no-store" {
					t.Errorf("%s %s %s: %s: %s", name, q.method, q.path, k, v)
				}
			}
		}
	}
}

func TestAnEventStreamForSomebodyLetThroughIsNotBuffered(t *testing.T) {
	next := make(chan struct{})
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: 1\n\n")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-next:
		case <-r.Context().Done():
		}
	})
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, "[maintenance]\nbypass_header = \"X-Key: s3cret\"")), "candor portal\nreverse_proxy "+up)
	e.hold("portal", time.Hour)
	req, _ := http.NewRequestWithContext(t.Context(), "GET", e.url("/"), nil)
	req.Header.Set("X-Key", "s3cret")
	resp, err := e.h2.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 64)
	n, err := io.ReadAtLeast(resp.Body, b, 9)
	close(next)
	_ = resp.Body.Close()
	if got := string(b[:n]); err != nil || got != "data: 1\n\n" || resp.Header.Get("Cache-Control") != "private" {
		t.Errorf("%q %v %v", got, err, resp.Header)
	}
}

// What is no answer of the upstream's, or none that is kept, is left as it is.
func TestOnlyAnswersForThoseLetThroughAreMadePrivate(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		w.WriteHeader(http.StatusSwitchingProtocols)
	})
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, "[maintenance]\nbypass_header = \"X-Key: s3cret\"")),
		fmt.Sprintf("candor campus\nroute {\nreverse_proxy /socket %s\ncandor mail\nreverse_proxy %s\n}", up, deadAddr(t)))
	e.hold("campus", time.Hour)
	for _, h := range []header{{"X-Key": "s3cret"}, {"X-Key": "s3cret", "Accept": "text/html"}} {
		e.get(e.h1, "/", h).isPage(t, 502) // of mail, which nobody has closed
		h["Connection"], h["Upgrade"] = "Upgrade", "websocket"
		req, _ := http.NewRequestWithContext(t.Context(), "GET", e.plain("/socket"), nil)
		for k, v := range h {
			req.Header.Set(k, v)
		}
		resp, err := e.h1.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != 101 || resp.Header.Get("Cache-Control") != "" || resp.Header.Get("Candor-Bypass") != "header" {
			t.Errorf("%d %v", resp.StatusCode, resp.Header)
		}
	}
	e.logs.handled(t, 4) // to be stopped while a socket ends is a race in Caddy
}
