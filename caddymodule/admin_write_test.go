package caddymodule_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// cachet is a Cachet 3 of one component, that can be written with the token
// "may-write".
type cachet struct {
	mu      sync.Mutex
	title   string // of its incident
	meta    map[string]any
	said    []string
	over    bool
	url     string
	baffled bool          // fails whatever changes a component
	block   chan struct{} // writes wait for it
	entered chan struct{} // and say so
}

func (d *cachet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	d.mu.Lock()
	block := d.block
	d.mu.Unlock()
	if block != nil && r.Method != http.MethodGet {
		d.entered <- struct{}{}
		<-block
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var in struct {
		Name, Message string
		Meta          map[string]any
	}
	_ = json.Unmarshal(body, &in)
	status := map[bool]int{true: 4, false: 1}[d.over]
	incident := func() any {
		var updates []any
		for i := range d.said[1:] {
			updates = append(updates, map[string]any{"type": "updates", "id": fmt.Sprint(i)})
		}
		return map[string]any{
			"id": "1", "type": "incidents", "attributes": map[string]any{
				"name": d.title, "message": d.said[0], "visible": 1, "status": map[string]any{"value": status},
				"meta": d.meta,
			},
			"relationships": map[string]any{"updates": map[string]any{"data": updates}},
		}
	}
	var included []any
	for i, text := range d.said {
		if i > 0 {
			included = append(included, map[string]any{"type": "updates", "id": fmt.Sprint(i - 1), "attributes": map[string]any{
				"message": text, "status": map[string]any{"value": status}, "created": map[string]any{"string": fmt.Sprintf("2026-11-20 10:00:%02d", i)},
			}})
		}
	}
	list := []any{}
	if d.title != "" {
		list = append(list, incident())
	}
	switch {
	case r.URL.Path == "/api/version":
		fmt.Fprint(w, `{"data":{"version":"3.0.0"}}`)
	case r.Method != http.MethodGet && r.Header.Get("Authorization") != "Bearer may-write":
		w.WriteHeader(http.StatusUnauthorized)
	case r.Method == http.MethodPut && d.baffled:
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprint(w, `{"message":"The selected status is invalid."}`)
	case r.Method == http.MethodPut:
		fmt.Fprint(w, `{"data":{}}`)
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/updates") && d.title != "":
		d.said, d.over = append(d.said, in.Message), strings.Contains(string(body), `"status":4`)
		json.NewEncoder(w).Encode(map[string]any{"data": incident()})
	case r.Method == http.MethodPost:
		d.title, d.said, d.over, d.meta = in.Name, []string{in.Message}, false, in.Meta
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(map[string]any{"data": incident()})
	case r.URL.Path == "/api/incidents/1" && d.title != "":
		json.NewEncoder(w).Encode(map[string]any{"data": incident(), "included": included})
	case r.URL.Path == "/api/incidents":
		json.NewEncoder(w).Encode(map[string]any{"data": list, "included": included})
	case r.URL.Path == "/api/components":
		fmt.Fprint(w, `{"data":[{"id":"4","type":"components","attributes":{"name":"Portal","status":{"value":1},"enabled":true}}]}`)
	case r.URL.Path == "/api/schedules":
		fmt.Fprint(w, `{"data":[]}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// startCachet runs one service on a backend that can be written.
func startCachet(t *testing.T) (*operator, *cachet) {
	t.Helper()
	d := &cachet{entered: make(chan struct{}, 8)}
	page := httptest.NewServer(d)
	t.Cleanup(page.Close)
	d.url = page.URL
	o := &operator{t: t, admin: freeAddr(t), site: freeAddr(t), root: t.TempDir()}
	o.loadCachet(d.url, "portal")
	t.Cleanup(func() { _ = caddy.Stop() })
	return o, d
}

func (o *operator) loadCachet(url, title string) {
	o.t.Helper()
	config := fmt.Sprintf(`{
		"admin": {"listen": %q, "config": {"persist": false}},
		"logging": {"logs": {"default": {"level": "PANIC"}}},
		"storage": {"module": "fragile", "root": %q},
		"apps": {
			"candor": {
				"backend": [
					{"name": "campus", "type": "cachet", "url": %q, "write_token": "may-write", "interval": "1h"},
					{"name": "vendor", "type": "cachet", "url": %[3]q, "interval": "1h"}
				],
				"service": [{"name": "portal", "title": %[4]q, "components": ["campus/Portal"]}]
			},
			"http": {"servers": {"sites": {
				"listen": [%[5]q], "automatic_https": {"disable": true},
				"routes": [{"handle": [{"handler": "candor", "service": "portal"}, {"handler": "error", "status_code": 502}]}]
			}}}
		}
	}`, o.admin, o.root, url, title, o.site)
	if err := caddy.Load([]byte(config), true); err != nil {
		o.t.Fatal(err)
	}
}

// shows waits until the page of the site has a text, or has it no more.
func (o *operator) shows(text string, want bool) {
	o.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get("http://" + o.site + "/")
		if err != nil {
			o.t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if strings.Contains(string(body), text) == want {
			return
		}
		if time.Now().After(end) {
			o.t.Fatalf("%q on the page is not %v:\n%s", text, want, body)
		}
	}
}

// receipt is what a write came to.
type receipt struct {
	ID      string
	Already bool
	Done    []string
	Undone  []string
	Unknown []string
	Error   string
}

func TestWhatIsWrittenToABackendIsOnThePageAtOnce(t *testing.T) {
	o, _ := startCachet(t)
	var got receipt
	r := o.call("POST", "/candor/backends/campus/incidents",
		`{"services": ["portal"], "title": "Sign-in fails", "message": "We look into it."}`).wants(201).into(&got)
	if got.ID != "1" || r.Header.Get("Location") != "/candor/backends/campus/incidents/1" ||
		!slices.Equal(got.Done, []string{"incident 1 opened", "component Portal set to partial_outage"}) {
		t.Errorf("%s, headers %v", r.body, r.Header)
	}
	o.shows("Sign-in fails", true) // the next poll by the clock is in an hour
	o.call("POST", "/candor/backends/campus/incidents/1/updates", `{"message": "A disk is full."}`).wants(200).into(&got)
	o.shows("A disk is full.", true)
	var shown struct{ Title string }
	o.call("GET", "/candor/backends/campus/incidents/1", "").wants(200).into(&shown)
	if shown.Title != "Sign-in fails" {
		t.Errorf("shown is %+v", shown)
	}
	o.call("POST", "/candor/backends/campus/incidents/1/updates", `{"message": "Done.", "state": "resolved"}`).wants(200)
	o.shows("Sign-in fails", false)
	o.call("PATCH", "/candor/backends/campus/components", `{"components": {"Portal": "degraded"}}`).wants(200)

	log := o.call("GET", "/candor/log", "").wants(200).body
	for _, action := range []string{"incident.open", "incident.update", "incident.resolve", "component.set"} {
		if !strings.Contains(log, action) {
			t.Errorf("%s is not in the log: %s", action, log)
		}
	}
	if strings.Contains(log, "may-write") {
		t.Errorf("the log has the token: %s", log)
	}
}

func TestAWriteThatFailsSaysWhatWasDone(t *testing.T) {
	o, d := startCachet(t)
	d.baffled = true
	var got receipt
	o.call("PATCH", "/candor/backends/campus/components", `{"components": {"Portal": "degraded"}}`).wants(502).into(&got)
	if !slices.Equal(got.Undone, []string{"component Portal set to degraded"}) || len(got.Done) > 0 ||
		!strings.Contains(got.Error, "status code 422: The selected status is invalid.") {
		t.Errorf("%+v", got)
	}
	if log := o.call("GET", "/candor/log", "").body; !strings.Contains(log, `"outcome":"failed"`) {
		t.Errorf("log is %s", log)
	}
}

func TestBackendsThatCannotBeWrittenSaySo(t *testing.T) {
	o, d := startCachet(t)
	const draft = `{"title": "x", "message": "x"}`
	o.call("POST", "/candor/backends/vendor/incidents", draft).wants(409).says("give it a write_token")
	o.call("POST", "/candor/backends/nobody/incidents", draft).wants(404).says("there are: board, campus, vendor")
	o.call("GET", "/candor/backends/nobody/incidents", "").wants(404)
	o.call("GET", "/candor/backends/campus/incidents/9", "").wants(404)
	o.call("POST", "/candor/backends/campus/incidents/9/updates", `{"message": "x"}`).wants(404).says("no such incident")
	o.call("POST", "/candor/backends/campus/incidents", `{"title": "x"}`).wants(400).says("message is empty")
	o.call("POST", "/candor/backends/campus/incidents", `{"title": "x", "message": "x", "mesage": "y"}`).wants(400)
	o.call("POST", "/candor/backends/campus/incidents", `{"title": "x", "message": "x", "services": ["shop"]}`).wants(400).says("no service")
	o.call("POST", "/candor/backends/campus/incidents", `{"title": "x", "message": "x", "components": {"Mail": ""}}`).wants(400).says("Mail")
	if d.title != "" {
		t.Errorf("opened %q", d.title)
	}
	list := o.call("GET", "/candor/backends", "").body
	if !strings.Contains(list, `"type":"board","writable":true`) || strings.Count(list, `"writable":true`) != 2 {
		t.Errorf("backends are %s", list)
	}
	o.call("POST", "/candor/backends/board/incidents", `{"title": "x", "message": "x", "services": ["portal"], "key": "k"}`).wants(201)
	o.call("POST", "/candor/backends/board/incidents", `{"title": "x", "message": "x", "services": ["portal"], "key": "k"}`).wants(200)
	o.call("PATCH", "/candor/backends/board/components", `{"components": {"Mail": "on fire"}}`).wants(400)
}

func TestABackendThatTakesItsTimeHoldsNobodyUp(t *testing.T) {
	o, d := startCachet(t)
	d.mu.Lock()
	d.block = make(chan struct{})
	d.mu.Unlock()
	var all sync.WaitGroup
	open := func(code int) {
		all.Go(func() {
			o.call("POST", "/candor/backends/campus/incidents", `{"title": "Slow", "message": "x"}`).wants(code)
		})
	}
	open(201)
	<-d.entered
	// Meanwhile others edit, and a reload brings another configuration.
	o.call("POST", "/candor/incidents", `{"services": ["portal"], "title": "On the board"}`).wants(201)
	o.loadCachet(d.url, "Student portal")
	o.shows("Student portal", true)
	o.shows("On the board", true)
	open(200) // the same, by the new configuration: it waits, and finds what is open
	for begun := 0; begun < 2; time.Sleep(20 * time.Millisecond) {
		begun = strings.Count(o.call("GET", "/candor/log", "").body, `"title":"Slow"`)
	}
	close(d.block)
	all.Wait()
	o.shows("Slow", true)
}
