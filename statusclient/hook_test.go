package statusclient

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// hooked is a poller of a fake system, in a bubble.
type hooked struct {
	t      *testing.T
	poller *Poller
}

func hooking(t *testing.T, cfg BackendConfig, server http.Handler, f func(h hooked)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := newFakeNet(server)
		defer n.shutdown()
		cfg.Name = "campus"
		p := NewPoller(cfg, must(build(cfg, zerolog.Nop(), n.transport)), zerolog.Nop())
		defer p.Stop()
		f(hooked{t, p})
	})
}

// says posts body and returns what is known before anybody could be asked.
func (h hooked) says(body string) *Status {
	h.poller.Hook(&Webhook{Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)})
	return h.poller.Input().Status
}

// later is what is known after d, and after whoever had to be asked was.
func (h hooked) later(d time.Duration) *Status {
	after(d)
	return h.poller.Input().Status
}

func (h hooked) want(st *Status, titles ...string) {
	h.t.Helper()
	var got []string
	for _, n := range st.Incidents {
		if n.State.Open() {
			got = append(got, n.Title)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(titles) {
		h.t.Errorf("known: %q, want %q", got, titles)
	}
}

func TestWhatIsReportedSurvivesARestartAndIsForgottenInTheEnd(t *testing.T) {
	cfg := BackendConfig{Type: "alertmanager", URL: "https://am.example.edu"}
	down := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	hooking(t, cfg, down, func(h hooked) {
		h.poller.Start() // asks in vain from here on
		after(time.Second)
		h.want(h.says(amBody("firing a portal")), "portal is down")
		stored := must(EncodeSnapshot(h.poller.Snapshot()))

		cfg.Name = "campus"
		n := newFakeNet(down)
		defer n.shutdown()
		again := hooked{t, NewPoller(cfg, must(build(cfg, zerolog.Nop(), n.transport)), zerolog.Nop())}
		defer again.poller.Stop()
		if !again.poller.Restore(must(DecodeSnapshot(stored))) {
			t.Fatal("not restored")
		}
		again.poller.Start()
		again.want(again.later(time.Hour), "portal is down")
		again.want(again.says(amBody("resolved a portal")))
		again.want(again.later(time.Hour))

		h.want(h.later(10*time.Hour), "portal is down")
		h.want(h.later(3 * time.Hour))
	})
}

func TestAnyOtherWebhookIsAHint(t *testing.T) {
	fake := newFakeStatuspage()
	for _, body := range []string{`{"page":{},"incident":{"name":"Down"}}`, ``, `{`, `[]`, `null`, "\x00", amBody("firing a portal")} {
		hooking(t, BackendConfig{Type: "statuspage", URL: "https://status.example.edu"}, fake, func(h hooked) {
			h.poller.Start()
			after(10 * time.Second)
			if asked := h.poller.Snapshot().Fetched; time.Since(asked) < 9*time.Second {
				t.Fatal("it was asked already")
			}
			h.says(body)
			h.later(0)
			if asked := h.poller.Snapshot().Fetched; time.Since(asked) > time.Second {
				t.Errorf("%q: last asked %s ago", body, time.Since(asked))
			}
			// Some systems tell first and publish then.
			h.later(6 * time.Second)
			if asked := h.poller.Snapshot().Fetched; time.Since(asked) > 2*time.Second {
				t.Errorf("%q: not asked again, when nothing new was there", body)
			}
		})
	}
}

// TestHintsLeaveEnoughToAskWith: a busy repository sends a webhook for everything,
// and GitHub answers sixty requests an hour.
func TestHintsLeaveEnoughToAskWith(t *testing.T) {
	repo := newFakeGitHub()
	hooking(t, BackendConfig{Type: "jayfk-statuspage", URL: "https://github.com/o/r"}, repo, func(h hooked) {
		h.poller.Start()
		for range 2 * 60 * 4 { // for two hours, four a minute
			h.says(`{"action":"opened","issue":{}}`)
			after(15 * time.Second)
			if age := time.Since(h.poller.Snapshot().Fetched); age > 3*time.Minute {
				t.Fatalf("last asked %s ago", age)
			}
		}
		repo.mu.Lock()
		defer repo.mu.Unlock()
		if repo.refused > 0 || repo.asked["issues"] < 80 {
			t.Errorf("refused %d times, asked %v", repo.refused, repo.asked)
		}
	})
}
