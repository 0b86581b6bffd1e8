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

// rest is the REST API: two rows a page here, too, updates oldest first and
// without a state, and updates by themselves always mailed.
func (f *fakeSorry) rest(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	answer := func(code int, doc map[string]any) {
		w.WriteHeader(code)
		json.NewEncoder(w).Encode(doc)
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/v1/pages/"+fakePageID)
	switch {
	case r.Header.Get("Authorization") != "Bearer "+fakeWriteToken:
		answer(401, map[string]any{"error": "unauthorized"})
		return
	case !ok:
		answer(404, map[string]any{"error": "not found"})
		return
	}
	list := func(rows []any) {
		page := max(1, first0(strconv.Atoi(r.URL.Query().Get("page"))))
		from, to := min(2*(page-1), len(rows)), min(2*page, len(rows))
		var next any
		if to < len(rows) {
			next = page + 1
		}
		answer(200, map[string]any{
			"response": append([]any{}, rows[from:to]...), "count": to - from, "pagination": map[string]any{"current": page, "next": next},
		})
	}
	var in struct {
		Type, Subject, State string
		First                string `json:"initial_comment"`
		More                 string `json:"additional_comment"`
		Content              string
		Publish              bool  `json:"should_publish"`
		About                []int `json:"component_ids"`
	}
	if r.Method != http.MethodGet {
		json.NewDecoder(r.Body).Decode(&in)
	}
	id, one := strings.CutPrefix(path, "/notices/")
	id, updates := strings.CutSuffix(id, "/updates")
	i, _ := strconv.Atoi(id)
	if one && (i < 1 || i > len(f.notices)) {
		answer(404, map[string]any{"error": "not found"})
		return
	}
	switch {
	case r.Method == http.MethodGet && path == "/components":
		rows := []any{}
		for i, name := range fakeSorryNames {
			rows = append(rows, map[string]any{"id": i + 1, "name": name, "state": "operational", "parent_id": nil})
		}
		list(rows)
	case r.Method == http.MethodGet && path == "/notices":
		rows := []any{}
		for _, n := range slices.Backward(f.notices) {
			rows = append(rows, n.rest(r))
		}
		list(rows)
	case r.Method == http.MethodGet && one:
		answer(200, map[string]any{"response": f.notices[i-1].rest(r), "count": 1})
	case r.Method == http.MethodPost && path == "/notices":
		if in.Subject == "" || in.First == "" {
			answer(422, map[string]any{"errors": map[string]any{"subject": []string{"can't be blank"}}})
			return
		}
		n := &fakeNotice{id: len(f.notices) + 1, typ: in.Type, subject: in.Subject, born: time.Now(), about: in.About}
		f.notices = append(f.notices, n)
		n.say("investigating", in.First)
		f.mail(in.Publish)
		answer(201, map[string]any{"response": n.rest(r)})
	case r.Method == http.MethodPatch && one:
		n := f.notices[i-1]
		if in.About != nil {
			n.about = in.About
		}
		if in.State != "" {
			if !slices.Contains([]string{"investigating", "identified", "recovering", "resolved", "false_alarm"}, in.State) {
				answer(422, map[string]any{"errors": map[string]any{"state": []string{"is not included in the list"}}})
				return
			}
		}
		if in.More != "" {
			n.say(cmp.Or(in.State, n.state), in.More)
		} else if in.State != "" {
			n.state = in.State
			n.updates[len(n.updates)-1]["state"] = in.State
		}
		f.mail(in.Publish)
		answer(200, map[string]any{"response": n.rest(r)})
	case r.Method == http.MethodPost && updates:
		f.notices[i-1].say(f.notices[i-1].state, in.Content)
		f.mail(true)
		answer(201, map[string]any{"response": map[string]any{"id": 1}})
	default:
		answer(404, map[string]any{"error": "not found"})
	}
}

func (f *fakeSorry) mail(publish bool) {
	if publish {
		f.mailed++
	}
}

// rest is a notice with what was asked to be included.
func (n *fakeNotice) rest(r *http.Request) map[string]any {
	include := strings.Split(r.URL.Query().Get("include"), ",")
	row := map[string]any{
		"id": n.id, "type": n.typ, "state": n.state, "timeline_state": n.timeline(), "subject": n.subject,
		"synopsis": n.updates[0]["content"], "link": fmt.Sprintf("https://status.example.edu/notices/%d", n.id),
		"began_at": sorryTime(n.born), "created_at": sorryTime(n.born), "updated_at": n.updates[len(n.updates)-1]["created_at"],
	}
	if slices.Contains(include, "components") {
		row["components"] = n.components()
	}
	if slices.Contains(include, "updates") {
		var list []any
		for i, u := range n.updates {
			list = append(list, map[string]any{"id": i, "content": u["content"], "created_at": u["created_at"], "should_publish": false})
		}
		row["updates"] = list
	}
	return row
}

func (f *fakeSorry) mails() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mailed
}

func (f *fakeSorry) log(title string) (out []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range f.notices {
		if n.subject != title {
			continue
		}
		var line []string
		for _, u := range n.updates {
			line = append(line, u["content"].(string))
		}
		out = append(out, strings.Join(line, " | "))
	}
	return out
}
