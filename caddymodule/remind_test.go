package caddymodule

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

func TestAMaintenanceWithoutAnEndReminds(t *testing.T) {
	app := newCounter(t, "[maintenance]\nremind_after = \"2h\"").app
	start := time.Now()
	know := &statusclient.Knowledge{Inputs: map[string]statusclient.Input{"board": {Holds: true, Status: &statusclient.Status{
		Maintenances: []statusclient.Maintenance{
			{ID: "open", Services: []string{"portal"}, From: start},
			{ID: "ends", From: start, Until: start.Add(24 * time.Hour)},
			{ID: "planned", From: start.Add(24 * time.Hour)},
		},
	}}, "campus": {Status: &statusclient.Status{Maintenances: []statusclient.Maintenance{{ID: "theirs", From: start}}}}}}
	var before map[string]int
	for _, at := range []struct {
		minutes, want int
	}{{0, 0}, {119, 0}, {120, 1}, {121, 0}, {239, 0}, {240, 1}, {600, 1}} {
		due, events := app.reminders(before, know, start.Add(time.Duration(at.minutes)*time.Minute))
		if len(events) != at.want || at.want > 0 && events[0].data["id"] != "open" {
			t.Errorf("after %d minutes: %v", at.minutes, events)
		}
		before = due
	}
}

func TestOperatorsSeeWhatWasForgottenAndWhatIsLate(t *testing.T) {
	e := startEdge(t, "metrics\ncandor "+tomlFile(t, "[maintenance]\nremind_after = \"1h\"\n[[service]]\nname = \"portal\"\n[[service]]\nname = \"mail\""),
		"candor portal\nrespond upstream")
	app := running.newest()
	know := func() *statusclient.Knowledge { return app.knowledge.Load() }
	e.plan(board.Window{Services: []string{"portal"}})
	e.plan(board.Window{Services: []string{"mail"}, Until: time.Now().Add(time.Hour)})
	if _, err := app.pooled.board.Extend(t.Context(), app.storage, board.Window{Services: []string{"mail"}}, time.Hour); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(90 * time.Minute)
	var services []statusclient.Service
	for _, svc := range app.services() {
		services = append(services, svc.about)
	}
	then := statusclient.Merge(services, app.inputs(), know(), later)
	for name, want := range map[string][2]bool{"portal": {true, false}, "mail": {false, true}} {
		svc := app.named[name]
		v := app.operatorJSON(svc, then.Situations[name], then, nil, later)
		if v.Hold.Reminder != want[0] || v.Hold.Overdue.IsZero() == want[1] {
			t.Errorf("%s: %+v", name, v.Hold)
		}
		if public := fmt.Sprintf("%+v", *situationJSON(svc, then.Situations[name], then).Hold); strings.Contains(public, "Reminder:true") {
			t.Errorf("everybody is told: %s", public)
		}
	}
	wait(t, "the metrics", func() bool {
		app.knowledge.Store(then) // the app may be merging, too
		resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/metrics", e.admin))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{
			`candor_maintenance_overdue{service="mail"} 1`, `candor_maintenance_overdue{service="portal"} 0`,
			`candor_maintenance_reminder{service="mail"} 0`, `candor_maintenance_reminder{service="portal"} 0`,
		} {
			if !strings.Contains(string(body), line) {
				return false
			}
		}
		return true
	})
}
