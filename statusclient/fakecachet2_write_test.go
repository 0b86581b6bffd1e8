package statusclient

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// write serves what staff do, and single incidents, which it shows to anybody. It
// reports whether that was asked for.
func (f *fakeCachet2) write(w http.ResponseWriter, r *http.Request, name string, zone *time.Location) bool {
	one := func(row map[string]any, drop ...string) {
		out := f.render(row, zone)
		for _, k := range drop {
			delete(out, k)
		}
		json.NewEncoder(w).Encode(map[string]any{"data": out})
	}
	find := func(rows []map[string]any, id string) map[string]any {
		i := slices.IndexFunc(rows, func(n map[string]any) bool { return strconv.Itoa(n["id"].(int)) == id })
		if i < 0 {
			return nil
		}
		return rows[i]
	}
	parts := strings.Split(name, "/")
	switch {
	case name == "version":
		version := map[string]string{"2.3": "2.3.18", "2.4": "2.4.0-dev"}[f.version]
		json.NewEncoder(w).Encode(map[string]any{"data": version, "meta": map[string]any{"on_latest": true}})
		return true
	case r.Method == http.MethodGet && parts[0] == "incidents" && len(parts) == 2:
		if n := find(f.incidents, parts[1]); n != nil {
			one(n)
		} else {
			f.refuse(w, 404, "Not Found")
		}
		return true
	case r.Method == http.MethodGet:
		return false
	case r.Header.Get("X-Cachet-Token") != fakeWriteToken:
		f.refuse(w, 401, "Unauthorized")
		return true
	}
	var in map[string]any
	json.NewDecoder(r.Body).Decode(&in)
	num := func(key string) int { n, _ := in[key].(float64); return int(n) }
	text := func(key string) string { s, _ := in[key].(string); return s }
	_, hasComponent := in["component_id"]
	_, hasStatus := in["component_status"]
	lowest := map[string]int{"2.3": 1, "2.4": 0}[f.version]
	switch {
	case hasComponent != hasStatus, hasStatus && (num("component_status") < lowest || num("component_status") > 4):
		f.refuse(w, 400, "Bad Request", "The component status format is invalid.")
	case r.Method == http.MethodPost && name == "incidents":
		if _, ok := in["status"]; !ok || text("name") == "" || text("message") == "" {
			f.refuse(w, 400, "Bad Request", "The name field is required.")
			return true
		}
		visible := 1
		if v, ok := in["visible"]; ok && (v == false || v == 0.0) {
			visible = 0
		}
		f.add(text("name"), text("message"), num("status"), visible)
		n := f.incidents[len(f.incidents)-1]
		n["component_id"] = num("component_id")
		if meta, ok := in["meta"].(map[string]any); ok && f.version == "2.4" {
			n["meta"] = meta
		}
		if in["notify"] != false {
			f.notified++
		}
		if hasComponent {
			find(f.components, strconv.Itoa(num("component_id")))["status"] = num("component_status")
		}
		one(n, "component_id", "updates")
	case r.Method == http.MethodPost && len(parts) == 3 && parts[2] == "updates" && f.version == "2.4":
		n := find(f.incidents, parts[1])
		switch {
		case n == nil:
			f.refuse(w, 404, "Not Found")
		case num("status") < 1 || num("status") > 4 || text("message") == "":
			f.refuse(w, 400, "Bad Request", "The status field is required.")
		default: // what it says of components is ignored
			f.incidents[n["id"].(int)-1]["status"] = num("status")
			n["updated_at"] = time.Now()
			n["updates"] = append([]map[string]any{{
				"id": len(n["updates"].([]map[string]any)) + 1, "status": num("status"), "message": text("message"), "created_at": time.Now(),
			}}, n["updates"].([]map[string]any)...)
			one(n)
		}
	case r.Method == http.MethodPut && parts[0] == "incidents" && len(parts) == 2:
		n := find(f.incidents, parts[1])
		if n == nil {
			f.refuse(w, 404, "Not Found")
			return true
		}
		for _, key := range []string{"name", "message"} {
			if text(key) != "" {
				n[key] = text(key)
			}
		}
		if _, ok := in["status"]; ok {
			n["status"] = num("status")
		}
		n["visible"], n["updated_at"] = 1, time.Now()
		if v, ok := in["visible"]; ok {
			n["visible"] = map[bool]int{true: 0, false: 1}[v == false || v == 0.0]
		}
		one(n)
	case r.Method == http.MethodPut && parts[0] == "components" && len(parts) == 2:
		c := find(f.components, parts[1])
		if c == nil || num("status") < lowest || num("status") > 4 {
			f.refuse(w, 400, "Bad Request", "The status format is invalid.")
			return true
		}
		c["status"] = num("status")
		if enabled, ok := in["enabled"].(bool); ok {
			c["enabled"] = enabled
		} else if f.version == "2.3" {
			c["enabled"] = true
		}
		if f.version == "2.4" && in["silent"] != true {
			f.notified++
		}
		one(c)
	default:
		f.refuse(w, 404, "Not Found")
	}
	return true
}

// refuse is an error as Cachet 2 sends it, with details for those of validation.
func (f *fakeCachet2) refuse(w http.ResponseWriter, code int, title string, details ...string) {
	e := map[string]any{"id": "0f1e", "status": code, "title": title, "detail": "The request cannot be fulfilled due to bad syntax."}
	if len(details) > 0 {
		e["meta"] = map[string]any{"details": details}
	}
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]any{"errors": []any{e}})
}

func (f *fakeCachet2) mails() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.notified
}

func (f *fakeCachet2) log(title string) (out []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range f.incidents {
		if n["name"] != title {
			continue
		}
		line := n["message"].(string)
		for _, u := range slices.Backward(n["updates"].([]map[string]any)) {
			line += " | " + u["message"].(string)
		}
		out = append(out, line)
	}
	return out
}
