package statusclient

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// fakeStaytus wants its credentials for every call, says most of its errors with
// status code 200, is strict about types, and leaves updates out of lists.
type fakeStaytus struct {
	mu       sync.Mutex
	level    string            // of its service "portal"
	mail     string            // of the other; "" is operational
	renamed  map[string]string // permalinks that the page has renamed
	issues   []map[string]any
	infos    int // calls of issues/info
	notified int
}

func fakeStaytusLevel(permalink string, full bool) map[string]any {
	row := map[string]any{"id": 1, "name": permalink, "permalink": permalink, "color": "2FCC66"}
	if full {
		row["status_type"] = fakeStaytusTypes[permalink]
	}
	return row
}

func staytusTime() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

func (f *fakeStaytus) open(title, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := len(f.issues) + 1
	f.level = "major-outage"
	f.issues = append([]map[string]any{{
		"id": id, "title": title, "identifier": fmt.Sprintf("id-%d", id), "created_at": staytusTime(),
		"service_status": fakeStaytusLevel(f.level, false), "updates": []any{},
		"user": map[string]any{"id": 1, "email_address": "admin@example.edu", "name": "Admin"},
	}}, f.issues...)
	f.say(id, "investigating", text)
}

func (f *fakeStaytus) update(id int, state, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.say(id, state, text)
}

func (f *fakeStaytus) say(id int, state, text string) {
	for _, n := range f.issues {
		if n["id"] == id {
			n["state"], n["updated_at"] = state, staytusTime()
			n["updates"] = append(n["updates"].([]any), map[string]any{
				"id": 1, "state": state, "text": text, "created_at": staytusTime(),
			})
		}
	}
	if state == "resolved" {
		f.level = "operational"
	}
}

func (f *fakeStaytus) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	answer := func(code int, status string, data any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		json.NewEncoder(w).Encode(map[string]any{"status": status, "time": 0.01, "flags": map[string]any{}, "data": data})
	}
	message := func(s string) map[string]string { return map[string]string{"message": s} }
	token, secret := r.Header.Get("X-Auth-Token"), r.Header.Get("X-Auth-Secret")
	staff := token == fakeWriteToken && secret == fakeWriteSecret
	if !staff && (token != fakeToken || secret != fakeSecret) {
		answer(200, "access-denied", message("Invalid API credentials provided"))
		return
	}
	switch r.URL.Path {
	case "/api/v1/services/all":
		rows := []any{map[string]any{
			"id": 1, "name": "Portal", "permalink": "portal", "status": fakeStaytusLevel(f.level, true),
		}}
		if f.mail != "" {
			rows = append(rows, map[string]any{
				"id": 2, "name": "Mail", "permalink": "mail", "status": fakeStaytusLevel(f.mail, true),
			})
		}
		answer(200, "success", rows)
	case "/api/v1/issues/all":
		list := []any{}
		for _, n := range f.issues {
			short := make(map[string]any)
			for k, v := range n {
				if k != "updates" && k != "services" {
					short[k] = v
				}
			}
			list = append(list, short)
		}
		answer(200, "success", list)
	case "/api/v1/issues/info":
		f.infos++
		var params map[string]any
		json.Unmarshal([]byte(r.URL.Query().Get("params")), &params)
		id, ok := params["issue"].(float64)
		if !ok {
			answer(200, "parameter-error", message("`issue` should be a `Integer`"))
			return
		}
		i := slices.IndexFunc(f.issues, func(n map[string]any) bool { return n["id"] == int(id) })
		if i < 0 {
			answer(200, "not-found", message("Issue not found"))
			return
		}
		whole := maps.Clone(f.issues[i])
		delete(whole, "services")
		answer(200, "success", whole)
	default:
		if !f.write(r, answer) {
			answer(400, "invalid-controller-or-action", nil)
		}
	}
}
