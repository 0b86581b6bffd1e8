package caddymodule

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// deadAddr is where nothing listens.
func deadAddr(t testing.TB) string { return fmt.Sprintf("127.0.0.1:%d", freePort(t)) }

// failing answers every request with that code and a body for people that says
// too much.
func failing(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "<h1>"+secretOfUpstream+"</h1>")
	}
}

// typed answers every request with that code and type.
func typed(code int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

func TestAShortBodyLeavesNoWrongLengthBehind(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		w.WriteHeader(500)
		_, _ = io.WriteString(w, "oops!")
	})
	e := startEdge(t, "", "candor\nreverse_proxy "+up)
	for range 3 { // on one connection
		e.get(e.h1, "/", navigation).isPage(t, 500)
	}
}

func TestNothingAboutTheUpstreamsBodyLeaks(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for _, k := range aboutBody {
			h.Set(k, "leak")
		}
		for _, k := range []string{"Content-Length", "Transfer-Encoding", "Trailer", "Location"} {
			h.Del(k)
		}
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Type", "text/plain")
		h.Set("Cache-Control", "public, max-age=600")
		h.Set("Set-Cookie", "sid=leak")
		w.WriteHeader(503)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, secretOfUpstream)
		_ = z.Close()
	})
	e := startEdge(t, "", "candor\nreverse_proxy "+up)
	a := e.get(e.h1, "/", navigation)
	a.isPage(t, 503)
	for k, vs := range a.Header {
		if strings.Contains(strings.Join(vs, ","), "leak") {
			t.Errorf("%s: %v leaks", k, vs)
		}
	}
	if a.Header.Get("Content-Encoding") != "" {
		t.Error("a page that nobody compressed is said to be compressed")
	}
}

func TestAFailureIsNever200(t *testing.T) {
	hang := upstream(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	e := startEdge(t, "", fmt.Sprintf(`
		handle /hang {
			candor {
				timeout 300ms
			}
			reverse_proxy %s
		}
		handle {
			candor
			reverse_proxy /dead %s
			reverse_proxy /500 %s
			reverse_proxy /503 %s
			respond /respond "no" 502
			error /error 507
		}
	`, hang, deadAddr(t), upstream(t, failing(500)), upstream(t, failing(503))))
	for path, code := range map[string]int{
		"/dead": 502, "/hang": 504, "/500": 500, "/503": 503, "/respond": 502, "/error": 507,
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
			for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
				t.Run(method+path, func(t *testing.T) {
					e := *e
					e.t = t
					e.do(c, method, path, nil, navigation).isPage(t, code)
				})
			}
		}
	}
}

func TestAPostGetsThePageNotAnErrorAboutIt(t *testing.T) {
	e := startEdge(t, "", fmt.Sprintf("candor\nreverse_proxy /dead %s\nreverse_proxy %s", deadAddr(t), upstream(t, failing(500))))
	for path, want := range map[string]struct {
		code     int
		received string
	}{"/dead": {502, "no"}, "/enrol": {500, "unknown"}} {
		a := e.do(e.h1, "POST", path, strings.NewReader("exam=7"), header{"Accept": "application/json"})
		a.isPage(t, want.code)
		if got := problemOf(t, a)["received"]; got != want.received {
			t.Errorf("%s: received %v, want %v", path, got, want.received)
		}
	}
}

func problemOf(t *testing.T, a *answer) map[string]any {
	t.Helper()
	if ct := a.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("Content-Type %q", ct)
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(a.body), &m); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return m
}

func TestConditionalAndRangeRequestsGetTheWholePage(t *testing.T) {
	e := startEdge(t, "", "candor\nreverse_proxy "+deadAddr(t))
	conditions := header{
		"If-None-Match": "*", "If-Modified-Since": time.Now().Add(time.Hour).UTC().Format(http.TimeFormat),
		"If-Match": `"x"`, "If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT", "Range": "bytes=0-3",
	}
	for k, v := range conditions {
		h := header{k: v}
		for k, v := range navigation {
			h[k] = v
		}
		a := e.get(e.h1, "/", h)
		a.isPage(t, 502)
		if !strings.Contains(a.body, "</html>") {
			t.Errorf("%s: the page is not whole: %.80s", k, a.body)
		}
	}
}

func TestWhatProgramsAskForIsUnderstood(t *testing.T) {
	e := startEdge(t, "", "candor\nreverse_proxy "+deadAddr(t))
	for accept, want := range map[string]string{
		"application/problem+json":                                        "application/problem+json",
		"application/vnd.api+json, application/json;q=0.9":                "application/problem+json",
		"application/json, text/plain, */*":                               "application/problem+json",
		"text/html":                                                       "text/html; charset=utf-8",
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "text/html; charset=utf-8",
		"*/*": "text/plain; charset=utf-8",
		"":    "text/plain; charset=utf-8",
	} {
		a := e.get(e.h1, "/", header{"Accept": accept})
		a.isPage(t, 502)
		if got := a.Header.Get("Content-Type"); got != want {
			t.Errorf("Accept %q got %q, want %q", accept, got, want)
		}
		for _, k := range []string{"Accept", "Accept-Language", "Sec-Fetch-Dest"} {
			if !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), k) {
				t.Errorf("Accept %q: Vary %q lacks %s", accept, a.Header.Values("Vary"), k)
			}
		}
	}
}

