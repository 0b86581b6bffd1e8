package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient/board"
)

// plan puts a window on the board.
func (e *edge) plan(w board.Window) board.Window {
	e.t.Helper()
	app := running.newest()
	made, _, err := app.pooled.board.On(e.t.Context(), app.storage, w)
	if err != nil {
		e.t.Fatal(err)
	}
	app.merge()
	return made
}

// inThreeDays is a day of the week that is neither today nor tomorrow on any clock.
func inThreeDays() string { return time.Now().UTC().AddDate(0, 0, 3).Format("Mon") }

// end ends a window, or cancels it.
func (e *edge) end(id string) {
	e.t.Helper()
	app := running.newest()
	if _, _, err := app.pooled.board.EndWindow(e.t.Context(), app.storage, id, ""); err != nil {
		e.t.Fatal(err)
	}
	app.merge()
}

func TestOnlyTheNamedPathsAreClosed(t *testing.T) {
	e := startEdge(t, "", "candor portal {\nhealth /enrol/health\nexempt /enrol/hooks/*\n}\nrespond upstream")
	e.plan(board.Window{Services: []string{"portal"}, Paths: []string{"/enrol/*"}, Message: "Forms move."})
	for path, want := range map[string]int{
		"/": 200, "/enrol": 503, "/enrol/": 503, "/enrol/2026?x=/grades": 503, "/enrolment": 200, "/grades?x=/enrol/": 200,
		"/%65nrol/1": 503, "/enrol%2f1": 503, "//enrol/1": 503, "/x/../enrol/1": 503, "/x/%2e%2e/enrol/1": 503,
		"/enrol;s=1/2026": 503, "/;/enrol/1": 503, "/x/..;/enrol": 503, "/enrolment;/enrol": 200, "/x/;/../enrol": 503,
		"/enrol/../grades": 200, "/enrol/hooks/1": 200, "/enrol/health": 200, "/ENROL/1": 503, "/%2565nrol/1": 503,
	} {
		if a := e.get(e.h1, path, navigation); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, a.StatusCode, want)
		}
	}
	for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
		if a := e.do(c, "HEAD", "/enrol/1", nil, navigation); a.StatusCode != 503 || a.Header.Get("Retry-After") == "" || a.body != "" {
			t.Errorf("HEAD: %d %v", a.StatusCode, a.Header)
		}
	}
	a := e.get(e.h1, "/enrol/2026", navigation)
	a.isPage(t, 503)
	if !strings.Contains(a.body, "this part of portal") || !strings.Contains(a.body, "Forms move.") {
		t.Errorf("the page does not say that it is a part: %s", a.body)
	}
}

func TestReadOnlyLetsVisitorsLook(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond upstream")
	w := e.plan(board.Window{Services: []string{"portal"}, ReadOnly: true, Until: time.Now().Add(time.Hour)})
	for _, m := range []string{"GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY"} {
		if a := e.do(e.h1, m, "/", nil, navigation); a.StatusCode != 200 {
			t.Errorf("%s: %d", m, a.StatusCode)
		}
	}
	for _, m := range []string{"POST", "PUT", "PATCH", "DELETE", "PROPPATCH", "MOVE", "get"} {
		a := e.do(e.h1, m, "/", strings.NewReader("grade=1"), navigation)
		a.isPage(t, 503)
		if !strings.Contains(a.body, "nothing can be changed") || !strings.Contains(a.body, "did not receive what you sent") || strings.Contains(a.body, "taken it offline") {
			t.Errorf("%s: %s", m, a.body)
		}
	}
	p := problemOf(t, e.do(e.h1, "POST", "/", strings.NewReader("{}"), header{"Accept": "application/json"}))
	hold := p["maintenances"].([]any)[0].(map[string]any)
	if p["state"] != "maintenance" || p["received"] != "no" || hold["read_only"] != true || p["retry_after"].(float64) < 3500 {
		t.Errorf("%v", p)
	}
	e.plan(board.Window{Services: []string{"portal"}})
	e.get(e.h1, "/", navigation).isPage(t, 503)
	e.end(w.ID)
	if a := e.do(e.h1, "POST", "/", nil, navigation); strings.Contains(a.body, "nothing can be changed") {
		t.Error("all is closed, and only reading is said to be possible")
	}
}

func TestAPageOfAPartWaitsForThatPart(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond upstream")
	w := e.plan(board.Window{Services: []string{"portal"}, Paths: []string{"/enrol/*"}, Title: "Forms"})
	status := func(query string) map[string]any {
		t.Helper()
		var v map[string]any
		if err := json.Unmarshal([]byte(e.get(e.h1, "/.candor/status"+query, nil).body), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	all, waiting := status(""), status("?waiting&part="+w.ID)
	if all["hold"] != nil || all["state"] != "up" || all["answering"] == false || all["maintenances"].([]any)[0].(map[string]any)["paths"].([]any)[0] != "/enrol/*" {
		t.Errorf("the service: %v", all)
	}
	if waiting["hold"].(map[string]any)["id"] != w.ID || waiting["answering"] != false || waiting["version"] == all["version"] {
		t.Errorf("the part: %v", waiting)
	}
	page := e.get(e.h1, "/enrol/1", navigation)
	for _, want := range []string{"status?waiting&amp;part=" + w.ID, "part=" + w.ID + "&amp;", fmt.Sprintf(`data-version="%s"`, waiting["version"])} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not ask for %s", want)
		}
	}
	fresh := "/.candor/page?cause=maintenance&code=503&reference=abcdefgh1&part=" + w.ID
	if a := e.get(e.h1, fresh, nil); !strings.Contains(a.body, "this part of") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	e.get(e.h1, "/", nil) // the service answers
	e.end(w.ID)
	if over := status("?waiting&part=" + w.ID); over["hold"] != nil || over["answering"] != true {
		t.Errorf("the part is open, and its page is told %v", over)
	}
}
