package command_test

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

// cachet is a Cachet 2.4 that can be written with the token "may-write".
type cachet struct {
	mu        sync.Mutex
	incidents []map[string]any // oldest first
	status    map[string]int   // of its components
}

func newCachet() *cachet { return &cachet{status: map[string]int{"1": 1, "2": 1}} }

func (d *cachet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1/")
	parts := strings.Split(path, "/")
	answer := func(data any) { json.NewEncoder(w).Encode(map[string]any{"data": data}) }
	w.Header().Set("Content-Type", "application/json")
	if r.Method != http.MethodGet && r.Header.Get("X-Cachet-Token") != "may-write" {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"errors":[{"detail":"Authentication is required."}]}`)
		return
	}
	var in map[string]any
	if r.Method != http.MethodGet {
		json.NewDecoder(r.Body).Decode(&in)
	}
	now := time.Now().UTC().Format(time.DateTime)
	find := func(id string) map[string]any {
		n, _ := strconv.Atoi(id)
		if n < 1 || n > len(d.incidents) {
			return nil
		}
		return d.incidents[n-1]
	}
	switch {
	case path == "version":
		answer("2.4.0-dev")
	case path == "components":
		answer([]any{
			map[string]any{"id": 1, "name": "Student portal", "status": d.status["1"], "enabled": true},
			map[string]any{"id": 2, "name": "Mail", "status": d.status["2"], "enabled": true},
		})
	case path == "components/groups", path == "schedules":
		answer([]any{})
	case parts[0] == "components" && r.Method == http.MethodPut && d.status[parts[1]] != 0:
		d.status[parts[1]] = int(in["status"].(float64))
		answer(map[string]any{"id": 1})
	case path == "incidents" && r.Method == http.MethodPost:
		in["id"], in["updates"], in["created_at"], in["updated_at"], in["occurred_at"] = len(d.incidents)+1, []any{}, now, now, now
		if id, ok := in["component_id"].(float64); ok {
			d.status[fmt.Sprint(id)] = int(in["component_status"].(float64))
		}
		d.incidents = append(d.incidents, in)
		answer(in)
	case path == "incidents":
		list := slices.Clone(d.incidents)
		slices.Reverse(list)
		answer(list)
	case len(parts) == 2 && find(parts[1]) != nil:
		answer(find(parts[1]))
	case len(parts) == 3 && find(parts[1]) != nil && r.Method == http.MethodPost:
		n := find(parts[1])
		n["status"] = in["status"]
		n["updates"] = append([]any{map[string]any{
			"id": len(n["updates"].([]any)) + 1, "status": in["status"], "message": in["message"], "created_at": now,
		}}, n["updates"].([]any)...)
		answer(n)
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"errors":[{"detail":"Not found."}]}`)
	}
}
