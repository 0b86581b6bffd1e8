package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

func TestTheStatusOfAServiceIsForScripts(t *testing.T) {
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, "[public]\ncors_origins = [\"*\"]")), "candor portal\nreverse_proxy "+deadAddr(t))
	status := func(h header) (*answer, map[string]any) {
		a := e.get(e.h1, "/.candor/status", h)
		var m map[string]any
		_ = json.Unmarshal([]byte(a.body), &m)
		return a, m
	}
	up, m := status(nil)
	if up.StatusCode != 200 || m["state"] != "up" || m["service"] != "portal" || up.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%d %v %s", up.StatusCode, up.Header, up.body)
	}
	if a, _ := status(header{"If-None-Match": up.Header.Get("Etag")}); a.StatusCode != 304 || a.body != "" {
		t.Errorf("the same again: %d %q", a.StatusCode, a.body)
	}
	e.hold("portal", time.Hour)
	held, m := status(header{"If-None-Match": up.Header.Get("Etag"), "Origin": "https://spa.example"})
	if held.StatusCode != 200 || m["state"] != "maintenance" || held.Header.Get("Access-Control-Allow-Origin") != "https://spa.example" {
		t.Errorf("%d %v %s", held.StatusCode, held.Header, held.body)
	}
	for path, code := range map[string]int{"/.candor": 404, "/.candor/": 404, "/.candor/x": 404, "/.candor/status/": 404, "/.candorx": 503} {
		if a := e.get(e.h1, path, nil); a.StatusCode != code {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	if a := e.do(e.h1, "POST", "/.candor/status", nil, nil); a.StatusCode != 405 || a.Header.Get("Allow") == "" {
		t.Errorf("POST: %d", a.StatusCode)
	}
}

func TestOwnPathsAreWhatTheVisitorAskedFor(t *testing.T) {
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, "[public]\npath = \"/-/edge\"")), `
		try_files /index.html
		handle_path /app/* {
			candor app
			respond "app {path}"
		}
		handle {
			candor portal
			respond "up {path}"
		}`)
	if a := e.get(e.h1, "/-/edge/status", nil); !strings.Contains(a.body, `"portal"`) {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
	if a := e.get(e.h1, "/.candor/status", nil); !strings.HasPrefix(a.body, "up ") {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
}

func TestALargeLogoIsServedByTheEdge(t *testing.T) {
	dir := t.TempDir()
	logo := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="` + strings.Repeat("M0 0L9 9", 1000) + `"/></svg>`
	if err := os.WriteFile(filepath.Join(dir, "logo.svg"), []byte(logo), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "candor.toml")
	if err := os.WriteFile(path, []byte("[brand]\nname = \"U\"\nlogo = \"logo.svg\""), 0o600); err != nil {
		t.Fatal(err)
	}
	e := startEdge(t, "candor "+path, "candor portal\nreverse_proxy "+deadAddr(t))
	page := e.get(e.h1, "/", navigation).body
	i := strings.Index(page, "/.candor/logo-")
	if i < 0 {
		t.Fatal("no logo on the page")
	}
	input, _, _ := strings.Cut(page[i:], `"`)
	a := e.get(e.h1, input, nil)
	if a.body != logo || a.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v", input, a.StatusCode, a.Header)
	}
}

