package caddymodule

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

func init() { caddy.RegisterModule(new(eventHandler)) }

// eventHandler is what operators have Caddy do on events: candor_test NAME.
type eventHandler struct {
	Name string `json:"name"`
}

var eventSinks sync.Map // *eventSink by name

// eventSink is told of events.
type eventSink struct {
	mu    sync.Mutex
	told  []string
	holds atomic.Pointer[chan struct{}] // nil: takes no time
}

func (*eventHandler) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "events.handlers.candor_test", New: func() caddy.Module { return new(eventHandler) }}
}

func (h *eventHandler) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next()
	if !d.Args(&h.Name) {
		return d.ArgErr()
	}
	return nil
}

func (h *eventHandler) Handle(_ context.Context, e caddy.Event) error {
	v, _ := eventSinks.Load(h.Name)
	sink := v.(*eventSink)
	name, ours := strings.CutPrefix(e.Name(), "candor.")
	if !ours {
		return nil
	}
	if hold := sink.holds.Load(); hold != nil {
		<-*hold
	}
	sink.mu.Lock()
	defer sink.mu.Unlock()
	sink.told = append(sink.told, fmt.Sprint(name, " ", e.Data))
	return nil
}

// newEventSink returns one, and the global option that leads to it.
func newEventSink(t *testing.T) (*eventSink, string) {
	sink := new(eventSink)
	eventSinks.Store(t.Name(), sink)
	t.Cleanup(func() { eventSinks.Delete(t.Name()) })
	return sink, fmt.Sprintf("events {\n\ton * candor_test %q\n}\n", t.Name())
}

// wait waits for one event with all of these words, which it then forgets.
func (s *eventSink) wait(t *testing.T, words ...string) {
	t.Helper()
	wait(t, fmt.Sprint("the event ", words), func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for i, told := range s.told {
			all := true
			for _, w := range words {
				all = all && strings.Contains(told, w)
			}
			if all {
				s.told = append(s.told[:i], s.told[i+1:]...)
				return true
			}
		}
		return false
	})
}

func TestEventsTellOfEveryChange(t *testing.T) {
	sink, option := newEventSink(t)
	var title atomic.Pointer[string]
	addr, _ := statuspage(t, &title)
	first := "Signing in fails"
	title.Store(&first)
	e := startEdge(t, option+"candor "+tomlFile(t, backendTOML(addr)), "candor portal\nrespond live")
	app := running.newest()
	say := func(s *string) {
		title.Store(s)
		app.pooled.pollers[0].Refresh()
	}
	wait(t, "the first word", func() bool { return len(app.knowledge.Load().Situations["portal"].Incidents) == 1 })

	second := "Signing in is slow"
	say(&second)
	sink.wait(t, "incident_updated", "backend:campus", "id:i1", "title:Signing in is slow", "state:identified", "impact:major")
	say(nil)
	sink.wait(t, "backend_failed", "backend:campus", "503")
	say(&second)
	sink.wait(t, "backend_recovered", "backend:campus")

	w := e.hold("portal", time.Hour)
	sink.wait(t, "maintenance_on", "id:"+w.ID, "services:[portal]", "until:"+w.Until.UTC().Format(time.RFC3339))
	if _, _, err := app.pooled.board.EndWindow(t.Context(), app.storage, w.ID, ""); err != nil {
		t.Fatal(err)
	}
	sink.wait(t, "maintenance_off", "id:"+w.ID)

	in, err := app.pooled.board.OpenIncident(t.Context(), app.storage, board.Draft{Services: []string{"*"}, Title: "Mail is late", Message: "We look into it."})
	if err != nil {
		t.Fatal(err)
	}
	sink.wait(t, "incident_opened", "backend:board", "id:"+in.ID, "title:Mail is late")
	if _, err := app.pooled.board.UpdateIncident(t.Context(), app.storage, in.ID, "", board.UpdateDraft{State: statusclient.Resolved, Message: "It is not."}); err != nil {
		t.Fatal(err)
	}
	sink.wait(t, "incident_resolved", "backend:board", "id:"+in.ID, "title:Mail is late")
	sink.mu.Lock()
	defer sink.mu.Unlock()
	if len(sink.told) > 0 {
		t.Errorf("told besides: %q", sink.told)
	}
}

// TestWhoTakesTimeOverAnEventKeepsNothingFromVisitors has a command that hangs.
func TestWhoTakesTimeOverAnEventKeepsNothingFromVisitors(t *testing.T) {
	sink, option := newEventSink(t)
	hold := make(chan struct{})
	sink.holds.Store(&hold)
	var title atomic.Pointer[string]
	addr, _ := statuspage(t, &title)
	global := option + "candor " + tomlFile(t, backendTOML(addr))
	site := "candor portal\nreverse_proxy " + deadAddr(t)
	e := startEdge(t, global, site)
	t.Cleanup(sync.OnceFunc(func() { close(hold) })) // before the edge stops
	app := running.newest()

	for _, s := range []string{"Signing in fails", "Signing in is slow"} {
		title.Store(&s)
		app.pooled.pollers[0].Refresh()
		wait(t, "the page that says: "+s, func() bool { return strings.Contains(e.get(e.h1, "/", navigation).body, s) })
	}
	e.load(global, site+"\nheader X-New yes") // which does not wait for it, either
}
