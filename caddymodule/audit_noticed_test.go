package caddymodule

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/certmagic"
	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/statusclient/board"
)

// entries are the log, the newest first.
func (e *edge) entries() []board.Entry {
	e.t.Helper()
	resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/candor/log", e.admin))
	if err != nil {
		e.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	var list []board.Entry
	if err == nil {
		err = json.Unmarshal(body, &list)
	}
	if err != nil {
		e.t.Fatalf("%v: %s", err, body)
	}
	return list
}

func TestTheLogHasWhatAFileTurnsOnAndOff(t *testing.T) {
	flag := filepath.Join(t.TempDir(), "MAINTENANCE")
	global := "candor " + tomlFile(t, fmt.Sprintf("[[service]]\nname = \"portal\"\nmaintenance_file = %q\n[[service]]\nname = \"library\"\nmaintenance_file = %[1]q", flag))
	e := startEdge(t, global, "candor portal\nrespond upstream")
	if err := os.WriteFile(flag, []byte("Deploying 3.2."), 0o600); err != nil {
		t.Fatal(err)
	}
	wait(t, "an entry", func() bool { return len(e.entries()) == 1 })
	on := e.entries()[0]
	if on.Action != "maintenance.on" || on.Who != "" || !strings.HasPrefix(on.From, "maintenance_file on ") ||
		fmt.Sprint(on.Services) != "[library portal]" || on.New["message"] != "Deploying 3.2." {
		t.Errorf("%+v", on)
	}
	// Other words while it is on.
	if err := os.WriteFile(flag, []byte("Deploying 3.3.\xff"+strings.Repeat(" And more.", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	wait(t, "the change", func() bool { return len(e.entries()) == 2 })
	if edit := e.entries()[0]; edit.Action != "maintenance.edit" || edit.From != on.From || fmt.Sprint(edit.Services) != "[library portal]" ||
		edit.Old["message"] != "Deploying 3.2." || !strings.HasPrefix(edit.New["message"], "Deploying 3.3.") {
		t.Errorf("%+v", edit)
	}
	// What lasts longer stands in front of it, and it is still there.
	w := e.hold("portal", 0)
	e.load(global, "candor portal\nrespond upstream\nheader X-Load 2")
	e.end(w.ID)
	if err := os.Remove(flag); err != nil {
		t.Fatal(err)
	}
	wait(t, "another entry", func() bool { return e.entries()[0].Action == "maintenance.off" })
	list := e.entries()
	if off := list[0]; !strings.HasPrefix(off.Old["message"], "Deploying 3.3.") || len(off.New) > 0 || !slices.Contains(off.Services, "library") {
		t.Errorf("%+v", off)
	}
	if len(list) != 5 { // on, edit, off, and the window
		t.Errorf("%+v", list)
	}
}

func TestTheConsoleTellsWhatAFileDid(t *testing.T) {
	e := desks(t)
	a := running.newest()
	for _, entry := range []board.Entry{
		{Action: noticedOn}, {Action: noticedOff},
		{Action: noticedEdit, Old: words("title", "As it was", "message", "Soon."), New: words("title", "As it was", "message", "Later.")},
	} {
		entry.Services = []string{"portal"}
		ctx := board.ActingAs(t.Context(), board.Actor{From: "maintenance_file on edge-1"})
		if err := a.pooled.board.Record(ctx, a.storage, entry); err != nil {
			t.Fatal(err)
		}
	}
	e.as(t, "mueller").open("/log").reads("Offline", "Back", "Changed", "Later.", "maintenance_file on edge-1").
		lacks("maintenance.on", "maintenance.off", "As it was")
}

func TestOtherWordsAreToldFromThoseThatTheLogHasCut(t *testing.T) {
	long := strings.Repeat("And more. ", 1000)
	for _, c := range []struct {
		now, was string
		same     bool
	}{
		{"Soon.", "Soon.", true}, {"Soon.", "Later.", false}, {"", "Soon.", false},
		{"Soon we are back.", "Soon…", false}, // that is how somebody wrote it
		{long, long[:900] + "…", true}, {"X" + long, long[:900] + "…", false}, {"Soon\ufffd.", "Soon.", true},
	} {
		if sameWords(words("message", c.now), words("message", c.was)) != c.same {
			t.Errorf("%.20q was %.20q: the same is %v", c.now, c.was, !c.same)
		}
	}
	if sameWords(words("message", "Soon."), words("message", "Soon.", "until", "2026-11-22T12:00:00Z")) {
		t.Error("an end that has gone is not seen")
	}
}

// restart stops everything, and starts it anew after meanwhile.
func (e *edge) restart(global, site string, meanwhile func()) {
	e.t.Helper()
	if err := caddy.Stop(); err != nil {
		e.t.Fatal(err)
	}
	http.DefaultClient.CloseIdleConnections() // to its admin endpoint
	meanwhile()
	e.load(global, site)
}

func (e *edge) actions() (words string) {
	for _, entry := range e.entries() {
		words += strings.TrimPrefix(entry.Action, "maintenance.") + " "
	}
	return words
}

// says waits until the log has no other entries than those. What it says too much
// it still does the next time.
func (e *edge) says(want string) {
	e.t.Helper()
	wait(e.t, "the log to say "+want, func() bool { return e.actions() == want })
}

func TestTheLogHasWhatAFileDidWhileNobodyRan(t *testing.T) {
	flag := filepath.Join(t.TempDir(), "MAINTENANCE")
	global := "candor " + tomlFile(t, fmt.Sprintf("[[service]]\nname = \"portal\"\nmaintenance_file = %q", flag))
	e := startEdge(t, global, "candor portal\nrespond upstream")
	write := func() { _ = os.WriteFile(flag, []byte("Deploying 3.2."), 0o600) }
	edit := func() { _ = os.WriteFile(flag, []byte("Deploying 3.3.\xff"+strings.Repeat(" And more.", 1000)), 0o600) }
	remove := func() { _ = os.Remove(flag) }
	for _, c := range []struct {
		meanwhile func()
		want      string
	}{
		{func() {}, ""}, {write, "on "}, {func() {}, "on "}, {remove, "off on "}, {func() {}, "off on "}, {write, "on off on "},
		{edit, "edit on off on "}, {func() {}, "edit on off on "}, {write, "edit edit on off on "}, {remove, "off edit edit on off on "},
	} {
		e.restart(global, "candor portal\nrespond upstream", c.meanwhile)
		e.says(c.want)
	}
	if off := e.entries()[0]; off.Old["message"] != "Deploying 3.2." || fmt.Sprint(off.Services) != "[portal]" {
		t.Errorf("%+v", off)
	}
}

func TestWhatSeveralEdgesNoticeOfABackendIsInTheLogOnce(t *testing.T) {
	page := newWorkPage(t)
	global := "candor " + tomlFile(t, fmt.Sprintf(`
[[backend]]
name = "campus"
type = "statuspage"
url = %q
interval = "5s"
[[service]]
name = "portal"
components = ["campus/Portal"]
follow_maintenance = true`, page.URL))
	site := "candor portal\nrespond upstream"
	e := startEdge(t, global, site)
	store := &certmagic.FileStorage{Path: e.storage}
	other := func(action, state string) func() {
		return func() { // what another edge sees first
			page.state.Store(state)
			ctx := board.ActingAs(t.Context(), board.Actor{From: "backend campus on another host"})
			entry := board.Entry{Action: action, Subject: "w", Services: []string{"portal"}}
			if err := board.New(zerolog.Nop()).Record(ctx, store, entry); err != nil {
				t.Fatal(err)
			}
		}
	}
	closed := func(want int) {
		t.Helper()
		wait(t, "the edge to know", func() bool { return e.get(e.h1, "/", navigation).StatusCode == want })
	}
	e.restart(global, site, other(noticedOn, "in_progress"))
	closed(503)
	e.says("on ")
	page.state.Store("completed")
	closed(200)
	e.says("off on ")
	e.restart(global, site, func() { page.state.Store("in_progress") })
	closed(503)
	e.says("on off on ")
	e.restart(global, site, other(noticedOff, "completed"))
	closed(200)
	e.says("off on off on ")
	e.restart(global, site, other(noticedOn, "completed")) // and is over before this one sees it
	e.says("off on off on off on ")
}