func TestOneSiteBlockServesManyServicesByHost(t *testing.T) {
	a1, a2 := upstream(t, typed(200, "text/plain", "one")), upstream(t, typed(200, "text/plain", "two"))
	global := "candor " + tomlFile(t, fmt.Sprintf(`
		[[service]]
		name = "one"
		hosts = ["one.example.edu"]
		upstream = %q
		[[service]]
		name = "two"
		hosts = ["two.example.edu", "*.two.example.edu"]
		upstream = %q
		[[service]]
		name = "dead"
		hosts = ["dead.example.edu"]
		upstream = %q`, a1, a2, deadAddr(t)))
	port := freePort(t)
	e := startEdge(t, global, fmt.Sprintf("}\nhttp://:%d {\ncandor\nreverse_proxy {\ndynamic candor\n}", port))
	for host, want := range map[string]struct {
		code int
		body string
	}{
		"one.example.edu": {200, "one"}, "TWO.example.edu": {200, "two"}, "a.two.example.edu:80": {200, "two"},
		"dead.example.edu": {502, ""}, "unknown.example.edu": {503, ""}, "a.b.two.example.edu": {503, ""},
	} {
		req, _ := http.NewRequest("GET", fmt.Sprintf("http://127.0.0.1:%d/", port), nil)
		req.Host = host
		resp, err := e.h1.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != want.code {
			t.Errorf("%s: %d, want %d", host, resp.StatusCode, want.code)
		}
		_ = resp.Body.Close()
	}
}

func TestCertificatesAreForClaimedHostsOnly(t *testing.T) {
	app := &App{byHost: map[string]*service{"one.example.edu": {}, "*.two.example.edu": {}}}
	p := &Permission{app}
	for host, allowed := range map[string]bool{
		"one.example.edu": true, "ONE.example.edu": true, "a.two.example.edu": true,
		"two.example.edu": false, "a.b.two.example.edu": false, "": false, "evil.example": false,
	} {
		if err := p.CertificateAllowed(t.Context(), host); (err == nil) != allowed {
			t.Errorf("%q: %v", host, err)
		}
	}
}

// TestAVisitorWhoAsksForEveryPageIsRefused before that costs anybody else anything.
func TestAVisitorWhoAsksForEveryPageIsRefused(t *testing.T) {
	e := startEdge(t, "", "candor portal\nreverse_proxy "+deadAddr(t))
	var refused *answer
	wait(t, "a refusal", func() bool {
		for code := 500; code <= 508; code++ {
			for _, c := range causes {
				for _, received := range []string{"", "no", "unknown"} {
					path := fmt.Sprintf("/.candor/page?cause=%s&code=%d&reference=abcdefghi&received=%s", c, code, received)
					if a := e.get(e.h1, path, nil); a.StatusCode == http.StatusServiceUnavailable && !strings.Contains(a.body, "<main>") {
						refused = a
						return true
					}
				}
			}
		}
		return false
	})
	if refused.Header.Get("Retry-After") == "" || refused.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("refused with %v", refused.Header)
	}
}

// Every page that waits fetches the status again and again: no backend may make it large.
func TestNoBackendMakesTheStatusLarge(t *testing.T) {
	svc := &service{name: "portal", page: &errorpages.Service{Name: "portal"}}
	updates := make([]statusclient.Update, 8)
	for i := range updates {
		updates[i].Text = statusclient.Text{Source: strings.Repeat("<>&\u00e9\\ ", 1000), Markup: statusclient.Plain}
	}
	said := &statusclient.Status{}
	for i := range 8 {
		id := strings.Repeat("<", 1000) + strconv.Itoa(i)
		said.Incidents = append(said.Incidents, statusclient.Incident{ID: id, Title: strings.Repeat("<x>", 10_000), Started: time.Now(), Updates: slices.Clone(updates)})
		for _, state := range []statusclient.MaintenanceState{statusclient.InProgress, statusclient.Scheduled} {
			said.Maintenances = append(said.Maintenances, statusclient.Maintenance{ID: id + string(state), State: state, Title: strings.Repeat("<x>", 10_000),
				From: time.Now().Add(time.Hour), Until: time.Now().Add(2 * time.Hour), Updates: slices.Clone(updates)})
		}
	}
	said.Clean()
	input := statusclient.Input{Name: "campus", Fetched: time.Now(), Status: said}
	know := statusclient.Merge([]statusclient.Service{{Name: "portal"}}, []statusclient.Input{input}, nil, time.Now())
	e, err := encodeStatus(publicStatus{situationView: situationJSON(svc, know.Situations["portal"], know)})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(e.body); n > 100<<10 || n < 10<<10 {
		t.Errorf("it is %d bytes", n)
	}
}
