package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/candor-edge/candor/statusclient"
)

// TestStaffSayThatAComponentDoesNotWork: without any incident, visitors and
// programs get to know it, and when it works again, they do too.
func TestStaffSayThatAComponentDoesNotWork(t *testing.T) {
	e := startEdge(t, "candor "+tomlFile(t, `
		[[backend]]
		name = "campus"
		type = "statuspage"
		url  = "http://`+upstream(t, new(statusPage).ServeHTTP)+`"
		[[service]]
		name = "portal"
		title = "Student portal"
		components = ["campus/Single sign-on"]`), "candor portal\nreverse_proxy "+deadAddr(t))
	set := func(component, status string) {
		t.Helper()
		body := strings.NewReader(fmt.Sprintf(`{"components": {%q: %q}}`, component, status))
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, fmt.Sprintf("http://127.0.0.1:%d/candor/backends/board/components", e.admin), body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := e.h1.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _ = resp.Body.Close(); resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", status, resp.Status)
		}
	}
	read := func() (status, problem struct {
		State      string
		Components []componentView
	}) {
		t.Helper()
		for path, into := range map[string]any{"/.candor/status": &status, "/grades": &problem} {
			if err := json.Unmarshal([]byte(e.get(e.h1, path, header{"Accept": "application/json"}).body), into); err != nil {
				t.Fatal(err)
			}
		}
		return status, problem
	}
	for _, c := range []struct {
		component, set, state, page, shown string
	}{
		{"campus/Single sign-on", "partial_outage", "incident", "There is no need to report this: we know.", "Single sign-on"},
		{"campus/Single sign-on", "degraded", "fault", "Something is wrong with a part of it.", "Single sign-on"},
		{"campus/Single sign-on", "maintenance", "maintenance", "Planned work on it is under way.", "Single sign-on"},
		{"campus/Single sign-on", "operational", "fault", "It may be over in a moment.", ""},
		{"portal", "major_outage", "incident", "There is no need to report this: we know.", "portal"},
		{"portal", "operational", "fault", "It may be over in a moment.", ""},
	} {
		set(c.component, c.set)
		var page string
		wait(t, c.set+" on the page", func() bool {
			page = e.get(e.h1, "/grades", navigation).body
			return strings.Contains(page, c.page)
		})
		if strings.Contains(page, "Affected parts") != (c.shown != "") {
			t.Errorf("%s: the page says\n%s", c.set, page)
		}
		status, problem := read()
		if problem.State != c.state || (len(problem.Components) > 0) != (c.shown != "") || len(status.Components) != len(problem.Components) {
			t.Errorf("%s: %+v and %+v", c.set, status, problem)
		}
		if c.shown == "" {
			continue
		}
		if got := problem.Components[0]; got.Name != c.shown || string(got.Status) != c.set || got.Backend != "board" || got.Since.IsZero() {
			t.Errorf("%s: %+v", c.set, got)
		}
		if got := e.get(e.h1, "/grades", header{"Accept": "text/plain"}).body; !strings.Contains(got, "Affected parts") {
			t.Errorf("%s: the text says\n%s", c.set, got)
		}
	}
}

func TestTheConsoleTellsOfComponents(t *testing.T) {
	e := desks(t)
	app := running.newest()
	if _, err := app.pooled.board.SetComponent(t.Context(), app.storage, "portal", statusclient.PartialOutage); err != nil {
		t.Fatal(err)
	}
	app.merge()
	e.as(t, "mueller").open("/services/portal").wants(200).reads("Partly not working")
}
