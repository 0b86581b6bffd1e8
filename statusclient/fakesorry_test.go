package statusclient

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fakeSorry is a page of Sorry behind its edge: two rows a page, links to next
// pages that drop the filter, ETags, no components and only the latest update in
// lists, and whole notices that may be older than lists.
type fakeSorry struct {
	mu      sync.Mutex
	lag     time.Duration // how old whole notices are
	notices []*fakeNotice
	wholes  int // whole notices that were sent anew
	mailed  int // to subscribers
}

type fakeNotice struct {
	id                 int
	typ, state         string
	subject            string
	begins, ends, born time.Time
	updates            []map[string]any // oldest first
	about              []int            // components
}

func sorryTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func (f *fakeSorry) post(typ, subject, state, content string, begins, ends time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := &fakeNotice{id: len(f.notices) + 1, typ: typ, subject: subject, begins: begins, ends: ends, born: time.Now(), about: []int{1}}
	f.notices = append(f.notices, n)
	n.say(state, content)
}

func (f *fakeSorry) update(id int, state, content string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notices[id-1].say(state, content)
}

func (n *fakeNotice) say(state, content string) {
	n.state = state
	n.updates = append(n.updates, map[string]any{
		"state": state, "content": content, "created_at": sorryTime(time.Now()), "at": time.Now(),
	})
}

func (n *fakeNotice) timeline() string {
	switch n.state {
	case "scheduled":
		return "future"
	case "resolved", "false_alarm", "complete", "cancelled":
		return "past_recent"
	}
	return "present"
}

// sentAnew is how many whole notices were sent since it was last called.
func (f *fakeSorry) sentAnew() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.wholes
	f.wholes = 0
	return n
}

var fakeSorryNames = []string{"Portal", "Mail", "Print"}

func (n *fakeNotice) components() []any {
	rows := []any{}
	for _, id := range n.about {
		rows = append(rows, map[string]any{"id": id, "name": fakeSorryNames[id-1]})
	}
	return rows
}

// row is a notice as it was known some time ago.
func (n *fakeNotice) row(whole bool, at time.Time) map[string]any {
	var updates []map[string]any
	for _, u := range n.updates {
		if !u["at"].(time.Time).After(at) {
			updates = append(updates, u)
		}
	}
	if len(updates) == 0 {
		return nil
	}
	last := updates[len(updates)-1]
	row := map[string]any{
		"id": n.id, "type": n.typ, "timeline_state": n.timeline(), "state": last["state"], "subject": n.subject,
		"url": fmt.Sprintf("https://status.example.edu/notices/%d", n.id), "created_at": sorryTime(n.born),
		"updated_at": last["created_at"], "began_at": sorryTime(n.born), "latest_update": last,
	}
	if n.typ == "planned" {
		row["begins_at"], row["ends_at"] = sorryTime(n.begins), sorryTime(n.ends)
	}
	if whole {
		row["updates"], row["components"] = updates, n.components()
	}
	return row
}

func (f *fakeSorry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Host == "api.sorryapp.com" {
		f.rest(w, r)
		return
	}
	name, _ := strings.CutPrefix(r.URL.Path, "/api/v1/")
	var rows []any
	var doc map[string]any
	switch {
	case name == "components":
		for i, c := range fakeSorryNames {
			bad := slices.ContainsFunc(f.notices, func(n *fakeNotice) bool {
				return n.timeline() == "present" && n.typ == "unplanned" && slices.Contains(n.about, i+1)
			})
			state := map[bool]string{true: "degraded", false: "operational"}[bad]
			rows = append(rows, map[string]any{"id": i + 1, "name": c, "state": state, "parent_id": nil})
		}
	case name == "notices":
		want := r.URL.Query().Get("filter[timeline_state_eq]")
		for _, n := range slices.Backward(f.notices) {
			if want == "" || want == n.timeline() || want == "past" && strings.HasPrefix(n.timeline(), "past") {
				rows = append(rows, n.row(false, time.Now()))
			}
		}
	default:
		id, err := strconv.Atoi(strings.TrimPrefix(name, "notices/"))
		if err != nil || id > len(f.notices) || f.notices[id-1].row(true, time.Now().Add(-f.lag)) == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		doc = map[string]any{"notice": f.notices[id-1].row(true, time.Now().Add(-f.lag))}
	}
	if doc == nil {
		page := max(1, first0(strconv.Atoi(r.URL.Query().Get("page"))))
		from, to := min(2*(page-1), len(rows)), min(2*page, len(rows))
		var next any
		if to < len(rows) {
			next = fmt.Sprintf("/api/v1/%s.json?page=%d", name, page+1)
		}
		doc = map[string]any{
			name:   append([]any{}, rows[from:to]...),
			"meta": map[string]any{"count": to - from, "total_count": len(rows), "next_page": next},
		}
	}
	body, _ := json.Marshal(doc)
	etag := fmt.Sprintf(`W/"%x"`, sha256.Sum256(body))
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "max-age=0, public, must-revalidate, s-maxage=600")
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if doc["notice"] != nil {
		f.wholes++
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(body)
}
