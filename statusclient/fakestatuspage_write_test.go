package statusclient

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// manage is the manage API. Subscribers are told unless it is said that they are
// not; components stay as they were set; metadata has objects at its top.
func (f *fakeStatuspage) manage(w http.ResponseWriter, r *http.Request) {
	refuse := func(code int, text string) {
		w.WriteHeader(code)
		json.NewEncoder(w).Encode(map[string]any{"error": text})
	}
	page := func(list []any) {
		per, n := cmp.Or(first0(strconv.Atoi(r.URL.Query().Get("per_page"))), 100), max(1, first0(strconv.Atoi(r.URL.Query().Get("page"))))
		json.NewEncoder(w).Encode(list[min(per*(n-1), len(list)):min(per*n, len(list))])
	}
	w.Header().Set("Content-Type", "application/json")
	path, ok := strings.CutPrefix(r.URL.Path, "/v1/pages/"+fakePageID)
	switch {
	case f.limited > 0:
		f.limited--
		refuse(420, "Enhance Your Calm")
		return
	case r.Header.Get("Authorization") != "OAuth "+fakeWriteToken:
		refuse(401, "Could not authenticate")
		return
	case !ok:
		refuse(404, "Record not found")
		return
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	var n *fakeIncident
	if len(parts) == 2 {
		if i := slices.IndexFunc(f.incidents, func(n *fakeIncident) bool { return n.ID == parts[1] }); i >= 0 {
			n = f.incidents[i]
		}
	}
	switch {
	case r.Method == http.MethodGet && path == "/components":
		list := []any{map[string]any{"id": "g1", "name": "Services", "group": true, "group_id": nil}}
		for i := range f.others {
			list = append(list, map[string]any{"id": fmt.Sprint("c-other", i), "name": fmt.Sprint("Other ", i), "status": "operational", "group_id": nil})
		}
		page(append(list,
			map[string]any{"id": "c-portal", "name": "portal", "status": f.components["c-portal"], "group_id": "g1"},
			map[string]any{"id": "c-mail", "name": "mail", "status": f.components["c-mail"], "group_id": nil},
		))
	case r.Method == http.MethodGet && path == "/incidents/unresolved":
		list := []any{}
		for _, n := range f.incidents {
			if n.Status != "resolved" {
				list = append(list, n.managed())
			}
		}
		page(list)
	case r.Method == http.MethodGet && n != nil:
		json.NewEncoder(w).Encode(n.managed())
	case r.Method == http.MethodPatch && parts[0] == "components" && f.components[parts[len(parts)-1]] != "":
		var in struct{ Component struct{ Status string } }
		json.NewDecoder(r.Body).Decode(&in)
		f.components[parts[1]] = in.Component.Status
		json.NewEncoder(w).Encode(map[string]any{"id": parts[1], "status": in.Component.Status})
	case r.Method == http.MethodPost && path == "/incidents", r.Method == http.MethodPatch && n != nil:
		var in struct {
			Incident struct {
				Name, Status, Body string
				Impact             string            `json:"impact_override"`
				Components         map[string]string `json:"components"`
				IDs                []string          `json:"component_ids"`
				Deliver            *bool             `json:"deliver_notifications"`
				Metadata           map[string]any    `json:"metadata"`
			}
		}
		json.NewDecoder(r.Body).Decode(&in)
		i := &in.Incident
		for _, v := range i.Metadata {
			if _, ok := v.(map[string]any); !ok {
				refuse(422, "Metadata must be a hash of hashes")
				return
			}
		}
		code := http.StatusOK
		if n == nil {
			if i.Name == "" || len(i.Name) > 255 {
				refuse(422, "Name is too long (maximum is 255 characters)")
				return
			}
			code = http.StatusCreated
			n = &fakeIncident{
				ID: fmt.Sprintf("new%d", len(f.incidents)+1), Name: i.Name, Impact: "none",
				CreatedAt: stamp(time.Now()), StartedAt: stamp(time.Now()), metadata: i.Metadata,
			}
			f.incidents = append([]*fakeIncident{n}, f.incidents...)
		}
		if i.Impact != "" {
			n.Impact = i.Impact
		}
		if i.IDs != nil {
			n.Components = nil
			for _, id := range i.IDs {
				n.Components = append(n.Components, map[string]any{"id": id, "name": id[2:]})
			}
		}
		for id, status := range i.Components {
			f.components[id] = status
		}
		if i.Deliver == nil || *i.Deliver {
			f.notified++
		}
		if i.Status != "" && i.Body != "" {
			n.say(i.Status, i.Body)
		}
		w.WriteHeader(code)
		json.NewEncoder(w).Encode(n.managed())
	default:
		refuse(404, "Record not found")
	}
}

func (n *fakeIncident) managed() map[string]any {
	var out map[string]any
	json.Unmarshal(must(json.Marshal(n)), &out)
	out["metadata"], out["impact_override"] = n.metadata, nil
	return out
}

func (f *fakeStatuspage) mails() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.notified
}

func (f *fakeStatuspage) log(title string) (out []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range slices.Backward(f.incidents) {
		if n.Name != title {
			continue
		}
		var line []string
		for _, u := range slices.Backward(n.Updates) {
			line = append(line, u["body"].(string))
		}
		out = append(out, strings.Join(line, " | "))
	}
	return out
}
