package statusclient

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// event is what somebody does at a status system, and what a poller of it knows
// one poll later.
type event struct {
	do   func()
	want string
}

// follow has a poller read h over HTTP while things happen there.
func follow(t *testing.T, cfg BackendConfig, h http.Handler, story []event) {
	t.Helper()
	followFrom(t, time.Time{}, cfg, h, story)
}

// followFrom is follow where the story begins at a certain time.
func followFrom(t *testing.T, now time.Time, cfg BackendConfig, h http.Handler, story []event) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now))
		n := newFakeNet(h)
		defer n.shutdown()
		var log bytes.Buffer
		logger := zerolog.New(&log)
		cfg.Name = "campus"
		b, err := build(cfg, logger, n.transport)
		if err != nil {
			t.Fatal(err)
		}
		p := NewPoller(cfg, b, logger)
		p.Start()
		defer p.Stop()
		for i, e := range story {
			if e.do != nil {
				e.do()
			}
			p.Refresh()
			time.Sleep(4 * time.Second) // the least gap, and retries
			synctest.Wait()
			if got := brief(p.Input()); got != e.want {
				t.Errorf("event %d:\ngot  %s\nwant %s", i, got, e.want)
			}
		}
		for _, secret := range []string{cfg.Token, cfg.Secret} {
			if secret != "" && strings.Contains(log.String(), secret) {
				t.Errorf("log has a secret: %s", log.String())
			}
		}
	})
}

// brief is a source in one line: components that are not well, incidents and
// maintenances with what was said last.
func brief(s Input) string {
	var b strings.Builder
	for _, c := range s.Status.Components {
		if c.Status != Operational {
			fmt.Fprintf(&b, "%s=%s; ", c.Name, c.Status)
		}
	}
	last := func(u []Update) string {
		if len(u) == 0 {
			return "-"
		}
		return u[0].Text.Plain
	}
	for _, n := range s.Status.Incidents {
		fmt.Fprintf(&b, "%s %s %s %v %d %s; ", n.Title, n.State, n.Impact, n.Components, len(n.Updates), last(n.Updates))
	}
	for _, m := range s.Status.Maintenances {
		length := "endless"
		if !m.Until.IsZero() {
			length = m.Until.Sub(m.From).String()
		}
		fmt.Fprintf(&b, "%s %s %s %v %s; ", m.Title, m.State, length, m.Components, last(m.Updates))
	}
	if s.Error != "" {
		b.WriteString(strings.TrimPrefix(s.Error, "backend campus: "))
	}
	return strings.TrimSuffix(b.String(), "; ")
}

// What the fake systems that want credentials want.
const fakeToken, fakeSecret = "fake-t0ken-5d1c", "fake-s3cret-90be"

// What they want of those who write.
const fakeWriteToken, fakeWriteSecret, fakePageID = "wr1te-t0ken-1f7a", "wr1te-s3cret-6c2e", "p4ge-id-33d8"
