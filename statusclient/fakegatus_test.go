package statusclient

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// fakeGatus is a Gatus with two endpoints and, unless it is old, suites. With a
// password it shows them to nobody else; announcements it shows to all.
type fakeGatus struct {
	mu            sync.Mutex
	password      string
	old           bool
	announcements []map[string]any
	started       bool // there are results
	failing       map[string]time.Time
	histories     int // how often one was asked for
}

func (f *fakeGatus) with(do func()) func() {
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		do()
	}
}

func (f *fakeGatus) announce(typ, message string) func() {
	return f.with(func() {
		f.announcements = append([]map[string]any{{"timestamp": time.Now(), "type": typ, "message": message}}, f.announcements...)
	})
}

func (f *fakeGatus) breaks(key string) func() {
	return f.with(func() { f.failing[key] = time.Now() })
}

func (f *fakeGatus) heals(key string) func() {
	return f.with(func() { delete(f.failing, key) })
}

// ServeHTTP has neither ETag nor Cache-Control, as the real one.
func (f *fakeGatus) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.URL.Path == "/api/v1/config" {
		config := map[string]any{"authenticated": f.password != "", "oidc": false}
		if !f.old {
			config["announcements"] = f.announcements
		}
		serveFake(w, config)
		return
	}
	if _, pass, _ := r.BasicAuth(); pass != f.password {
		w.Header().Set("WWW-Authenticate", "Basic")
		http.Error(w, "Unauthorized", http.StatusUnauthorized)
		return
	}
	switch path := r.URL.Path; {
	case path == "/api/v1/endpoints/statuses" && r.URL.Query().Get("pageSize") == "1":
		list := []map[string]any{}
		for _, key := range []string{"core_portal", "core_mail"} {
			if f.started {
				list = append(list, f.endpoint(key))
			}
		}
		serveFake(w, list)
	case path == "/api/v1/suites/statuses" && !f.old:
		serveFake(w, []any{})
	default:
		var key string
		if n, _ := fmt.Sscanf(path, "/api/v1/endpoints/%s", &key); n == 1 && len(key) > len("/statuses") {
			key = key[:len(key)-len("/statuses")]
			f.histories++
			e := f.endpoint(key)
			e["events"] = []map[string]any{{"type": "START", "timestamp": "2000-01-01T00:00:00Z"}, {"type": "UNHEALTHY", "timestamp": f.failing[key]}}
			serveFake(w, e)
			return
		}
		http.Error(w, "Not Found", http.StatusNotFound)
	}
}

// endpoint was checked just now, by a clock with an offset.
func (f *fakeGatus) endpoint(key string) map[string]any {
	_, down := f.failing[key]
	res := map[string]any{"hostname": "10.0.0.5", "duration": 1000, "success": !down, "timestamp": time.Now().In(time.FixedZone("", -5*3600))}
	if down {
		res["errors"] = []string{"dial tcp 10.0.0.5:443: connection refused"}
		res["conditionResults"] = []map[string]any{{"condition": "[STATUS] == 200", "success": false}}
	} else {
		res["status"] = 200
	}
	return map[string]any{"name": key[5:], "group": "core", "key": key, "results": []any{res}}
}

func serveFake(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}
