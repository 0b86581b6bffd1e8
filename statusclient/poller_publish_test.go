package statusclient

import (
	"bytes"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestPollerPublishesWhatChanged(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, log *bytes.Buffer) {
		var calls atomic.Int64
		cancel := p.Subscribe(func() { calls.Add(1) })
		p.Start()
		for _, step := range []struct {
			name string
			do   func()
			want int64
		}{
			{"the first answer", func() {}, 1},
			{"the same answer", func() {}, 0},
			{"nothing new", func() { b.fail(ErrNotModified) }, 0},
			{"another answer", func() { b.ok("second") }, 1},
			{"an error", func() { b.fail(errors.New("a")) }, 1},
			{"the same error", func() {}, 0},
			{"another error", func() { b.fail(errors.New("b")) }, 1},
			{"nothing new after an error", func() { b.fail(ErrNotModified) }, 1},
			{"after cancel", func() { cancel(); cancel(); b.ok("third") }, 0},
		} {
			calls.Store(0)
			step.do()
			p.Refresh()
			after(2 * time.Second)
			if got := calls.Load(); got != step.want {
				t.Errorf("%s: published %d times, want %d", step.name, got, step.want)
			}
		}
		want := []string{"incidents changed", "incidents changed", "cannot be read", "can be read again", "incidents changed"}
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if len(lines) != len(want) {
			t.Fatalf("log:\n%s", log)
		}
		for i := range want {
			if !strings.Contains(lines[i], want[i]) || !strings.Contains(lines[i], `"backend":"campus"`) {
				t.Errorf("line %d is %s, want %s", i, lines[i], want[i])
			}
		}
	})
}

func TestPollerPublishesAConfirmedStatusNowAndThen(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, log *bytes.Buffer) {
		var calls atomic.Int64
		p.Subscribe(func() { calls.Add(1) })
		p.Start()
		synctest.Wait()
		b.fail(ErrNotModified)
		after(time.Hour)
		if n := calls.Load(); n < 10 || n > 12 {
			t.Errorf("published %d times in an hour", n)
		}
		if age := time.Since(p.Input().Fetched); age > 33*time.Second {
			t.Errorf("confirmed %s ago", age)
		}
		if age := time.Since(p.Snapshot().Changed); age < time.Hour {
			t.Errorf("changed %s ago", age)
		}
		if n := strings.Count(log.String(), "\n"); n != 1 {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestRestoreGivesWordsBeforeTheFirstPoll(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		calls := 0
		cancel := p.Subscribe(func() { calls++ })
		day := time.Now().Add(-24 * time.Hour)
		old := Snapshot{Status: sample(), Fetched: day, Changed: day, Failing: day, Error: "stale", Failures: 9}
		if p.Restore(Snapshot{}) || p.Restore(Snapshot{Fetched: day}) {
			t.Error("a snapshot without a status was taken")
		}
		if !p.Restore(old) || calls != 1 {
			t.Errorf("not taken, or published %d times", calls)
		}
		got := p.Input()
		if got.Status != old.Status || !got.Fetched.Equal(day) || !got.Failing.IsZero() || got.Error != "" {
			t.Errorf("restored as %+v", got)
		}
		if p.Restore(old) || p.Restore(Snapshot{Status: new(Status), Fetched: day.Add(-time.Second)}) {
			t.Error("an older snapshot was taken")
		}
		cancel()

		b.fail(errors.New("down"))
		p.Start()
		after(time.Minute)
		if got := p.Input(); got.Status != old.Status || !got.Fetched.Equal(day) || got.Failing.IsZero() {
			t.Errorf("after a failed poll: %+v", got)
		}
		b.ok("new")
		after(10 * time.Minute)
		if p.Restore(Snapshot{Status: sample(), Fetched: day}) || title(p) != "new" {
			t.Errorf("%q is known", title(p))
		}
	})
}

func TestRestoreDoesNotBelieveTheFuture(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		p.Restore(Snapshot{Status: sample(), Fetched: time.Now().Add(time.Hour)})
		if f := p.Input().Fetched; f.After(time.Now()) {
			t.Errorf("fetched %s", f)
		}
		p.Start()
		synctest.Wait()
		if title(p) != "first" {
			t.Errorf("%q is known", title(p))
		}
	})
}
