package caddymodule

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/statusclient/board"
)

// plan plans maintenance of a service.
func plan(t testing.TB, service string, from, until time.Time) {
	t.Helper()
	app := running.newest()
	w := board.Window{Services: []string{service}, Title: "New storage", From: from, Until: until}
	if _, err := app.pooled.board.CreateWindow(t.Context(), app.storage, w); err != nil {
		t.Fatal(err)
	}
	app.merge()
}

func TestHealthyAnswersTellOfPlannedWork(t *testing.T) {
	handle(t, "answers", func(w http.ResponseWriter, r *http.Request) error {
		switch r.URL.Path {
		case "/json":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(500)
		case "/fails":
			return caddyhttp.Error(502, errors.New("no"))
		case "/missing":
			return caddyhttp.Error(404, errors.New("no"))
		default:
			fmt.Fprint(w, "in")
		}
		return nil
	})
	global := "candor " + tomlFile(t, "[maintenance]\nannounce = \"24h\"\nbypass_header = \"X-Key: s3cret\"")
	site := "handle /library {\ncandor library\nrespond in\n}\nhandle {\ncandor portal {\nreplace proxy\nexempt /exempt\n}\ntest_below answers\n}"
	e := startEdge(t, global, site)
	from := time.Now().Add(23 * time.Hour).UTC().Truncate(time.Second)
	until := from.Add(2 * time.Hour)
	says := func(path string, h header, want string) {
		t.Helper()
		for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
			if a := e.get(c, path, h); a.Header.Get("Candor-Upcoming") != want {
				t.Errorf("%s: %d %q, want %q", path, a.StatusCode, a.Header.Get("Candor-Upcoming"), want)
			}
		}
	}
	says("/", nil, "")
	plan(t, "portal", time.Now().Add(100*time.Hour), time.Time{})
	says("/", nil, "") // too far away
	plan(t, "portal", from, until)
	want := fmt.Sprintf(`from=%q, until=%q`, from.Format(time.RFC3339), until.Format(time.RFC3339))
	says("/", nil, want)
	says("/", navigation, want)
	says("/missing", nil, want)
	says("/library", nil, "")
	says("/json", nil, "")
	says("/fails", navigation, "")
	says("/exempt", nil, "")
	sooner := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	plan(t, "*", sooner, time.Time{})
	says("/", nil, fmt.Sprintf(`from=%q`, sooner.Format(time.RFC3339)))
	says("/library", nil, fmt.Sprintf(`from=%q`, sooner.Format(time.RFC3339)))
	e.hold("portal", time.Hour)
	says("/", nil, "")
	says("/", header{"X-Key": "s3cret"}, "")
	e.load("", site)
	says("/library", nil, "") // not configured
}

func TestAnnouncingAllocatesNothing(t *testing.T) {
	if racing() {
		t.Skip("the race detector makes pools forget")
	}
	c := newCounter(t, "[maintenance]\nannounce = \"24h\"")
	plan(t, "portal", time.Now().Add(time.Hour), time.Time{})
	h, r, w := c.handler(t, Handler{Service: "portal"}), c.request(header{"Accept": "*/*"}), newSilence()
	if w.ask(t, h, r, answersOK); w.header.Get("Candor-Upcoming") == "" {
		t.Fatal("nothing is announced")
	}
	if n := testing.AllocsPerRun(2000, func() { w.ask(t, h, r, answersOK) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAnnounced(b *testing.B) {
	for name, toml := range map[string]string{"off": "", "on": "[maintenance]\nannounce = \"24h\""} {
		c := newCounter(b, toml)
		svc, err := c.app.leadTo("portal")
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name+", nothing planned", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.app.announced(svc)
			}
		})
		plan(b, "portal", time.Now().Add(time.Hour), time.Time{})
		b.Run(name+", planned", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.app.announced(svc)
			}
		})
	}
}
