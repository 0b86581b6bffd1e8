package caddymodule

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/certmagic"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// TestOfThreeBackendsOneIsRightOneLiesOneIsDown: the page has what the right one
// says, what the liar said while it was one to be believed, and how old that is.
func TestOfThreeBackendsOneIsRightOneLiesOneIsDown(t *testing.T) {
	right := new(statusPage)
	right.say("We look into it.")
	lie := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "<!doctype html><title>All systems operational</title>")
	}
	backends := []statusclient.BackendConfig{
		{Name: "campus", Type: "statuspage", URL: "http://" + upstream(t, right.ServeHTTP)},
		{Name: "hosting", Type: "better-stack", URL: "http://" + upstream(t, lie)},
		{Name: "alerts", Type: "alertmanager", URL: "http://" + deadAddr(t)},
	}
	config := "[[service]]\nname = \"portal\"\ncomponents = [\"campus/Portal\", \"hosting/Hosting\", \"alerts/portal\"]\n"
	for _, b := range backends {
		config += fmt.Sprintf("[[backend]]\nname = %q\ntype = %q\nurl = %q\n", b.Name, b.Type, b.URL)
	}

	// Both others were right when the edge went down.
	heard := time.Now().Add(-2 * time.Hour).UTC().Truncate(time.Second)
	then := &statusclient.Status{
		Components: []statusclient.Component{{ID: "h1", Name: "Hosting", Status: statusclient.Degraded}},
		Incidents: []statusclient.Incident{{
			ID: "h", Title: "Hosting is slow", State: statusclient.Investigating, Impact: statusclient.ImpactMinor, Components: []string{"h1"},
			Started: heard.Add(-time.Hour), Updates: []statusclient.Update{{Text: statusclient.Text{Source: "A disk is full.", Markup: statusclient.Plain}, At: heard.Add(-time.Hour)}},
		}},
	}
	e := startEdge(t, "", "respond up")
	keep := func(b statusclient.BackendConfig, s statusclient.Snapshot) {
		t.Helper()
		stored, err := statusclient.EncodeSnapshot(s)
		if err == nil {
			err = (&certmagic.FileStorage{Path: e.storage}).Store(t.Context(), snapshotKey(backendKey(b)), stored)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	keep(backends[1], statusclient.Snapshot{Status: then, Fetched: heard})
	keep(backends[2], statusclient.Snapshot{Status: new(statusclient.Status), Fetched: heard.Add(time.Hour)})
	e.load("candor "+tomlFile(t, config), "candor portal\nreverse_proxy "+deadAddr(t))

	app := running.newest()
	wait(t, "all three to have been asked", func() bool {
		inputs := app.knowledge.Load().Inputs
		return !inputs["campus"].Fetched.IsZero() && inputs["hosting"].Error != "" && inputs["alerts"].Error != ""
	})
	a := e.get(e.h2, "/", navigation)
	a.isPage(t, 502)
	for _, want := range []string{
		"Portal down", "We look into it.", "Hosting is slow", "A disk is full.",
		"has not been reachable since <time datetime=\"" + heard.Format(time.RFC3339),
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page has no %s:\n%s", want, a.body)
		}
	}
	if strings.Contains(a.body, "operational") {
		t.Error("the page believes the liar")
	}
	metrics := e.get(http.DefaultClient, fmt.Sprintf("http://127.0.0.1:%d/metrics", e.admin), nil).body
	for _, name := range []string{"hosting", "alerts"} {
		if !strings.Contains(metrics, `candor_backend_up{backend="`+name+`"} 0`) || !strings.Contains(metrics, `candor_backend_up{backend="campus"} 1`) {
			t.Errorf("metrics say that %s answers", name)
		}
	}
	for name, want := range map[string]string{"hosting": "answered HTML instead of JSON", "alerts": "connection refused"} {
		input := app.knowledge.Load().Inputs[name]
		if age := time.Since(input.Fetched); age < time.Hour-time.Minute || !strings.Contains(input.Error, want) {
			t.Errorf("%s: %s old, %s", name, age, input.Error)
		}
	}
}

