package caddymodule

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// TestRequestsUnderWayOutliveAReload has the old configuration cleaned up while
// an upstream still thinks: Caddy does not wait for such requests.
func TestRequestsUnderWayOutliveAReload(t *testing.T) {
	came, goOn := make(chan struct{}, 16), make(chan struct{}, 16)
	addr := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		came <- struct{}{}
		select {
		case <-goOn:
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/fails" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write([]byte("late"))
	})
	site := "candor portal\nreverse_proxy " + addr
	for name, next := range map[string]string{"with Candor": site + "\nheader X-New yes", "without Candor": "respond new"} {
		t.Run(name, func(t *testing.T) {
			e := startEdge(t, "", site)
			answers := make(chan string, 4)
			ask := func(c *http.Client, path string) {
				resp, err := c.Get(e.url(path))
				if err != nil {
					answers <- err.Error()
					return
				}
				defer resp.Body.Close()
				b, _ := io.ReadAll(resp.Body)
				if resp.StatusCode != http.StatusOK {
					b = nil // a page
				}
				answers <- fmt.Sprintf("%s %d %s", path, resp.StatusCode, b)
			}
			for _, path := range []string{"/works", "/fails"} {
				go ask(e.h1, path)
				go ask(e.h2, path)
			}
			for range cap(answers) {
				<-came
			}
			e.load("", next)
			time.Sleep(50 * time.Millisecond) // the old configuration is cleaned up meanwhile
			for range cap(answers) {
				goOn <- struct{}{}
			}
			got := map[string]int{}
			for range cap(answers) {
				got[<-answers]++
			}
			if got["/works 200 late"] != 2 || got["/fails 500 "] != 2 || len(came) > 0 {
				t.Errorf("%v, and %d asked again", got, len(came))
			}
		})
	}
}

// gate is an app that takes its time to start and to stop, while others of its
// configuration have done so or have not: Caddy has no order for them.
type gate struct{}

var atGate atomic.Pointer[func()]

func init() { caddy.RegisterModule(gate{}) }

func (gate) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "candor_test_gate", New: func() caddy.Module { return new(gate) }}
}

func (gate) Start() error { return gate{}.Stop() }

func (gate) Stop() error {
	if f := atGate.Load(); f != nil {
		(*f)()
	}
	return nil
}

// TestAToggleInTheMiddleOfAReloadIsSeenByTheVeryNextRequest, whichever of the two
// configurations gets it.
func TestAToggleInTheMiddleOfAReloadIsSeenByTheVeryNextRequest(t *testing.T) {
	const site = "candor portal\nrespond live"
	e := startEdge(t, "", site)
	id := ""
	// The admin endpoint is being exchanged as well, and may reset who asks it.
	admin := func(method, path, body string) (answer struct{ ID string }) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, adminBase+"maintenance"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if err := new(Admin).serve(w, r); err != nil {
			t.Error(method, err)
		}
		_ = json.Unmarshal(w.Body.Bytes(), &answer)
		return answer
	}
	toggle := func() {
		want := http.StatusServiceUnavailable
		if id == "" {
			id = admin("POST", "", `{"services":["portal"]}`).ID
		} else {
			admin("DELETE", "/"+id, "")
			id, want = "", http.StatusOK
		}
		for range 8 { // on connections of before, and on new ones
			for _, h := range []header{nil, {"Connection": "close"}} {
				if a := e.get(e.h1, "/", h); a.StatusCode != want {
					t.Errorf("%d, want %d", a.StatusCode, want)
				}
			}
		}
	}
	atGate.Store(&toggle)
	t.Cleanup(func() { _ = caddy.Stop() })
	t.Cleanup(func() { atGate.Store(nil) })
	for n := range 20 {
		text := strings.Replace(string(e.adapt("", fmt.Sprintf("%s\nheader X-N %d", site, n))), `"apps":{`, `"apps":{"candor_test_gate":{},`, 1)
		if err := caddy.Load([]byte(text), true); err != nil {
			t.Fatal(err)
		}
	}
}
