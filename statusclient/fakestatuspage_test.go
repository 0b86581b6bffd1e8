package statusclient

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// fakeStatuspage is a Statuspage of two components that people can be seen
// working on: every method does what an operator does there.
type fakeStatuspage struct {
	mu           sync.Mutex
	broken       int // status code to answer instead
	requests     int
	components   map[string]string // id to status
	others       int               // components before those
	incidents    []*fakeIncident
	maintenances []*fakeIncident
	notified     int // subscribers' mails
	limited      int // of the next requests to its manage API, how many are put off
}

type fakeIncident struct {
	ID             string           `json:"id"`
	Name           string           `json:"name"`
	Status         string           `json:"status"`
	Impact         string           `json:"impact"`
	CreatedAt      string           `json:"created_at"`
	StartedAt      string           `json:"started_at"`
	ResolvedAt     *string          `json:"resolved_at"`
	ScheduledFor   string           `json:"scheduled_for,omitempty"`
	ScheduledUntil string           `json:"scheduled_until,omitempty"`
	Updates        []map[string]any `json:"incident_updates"`
	Components     []map[string]any `json:"components"`

	metadata map[string]any // only the manage API has it
}

func newFakeStatuspage() *fakeStatuspage {
	return &fakeStatuspage{components: map[string]string{"c-portal": "operational", "c-mail": "operational"}}
}

// stamp is the page zone's time, with milliseconds and an offset, as there.
func stamp(t time.Time) string {
	return t.In(time.FixedZone("", -7*3600)).Format("2006-01-02T15:04:05.000Z07:00")
}

func (f *fakeStatuspage) open(id, title, body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := &fakeIncident{ID: id, Name: title, Impact: "major", CreatedAt: stamp(time.Now()), StartedAt: stamp(time.Now())}
	n.Components = []map[string]any{{"id": "c-portal", "name": "Portal"}}
	f.components["c-portal"] = "major_outage"
	f.incidents = append([]*fakeIncident{n}, f.incidents...)
	n.say("investigating", body)
}

func (f *fakeStatuspage) update(id, state, body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range slices.Concat(f.incidents, f.maintenances) {
		if n.ID == id {
			n.say(state, body)
		}
	}
	if state == "resolved" {
		f.components["c-portal"] = "operational"
	}
}

func (f *fakeStatuspage) schedule(id, title string, from, until time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := &fakeIncident{ID: id, Name: title, Impact: "maintenance", CreatedAt: stamp(time.Now()), StartedAt: stamp(time.Now())}
	n.ScheduledFor, n.ScheduledUntil = stamp(from), stamp(until)
	n.Components = []map[string]any{{"id": "c-mail", "name": "Mail"}}
	f.maintenances = append(f.maintenances, n)
	n.say("scheduled", "Planned.")
}

func (n *fakeIncident) say(state, body string) {
	n.Status = state
	now := stamp(time.Now())
	if state == "resolved" {
		n.ResolvedAt = &now
	}
	n.Updates = append([]map[string]any{{
		"status": state, "body": body, "created_at": now, "display_at": now, "affected_components": nil,
	}}, n.Updates...)
}

func (f *fakeStatuspage) fail(code int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = code
}

// ServeHTTP answers summary.json with an ETag. It lists, as the real one,
// incidents that are not resolved and maintenances that are not completed.
func (f *fakeStatuspage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Host == "api.statuspage.io" {
		f.manage(w, r)
		return
	}
	f.requests++
	if f.broken != 0 || r.URL.Path != "/api/v2/summary.json" {
		w.WriteHeader(max(f.broken, http.StatusNotFound))
		return
	}
	open := func(all []*fakeIncident) []*fakeIncident {
		return slices.DeleteFunc(slices.Clone(all), func(n *fakeIncident) bool {
			return n.Status == "resolved" || n.Status == "completed"
		})
	}
	var rows []map[string]any
	for _, id := range []string{"c-portal", "c-mail"} {
		rows = append(rows, map[string]any{"id": id, "name": id[2:], "status": f.components[id], "group_id": nil, "group": false})
	}
	body, err := json.Marshal(map[string]any{
		"page":                   map[string]any{"id": "p", "url": "https://status.example.edu"},
		"components":             rows,
		"incidents":              open(f.incidents),
		"scheduled_maintenances": open(f.maintenances),
	})
	if err != nil {
		panic(err)
	}
	etag := fmt.Sprintf(`W/"%x"`, sha256.Sum256(body))
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(body)
}
