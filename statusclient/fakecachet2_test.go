package statusclient

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fakeCachet2 is a Cachet 2.3 or 2.4 with its quirks: oldest first unless
// something is sorted by, and then newest first whatever the order; a query that
// filters fails on the second page; a missing time is now; a wrong token is no
// token; 2.3 knows neither updates nor schedules and writes numbers as strings.
type fakeCachet2 struct {
	version string
	deaf    bool // takes no notice of the Time-Zone header

	mu         sync.Mutex
	components []map[string]any // Portal, Mail and one that is switched off
	incidents  []map[string]any // as in the database
	schedules  []map[string]any
	notified   int // mails to subscribers
}

func newFakeCachet2(version string) *fakeCachet2 {
	f := &fakeCachet2{version: version, components: []map[string]any{
		{"id": 4, "name": "Portal", "status": 1, "enabled": true, "group_id": 0},
		{"id": 5, "name": "Mail", "status": 1, "enabled": true, "group_id": 1},
		{"id": 6, "name": "Old", "status": 1, "enabled": false, "group_id": 0},
	}}
	for range 30 {
		f.add("Long over", "x", 4, 1)
	}
	f.add("Internal", "Do not tell.", 1, 0)
	f.incidents[30]["component_id"] = 0
	return f
}

func (f *fakeCachet2) add(name, message string, status, visible int) {
	f.incidents = append(f.incidents, map[string]any{
		"id": len(f.incidents) + 1, "component_id": 4, "name": name, "message": message, "status": status, "visible": visible,
		"created_at": time.Now(), "updated_at": time.Now(), "occurred_at": time.Now(), "scheduled_at": time.Time{},
		"updates": []map[string]any{}, "meta": []any{}, "permalink": "http://localhost/incidents/1",
	})
}

func (f *fakeCachet2) open(name, message string, visible int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(name, message, 1, visible)
	f.components[0]["status"] = 4
}

func (f *fakeCachet2) update(state int, message string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.incidents, func(n map[string]any) bool { return n["name"] == "Portal down" })
	n := f.incidents[i]
	n["status"], n["updated_at"] = state, time.Now()
	if f.version == "2.3" {
		n["message"] = message
	} else {
		n["updates"] = append([]map[string]any{{
			"id": time.Now().Unix(), "status": state, "message": message, "created_at": time.Now(),
		}}, n["updates"].([]map[string]any)...)
	}
	if state == 4 {
		f.components[0]["status"] = 1
	}
}

func (f *fakeCachet2) schedule(name, message string, from, _ time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.version == "2.3" {
		f.add(name, message, 0, 1)
		n := f.incidents[len(f.incidents)-1]
		n["scheduled_at"], n["component_id"] = from, 0
		return
	}
	f.schedules = append(f.schedules, map[string]any{
		"id": 1, "name": name, "message": message, "status": 0, "scheduled_at": from, "completed_at": time.Time{},
		"created_at": time.Now(), "components": []any{},
	})
}

func (f *fakeCachet2) finish() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.schedules {
		s["status"], s["completed_at"] = 2, time.Now()
	}
	if f.version == "2.3" {
		f.incidents[len(f.incidents)-1]["status"] = 4
	}
}

func (f *fakeCachet2) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	zone, _ := time.LoadLocation("America/New_York")
	if asked, err := time.LoadLocation(r.Header.Get("Time-Zone")); err == nil && !f.deaf {
		zone = asked
	}
	var rows []map[string]any
	name, ok := strings.CutPrefix(strings.TrimPrefix(r.URL.Path, "/base"), "/api/v1/")
	if accept := r.Header.Get("Accept"); !strings.HasPrefix(accept, "application/") {
		w.WriteHeader(http.StatusNotAcceptable)
		return
	}
	token := r.Header.Get("X-Cachet-Token")
	staff := token == fakeToken || token == fakeWriteToken
	if ok && f.write(w, r, name, zone) {
		return
	}
	switch {
	case ok && name == "incidents":
		for _, n := range f.incidents {
			if n["visible"] == 1 || staff {
				rows = append(rows, n)
			}
		}
	case ok && name == "components":
		for _, c := range f.components {
			if c["enabled"] == true || staff {
				rows = append(rows, c)
			}
		}
	case ok && name == "components/groups":
		rows = []map[string]any{{"id": 1, "name": "Post"}}
	case ok && name == "schedules" && f.version == "2.4":
		rows = f.schedules
	default:
		w.WriteHeader(http.StatusNotFound)
		return
	}
	q := r.URL.Query()
	if q.Has("status") && q.Has("page") {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	rows = slices.Clone(rows)
	if q.Has("sort") {
		slices.Reverse(rows)
	}
	per, page := 20, max(1, first0(strconv.Atoi(q.Get("page"))))
	if n, err := strconv.Atoi(q.Get("per_page")); err == nil {
		per = n
	}
	from, to := min((page-1)*per, len(rows)), min(page*per, len(rows))
	var next any
	if to < len(rows) {
		next = fmt.Sprintf("http://localhost/api/v1/%s?page=%d", name, page+1)
	}
	shown := []any{}
	for _, row := range rows[from:to] {
		shown = append(shown, f.render(row, zone))
	}
	json.NewEncoder(w).Encode(map[string]any{"data": shown, "meta": map[string]any{
		"pagination": map[string]any{"links": map[string]any{"next_page": next}},
	}})
}

// render writes times without a zone, and for 2.3 leaves out what it has not.
func (f *fakeCachet2) render(row map[string]any, zone *time.Location) map[string]any {
	out := make(map[string]any)
	for k, v := range row {
		switch v := v.(type) {
		case time.Time:
			if v.IsZero() {
				v = time.Now()
			}
			out[k] = v.In(zone).Format(time.DateTime)
		case []map[string]any:
			list := []any{}
			for _, u := range v {
				list = append(list, f.render(u, zone))
			}
			out[k] = list
		case int:
			out[k] = v
			if f.version == "2.3" {
				out[k] = strconv.Itoa(v)
			}
		default:
			out[k] = v
		}
	}
	if f.version == "2.3" {
		delete(out, "updates")
		delete(out, "occurred_at")
		delete(out, "permalink")
	} else if _, ok := row["updates"]; ok {
		delete(out, "scheduled_at")
	}
	return out
}
