package caddymodule

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// workPage is a Statuspage with planned work on the component Portal, in a state.
type workPage struct {
	*httptest.Server
	state atomic.Value
	asked atomic.Int32
}

func newWorkPage(t *testing.T) *workPage {
	p := new(workPage)
	p.state.Store("scheduled")
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.asked.Add(1)
		fmt.Fprintf(w, `{"page": {"id": "p", "name": "x", "url": "https://status.example.edu"},
			"components": [{"id": "c", "name": "Portal", "status": "operational"}], "incidents": [],
			"scheduled_maintenances": [{"id": "w", "name": "New disks", "status": %q, "impact": "maintenance",
				"scheduled_for": "2026-11-01T10:00:00Z", "scheduled_until": "2126-11-01T12:00:00Z",
				"components": [{"id": "c", "name": "Portal"}],
				"incident_updates": [{"id": "u", "status": %[1]q, "body": "All of them.", "created_at": "2026-11-01T10:00:00Z"}]}]}`, p.state.Load())
	}))
	t.Cleanup(p.Close)
	return p
}

func TestAServiceFollowsTheMaintenanceOfItsBackend(t *testing.T) {
	page := newWorkPage(t)
	services := ""
	for name, follow := range map[string]bool{"portal": true, "library": false} {
		services += fmt.Sprintf("[[service]]\nname = %q\ncomponents = [\"campus/Portal\"]\nfollow_maintenance = %v\n", name, follow)
	}
	e := startEdge(t, "candor "+tomlFile(t, fmt.Sprintf("[[backend]]\nname = \"campus\"\ntype = \"statuspage\"\nurl = %q\ninterval = \"5s\"\n%s", page.URL, services)),
		"handle /portal {\ncandor portal\nrespond upstream\n}\nhandle {\ncandor library\nrespond upstream\n}")
	wait(t, "the backend is known", func() bool { return page.asked.Load() > 1 }) // or it would be on from the start
	if a := e.get(e.h1, "/portal", nil); a.StatusCode != 200 {
		t.Errorf("closed before it begins: %d", a.StatusCode)
	}
	page.state.Store("in_progress")
	wait(t, "the portal is closed", func() bool { return e.get(e.h1, "/portal", navigation).StatusCode == 503 })
	a := e.get(e.h1, "/portal", navigation)
	a.isPage(t, 503)
	if !strings.Contains(a.body, "New disks") || !strings.Contains(a.body, "All of them.") {
		t.Errorf("the page does not say why: %s", a.body)
	}
	if a := e.get(e.h1, "/library", nil); a.StatusCode != 200 {
		t.Errorf("who does not follow is closed: %d", a.StatusCode)
	}
	wait(t, "a line in the log", func() bool { return len(e.logs.lines("maintenance mode on")) == 1 })
	page.state.Store("completed")
	wait(t, "the portal is open", func() bool { return e.get(e.h1, "/portal", navigation).StatusCode == 200 })
	wait(t, "a line in the log", func() bool { return len(e.logs.lines("maintenance mode off")) == 1 })
	if off := e.logs.lines("maintenance mode off")[0]; fmt.Sprint(off["services"]) != "[portal]" || off["title"] != "New disks" {
		t.Errorf("the end says %v", off)
	}
	wait(t, "both in the log of edits", func() bool {
		list := e.entries()
		return len(list) == 2 && list[0].Action == "maintenance.off" && list[1].Action == "maintenance.on" &&
			strings.HasPrefix(list[1].From, "backend campus on ") && list[1].New["title"] == "New disks" && list[1].Services[0] == "portal"
	})
}

func TestAFileClosesItsServicesAndSurvivesAReload(t *testing.T) {
	flag := filepath.Join(t.TempDir(), "MAINTENANCE")
	global := "candor " + tomlFile(t, fmt.Sprintf("[[service]]\nname = \"portal\"\nmaintenance_file = %q\n[[service]]\nname = \"library\"\nmaintenance_file = %[1]q\n[[service]]\nname = \"mail\"", flag))
	site := "handle /portal {\ncandor portal\nrespond upstream\n}\nhandle /library {\ncandor library\nrespond upstream\n}\nhandle {\ncandor mail\nrespond upstream\n}"
	e := startEdge(t, global, site)
	codes := func() string {
		return fmt.Sprint(e.get(e.h1, "/portal", nil).StatusCode, e.get(e.h1, "/library", nil).StatusCode, e.get(e.h1, "/mail", nil).StatusCode)
	}
	if got := codes(); got != "200 200 200" {
		t.Fatal(got)
	}
	if err := os.WriteFile(flag, []byte("Deploying <b>3.2</b>."), 0o600); err != nil {
		t.Fatal(err)
	}
	wait(t, "both are closed", func() bool { return codes() == "503 503 200" })
	if a := e.get(e.h1, "/portal", navigation); !strings.Contains(a.body, "Deploying &lt;b&gt;3.2&lt;/b&gt;.") {
		t.Errorf("the message is not there, or not harmless: %s", a.body)
	}
	if p := problemOf(t, e.get(e.h1, "/portal", header{"Accept": "application/json"})); strings.Contains(fmt.Sprint(p["backends"]), "maintenance_file") {
		t.Errorf("a file is said to be a status system: %v", p["backends"])
	}
	for _, method := range []string{"GET", "POST"} {
		a := e.do(http.DefaultClient, method, fmt.Sprintf("http://127.0.0.1:%d/candor/backends/maintenance_file/incidents", e.admin),
			strings.NewReader(`{"title":"Mail is late","message":"We look into it.","services":["mail"]}`), header{"Content-Type": "application/json"})
		if a.StatusCode != 404 || !strings.Contains(a.body, "there is no backend") {
			t.Errorf("%s to a file as a status system: %d %s", method, a.StatusCode, a.body)
		}
	}
	for i := range 5 {
		e.load(global, site+fmt.Sprintf("\nheader X-Load %d", i))
		if got := codes(); got != "503 503 200" {
			t.Errorf("after a reload: %s", got)
		}
	}
	if err := os.Remove(flag); err != nil {
		t.Fatal(err)
	}
	wait(t, "both are open", func() bool { return codes() == "200 200 200" })
}
