package statusclient

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// fakeCstate is the folder that a Hugo with cState's theme writes: files with an
// ETag, and JSON whose strings nobody has escaped.
type fakeCstate struct {
	mu     sync.Mutex
	issues []*fakeCstateIssue
	built  time.Time
	asked  map[string]int // by path; only what was not 304
}

type fakeCstateIssue struct {
	file, title, severity, system string
	created                       time.Time
	resolved                      bool
	body                          string
}

// build runs what an author did and writes the site anew.
func (f *fakeCstate) build(edit func()) func() {
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		edit()
		f.built = time.Now()
	}
}

func (f *fakeCstate) say(n *fakeCstateIssue, word, text string) {
	stamp := time.Now().In(cstateZone).Format("15:04 — Jan 2")
	n.body = fmt.Sprintf("<p><em>%s</em> - %s \n  <span class=\"faded\">(%s)</span>\n\n</p>\n", word, text, stamp) + n.body
}

var cstateZone = time.FixedZone("", 2*3600)

func (f *fakeCstate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var body string
	if r.URL.Path == "/index.json" {
		body = f.home()
	}
	for _, n := range f.issues {
		if r.URL.Path == "/issues/"+n.file+"/index.json" {
			body = n.json(`"body": ` + string(must(json.Marshal(n.body))) + ",\n  ")
		}
	}
	if body == "" {
		http.NotFound(w, r)
		return
	}
	etag := fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(body)))
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	f.asked[r.URL.Path]++
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, body)
}

func (f *fakeCstate) home() string {
	var systems []string
	for _, name := range []string{"Portal", "Mail"} {
		status, open := "ok", []string{}
		for _, n := range f.issues {
			if n.system == name && !n.resolved {
				status = n.severity
				open = append(open, n.json(""))
			}
		}
		systems = append(systems, fmt.Sprintf("\n      {\n        \"name\": \"%s\",\n        \"category\": \"Core\",\n        \"status\": \"%s\",\n        \"unresolvedIssues\": [%s]\n      }",
			name, status, strings.Join(open, "\n    ,")))
	}
	return fmt.Sprintf("{\n  \"is\": \"index\",\n  \"baseURL\": \"https://status.example.edu/\", \n  \"pinnedIssues\": [],\n  \"systems\": [%s],\n  \"buildDate\": \"%s\",\n  \"buildTime\": \"%s\",\n  \"buildTimezone\": \"UTC\"\n}\n",
		strings.Join(systems, ","), f.built.UTC().Format("2006-01-02"), f.built.UTC().Format("15:04"))
}

func (n *fakeCstateIssue) json(body string) string {
	return fmt.Sprintf(`
{
  "is": "issue",
  "title": "%s",
  %s"createdAt": "%s",
  "lastMod": "%[3]s",
  "permalink": "https://status.example.edu/issues/%s/",
  "severity": "%s",
  "resolved": %t,
  "informational": false,
  "resolvedAt": "<no value>",
  "affected": ["%s"],
  "filename": "%[4]s.md"
}`, n.title, body, n.created.In(cstateZone).String(), n.file, n.severity, n.resolved, n.system)
}
