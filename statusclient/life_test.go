package statusclient

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// TestPollerFollowsAStatuspageThroughADay is the whole way from the wire to the
// source: what people do there is known here after the next poll.
func TestPollerFollowsAStatuspageThroughADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := newFakeStatuspage()
		n := newFakeNet(page)
		defer n.shutdown()
		var log bytes.Buffer
		logger := zerolog.New(&log)
		cfg := BackendConfig{Name: "campus", Type: "statuspage", URL: "http://status.example.edu/history"}
		b, err := build(cfg, logger, n.transport)
		if err != nil {
			t.Fatal(err)
		}
		p := NewPoller(cfg, b, logger)
		var published atomic.Int64
		p.Subscribe(func() { published.Add(1) })
		defer p.Stop()
		for _, step := range []struct {
			do        func()
			want      string
			published int
		}{
			{p.Start, "c-portal=operational c-mail=operational", 1},
			{func() {}, "c-portal=operational c-mail=operational", 0},
			{
				func() { page.open("i1", "Portal down", "We look into it.") },
				"c-portal=major_outage c-mail=operational | i1 investigating 1 We look into it.", 1,
			},
			{
				func() { page.update("i1", "identified", "A disk is full.") },
				"c-portal=major_outage c-mail=operational | i1 identified 2 A disk is full.", 1,
			},
			{
				func() { page.update("i1", "monitoring", "Freed.") },
				"c-portal=major_outage c-mail=operational | i1 monitoring 3 Freed.", 1,
			},
			{func() { page.fail(502) }, "c-portal=major_outage c-mail=operational | i1 monitoring 3 Freed. | failing", 1},
			{func() { page.fail(0); page.update("i1", "resolved", "Done.") }, "c-portal=operational c-mail=operational", 1},
			{
				func() { page.schedule("m1", "Mail moves", time.Now().Add(time.Hour), time.Now().Add(2*time.Hour)) },
				"c-portal=operational c-mail=operational | m1 scheduled 1h0m0s", 1,
			},
			{
				func() { page.update("m1", "in_progress", "Begun.") },
				"c-portal=operational c-mail=operational | m1 in_progress 1h0m0s", 1,
			},
			{
				func() { page.update("m1", "verifying", "Looking.") },
				"c-portal=operational c-mail=operational | m1 verifying 1h0m0s", 1,
			},
			{func() { page.update("m1", "completed", "Done.") }, "c-portal=operational c-mail=operational", 1},
		} {
			published.Store(0)
			step.do()
			p.Refresh()
			time.Sleep(3 * time.Second) // the least gap, and retries
			synctest.Wait()
			if got := line(p.Input()); got != step.want {
				t.Errorf("got  %s\nwant %s", got, step.want)
			}
			if got := int(published.Load()); got != step.published {
				t.Errorf("%s: published %d times, want %d", step.want, got, step.published)
			}
		}
		if got := p.Input().URL; got != "http://status.example.edu" {
			t.Errorf("page is %s", got)
		}
		for msg, want := range map[string]int{
			"incidents changed": 8, "backend cannot be read": 1, "backend can be read again": 1,
		} {
			if got := strings.Count(log.String(), msg); got != want {
				t.Errorf("%q was logged %d times, want %d", msg, got, want)
			}
		}
	})
}

// line is a source in one line.
func line(s Input) string {
	var b strings.Builder
	for _, c := range s.Status.Components {
		fmt.Fprintf(&b, " %s=%s", c.ID, c.Status)
	}
	for _, n := range s.Status.Incidents {
		fmt.Fprintf(&b, " | %s %s %d %s", n.ID, n.State, len(n.Updates), n.Updates[0].Text.Plain)
	}
	for _, m := range s.Status.Maintenances {
		fmt.Fprintf(&b, " | %s %s %s", m.ID, m.State, m.Until.Sub(m.From))
	}
	if !s.Failing.IsZero() {
		b.WriteString(" | failing")
	}
	return strings.TrimSpace(b.String())
}
