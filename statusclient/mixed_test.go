package statusclient

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// TestOneOfThreeIsRightOneLiesOneIsDown: a service that maps to three systems of
// different makes shows what the right one says, keeps what the others said last,
// and tells how old that is.
func TestOneOfThreeIsRightOneLiesOneIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		right := newFakeStatuspage()
		var lies, down atomic.Bool
		lying := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if lies.Load() {
				io.WriteString(w, "<!doctype html><title>All systems operational</title>")
				return
			}
			io.WriteString(w, `{"data":{"type":"status_page"},"included":[
				{"id":"1","type":"status_page_resource","attributes":{"public_name":"Hosting","status":"degraded"}},
				{"id":"9","type":"status_report","attributes":{"title":"Hosting is slow","aggregate_state":"degraded","starts_at":"1999-12-31T23:00:00Z","affected_resources":[{"status_page_resource_id":"1"}]}}]}`)
		})
		dead := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down.Load() {
				panic(http.ErrAbortHandler)
			}
			serveTree([]byte(`{"/api/v2/alerts":[],"/api/v2/silences":[]}`)).ServeHTTP(w, r)
		})
		pollers := make(map[string]*Poller)
		for _, b := range []struct {
			name, typ string
			handler   http.Handler
		}{{"campus", "statuspage", right}, {"hosting", "better-stack", lying}, {"alerts", "alertmanager", dead}} {
			n := newFakeNet(b.handler)
			defer n.shutdown()
			cfg := BackendConfig{Name: b.name, Type: b.typ, URL: "https://" + b.name + ".example.edu", Interval: Duration(30 * time.Second)}
			p := NewPoller(cfg, must(build(cfg, zerolog.Nop(), n.transport)), zerolog.Nop())
			p.Start()
			defer p.Stop()
			pollers[b.name] = p
		}
		services := []Service{{Name: "portal", Components: []string{"campus/portal", "hosting/Hosting", "alerts/portal"}}}
		know := func() *Knowledge {
			synctest.Wait()
			var sources []Input
			for _, name := range []string{"campus", "hosting", "alerts"} {
				sources = append(sources, pollers[name].Input())
			}
			return Merge(services, sources, nil, time.Now())
		}

		time.Sleep(time.Minute)
		if s := know().Situations["portal"]; len(s.Incidents) != 1 || s.Incidents[0].Title != "Hosting is slow" {
			t.Fatalf("while all were well: %+v", s.Incidents)
		}
		lies.Store(true)
		down.Store(true)
		time.Sleep(time.Hour)
		right.open("i1", "Portal down", "We look into it.")
		time.Sleep(time.Minute)

		k := know()
		s := k.Situations["portal"]
		if len(s.Incidents) != 2 || s.Incidents[0].Updates[0].Text.Plain != "We look into it." || s.Incidents[1].Title != "Hosting is slow" {
			t.Errorf("got %+v", s.Incidents)
		}
		for name, want := range map[string]string{
			"campus":  "",
			"hosting": "backend hosting: answered HTML instead of JSON (status code 200)",
			"alerts":  "backend alerts: connection closed in the middle of the answer",
		} {
			src := k.Inputs[name]
			age := time.Since(src.Fetched).Round(time.Minute)
			if src.Error != want || src.Failing.IsZero() != (want == "") || (age > time.Hour-time.Minute) != (want != "") {
				t.Errorf("%s: %q, %s old, failing since %s", name, src.Error, age, src.Failing)
			}
		}
	})
}