// TestPollsWithNothingNewLeaveThePageAlone: the situation that pages are rendered
// from stays the very same, and so does what scripts are told of its version.
func TestPollsWithNothingNewLeaveThePageAlone(t *testing.T) {
	p := new(statusPage)
	p.say("We look into it.")
	e := hookEdge(t, p)
	app := running.newest()
	wait(t, "the first word", func() bool {
		inputs := app.knowledge.Load().Inputs
		return !inputs["campus"].Fetched.IsZero() && !inputs["plain"].Fetched.IsZero()
	})
	wait(t, "it on the page", func() bool { return strings.Contains(e.get(e.h1, "/", navigation).body, "We look into it.") })
	situation := func() *statusclient.Situation { return app.knowledge.Load().Situations["portal"] }
	sit := situation()
	for range 3 {
		asked := p.asked.Load()
		e.do(e.h1, "POST", "/hooks/campus", nil, header{"Authorization": "Bearer " + hookSecret})
		wait(t, "a poll", func() bool { return p.asked.Load() > asked })
	}
	p.say("A disk is full.")
	e.do(e.h1, "POST", "/hooks/campus", nil, header{"Authorization": "Bearer " + hookSecret})
	wait(t, "another situation", func() bool { return situation() != sit })
	if got := situation().Incidents[0].Updates[0].Text.Plain; got != "A disk is full." {
		t.Errorf("a poll with nothing new made another situation, of %q", got)
	}
}

// TestAnIntervalThatIsTooShortIsSaidAtLoad, and nobody is warned of one that is
// not.
func TestAnIntervalThatIsTooShortIsSaidAtLoad(t *testing.T) {
	config := ""
	for name, interval := range map[string]string{"hasty": "interval = \"5s\"", "calm": "interval = \"10m\"", "plain": ""} {
		config += fmt.Sprintf("[[backend]]\nname = %q\ntype = \"statuspage\"\nurl = \"http://%s\"\n%s\n", name, deadAddr(t), interval)
	}
	e := startEdge(t, "candor "+tomlFile(t, config), "candor portal\nrespond up")
	const want = "backend hasty: interval is 5s; systems of type statuspage are made to be asked every 30s and may refuse"
	if n := len(e.logs.lines(want)); n != 1 {
		t.Errorf("said %d times in\n%s", n, e.logs)
	}
	if all := e.logs.String(); strings.Contains(all, "backend calm: interval") || strings.Contains(all, "backend plain: interval") {
		t.Errorf("warned of the others, too:\n%s", all)
	}
}

// TestWhatProgramsAreToldIsAsOldAsTheLastPoll, and not as old as the last news; the
// situation that pages are rendered from stays the very same.
func TestWhatProgramsAreToldIsAsOldAsTheLastPoll(t *testing.T) {
	page := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"page":{"id":"p"},"components":[],"incidents":[]}`)
	})
	e := startEdge(t, "candor "+tomlFile(t, `
		[[backend]]
		name = "campus"
		type = "statuspage"
		url  = "http://`+page+`"
		[[service]]
		name = "portal"`), "candor portal\nreverse_proxy "+deadAddr(t))
	app := running.newest()
	known := func(name string) time.Time { return app.knowledge.Load().Inputs[name].Fetched }
	wait(t, "the first word", func() bool { return !known("campus").IsZero() && !known(board.Name).IsZero() })
	sit, merges, first := app.situation(app.named["portal"]), app.merges.Load(), time.Now()
	app.pooled.pollers[0].Refresh()
	wait(t, "both to be heard again", func() bool { return known("campus").After(first) && known(board.Name).After(first) })
	if now := app.situation(app.named["portal"]); now != sit || app.merges.Load() != merges {
		t.Errorf("that made another situation: %d merges, %d before", app.merges.Load(), merges)
	}
	var told struct {
		Backends []struct {
			Name    string
			Fetched time.Time
		}
	}
	body := e.get(e.h1, "/", header{"Accept": "application/problem+json"}).body
	if err := json.Unmarshal([]byte(body), &told); err != nil || len(told.Backends) != 2 {
		t.Fatalf("%v in %s", err, body)
	}
	for _, b := range told.Backends {
		if !b.Fetched.After(first) {
			t.Errorf("%s: heard at %s, and a poll began after %s", b.Name, b.Fetched, first)
		}
	}
}
