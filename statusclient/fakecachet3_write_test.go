package statusclient

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

var fakeCachet3Names = map[int]string{4: "Portal", 5: "Mail"}

func fakeCachet3Refuse(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]any{"message": message})
}

// write serves what staff do, whose token has abilities. It reports whether that
// was asked for.
func (f *fakeCachet3) write(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet {
		return false
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/"), "/")
	ability := parts[0]
	if len(parts) == 3 {
		ability = "incident-updates"
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer "+fakeWriteToken:
		fakeCachet3Refuse(w, 401, "Unauthenticated.")
		return true
	case !slices.Contains(f.abilities, ability):
		fakeCachet3Refuse(w, 403, "Invalid ability provided.")
		return true
	}
	var in struct {
		Name          string
		Message       string
		Status        int
		Visible       bool // false unless it is there
		Notifications bool
		Components    []struct{ ID, Status int }
		Meta          map[string]any
	}
	json.NewDecoder(r.Body).Decode(&in)
	var n *fakeCachet3Item
	if len(parts) > 1 {
		if i := slices.IndexFunc(f.incidents, func(n *fakeCachet3Item) bool { return strconv.Itoa(n.id) == parts[1] }); i >= 0 {
			n = f.incidents[i]
		}
	}
	switch {
	case r.Method == http.MethodPost && len(parts) == 1 && ability == "incidents":
		if in.Name == "" || in.Message == "" {
			fakeCachet3Refuse(w, 422, "The name field is required.")
			return true
		}
		attached := make(map[int]int)
		for _, c := range in.Components {
			if fakeCachet3Names[c.ID] == "" || attached[c.ID] != 0 {
				fakeCachet3Refuse(w, 422, "The selected components.0.id is invalid.")
				return true
			}
			attached[c.ID] = c.Status
		}
		f.add(in.Name, in.Message, in.Status, map[bool]int{true: 1}[in.Visible])
		n = f.incidents[0]
		n.attached = attached
		if !f.old {
			n.meta = in.Meta
		}
		if in.Notifications {
			f.notified++
		}
		f.answer(w, 201, n)
	case r.Method == http.MethodPost && len(parts) == 3 && parts[2] == "updates" && n != nil:
		if in.Message == "" {
			fakeCachet3Refuse(w, 422, "The message field is required.")
			return true
		}
		n.status = in.Status
		n.updates = append(n.updates, &fakeCachet3Item{
			id: n.id*100 + len(n.updates), status: in.Status, message: in.Message, created: time.Now(),
		})
		f.answer(w, 201, n)
	case r.Method == http.MethodPut && len(parts) == 2 && ability == "components" && fakeCachet3Names[first0(strconv.Atoi(parts[1]))] != "":
		f.own[first0(strconv.Atoi(parts[1]))] = in.Status
		w.Write([]byte(`{"data":{"id":"4","type":"components","attributes":{}}}`))
	default:
		fakeCachet3Refuse(w, 404, "Not found.")
	}
	return true
}

func (f *fakeCachet3) answer(w http.ResponseWriter, code int, n *fakeCachet3Item) {
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{
		"id": strconv.Itoa(n.id), "type": "incidents", "attributes": map[string]any{
			"id": n.id, "guid": "guid-" + strconv.Itoa(n.id), "name": n.name, "message": n.message,
			"visible": n.visible, "status": fakeCachet3Value(n.status), "created": fakeCachet3Time(n.created),
		},
	}})
}

func (f *fakeCachet3) mails() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.notified
}

func (f *fakeCachet3) log(title string) (out []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range slices.Backward(f.incidents) {
		if n.name != title {
			continue
		}
		line := n.message
		for _, u := range n.updates {
			line += " | " + u.message
		}
		out = append(out, line)
	}
	return out
}
