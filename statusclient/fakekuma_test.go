package statusclient

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// fakeKuma is an Uptime Kuma with the page "campus" of two monitors. It keeps
// what it answered for five minutes, unless it is told not to or a monitor
// changes, and answers pages that are not there like its own web interface; the
// first version not at all.
type fakeKuma struct {
	mu       sync.Mutex
	v1       bool
	beats    map[string][]any // oldest first
	incident map[string]any
	plan     map[string]any
	cache    map[string]kumaCached
	bypassed map[string]int
}

type kumaCached struct {
	body  []byte
	until time.Time
}

func newFakeKuma(v1 bool) *fakeKuma {
	f := &fakeKuma{v1: v1, beats: make(map[string][]any), cache: make(map[string]kumaCached), bypassed: make(map[string]int)}
	for range 200 {
		f.beat("1", 1)()
		f.beat("2", 1)()
	}
	return f
}

func kumaNow() string { return time.Now().UTC().Format("2006-01-02 15:04:05") }

// write is what staff do; nothing that is kept is thrown away for it.
func (f *fakeKuma) write(title, content string) func() {
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.incident == nil {
			f.incident = map[string]any{"id": 1, "style": "danger", "title": title, "pin": true, "active": true, "createdDate": kumaNow(), "lastUpdatedDate": nil}
		} else {
			f.incident["lastUpdatedDate"] = kumaNow()
		}
		f.incident["content"] = content
		if f.v1 {
			f.incident["pin"] = 1
			delete(f.incident, "active")
		}
	}
}

func (f *fakeKuma) unpin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.incident = nil
}

func (f *fakeKuma) beat(id string, status int) func() {
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.beats[id] = append(f.beats[id], map[string]any{"status": status, "time": kumaNow() + ".000", "msg": "", "ping": nil})
		clear(f.cache)
	}
}

// maintain starts an hour's maintenance of the second monitor, as typed by
// somebody in Berlin.
func (f *fakeKuma) maintain() {
	f.beat("2", 3)()
	f.mu.Lock()
	defer f.mu.Unlock()
	berlin, _ := time.LoadLocation("Europe/Berlin")
	slot := map[string]string{
		"startDate": time.Now().In(berlin).Format("2006-01-02T15:04"), "endDate": time.Now().Add(time.Hour).In(berlin).Format("2006-01-02T15:04"),
	}
	f.plan = map[string]any{
		"id": 1, "title": "Mail moves", "description": "It is **slow**.", "strategy": "single", "timeslotList": []any{slot},
		"timezone": "Europe/Berlin", "timezoneOffset": "+01:00", "status": "under-maintenance",
	}
}

func (f *fakeKuma) maintained() {
	f.beat("2", 1)()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan = nil
}

func (f *fakeKuma) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, "/api/status-page/")
	if slug := strings.TrimPrefix(name, "heartbeat/"); ok && slug != "campus" {
		if f.v1 {
			<-r.Context().Done()
			return
		}
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"status":"fail","msg":"Status Page Not Found"}`)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var v any
	switch {
	case r.URL.Path == "/api/entry-page":
		v = map[string]any{"type": "statusPageMatched", "statusPageSlug": "campus"}
	case name == "campus":
		v = f.page()
	case name == "heartbeat/campus":
		v = f.heartbeats()
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><html>")
		return
	}
	kept, ok := f.cache[r.URL.RequestURI()]
	if r.Header.Get("X-Apicache-Bypass") != "" {
		f.bypassed[r.URL.Path]++
		ok = false
	}
	if !ok || time.Now().After(kept.until) {
		kept = kumaCached{must(json.Marshal(v)), time.Now().Add(5 * time.Minute)}
		f.cache[r.URL.RequestURI()] = kept
		w.Header().Set("Cache-Control", "no-cache")
	}
	etag := fmt.Sprintf(`W/"%x"`, sha256.Sum256(kept.body))
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(kept.body)
}

func (f *fakeKuma) page() map[string]any {
	monitors := []any{map[string]any{"id": 1, "name": "Portal", "url": "https://portal.internal"}, map[string]any{"id": 2, "name": "Mail"}}
	plans := []any{}
	if f.plan != nil {
		plans = append(plans, f.plan)
	}
	page := map[string]any{
		"config": map[string]any{"slug": "campus"}, "maintenanceList": plans,
		"publicGroupList": []any{map[string]any{"id": 1, "name": "All", "monitorList": monitors}},
	}
	incidents := []any{}
	if f.incident != nil {
		incidents = append(incidents, f.incident)
	}
	if f.v1 {
		page["incident"] = f.incident // or null
	} else {
		page["incidents"] = incidents
	}
	return page
}

func (f *fakeKuma) heartbeats() map[string]any {
	list := make(map[string]any)
	for id, beats := range f.beats {
		list[id] = beats[len(beats)-map[bool]int{true: 50, false: 100}[f.v1]:]
	}
	return map[string]any{"heartbeatList": list, "uptimeList": map[string]any{"1_24": 1}}
}