func TestARefusalOfGzipIsRespected(t *testing.T) {
	e := startEdge(t, "", "encode\ncandor\nreverse_proxy "+deadAddr(t))
	for accepted, want := range map[string]string{"gzip": "gzip", "gzip;q=0": "", "br, gzip;q=0, *;q=0.1": "", "gzip;q=0.5, br": "gzip", "": ""} {
		h := header{"Accept-Encoding": accepted}
		for k, v := range navigation {
			h[k] = v
		}
		a := e.get(e.h1, "/", h)
		a.isPage(t, 502)
		if got := a.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q got %q, want %q", accepted, got, want)
		}
		if want == "gzip" {
			z, err := gzip.NewReader(strings.NewReader(a.body))
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(z); err != nil || !strings.Contains(string(b), "</html>") {
				t.Errorf("gunzip: %v", err)
			}
		}
	}
}

func TestBrowsersMayReadThatWeAreDown(t *testing.T) {
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, `
		[public]
		cors_origins = ["https://app.example.edu"]`)), "candor portal\nreverse_proxy "+deadAddr(t))
	e.hold("portal", time.Hour)
	preflight := header{"Origin": "https://app.example.edu", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-token"}
	a := e.do(e.h1, "OPTIONS", "/api", nil, preflight)
	if a.StatusCode != 204 || a.Header.Get("Access-Control-Allow-Origin") != preflight["Origin"] ||
		a.Header.Get("Access-Control-Allow-Methods") != "PUT" || a.Header.Get("Access-Control-Allow-Headers") != "x-token" {
		t.Errorf("preflight: %d %v", a.StatusCode, a.Header)
	}
	a = e.get(e.h1, "/api", header{"Origin": "https://app.example.edu", "Accept": "application/json"})
	a.isPage(t, 503)
	if got := a.Header.Get("Access-Control-Allow-Origin"); got != preflight["Origin"] {
		t.Errorf("Access-Control-Allow-Origin %q", got)
	}
	preflight["Origin"] = "https://evil.example"
	a = e.do(e.h1, "OPTIONS", "/api", nil, preflight)
	a.isPage(t, 503)
	if got := a.Header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("a stranger may read: %q", got)
	}
}

func TestMaintenanceIsNoPasswordBox(t *testing.T) {
	e := startEdge(t, "", `
		candor portal
		basic_auth {
			bob $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG
		}
		respond "in"`)
	a := e.get(e.h1, "/", navigation)
	if a.StatusCode != 401 || a.Header.Get("Www-Authenticate") == "" {
		t.Errorf("without maintenance: %d %v", a.StatusCode, a.Header)
	}
	e.hold("portal", time.Hour)
	e.get(e.h1, "/", navigation).isPage(t, 503)
}

func TestExemptPathsMatchWholeSegmentsOfCleanPaths(t *testing.T) {
	e := startEdge(t, "", `
		candor portal {
			exempt /api/* /hook
		}
		respond "passed"`)
	e.hold("portal", time.Hour)
	for path, passes := range map[string]bool{
		"/api/x": true, "/api": true, "/api/": true, "/hook": true, "//api/x": true, "/api/./x": true, "/API/x": true,
		"/apixyz": false, "/hook/x": false, "/hookx": false, "/?to=/api/x": false, "/api/../admin": false,
		"/api/%2e%2e/admin": false, "/x/api/y": false,
		"/.well-known/acme-challenge/token": false, // the list was replaced
	} {
		a := e.get(e.h1, path, nil)
		if got := a.body == "passed"; got != passes {
			t.Errorf("%s: passes %v, want %v", path, got, passes)
		}
	}
}

func TestMaintenanceSurvivesAReload(t *testing.T) {
	site := "candor portal\nrespond live"
	e := startEdge(t, "", site)
	e.hold("portal", time.Hour)
	for _, next := range []string{site, site + "\nheader X-New yes", "respond gone", site} {
		e.load("", next)
	}
	e.get(e.h1, "/", navigation).isPage(t, 503)
}

func TestMaintenanceConcernsOnlyTheServiceThatIsNamed(t *testing.T) {
	e := startEdge(t, "", `
		handle /library* {
			candor library
			respond live
		}
		handle {
			candor portal
			respond live
		}`)
	e.hold("portal", time.Hour)
	e.get(e.h1, "/", navigation).isPage(t, 503)
	if a := e.get(e.h1, "/library", navigation); a.body != "live" {
		t.Errorf("library: %d %q", a.StatusCode, a.body)
	}
	e.hold("*", time.Hour)
	e.get(e.h1, "/library", navigation).isPage(t, 503)
}

func TestEventsAndEarlyHintsPassAsTheyCome(t *testing.T) {
	const events, limit = 4, 2 * time.Second
	read := make(chan struct{})
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</s.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range events {
			fmt.Fprintf(w, "data: %d\n\n", i)
			_ = http.NewResponseController(w).Flush()
			select { // what comes next waits until this has come
			case <-read:
			case <-r.Context().Done():
			}
		}
	})
	e := startEdge(t, "", fmt.Sprintf("encode\ncandor {\ntimeout %s\n}\nreverse_proxy %s", limit, up))
	for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", e.url("/"), nil)
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 64)
		for i := range events {
			n, err := resp.Body.Read(b)
			if got := string(b[:n]); got != fmt.Sprintf("data: %d\n\n", i) {
				t.Fatalf("read %q, %v: want event %d alone", got, err, i)
			}
			if i == events-2 {
				time.Sleep(limit + 100*time.Millisecond) // what has begun is not timed out
			}
			read <- struct{}{}
		}
		_ = resp.Body.Close()
	}
}
