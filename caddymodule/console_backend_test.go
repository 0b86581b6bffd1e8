package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// writtenPage is a Cachet 2.4 that can be written with the token "may-write".
type writtenPage struct {
	*httptest.Server

	mu        sync.Mutex
	incidents []map[string]any // oldest first
	status    map[string]int   // of its components
	stuck     bool             // refuses whatever changes a component
	mute      bool             // opens what it is asked to, and answers nothing from then on
	closed    bool             // refuses whatever is asked
}

func startWrittenPage(t *testing.T) *writtenPage {
	t.Helper()
	s := &writtenPage{status: map[string]int{"1": 1, "2": 1}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// set changes how it behaves.
func (s *writtenPage) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *writtenPage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := func(data any) { _ = json.NewEncoder(w).Encode(map[string]any{"data": data}) }
	fail := func(code int, why string) {
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"errors":[{"detail":%q}]}`, why)
	}
	w.Header().Set("Content-Type", "application/json")
	var in map[string]any
	if r.Method != http.MethodGet {
		if r.Header.Get("X-Cachet-Token") != "may-write" {
			fail(http.StatusUnauthorized, "Authentication is required.")
			return
		}
		_ = json.NewDecoder(r.Body).Decode(&in)
	}
	now := time.Now().UTC().Format(time.DateTime)
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/"), "/")
	var one map[string]any
	if len(parts) > 1 && parts[0] == "incidents" {
		if n, _ := strconv.Atoi(parts[1]); n > 0 && n <= len(s.incidents) {
			one = s.incidents[n-1]
		}
	}
	switch path := strings.Join(parts, "/"); {
	case s.closed:
		fail(http.StatusServiceUnavailable, "Down.")
	case path == "version":
		answer("2.4.0-dev")
	case path == "components":
		answer([]any{
			map[string]any{"id": 1, "name": "Student portal", "status": s.status["1"], "enabled": true},
			map[string]any{"id": 2, "name": "Mail", "status": s.status["2"], "enabled": true},
		})
	case path == "components/groups", path == "schedules":
		answer([]any{})
	case parts[0] == "components" && s.stuck:
		fail(http.StatusBadRequest, "The status is invalid.")
	case parts[0] == "components" && r.Method == http.MethodPut && s.status[parts[1]] != 0:
		s.status[parts[1]] = int(in["status"].(float64))
		answer(map[string]any{"id": 1})
	case path == "incidents" && r.Method == http.MethodPost:
		in["id"], in["updates"], in["created_at"], in["updated_at"], in["occurred_at"] = len(s.incidents)+1, []any{}, now, now, now
		s.incidents = append(s.incidents, in)
		if id, ok := in["component_id"].(float64); ok {
			s.status[fmt.Sprint(id)] = int(in["component_status"].(float64))
		}
		if s.mute {
			s.closed = true
			panic(http.ErrAbortHandler)
		}
		answer(in)
	case path == "incidents":
		list := slices.Clone(s.incidents)
		slices.Reverse(list)
		answer(list)
	case len(parts) == 2 && one != nil:
		answer(one)
	case len(parts) == 3 && one != nil && r.Method == http.MethodPost:
		one["status"] = in["status"]
		one["updates"] = append([]any{map[string]any{
			"id": len(one["updates"].([]any)) + 1, "status": in["status"], "message": in["message"], "created_at": now,
		}}, one["updates"].([]any)...)
		answer(one)
	default:
		fail(http.StatusNotFound, "Not found.")
	}
}

// newsroom is an edge with a console, whose backend campus can be written and whose
// backend vendor cannot.
func newsroom(t *testing.T) (*edge, *writtenPage) {
	t.Helper()
	s := startWrittenPage(t)
	toml := strings.Replace(staffed, "title = \"Student portal\"", "title = \"Student portal\"\ncomponents = [\"campus/Student portal\"]", 1) + fmt.Sprintf(`
[[service]]
name = "mail"
title = "Webmail"
components = ["campus/Mail"]
[[service]]
name = "wifi"
components = ["vendor/Mail"]
[[backend]]
name = "campus"
type = "cachet"
url = %[1]q
write_token = "may-write"
interval = "1h"
[[backend]]
name = "vendor"
type = "cachet"
url = %[1]q
interval = "1h"
`, s.URL)
	e := startEdge(t, "candor "+tomlFile(t, toml), "handle_path /console/* {\n"+staff+"candor_console\n}\n"+
		"handle {\nroute {\ncandor portal\nrespond \"the portal\"\n}\n}\n")
	e.knows("campus", 0)
	return e, s
}

// knows waits until the edge knows of so many open incidents of a backend.
func (e *edge) knows(backend string, open int) {
	e.t.Helper()
	wait(e.t, "what "+backend+" says", func() bool {
		input, err := running.newest().input(backend)
		n := 0
		for _, in := range input.Status.Incidents {
			if in.State.Open() {
				n++
			}
		}
		return err == nil && !input.Fetched.IsZero() && n == open
	})
}

// publishAt goes through the form, the review and the confirmation.
func (h hand) publishAt(form url.Values) sheet {
	h.t.Helper()
	action := "/incidents/new"
	review := h.send("POST", action, form, nil).wants(200).reads("Check before it goes out")
	return h.send("POST", action, review.fill(action, "step", "confirm"), nil)
}

func TestAPublisherOpensUpdatesAndEndsAnIncidentAtAStatusSystem(t *testing.T) {
	e, page := newsroom(t)
	s := e.as(t, "student1")
	blank := s.open("/incidents/new").wants(200).reads("Where it is published", "On pages of the services", "At campus").lacks("At vendor")
	form := blank.fill("/incidents/new", "at", "campus", "services", "portal", "title", "Sign-in fails", "message", "We look into it.",
		"components", "Mail=degraded\n", "notify", "yes", "step", "review")

	review := s.send("POST", "/incidents/new", form, nil).wants(200)
	review.reads("Check before it goes out", "campus", "Sign-in fails", "We look into it.", "Mail=degraded", "Tell who has subscribed there")
	if shown := review.preview(); !strings.Contains(shown, "Sign-in fails") || !strings.Contains(shown, "We look into it.") {
		t.Error("the preview lacks the incident")
	}
	if len(page.incidents) > 0 {
		t.Fatal("a review publishes")
	}
	done := s.send("POST", "/incidents/new", review.fill("/incidents/new", "step", "confirm"), nil).wants(303)
	if to := done.Header.Get("Location"); to != "/console/incidents?done=opened" {
		t.Errorf("goes on to %s", to)
	}
	if page.status["1"] != 3 || page.status["2"] != 2 || page.incidents[0]["name"] != "Sign-in fails" || page.incidents[0]["notify"] != true {
		t.Errorf("components are %v, the incident %v", page.status, page.incidents)
	}
	e.knows("campus", 1)
	s.open("/").wants(200).reads("Sign-in fails", "campus")
	s.open("/services/portal").wants(200).reads("Posted incidents", "Sign-in fails")
	// A department sees what concerns its services, and nothing to change it by.
	for _, path := range []string{"/", "/incidents", "/services/library"} {
		e.as(t, "librarian").open(path).wants(200).reads("Sign-in fails").lacks("backends/campus")
	}
	e.as(t, "librarian").open("/backends/campus/incidents/1").wants(404)
	const path = "/backends/campus/incidents/1"
	now := s.open("/incidents").wants(200)
	if !strings.Contains(now.body, `href="/console`+path+`"`) {
		t.Errorf("there is no way to the incident:\n%s", now.text())
	}

	update := s.open(path).wants(200).reads("Sign-in fails", "We look into it.", "Add an update").
		fill(path, "message", "It works again.", "state", "resolved", "step", "review", "shown", "portal")
	review = s.send("POST", path, update, nil).wants(200).reads("Publish and close", "What visitors of Student portal will see")
	s.send("POST", path, review.fill(path, "step", "confirm"), nil).wants(303)
	e.knows("campus", 0)
	if page.status["1"] != 1 {
		t.Errorf("components are %v", page.status)
	}
	s.open(path).wants(404)
	s.open("/log").wants(200).reads("Incident posted", "Incident closed", "student1", "Where it is published", "campus")
}

func TestWhatIsOnlyPartlyWrittenIsToldAndMayBeSentAgain(t *testing.T) {
	e, page := newsroom(t)
	m := e.as(t, "mueller")
	blank := m.open("/incidents/new").wants(200)
	form := blank.fill("/incidents/new", "at", "campus", "services", "portal", "components", "Mail", "title", "Sign-in fails", "message", "We look.", "step", "review")

	page.set(func() { page.stuck = true })
	part := m.publishAt(form).wants(424).reads("Only a part was done", "Not done", "component Student portal set to partial_outage",
		"Done", "incident 1 opened", "what was done is not done twice", "The status is invalid.")
	page.set(func() { page.stuck = false })
	m.send("POST", "/incidents/new", part.fill("/incidents/new", "step", "change"), nil).wants(200).reads("Post an incident")
	again := m.send("POST", "/incidents/new", part.fill("/incidents/new", "step", "confirm"), nil).wants(200).reads("It was open, or said, before", "component Student portal set to partial_outage")
	if len(page.incidents) != 1 || page.status["1"] != 3 || again.form("/incidents/new") != nil {
		t.Errorf("%d incidents, components %v", len(page.incidents), page.status)
	}

	// No answer, and nobody to ask afterwards.
	form.Set("title", "Mail is slow")
	form.Set("services", "mail")
	page.set(func() { page.mute = true })
	m.publishAt(form).wants(424).reads("Nobody knows whether it was done", "Not known", "incident opened")

	// Nothing at all was done: what was typed is there to be sent again.
	form.Set("title", "Third")
	if got := m.publishAt(form).wants(422).reads("Nothing was changed.", "nothing was written").form("/incidents/new"); got.Get("title") != "Third" || got.Get("at") != "campus" {
		t.Errorf("what was typed is lost: %v", got)
	}
}

func TestOnlyWhoPublishesForAllServicesWritesToAStatusSystem(t *testing.T) {
	e, page := newsroom(t)
	m := e.as(t, "mueller")
	blank := m.open("/incidents/new").wants(200)
	form := blank.fill("/incidents/new", "at", "campus", "services", "library", "components", "Mail", "title", "x", "message", "x", "step", "confirm")
	for _, name := range []string{"librarian", "head-of-it"} {
		who := e.as(t, name)
		if p := who.open("/incidents/new"); p.StatusCode == 200 {
			p.lacks("Where it is published")
		}
		mine := url.Values{}
		for k, v := range form {
			mine[k] = v
		}
		mine.Set("token", who.open("/services/library").tokenOf())
		who.send("POST", "/incidents/new", mine, nil).wants(403)
		who.open("/backends/campus/incidents/new").wants(404)
	}
	for _, at := range []string{"vendor", "nobody", "../campus", "campus/incidents/1", hostile} {
		form.Set("at", at)
		m.send("POST", "/incidents/new", form, nil).wants(403)
	}
	form.Set("at", "campus")
	m.send("POST", "/incidents/new", form, header{"Sec-Fetch-Site": "cross-site"}).wants(403)
	for change, says := range map[string]string{
		"services=wifi&components=":              "no component of backend campus",
		"services=&components=":                  "Choose at least one service.",
		"message=":                               "The text is missing.",
		"title=":                                 "The headline is missing.",
		"components=Mali":                        "which is not there",
		"components=Mail\nMail=degraded":         "named twice",
		"components=Mail=on fire":                "on fire",
		"components=" + hostile[:90]:             "Nothing was changed.",
		"title=" + strings.Repeat("x", 201):      "more than 200 characters",
		"message=" + strings.Repeat("x", 9999+2): "more than 10000 bytes",
		"impact=huge":                            "huge",
		"state=resolved":                         "resolved",
	} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set("services", "portal")
		for pair := range strings.SplitSeq(change, "&") {
			k, v, _ := strings.Cut(pair, "=")
			bad.Set(k, v)
		}
		bad.Set("step", "review")
		got := m.send("POST", "/incidents/new", bad, nil)
		if got.StatusCode != 422 {
			t.Errorf("%s: %d", change, got.StatusCode)
			continue
		}
		got.reads("Nothing was changed.", says)
		got.harmless(t, change)
	}
	if len(page.incidents) > 0 {
		t.Fatalf("published: %v", page.incidents)
	}
}

func TestTwoWhoUpdateAnIncidentAtAStatusSystemSeeEachOther(t *testing.T) {
	e, page := newsroom(t)
	m, s := e.as(t, "mueller"), e.as(t, "student1")
	form := m.open("/incidents/new").fill("/incidents/new", "at", "campus", "services", "portal", "title", "Sign-in fails", "message", hostile, "step", "review")
	m.publishAt(form).wants(303)
	e.knows("campus", 1)
	const path = "/backends/campus/incidents/1"
	s.open("/").harmless(t, "overview")
	s.open("/incidents").harmless(t, "incidents")
	mine := s.open(path).wants(200).fill(path, "message", "Mine.", "step", "review")

	theirs := m.open(path).fill(path, "message", "Theirs.", "state", "identified", "step", "review")
	m.send("POST", path, m.send("POST", path, theirs, nil).wants(200).fill(path, "step", "confirm"), nil).wants(303)
	wait(t, "what the other has said", func() bool { return strings.Contains(s.open(path).text(), "Theirs.") })

	conflict := s.send("POST", path, mine, nil).wants(412).reads("Somebody else was first", "Theirs.", "Mine.")
	conflict.harmless(t, "conflict")
	review := s.send("POST", path, conflict.fill(path), nil).wants(200)
	review.harmless(t, "review")
	s.send("POST", path, review.fill(path, "step", "confirm"), nil).wants(303)
	// Nothing of another site, and nothing that was made for somebody else.
	forged := s.open(path).fill(path, "message", "Forged.", "step", "confirm")
	s.send("POST", path, forged, header{"Sec-Fetch-Site": "cross-site"}).wants(403)
	s.send("POST", path, forged, header{"Sec-Fetch-Site": "", "Origin": "https://evil.example"}).wants(403)
	for _, token := range []string{"", m.open(path).tokenOf(), strings.Repeat("A", 5000)} {
		forged.Set("token", token)
		s.send("POST", path, forged, nil).wants(422).reads("This form was open for too long.")
	}
	for _, other := range []string{"/backends/vendor/incidents/1", "/backends/board/incidents/1", "/backends/nobody/incidents/1", "/backends/campus/incidents/9", "/backends/campus/incidents/%2e%2e"} {
		forged.Set("token", s.open(path).tokenOf())
		if got := s.send("POST", other, forged, nil); got.StatusCode != 403 && got.StatusCode != 404 {
			t.Errorf("%s: %d", other, got.StatusCode)
		}
	}
	h := e.as(t, "head-of-it")
	h.open(path).wants(200).reads("Theirs.").lacks("Add an update")
	mine.Set("token", h.open("/").tokenOf())
	h.send("POST", path, mine, nil).wants(403)
	page.set(func() {
		if got := len(page.incidents[0]["updates"].([]any)); got != 2 {
			t.Errorf("%d updates", got)
		}
	})
}

func TestThePreviewIsOfAServiceThatIsChosen(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	form := m.open("/maintenance/new").fill("/maintenance/new", "message", "New disks.", "step", "review")
	form["services"] = []string{"portal", "library"}
	review := m.send("POST", "/maintenance/new", form, nil).wants(200).reads("What visitors of Library catalogue will see", "Look at the page of")
	if !strings.Contains(review.preview(), "Library catalogue") {
		t.Error("the preview is of another service")
	}
	for chosen, title := range map[string]string{"portal": "Student portal", "library": "Library catalogue", "nobody": "Library catalogue", hostile: "Library catalogue"} {
		other := m.send("POST", "/maintenance/new", review.fill("/maintenance/new", "shown", chosen, "step", "review"), nil).
			wants(200).reads("What visitors of "+title+" will see", "Library catalogue, Student portal", "New disks.")
		if !strings.Contains(other.preview(), title) {
			t.Errorf("%.20s: the preview is of another service", chosen)
		}
		other.harmless(t, "a preview of "+title)
	}
	form["services"] = []string{"*"}
	m.send("POST", "/maintenance/new", form, nil).wants(200).reads("All services", "Look at the page of")
	form["services"] = []string{"portal"}
	if strings.Contains(m.send("POST", "/maintenance/new", form, nil).wants(200).text(), "Look at the page of") {
		t.Error("there is a choice of one")
	}
	nothingChanged(t)
	many := hall(t)
	m = many.as(t, "mueller")
	form = m.open("/maintenance/new").fill("/maintenance/new", "find", "*", "message", "x", "step", "review", "shown", "shop77")
	review = m.send("POST", "/maintenance/new", form, nil).wants(200).reads("What visitors of Bücherei No. 77 will see", "Look at the page of the service named")
	if !strings.Contains(review.preview(), "No. 77") {
		t.Error("the preview is of another service")
	}
}
