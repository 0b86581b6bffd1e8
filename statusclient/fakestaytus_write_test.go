package statusclient

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

var fakeStaytusTypes = map[string]string{
	"operational": "ok", "all-good": "ok", "degraded-performance": "minor", "partial-outage": "minor", "major-outage": "major", "maintenance": "maintenance",
}

// write serves what staff do. Services that it does not know it leaves out; a
// status that it does not know is a failure of its own.
func (f *fakeStaytus) write(r *http.Request, answer func(int, string, any)) bool {
	action, _ := strings.CutPrefix(r.URL.Path, "/api/v1/")
	if !slices.Contains([]string{"issues/create", "issues/update", "services/set_status"}, action) {
		return false
	}
	var in map[string]any
	json.NewDecoder(r.Body).Decode(&in)
	text := func(key string) string { s, _ := in[key].(string); return s }
	missing := func(keys ...string) bool {
		for _, k := range keys {
			if in[k] == nil || in[k] == "" {
				answer(200, "parameter-error", map[string]string{"message": fmt.Sprintf("`%s` parameter is required but is missing", k)})
				return true
			}
		}
		return false
	}
	known := func(permalink string) bool {
		for old, renamed := range f.renamed {
			if permalink == old {
				return false
			}
			if permalink == renamed {
				return true
			}
		}
		return fakeStaytusTypes[permalink] != "" && permalink != "all-good"
	}
	set := func(services []any, level string) {
		for _, s := range services {
			switch s {
			case "portal":
				f.level = level
			case "mail":
				f.mail = level
			}
		}
	}
	states := []string{"investigating", "identified", "monitoring", "resolved"}
	short := func(n map[string]any) map[string]any {
		out := make(map[string]any)
		for _, k := range []string{"id", "title", "state", "identifier", "created_at", "updated_at", "notify"} {
			out[k] = n[k]
		}
		return out
	}
	if level := text("status"); level != "" && !known(level) {
		answer(500, "internal-server-error", nil)
		return true
	}
	switch action {
	case "issues/create":
		services, list := in["services"].([]any)
		switch {
		case missing("title", "services", "status"):
			return true
		case !list:
			answer(200, "parameter-error", map[string]string{"message": "`services` should be a `Array` but is a `String`"})
			return true
		case !slices.Contains(states, text("state")):
			answer(200, "validation-error", map[string]any{"errors": map[string]any{"state": []string{"is not included in the list"}}})
			return true
		}
		id := len(f.issues) + 1
		f.issues = append([]map[string]any{{
			"id": id, "title": text("title"), "identifier": fmt.Sprintf("id-%d", id), "created_at": staytusTime(), "notify": in["notify"] == true,
			"service_status": fakeStaytusLevel(text("status"), false), "updates": []any{}, "services": services, "user": nil,
		}}, f.issues...)
		set(services, text("status"))
		f.say(id, text("state"), cmp.Or(text("initial_update"), "We are investigating an issue."))
		set(services, text("status"))
		if in["notify"] == true {
			f.notified++
		}
		answer(200, "success", short(f.issues[0]))
	case "issues/update":
		id, ok := in["id"].(float64)
		i := slices.IndexFunc(f.issues, func(n map[string]any) bool { return n["id"] == int(id) })
		switch {
		case missing("id"):
			return true
		case !ok:
			answer(200, "parameter-error", map[string]string{"message": "`id` should be a `Integer` but is a `String`"})
			return true
		case i < 0:
			answer(200, "not-found", map[string]string{"message": "Couldn't find Issue with 'id'=99"})
			return true
		case text("text") == "" || !slices.Contains(states, text("state")):
			answer(200, "validation-error", map[string]any{"errors": map[string]any{"text": []string{"can't be blank"}}})
			return true
		}
		before := f.level
		f.say(int(id), text("state"), text("text"))
		f.level = before
		if level := text("status"); level != "" {
			services, _ := f.issues[i]["services"].([]any)
			set(services, level)
			f.issues[i]["service_status"] = fakeStaytusLevel(level, false)
		}
		if in["notify"] == true {
			f.notified++
		}
		answer(200, "success", map[string]any{"id": 1, "state": text("state"), "text": text("text")})
	case "services/set_status":
		if missing("service", "status") {
			return true
		}
		if text("service") != "portal" && text("service") != "mail" {
			answer(200, "not-found", map[string]string{"message": "No service found"})
			return true
		}
		set([]any{text("service")}, text("status"))
		answer(200, "success", map[string]any{"id": 1})
	}
	return true
}

func (f *fakeStaytus) mails() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.notified
}

func (f *fakeStaytus) log(title string) (out []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range slices.Backward(f.issues) {
		if n["title"] != title {
			continue
		}
		var line []string
		for _, u := range n["updates"].([]any) {
			line = append(line, u.(map[string]any)["text"].(string))
		}
		out = append(out, strings.Join(line, " | "))
	}
	return out
}
