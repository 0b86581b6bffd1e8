package statusclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// scripted is a backend that answers what the test says, and remembers when it
// was asked.
type scripted struct {
	mu     sync.Mutex
	answer func(ctx context.Context) (*Status, error)
	asked  []time.Time
}

func (s *scripted) Fetch(ctx context.Context) (*Status, error) {
	s.mu.Lock()
	s.asked = append(s.asked, time.Now())
	answer := s.answer
	s.mu.Unlock()
	return answer(ctx)
}

func (s *scripted) say(f func(ctx context.Context) (*Status, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

func (s *scripted) ok(title string) {
	s.say(func(context.Context) (*Status, error) {
		return &Status{Incidents: []Incident{{ID: "i", Title: title, State: Identified}}}, nil
	})
}

func (s *scripted) fail(err error) {
	s.say(func(context.Context) (*Status, error) { return nil, err })
}

func (s *scripted) times() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]time.Time(nil), s.asked...)
}

// polling runs f in a bubble with a poller that has not been started.
func polling(t *testing.T, f func(t *testing.T, p *Poller, b *scripted, log *bytes.Buffer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := &scripted{}
		b.ok("first")
		p := NewPoller(BackendConfig{Name: "campus", URL: "https://status.example.edu/?key=s3cret#x"}, b, zerolog.New(&log))
		defer p.Stop()
		f(t, p, b, &log)
	})
}

func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func title(p *Poller) string {
	if st := p.Input().Status; len(st.Incidents) > 0 {
		return st.Incidents[0].Title
	}
	return ""
}

func TestPollerAsksAtOnceAndThenByTheIntervalWithJitter(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		start := time.Now()
		p.Start()
		p.Start()
		after(100 * DefaultInterval)
		times := b.times()
		if !times[0].Equal(start) {
			t.Errorf("first asked after %s", times[0].Sub(start))
		}
		if len(times) < 90 || len(times) > 112 {
			t.Errorf("asked %d times", len(times))
		}
		gaps := make(map[time.Duration]bool)
		for i := range times[1:] {
			gap := times[i+1].Sub(times[i])
			gaps[gap] = true
			if gap < DefaultInterval*9/10 || gap > DefaultInterval*11/10 {
				t.Errorf("asked after %s", gap)
			}
		}
		if len(gaps) < 50 {
			t.Errorf("only %d different gaps", len(gaps))
		}
	})
}

func TestPollerKeepsTheLastGoodStatusWhileItFails(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		want := Input{Name: "campus", URL: "https://status.example.edu/", Status: &Status{}}
		if got := p.Input(); !reflect.DeepEqual(got, want) {
			t.Errorf("before the first poll: %+v", got)
		}
		p.Start()
		synctest.Wait()
		good := p.Input()
		if good.Fetched.IsZero() || !good.Failing.IsZero() || title(p) != "first" {
			t.Fatalf("after the first poll: %+v", good)
		}
		b.fail(errors.New("backend campus: connection\nrefused"))
		after(24 * time.Hour)
		got := p.Input()
		if got.Status != good.Status || !got.Fetched.Equal(good.Fetched) {
			t.Errorf("a failing backend changed what is known: %+v", got)
		}
		if d := got.Failing.Sub(good.Fetched); d < 0 || d > 33*time.Second {
			t.Errorf("failing since %s after the last good answer", d)
		}
		if got.Error != "backend campus: connection refused" {
			t.Errorf("error is %q", got.Error)
		}
		b.ok("second")
		after(6 * time.Minute)
		if got := p.Input(); !got.Failing.IsZero() || got.Error != "" || title(p) != "second" || p.Snapshot().Failures != 0 {
			t.Errorf("after recovery: %+v", got)
		}
	})
}

func TestPollerBacksOffWithJitter(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		b.fail(errors.New("down"))
		p.Start()
		after(time.Hour)
		times := b.times()
		for i, want := range []int{30, 60, 120, 240, 300, 300, 300, 300} {
			gap, want := times[i+1].Sub(times[i]), time.Duration(want)*time.Second
			if gap < want*9/10 || gap > want*11/10 {
				t.Errorf("wait %d is %s, want %s", i, gap, want)
			}
		}
		if s := p.Snapshot(); !s.Next.After(time.Now()) || s.Failures != len(times) {
			t.Errorf("snapshot %+v after %d polls", s, len(times))
		}
	})
}

func TestPollerComesBackWhenItWasToldTo(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		b.fail(fmt.Errorf("wrapped: %w", &FetchError{Backend: "campus", Cause: "429", RetryAfter: 10 * time.Minute}))
		p.Start()
		for range 10 {
			after(50 * time.Second)
			p.Refresh()
		}
		after(49 * time.Second)
		if n := len(b.times()); n != 1 {
			t.Errorf("asked %d times although told to wait", n)
		}
		after(61*time.Second + 50*time.Second)
		if n := len(b.times()); n != 2 {
			t.Errorf("asked %d times after the wait", n)
		}
	})
}

func TestRefreshAsksNowAndOnceForMany(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		p.Refresh() // before Start: the first poll answers it
		p.Start()
		after(5 * time.Second)
		if n := len(b.times()); n != 1 {
			t.Errorf("asked %d times at the start", n)
		}
		b.ok("second")
		for range 100 {
			p.Refresh()
		}
		synctest.Wait()
		if n := len(b.times()); n != 2 || title(p) != "second" {
			t.Errorf("asked %d times, %s is known", n, title(p))
		}
		for range 20 {
			p.Refresh()
			after(time.Second / 4)
		}
		if n := len(b.times()); n < 10 || n > 13 {
			t.Errorf("asked %d times in five seconds", n-2)
		}
		before := len(b.times())
		for range 4 * 60 {
			p.Refresh()
			after(time.Second / 4)
		}
		if n := len(b.times()) - before; n < 11 || n > 16 {
			t.Errorf("asked %d times in the minute after", n)
		}
	})
}

func TestARefreshDuringAPollIsNotLost(t *testing.T) {
	polling(t, func(t *testing.T, p *Poller, b *scripted, _ *bytes.Buffer) {
		b.say(func(context.Context) (*Status, error) {
			time.Sleep(2 * time.Second)
			return &Status{}, nil
		})
		p.Start()
		after(time.Second)
		b.ok("second")
		p.Refresh()
		after(3 * time.Second)
		if title(p) != "second" {
			t.Errorf("%q is known", title(p))
		}
	})
}
