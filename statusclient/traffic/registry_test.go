package traffic

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestAReloadKeepsTheWindow(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(unreachable, 0, 40)
		w.tally.Poll(time.Now(), false, 1)
		next := w.reg.Open("portal") // the new configuration, before the old one is gone
		w.reg.Close(w.tally)
		w.expect("tally", next, w.tally)
		time.Sleep(time.Second)
		w.reg.Tidy()
		w.expect("others", int(next.Evidence(time.Now()).Others), 40)
		w.expect("waiting", next.Waiting(time.Now()), 1)
	})
}

func TestWindowsAreForgottenWhenNobodyHasThemOpen(t *testing.T) {
	inFakeTime(t, func(w *world) {
		has := func(name string) bool {
			w.reg.mu.Lock()
			defer w.reg.mu.Unlock()
			return w.reg.tallies[name] != nil
		}
		w.reg.Close(w.reg.Open("gone"))
		time.Sleep(forgetAfter)
		w.reg.Tidy()
		w.expect("after a while", has("gone"), true)
		time.Sleep(time.Second)
		w.reg.Tidy()
		w.expect("after long", has("gone"), false)
		w.expect("one that is open", has("portal"), true)
		for i := range 3 * maxClosed {
			w.reg.Close(w.reg.Open(strconv.Itoa(i)))
		}
		w.reg.Tidy()
		w.expect("how many at once", len(w.reg.tallies), maxClosed+1)
		w.expect("one that is open", has("portal"), true)
	})
}

func TestAWindowAtRestTakesNoMemory(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(Answered, 0, 10)
		w.visit(unreachable, 0, 10)
		w.tally.Poll(time.Now(), false, 1)
		time.Sleep(Span)
		w.reg.Tidy()
		if w.tally.answers.Load() == nil || w.tally.failures.Load() == nil {
			t.Error("taken back too early")
		}
		time.Sleep(2 * Span)
		w.reg.Tidy()
		if w.tally.answers.Load() != nil || w.tally.failures.Load() != nil || w.tally.waiting.due != nil {
			t.Error("still there")
		}
		w.visit(Answered, 0, 3)
		w.visit(unreachable, 0, 3)
		s := w.tally.Snapshot(time.Now())
		w.expect("answers afterwards", s.Answers, 3)
		w.expect("failures afterwards", s.Failures[0], 3)
	})
}

func TestTheClockIsNeverFarBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reg := NewRegistry()
		for range 1000 {
			time.Sleep(97 * time.Millisecond)
			if late := time.Since(reg.Now()); late < 0 || late > clockStep {
				t.Fatalf("%v late", late)
			}
		}
		_, _ = reg.Destruct(), reg.Destruct()
	})
}
