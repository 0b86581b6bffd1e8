package caddymodule

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// statuspage answers as a Statuspage with one open incident of that title, and
// counts how often it was asked.
func statuspage(t *testing.T, title *atomic.Pointer[string]) (addr string, asked *atomic.Int32) {
	asked = new(atomic.Int32)
	addr = upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		s := title.Load()
		if s == nil {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"page":{"id":"p","name":"P","url":"https://status.example.edu"},"components":[{"id":"c1","name":"Portal","status":"major_outage"}],
			"incidents":[{"id":"i1","name":%q,"status":"identified","impact":"major","created_at":"2026-11-20T08:00:00Z","components":[{"id":"c1","name":"Portal","status":"major_outage"}],
			"incident_updates":[{"id":"u1","status":"identified","body":"The database is full.","created_at":"2026-11-20T08:10:00Z","display_at":"2026-11-20T08:10:00Z"}]}],"scheduled_maintenances":[]}`, *s)
	})
	return addr, asked
}

func backendTOML(addr string) string {
	return fmt.Sprintf(`
		[[backend]]
		name = "campus"
		type = "statuspage"
		url = "http://%s"
		[[service]]
		name = "portal"
		title = "Student portal"
		components = ["campus/Portal"]
		[[service]]
		name = "mail"
		components = ["campus/Mail"]`, addr)
}

func TestThePageSaysWhatTheStatusPageSays(t *testing.T) {
	var title atomic.Pointer[string]
	one := "Exam registration is down"
	title.Store(&one)
	addr, asked := statuspage(t, &title)
	global := "candor " + tomlFile(t, backendTOML(addr))
	site := "handle /mail {\ncandor mail\nreverse_proxy " + deadAddr(t) + "\n}\nhandle {\ncandor portal\nreverse_proxy " + deadAddr(t) + "\n}"
	e := startEdge(t, global, site)
	shows := func(path, text string) bool { return strings.Contains(e.get(e.h1, path, navigation).body, text) }
	wait(t, "the incident on the page", func() bool { return shows("/", one) })
	if !shows("/", "The database is full.") || !shows("/", "Student portal") {
		t.Error("the update or the title is missing")
	}
	if shows("/mail", one) {
		t.Error("the incident is not mail's")
	}
	if a := e.get(e.h1, "/", header{"Accept": "application/json"}); problemOf(t, a)["state"] != "incident" || !strings.Contains(a.body, one) {
		t.Error(a.body)
	}

	t.Run("a reload asks nobody again and forgets nothing", func(t *testing.T) {
		before := asked.Load()
		e.load(global, site+"\nheader X-New yes")
		if !shows("/", one) {
			t.Error("forgotten")
		}
		if n := asked.Load() - before; n > 0 {
			t.Errorf("asked %d times", n)
		}
	})
	t.Run("a reload that fails changes nothing", func(t *testing.T) {
		w := e.hold("mail", time.Hour)
		for _, bad := range []string{
			strings.Replace(string(e.adapt(global, site)), `"campus/Portal"`, `"nowhere/Portal"`, 1),
			strings.Replace(string(e.adapt(global, site)), `"handler":"candor"`, `"handler":"candor","replace":"everything"`, 1),
			strings.Replace(string(e.adapt(global, site)), `"listen":[`, `"listen":["256.0.0.1:1",`, 1),
		} {
			if err := caddy.Load([]byte(bad), true); err == nil {
				t.Error("loaded")
			}
			e.get(e.h1, "/mail", navigation).isPage(t, 503)
			if !shows("/", one) {
				t.Error("forgotten")
			}
			app := running.newest()
			if _, err := app.pooled.board.Window(w.ID); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("a cold start in the middle of an outage has words", func(t *testing.T) {
		wait(t, "the snapshot in storage", func() bool {
			files, _ := filepath.Glob(filepath.Join(e.storage, "candor", "snapshots", "*.json"))
			return len(files) == 1
		})
		if err := caddy.Stop(); err != nil {
			t.Fatal(err)
		}
		if n, m := pollers.References(backendKeyOf(addr)); m || n != 0 {
			t.Errorf("a poller is left behind: %d", n)
		}
		title.Store(nil)
		e.load(global, site)
		if !shows("/", one) {
			t.Error("no words from before")
		}
		e.get(e.h1, "/mail", navigation).isPage(t, 503)
		wait(t, "the age of the word", func() bool { return shows("/", "status page") })
		for range 4000 { // after some tries
			if len(e.logs.lines("backend cannot be read")) > 0 {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		if l := e.logs.lines("backend cannot be read"); len(l) != 1 || l[0]["level"] != "warn" || l[0]["backend"] != "campus" {
			t.Errorf("Caddy's log says of the backend: %v", l)
		}
	})
}

func backendKeyOf(addr string) string {
	app := running.newest()
	if app == nil || len(app.pooled.keys) == 0 {
		return addr
	}
	return app.pooled.keys[0]
}

// goroutines are the stacks of those that Candor itself started, and that still
// run; Caddy, its connections and the tests have more.
func goroutines() (ours []string) {
	buf := make([]byte, 16<<20)
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		_, by, _ := strings.Cut(stack, "\ncreated by ")
		if strings.HasPrefix(by, "github.com/candor-edge/candor/") && !strings.Contains(by, "_test.go:") {
			ours = append(ours, stack)
		}
	}
	return ours
}

func TestJudgingAConfigurationStartsNothing(t *testing.T) {
	var title atomic.Pointer[string]
	addr, asked := statuspage(t, &title)
	e := startEdge(t, "", "respond x")
	text := e.adapt("candor "+tomlFile(t, backendTOML(addr)), "candor portal\nreverse_proxy "+deadAddr(t))
	var cfg caddy.Config
	if err := caddy.StrictUnmarshalJSON(text, &cfg); err != nil {
		t.Fatal(err)
	}
	before := len(goroutines())
	for range 3 {
		if err := caddy.Validate(&cfg); err != nil {
			t.Fatal(err)
		}
	}
	wait(t, "the goroutines of before", func() bool { return len(goroutines()) <= before })
	if asked.Load() != 0 {
		t.Error("the backend was asked")
	}
}

func TestWithoutConfigurationEverythingWorks(t *testing.T) {
	e := startEdge(t, "", "candor\nreverse_proxy "+deadAddr(t))
	e.get(e.h1, "/", navigation).isPage(t, 502)
	e.hold("default", time.Hour)
	e.get(e.h1, "/", navigation).isPage(t, 503)
}

func TestStorageThatFailsNeverTakesASiteDown(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond live")
	w := e.hold("portal", time.Hour)
	app := running.newest()

	// What is stored can no longer be read or written: what is known stands.
	e.failStorage(errors.New("input/output error"))
	e.get(e.h1, "/", navigation).isPage(t, 503)
	if _, _, err := app.pooled.board.EndWindow(t.Context(), app.storage, w.ID, ""); err == nil {
		t.Error("ended although nothing could be stored")
	}
	e.get(e.h1, "/", navigation).isPage(t, 503)

	// A cold start without a readable board is live, and recovers by itself.
	if err := caddy.Stop(); err != nil {
		t.Fatal(err)
	}
	e.load("", "candor portal\nrespond live")
	if a := e.get(e.h1, "/", navigation); a.body != "live" {
		t.Errorf("unknown is not live: %d", a.StatusCode)
	}
	e.failStorage(nil)
	wait(t, "the board again", func() bool { return e.get(e.h1, "/", navigation).StatusCode == 503 })
}

func TestStorageThatHangsHoldsUpNeitherAReloadNorAStart(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond live")
	e.hold("portal", time.Hour)
	waiting, letGo := e.hangStorage()
	wait(t, "somebody waits for the storage", func() bool { return waiting() > 0 })

	e.load("", "candor portal\nrespond live\nheader X-New yes")
	e.get(e.h1, "/", navigation).isPage(t, 503) // what is known stands

	if err := caddy.Stop(); err != nil {
		t.Fatal(err)
	}
	e.load("", "candor portal\nrespond live")
	if a := e.get(e.h1, "/", navigation); a.body != "live" {
		t.Errorf("unknown is not live: %d", a.StatusCode)
	}
	letGo()
	wait(t, "the board again", func() bool { return e.get(e.h1, "/", navigation).StatusCode == 503 })
}

func TestMetricsAndEvents(t *testing.T) {
	e := startEdge(t, "metrics", "candor portal\nreverse_proxy "+deadAddr(t))
	e.get(e.h1, "/", navigation)
	e.get(e.h1, "/", header{"Accept": "application/json"})
	e.hold("portal", time.Hour)
	e.get(e.h1, "/", navigation)
	wait(t, "the log line of the change", func() bool { return len(e.logs.lines("maintenance mode on")) == 1 })
	e.load("metrics", "candor portal\nreverse_proxy "+deadAddr(t)+"\nheader X-New 1")
	resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/metrics", e.admin))
	if err != nil {
		t.Fatal(err)
	}
	a := e.do(http.DefaultClient, "GET", resp.Request.URL.String(), nil, nil)
	_ = resp.Body.Close()
	for _, want := range []string{
		`candor_pages_total{format="html",reason="unreachable",service="portal"}`,
		`candor_pages_total{format="json",reason="unreachable",service="portal"}`,
		`candor_pages_total{format="html",reason="maintenance",service="portal"}`,
		`candor_maintenance{service="portal"} 1`,
		`candor_backend_up{backend="board"} 1`,
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(a.body, `candor_maintenance{service="default"}`) {
		t.Error("a service that nothing leads to is counted")
	}
	app := running.newest()
	w := app.pooled.board.Windows()[0]
	if _, _, err := app.pooled.board.EndWindow(t.Context(), app.storage, w.ID, ""); err != nil {
		t.Fatal(err)
	}
	wait(t, "the log line of the end", func() bool { return len(e.logs.lines("maintenance mode off")) == 1 })
	if off := e.logs.lines("maintenance mode off")[0]; off["id"] != w.ID || fmt.Sprint(off["services"]) != "[portal]" {
		t.Errorf("the end says %v", off)
	}
	if n := len(e.logs.lines("maintenance mode on")); n != 1 {
		t.Errorf("%d lines for one change: a reload told it again", n)
	}
}

// TestMetricsGoOnAfterAReloadThatFailed asks the admin endpoint, which is the new
// configuration's all the same.
func TestMetricsGoOnAfterAReloadThatFailed(t *testing.T) {
	e := startEdge(t, "metrics", "candor portal\nrespond live")
	e.hold("portal", time.Hour)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	text := string(e.adapt("metrics", "candor library\nrespond new"))
	mine := fmt.Sprintf(`"listen":[":%d"]`, e.http)
	if !strings.Contains(text, mine) {
		t.Fatalf("no %s in %s", mine, text)
	}
	text = strings.Replace(text, mine, fmt.Sprintf(`"listen":[%q]`, taken.Addr()), 1)
	if err := caddy.Load([]byte(text), true); err == nil {
		t.Fatal("a port that is taken is listened on")
	}
	a := e.do(http.DefaultClient, "GET", fmt.Sprintf("http://127.0.0.1:%d/metrics", e.admin), nil, nil)
	for _, want := range []string{`candor_maintenance{service="portal"} 1`, `candor_backend_up{backend="board"} 1`} {
		if a.StatusCode != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%d, no %s: %s", a.StatusCode, want, a.body)
		}
	}
}

func TestGoroutinesOfOursAreFound(t *testing.T) {
	var title atomic.Pointer[string]
	addr, _ := statuspage(t, &title)
	startEdge(t, "candor "+tomlFile(t, backendTOML(addr)), "candor portal\nrespond x")
	if !strings.Contains(strings.Join(goroutines(), "\n"), "statusclient") {
		t.Error("a running poller is not among the goroutines of ours")
	}
}
