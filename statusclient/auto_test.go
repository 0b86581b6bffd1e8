package statusclient

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

func TestAuto(t *testing.T) {
	const nothing = "answers as no system that can be told from others"
	conform(t, conformance{typ: "auto", fixtures: "testdata/auto/*.json", serve: serveTree, says: map[string]string{
		"HTML": nothing, "HTML that claims to be JSON": nothing, "JSON of something else": nothing, "a JSON list": nothing,
		"truncated JSON": nothing, "broken JSON": nothing, "an empty body": nothing,
		"a byte a second": "no complete answer within 5s", "silence": "no complete answer within 5s",
	}})
}

// TestAutoWaitsForAnAnswer: nobody answers, then only errors, then a Statuspage
// does; then it is asked for nothing else again.
func TestAutoWaitsForAnAnswer(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	code := http.StatusBadGateway
	page := newFakeStatuspage()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.URL.Path)
		if code != 0 {
			w.WriteHeader(code)
			return
		}
		page.ServeHTTP(w, r)
	})
	answer := func(with int) func() {
		return func() {
			mu.Lock()
			defer mu.Unlock()
			code, asked = with, nil
		}
	}
	follow(t, BackendConfig{Type: "auto", URL: "https://status.example.edu"}, h, []event{
		{want: "answered with status code 502"},
		{do: answer(0), want: ""},
		{do: func() { answer(0)(); page.open("i1", "Portal down", "We look into it.") }, want: "portal=major_outage; Portal down investigating major [c-portal] 1 We look into it."},
		{do: answer(http.StatusNotFound), want: "portal=major_outage; Portal down investigating major [c-portal] 1 We look into it.; answered with status code 404"},
	})
	for _, path := range asked {
		if path != "/api/v2/summary.json" {
			t.Errorf("asked for %s although the answer was known", path)
		}
	}
}

func TestAutoObeysWhoWantsToBeLeftAlone(t *testing.T) {
	var asked []string
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		if r.URL.Path != "/" {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	conformance{typ: "auto", url: "https://status.example.edu"}.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		_, err := b.Fetch(t.Context())
		wantRetryAfter(time.Minute)(t, err)
		if len(asked) != 2 {
			t.Errorf("asked for %v", asked)
		}
	})
}

// TestAutoGetsThroughToSlowHosts: one that leaves every question open but the
// right one is found out in more than one poll.
func TestAutoGetsThroughToSlowHosts(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			io.WriteString(w, "<html>")
		case "/api/v2/status":
			io.WriteString(w, `{"versionInfo":{},"cluster":{}}`)
		case "/api/v2/alerts", "/api/v2/silences":
			io.WriteString(w, "[]")
		default:
			<-r.Context().Done()
		}
	})
	cfg := BackendConfig{Name: "campus", Type: "auto", URL: "http://alerts.example.edu"}
	conformance{typ: "auto", url: cfg.URL}.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		p := NewPoller(cfg, b, zerolog.Nop())
		p.Start()
		defer p.Stop()
		time.Sleep(5 * time.Minute)
		if got := p.Found(); got != "alertmanager (answers /api/v2/status)" || p.Input().Fetched.IsZero() {
			t.Errorf("found %q, %s", got, p.Input().Error)
		}
	})
}

func TestAutoIsAsPoliteAsWhatItFound(t *testing.T) {
	h := serveTree(must(json.Marshal(object{
		"/index.json": object{"data": object{"type": "status_page"}, "included": array{}},
	})))
	for interval, want := range map[time.Duration]time.Duration{0: time.Minute, 10 * time.Second: 10 * time.Second} {
		cfg := BackendConfig{Name: "campus", Type: "auto", URL: "http://status.example.edu", Interval: Duration(interval)}
		conformance{typ: "auto", url: cfg.URL}.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
			p := NewPoller(cfg, b, zerolog.Nop())
			p.Start()
			defer p.Stop()
			time.Sleep(time.Second)
			s := p.Snapshot()
			if d := s.Next.Sub(s.Fetched); d < want*9/10 || d > want*11/10 {
				t.Errorf("next poll in %s, want %s", d, want)
			}
		})
	}
}

// TestAutoWarnsOfAnIntervalByWhatItFound, once, and not before it has found anything.
func TestAutoWarnsOfAnIntervalByWhatItFound(t *testing.T) {
	h := serveTree(must(json.Marshal(object{
		"/index.json": object{"data": object{"type": "status_page"}, "included": array{}},
	})))
	for interval, want := range map[time.Duration]int{0: 0, 45 * time.Second: 1, 2 * time.Minute: 0} {
		cfg := BackendConfig{Name: "campus", Type: "auto", URL: "http://status.example.edu", Interval: Duration(interval)}
		if w := cfg.Warning(); w != "" {
			t.Errorf("warns before it knows: %s", w)
		}
		conformance{typ: "auto", url: cfg.URL}.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
			var log bytes.Buffer
			if w := cfg.Haste(b); w != "" {
				t.Errorf("warns before it knows: %s", w)
			}
			p := NewPoller(cfg, b, zerolog.New(&log))
			p.Start()
			time.Sleep(10 * time.Minute)
			p.Stop()
			if got := strings.Count(log.String(), "interval is 45s; systems of type better-stack are made to be asked every 1m0s and may refuse"); got != want {
				t.Errorf("%s: warned %d times: %s", interval, got, log.String())
			}
		})
	}
}
