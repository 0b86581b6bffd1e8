package statusclient

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fakeCachet3 is a Cachet 3: JSON:API with ids as strings, relationships only
// for what is included, what is included only once, and states of maintenances
// that follow the clock.
type fakeCachet3 struct {
	old       bool // a build without metadata
	abilities []string

	mu        sync.Mutex
	own       map[int]int        // status of components 4 and 5 by themselves
	others    int                // components before them
	incidents []*fakeCachet3Item // newest first
	schedules []*fakeCachet3Item
	notified  int
}

type fakeCachet3Item struct {
	id, status, visible  int
	name, message        string
	created, from, until time.Time
	updates              []*fakeCachet3Item
	attached             map[int]int // components and how they are
	meta                 map[string]any
}

func newFakeCachet3() *fakeCachet3 {
	f := &fakeCachet3{own: map[int]int{4: 1, 5: 1}, abilities: []string{"incidents", "incident-updates", "components"}}
	for range 30 {
		f.add("Long over", "x", 4, 1)
	}
	f.add("Internal", "Do not tell.", 1, 0)
	f.incidents[0].attached = nil
	return f
}

func (f *fakeCachet3) add(name, message string, status, visible int) {
	f.incidents = slices.Insert(f.incidents, 0, &fakeCachet3Item{
		id: len(f.incidents) + 1, status: status, visible: visible, name: name, message: message, created: time.Now(),
		attached: map[int]int{4: 4},
	})
}

func (f *fakeCachet3) open(name, message string, visible int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(name, message, 1, visible)
}

func (f *fakeCachet3) update(state int, message string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range f.incidents {
		if n.name == "Portal down" {
			n.status = state
			n.updates = append(n.updates, &fakeCachet3Item{
				id: n.id*100 + len(n.updates), status: state, message: message, created: time.Now(),
			})
		}
	}
}

func (f *fakeCachet3) schedule(name, message string, from, until time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.schedules = append(f.schedules, &fakeCachet3Item{id: 1, name: name, message: message, created: time.Now(), from: from, until: until})
}

func (f *fakeCachet3) finish() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.schedules {
		s.until = time.Now().Add(-time.Second)
	}
}

func fakeCachet3Time(t time.Time) map[string]any {
	return map[string]any{"human": time.Since(t).String() + " ago", "string": t.UTC().Format(time.DateTime)}
}

func fakeCachet3Value(n int) map[string]any { return map[string]any{"human": "?", "value": n} }

func (f *fakeCachet3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/vnd.api+json")
	staff := slices.Contains([]string{"Bearer " + fakeToken, "Bearer " + fakeWriteToken}, r.Header.Get("Authorization"))
	include := strings.Split(r.URL.Query().Get("include"), ",")
	if f.write(w, r) {
		return
	}
	if f.old && slices.Contains(include, "meta") {
		fakeCachet3Refuse(w, 400, "Requested include(s) `meta` are not allowed.")
		return
	}
	component := func(id int, pivot int) map[string]any {
		latest := f.own[id]
		for _, n := range f.incidents {
			if n.status != 4 && n.visible == 1 {
				latest = max(latest, n.attached[id])
			}
		}
		a := map[string]any{
			"id": id, "name": cmp.Or(fakeCachet3Names[id], "Another"), "status": fakeCachet3Value(f.own[id]),
			"latest_status": fakeCachet3Value(latest), "enabled": true,
		}
		if pivot > 0 {
			a["pivot"] = map[string]any{"component_status": fakeCachet3Value(pivot)}
		}
		return map[string]any{"id": strconv.Itoa(id), "type": "components", "attributes": a}
	}
	var data, included []any
	seen := make(map[string]bool)
	add := func(res map[string]any) map[string]any {
		key := res["type"].(string) + res["id"].(string)
		if !seen[key] {
			seen[key] = true
			included = append(included, res)
		}
		return map[string]any{"type": res["type"], "id": res["id"]}
	}
	item := func(n *fakeCachet3Item, typ string, attributes map[string]any, attached ...map[string]any) {
		attributes["id"], attributes["name"], attributes["message"] = n.id, n.name, n.message
		attributes["created"] = fakeCachet3Time(n.created)
		if slices.Contains(include, "meta") {
			attributes["meta"] = n.meta
		}
		res := map[string]any{"id": strconv.Itoa(n.id), "type": typ, "attributes": attributes}
		relations := make(map[string]any)
		if slices.Contains(include, "components") {
			links := []any{}
			for _, c := range attached {
				links = append(links, add(c))
			}
			relations["components"] = map[string]any{"data": links}
		}
		if slices.Contains(include, "updates") {
			links := []any{}
			for _, u := range n.updates {
				links = append(links, add(map[string]any{"id": strconv.Itoa(u.id), "type": "updates", "attributes": map[string]any{
					"message": u.message, "status": fakeCachet3Value(u.status), "created": fakeCachet3Time(u.created),
				}}))
			}
			relations["updates"] = map[string]any{"data": links}
		}
		if len(relations) > 0 {
			res["relationships"] = relations
		}
		data = append(data, res)
	}
	id := ""
	if _, one, ok := strings.Cut(r.URL.Path, "/api/incidents/"); ok {
		id = one
	}
	switch {
	case r.URL.Path == "/api/incidents", id != "" && slices.ContainsFunc(f.incidents, func(n *fakeCachet3Item) bool { return strconv.Itoa(n.id) == id }):
		for _, n := range f.incidents {
			if (n.visible == 1 || staff) && (id == "" || strconv.Itoa(n.id) == id) {
				var attached []map[string]any
				for _, c := range []int{4, 5} {
					if s := n.attached[c]; s > 0 {
						attached = append(attached, component(c, s))
					}
				}
				item(n, "incidents", map[string]any{
					"guid": "guid-" + strconv.Itoa(n.id), "status": fakeCachet3Value(n.status), "visible": n.visible,
					"occurred": fakeCachet3Time(n.created), "published": fakeCachet3Time(n.created),
				}, attached...)
			}
		}
	case r.URL.Path == "/api/components":
		for i := range f.others {
			f.own[100+i] = 1
			data = append(data, component(100+i, 0))
		}
		data = append(data, component(4, 0), component(5, 0))
	case r.URL.Path == "/api/version":
		w.Write([]byte(`{"data":{"version":"3.0.0"}}`))
		return
	case r.URL.Path == "/api/schedules":
		for _, s := range f.schedules {
			status := 1
			if s.from.After(time.Now()) {
				status = 0
			} else if s.until.Before(time.Now()) {
				status = 2
			}
			item(s, "schedules", map[string]any{
				"status": fakeCachet3Value(status), "scheduled": fakeCachet3Time(s.from), "completed": fakeCachet3Time(s.until),
			})
		}
	default:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"message":"Not found."}`))
		return
	}
	per, err := strconv.Atoi(r.URL.Query().Get("per_page"))
	if err != nil || per > 100 {
		per = 15
	}
	page := max(1, first0(strconv.Atoi(r.URL.Query().Get("page"))))
	var links any = []any{}
	if page*per < len(data) {
		links = map[string]any{"next": fmt.Sprintf("http://%s%s?page=%d", r.Host, r.URL.Path, page+1)}
	}
	data = data[min((page-1)*per, len(data)):min(page*per, len(data))]
	doc := map[string]any{"data": append([]any{}, data...), "links": links, "meta": map[string]any{"current_page": page}}
	if id != "" && len(data) == 1 {
		doc = map[string]any{"data": data[0]}
	}
	if included != nil {
		doc["included"] = included
	}
	json.NewEncoder(w).Encode(doc)
}
