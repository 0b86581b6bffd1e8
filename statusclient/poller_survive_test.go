package statusclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestPollerSurvivesItsAdapter(t *testing.T) {
	for name, tc := range map[string]struct {
		give func(ctx context.Context) (*Status, error)
		want string
	}{
		"panic": {
			func(context.Context) (*Status, error) { panic("https://a.example/s3cret") },
			"backend campus: its adapter panicked",
		},
		"runtime panic": {
			func(context.Context) (*Status, error) { var s *Status; return &Status{Incidents: s.Incidents}, nil },
			"backend campus: its adapter panicked: runtime error: invalid memory address or nil pointer dereference",
		},
		"nothing at all": {func(context.Context) (*Status, error) { return nil, nil }, "backend campus: answered nothing"},
		"nothing new at first": {
			func(context.Context) (*Status, error) { return nil, ErrNotModified },
			"backend campus: answered that nothing is new, but nothing is known",
		},
		"never answering": {
			func(ctx context.Context) (*Status, error) { <-ctx.Done(); return nil, ctx.Err() },
			"context deadline exceeded",
		},
		"a long error": {
			func(context.Context) (*Status, error) { return nil, errors.New(strings.Repeat("x", 10_000)) },
			strings.Repeat("x", maxError-1) + "…",
		},
	} {
		t.Run(name, func(t *testing.T) {
			polling(t, func(t *testing.T, p *Poller, b *scripted, log *bytes.Buffer) {
				b.say(tc.give)
				p.Start()
				after(fetchTimeout)
				if s := p.Input(); s.Error != tc.want || s.Failing.IsZero() {
					t.Errorf("source %+v", s)
				}
				if strings.Contains(log.String(), "s3cret") {
					t.Errorf("log:\n%s", log)
				}
				b.ok("fine")
				after(10 * time.Minute)
				if s := p.Input(); s.Error != "" || title(p) != "fine" {
					t.Errorf("source %+v", s)
				}
			})
		})
	}
}

func TestAnAnswerThatWasLostIsNotConfirmed(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		p.Start()
		after(time.Minute)
		b.say(func(context.Context) (*Status, error) { panic("x") })
		after(time.Minute)
		b.fail(ErrNotModified)
		after(10 * time.Minute)
		if s := p.Input(); s.Failing.IsZero() || title(p) != "first" {
			t.Errorf("source %+v", s)
		}
	})
}

func TestStopEndsAPollAndWaits(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		p.Start()
		synctest.Wait()
		var ended atomic.Bool
		b.say(func(ctx context.Context) (*Status, error) {
			<-ctx.Done()
			time.Sleep(time.Second)
			ended.Store(true)
			return nil, ctx.Err()
		})
		after(34 * time.Second)
		p.Stop()
		p.Stop()
		if !ended.Load() {
			t.Error("Stop did not wait")
		}
		if s := p.Input(); !s.Failing.IsZero() || title(p) != "first" {
			t.Errorf("stopping counted as a failure: %+v", s)
		}
		n := len(b.times())
		p.Start()
		p.Refresh()
		after(time.Hour)
		if got := len(b.times()); got != n {
			t.Errorf("asked %d times after Stop", got-n)
		}
	})
}

func TestPollerMayBeStoppedWithoutStart(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		p.Stop()
		p.Start()
		after(time.Hour)
		if n := len(b.times()); n != 0 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestPollerMayBeReadWhileItWrites(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		var i atomic.Int64
		b.say(func(context.Context) (*Status, error) {
			return &Status{Incidents: []Incident{{ID: fmt.Sprint(i.Add(1))}}}, nil
		})
		p.Start()
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 50 {
					cancel := p.Subscribe(func() { p.Snapshot() })
					p.Refresh()
					_ = len(p.Input().Status.Incidents)
					p.Restore(Snapshot{Status: sample(), Fetched: time.Now()})
					time.Sleep(time.Second)
					cancel()
				}
			})
		}
		wg.Wait()
	})
}
