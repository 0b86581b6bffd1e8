package statusclient

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestAutoTellsSystemsFromEachOther(t *testing.T) {
	const feed = `<?xml version="1.0"?><!-- x --><feed xmlns="http://www.w3.org/2005/Atom"><title>Status</title><id>x</id><updated>2026-11-20T00:00:00Z</updated></feed>`
	for name, tc := range map[string]struct {
		url     string
		answers map[string]string // by host and path
		want    string
		page    string
	}{
		"cachet 2":    {"", map[string]string{"/api/v1/ping": `{"data":"Pong!"}`}, "cachet (answers /api/v1/ping)", "https://status.example.edu"},
		"cachet 3":    {"", map[string]string{"/api/ping": `{"data":"Pong!"}`}, "cachet (answers /api/ping)", "https://status.example.edu"},
		"sorry":       {"/notices/x", map[string]string{"/api/v1/status": `{"page":{"state":"operational"}}`}, "sorry (answers /api/v1/status)", "https://status.example.edu"},
		"statuspage":  {"/history", map[string]string{"/api/v2/summary.json": `{"page":{"id":"x"},"incidents":[]}`}, "statuspage (answers /api/v2/summary.json)", "https://status.example.edu"},
		"incident.io": {"", map[string]string{"/api/v2/summary.json": `{"page":{"id":"01M36RMC01"},"incidents":null}`}, "statuspage (answers /api/v2/summary.json)", "https://status.example.edu"},
		"openstatus": {"/events", map[string]string{"/api/status/summary.json": `{"page":{},"status":{"indicator":"none"},"components":[]}`},
			"openstatus (answers /api/status/summary.json)", "https://status.example.edu"},
		"openstatus below a path": {"/uni", map[string]string{"/uni/feed/json": `{"pageComponents":[],"statusReports":[]}`},
			"openstatus (answers /feed/json)", "https://status.example.edu/uni"},
		"instatus":     {"", map[string]string{"/summary.json": `{"page":{"status":"UP"}}`}, "instatus (answers /summary.json)", "https://status.example.edu"},
		"better stack": {"", map[string]string{"/index.json": `{"data":{"type":"status_page"}}`}, "better-stack (answers /index.json)", "https://status.example.edu"},
		"cstate": {"/issues/x/", map[string]string{"/index.json": `{"is":"index","cStateVersion":"6.0.1","title":"a "quote" too many"`},
			"cstate (answers /index.json)", "https://status.example.edu"},
		"gatus":                 {"", map[string]string{"/api/v1/config": `{"oidc":false,"announcements":[]}`}, "gatus (answers /api/v1/config)", "https://status.example.edu"},
		"uptime kuma":           {"/status/campus", map[string]string{"/api/status-page/campus": `{"publicGroupList":[]}`}, "uptime-kuma (answers /api/status-page/)", "https://status.example.edu/status/campus"},
		"uptime kuma of a host": {"", map[string]string{"/api/entry-page": `{"type":"statusPageMatchedDomain","statusPageSlug":"campus"}`}, "uptime-kuma (answers /api/entry-page)", "https://status.example.edu"},
		"alertmanager":          {"/#/alerts", map[string]string{"/api/v2/status": `{"versionInfo":{},"cluster":{}}`}, "alertmanager (answers /api/v2/status)", ""},
		"a feed":                {"/history.atom", map[string]string{"/history.atom": feed}, "feed (is a feed)", ""},
		"google":                {"https://status.cloud.google.com/summary", nil, "google-cloud (by its address)", "https://status.cloud.google.com"},
		"workspace":             {"https://www.google.com/appsstatus/dashboard/", nil, "google-cloud (by its address)", "https://www.google.com/appsstatus/dashboard"},
		"statusio":              {"https://status.example.edu/pages/history/" + statusioPage, nil, "statusio (by its address)", "https://status.example.edu"},
		"upptime": {"https://github.com/example/upptime/issues", map[string]string{"raw.githubusercontent.com/example/upptime/HEAD/.upptimerc.yml": "owner: example"},
			"upptime (has .upptimerc.yml)", ""},
		"statuskit": {"https://github.com/example/status.git", map[string]string{"raw.githubusercontent.com/example/status/HEAD/site/config.toml": "x"},
			"statuskit (has site/config.toml)", ""},
		"jayfk":                 {"https://github.com/example/status", nil, "jayfk-statuspage (is a repository on GitHub)", ""},
		"a page of nothing":     {"", map[string]string{"/": "<!doctype html>"}, "", ""},
		"a shop":                {"", map[string]string{"/": "<html>", "/products.json": `{"products":[]}`, "/incidents.json": `[]`}, "", ""},
		"statuspage look-alike": {"", map[string]string{"/api/v2/summary.json": `{"page":{"name":"x"}}`, "/summary.json": `{"page":{"status":"up"}}`}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if want, _, _ := strings.Cut(tc.want, " "); want != "" && adapters[want].new == nil {
				t.Skip("there is no such type")
			}
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, ok := tc.answers[r.Host+r.URL.Path]
				if !ok {
					body, ok = tc.answers[r.URL.Path]
				}
				if !ok {
					w.WriteHeader(http.StatusNotFound)
				}
				io.WriteString(w, body)
			})
			if !strings.HasPrefix(tc.url, "https:") {
				tc.url = "https://status.example.edu" + tc.url
			}
			conformance{typ: "auto", url: tc.url}.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
				if page := b.(pageOwner).PageURL(); page != "" {
					t.Errorf("page is %s before anything is known", page)
				}
				b.Fetch(t.Context())
				if got := b.(Finder).Found(); got != tc.want {
					t.Errorf("found %q, want %q", got, tc.want)
				}
				if page := b.(pageOwner).PageURL(); tc.page != "" && page != tc.page || name == "alertmanager" && page != "" {
					t.Errorf("page is %q, want %q", page, tc.page)
				}
			})
		})
	}
}

func FuzzAutoProbes(f *testing.F) {
	f.Add([]byte(`{"data":"Pong!"}`))
	f.Add([]byte(`{"page":{"status":"UP"}}`))
	f.Add([]byte(`<?xml?><rss>`))
	f.Fuzz(func(_ *testing.T, b []byte) {
		isFeed(b)
		for _, p := range probes {
			p.is(b)
		}
	})
}
