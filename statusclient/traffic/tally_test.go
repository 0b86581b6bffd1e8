package traffic

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

const unreachable, timeout uint8 = 1, 2

// world is a registry with one service, in fake time.
type world struct {
	*testing.T
	reg   *Registry
	tally *Tally
}

// inFakeTime runs a test with a service that was there for an hour.
func inFakeTime(t *testing.T, test func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		reg := NewRegistry()
		defer func() { _ = reg.Destruct() }()
		w := &world{t, reg, reg.Open("portal")}
		time.Sleep(time.Hour)
		test(w)
	})
}

func person(n int) string { return "person " + strconv.Itoa(n) }

// visit has the same outcome for n people who have not been there, from first on.
func (w *world) visit(outcome uint8, first, n int) {
	for i := range n {
		w.tally.Record(time.Now(), outcome, w.reg.Visitor(person(first+i), ""))
	}
}

func (w *world) expect(what string, got, want any) {
	w.Helper()
	if got != want {
		w.Errorf("%s: %v, want %v", what, got, want)
	}
}

func (w *world) evidence() statusclient.Evidence { return w.tally.Evidence(time.Now()) }

func TestAWindowForgetsWhatIsFiveMinutesOld(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(Answered, 0, 100)
		time.Sleep(2 * time.Minute)
		w.visit(unreachable, 0, 30)
		w.visit(timeout, 30, 10)
		w.visit(200, 40, 1) // a reason that nobody knows is still a failure
		s := w.tally.Snapshot(time.Now())
		w.expect("answers", s.Answers, 100)
		w.expect("failures", s.Failures, [Reasons]int{30, 10, 0, 0, 0, 0, 1})
		w.expect("visitors", s.Visitors, statusclient.Crowd(40))
		time.Sleep(3*time.Minute + slot)
		s = w.tally.Snapshot(time.Now())
		w.expect("answers after five minutes", s.Answers, 0)
		w.expect("failures after three", s.Failures[0], 30)
		time.Sleep(2*time.Minute + time.Minute)
		s = w.tally.Snapshot(time.Now())
		w.expect("failures after six", s.Failures, [Reasons]int{})
		w.expect("visitors after six", s.Visitors, statusclient.CrowdUnsaid)
		w.expect("since", s.Since.IsZero(), true)
		w.expect("last failure", time.Since(s.LastFailure), 6*time.Minute+slot)
	})
}

func TestARunEndsByAnAnswerAndBySilence(t *testing.T) {
	inFakeTime(t, func(w *world) {
		since := func() time.Time { return w.tally.Pulse(time.Now()).Since }
		w.expect("before anything", since(), time.Time{})
		first := time.Now()
		w.visit(unreachable, 0, 1)
		time.Sleep(4 * time.Minute)
		w.visit(timeout, 1, 1)
		time.Sleep(4 * time.Minute)
		w.expect("in the run", since().Equal(first), true)
		w.visit(Answered, 2, 1)
		w.expect("after an answer", since(), time.Time{})
		time.Sleep(time.Minute)
		again := time.Now()
		w.visit(unreachable, 3, 1)
		w.expect("the next run", since().Equal(again), true)
		time.Sleep(Span + time.Second)
		w.expect("after silence", since(), time.Time{})
		late := time.Now()
		w.visit(unreachable, 4, 1)
		w.expect("a failure after silence", since().Equal(late), true)
		w.tally.Record(time.Now(), Answered, 0)
		w.expect("after an answer to the edge", since(), time.Time{})
		w.expect("answers", w.tally.Snapshot(time.Now()).Answers, 0)
	})
}

func TestTheWallClockMayBeSet(t *testing.T) {
	for _, jump := range []time.Duration{-48 * time.Hour, -time.Hour, -time.Minute, time.Minute, time.Hour, 9000 * time.Hour} {
		inFakeTime(t, func(w *world) {
			now := time.Now().Round(0) // without the monotonic reading that normally keeps jumps away
			record := func(outcome uint8, n int) {
				for i := range n {
					w.tally.Record(now, outcome, w.reg.Visitor(person(i), ""))
				}
			}
			record(Answered, 50)
			record(unreachable, 10)
			w.tally.Poll(now, false, 1)
			now = now.Add(jump)
			_, _ = w.tally.Snapshot(now), w.tally.Evidence(now)
			record(Answered, 1)
			record(unreachable, 20)
			s := w.tally.Snapshot(now)
			if s.Failures[0] < 20 || s.Failures[0] > 30 || s.Answers < 1 || s.Answers > 51 {
				t.Errorf("%v: %d failures, %d answers", jump, s.Failures[0], s.Answers)
			}
			if s.Since.After(now) || s.LastAnswer.After(now) || s.LastFailure.After(now) {
				t.Errorf("%v: something happens in the future: %+v", jump, s)
			}
			if e := w.tally.Evidence(now); e.Others < 10 || e.Others > 20 {
				t.Errorf("%v: %d others", jump, e.Others)
			}
			if s.Waiting > 1 {
				t.Errorf("%v: %d wait", jump, s.Waiting)
			}
			now = now.Add(2 * Span)
			record(Answered, 3)
			w.expect("answers once all is over", w.tally.Snapshot(now).Answers, 3)
		})
	}
}

func TestSinceFollowsTheWallClock(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(unreachable, 0, 1)
		time.Sleep(3 * time.Minute)
		now := time.Now()
		if got := w.tally.Pulse(now).Since; !got.Equal(now.Add(-3 * time.Minute)) {
			t.Errorf("got %v", got)
		}
	})
}

func TestOnlyWhatIsUsualIsRemembered(t *testing.T) {
	inFakeTime(t, func(w *world) {
		for range 600 { // ten minutes of ten a second, one in a hundred fails
			w.visit(Answered, 0, 10)
			if time.Now().Second()%10 == 0 {
				w.visit(timeout, 0, 1)
			}
			time.Sleep(time.Second)
		}
		usual := w.tally.usualRate()
		if usual < 9 || usual > 10.5 {
			t.Errorf("ten a second are remembered as %.1f", usual)
		}
		for range 1800 { // half an hour in which a few get through
			w.visit(unreachable, 0, 9)
			w.visit(Answered, 0, 1)
			time.Sleep(time.Second)
		}
		if got := w.tally.usualRate(); got < 8 || got > 10.5 {
			t.Errorf("in the outage it became %.1f", got)
		}
	})
}
