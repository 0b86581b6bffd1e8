package caddymodule

import (
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient/board"
)

func TestMaintenanceOutlivesTheConfigurationsThatComeAndGo(t *testing.T) {
	const both = "handle /portal {\ncandor portal\nrespond works\n}\nhandle {\ncandor library\nrespond works\n}"
	toml := func(text string) string { return "candor " + tomlFile(t, text) }
	e := startEdge(t, "", both)
	e.plan(board.Window{Services: []string{"portal"}, Message: "New disks."})
	weekly := e.plan(board.Window{Services: []string{"portal"}, Every: inThreeDays() + " 02:00-04:00"})
	planned := e.plan(board.Window{Services: []string{"portal"}, From: time.Now().Add(time.Hour)})
	closed := func(what string) {
		t.Helper()
		if a := e.get(e.h1, "/portal", nil); a.StatusCode != 503 {
			t.Errorf("%s: %d", what, a.StatusCode)
		}
		if a := e.get(e.h1, "/", nil); a.StatusCode != 200 {
			t.Errorf("%s: the other service: %d", what, a.StatusCode)
		}
		for _, id := range []string{weekly.ID, planned.ID} {
			if _, err := running.newest().pooled.board.Window(id); err != nil {
				t.Errorf("%s: planned work is lost: %v", what, err)
			}
		}
	}
	closed("from the beginning")
	e.load(toml("[[service]]\nname = \"portal\"\ntitle = \"Student portal\""), both)
	closed("the service has a title now")
	e.load(toml("[brand]\nname = \"Example\"\ntimezone = \"Asia/Tokyo\"\n[[service]]\nname = \"portal\"\nhosts = [\"localhost\"]"), both)
	closed("another brand, another zone")

	e.load("", "candor library\nrespond works")
	if a := e.get(e.h1, "/portal", nil); a.StatusCode != 200 {
		t.Errorf("the service is not there any more: %d", a.StatusCode)
	}
	e.load("", both)
	closed("the service is back")
	e.end(weekly.ID)
	if got := running.newest().pooled.board.Windows(); len(got) != 2 {
		t.Errorf("windows %+v", got)
	}
}
