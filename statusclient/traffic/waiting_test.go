package traffic

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

func TestWaitingPagesAreThoseThatAsk(t *testing.T) {
	for _, pages := range []int{1, 300, 5000} {
		inFakeTime(t, func(w *world) {
			w.visit(unreachable, 0, 1)
			end := time.Now().Add(5 * time.Minute)
			var all sync.WaitGroup
			for range pages {
				all.Go(func() {
					time.Sleep(time.Duration(rand.Int64N(int64(time.Minute))))
					for time.Now().Before(end) {
						interval := w.win.Poll(time.Now(), false).Interval
						time.Sleep(time.Duration(float64(interval) * (0.8 + 0.4*rand.Float64())))
					}
				})
			}
			time.Sleep(2 * time.Minute)
			least, most := pages, 0
			for range 17 {
				time.Sleep(7 * time.Second)
				n := w.win.Waiting(time.Now())
				least, most = min(least, n), max(most, n)
			}
			t.Logf("%6d pages wait: counted as %d to %d", pages, least, most)
			if pages > 1 && least < pages*8/10 || most > max(2, pages*12/10) {
				t.Errorf("%d pages are counted as %d to %d", pages, least, most)
			}
			all.Wait()
			time.Sleep(2 * time.Minute)
			w.expect("once they are gone", w.win.Waiting(time.Now()), 0)
		})
	}
}

func TestTheEdgeAsksOnceWhereNobodyElseDoes(t *testing.T) {
	inFakeTime(t, func(w *world) {
		asks := func() (n int) {
			for range 50 {
				if w.win.Poll(time.Now(), false).Ask {
					n++
				}
			}
			return n
		}
		w.visit(unreachable, 0, 1)
		w.expect("just after a failure", asks(), 0)
		time.Sleep(quiet)
		w.expect("when it is quiet", asks(), 1)
		time.Sleep(time.Minute)
		w.expect("while it asks", asks(), 0)
		w.win.Asked(time.Now(), unreachable)
		w.expect("just after that failed too", asks(), 0)
		w.expect("others", int(w.win.Evidence(time.Now()).Others), -1) // the edge is nobody
		time.Sleep(quiet)
		w.expect("again", asks(), 1)
		time.Sleep(askAgain)
		w.expect("when the answer is lost", asks(), 1)
		w.win.Asked(time.Now(), Answered)
		a := w.win.Poll(time.Now(), false)
		w.expect("after an answer", a.Back, true)
		w.expect("asks on", a.Ask, false)
	})
}

func TestAServiceThatIsHeldIsNotBackAndNotAsked(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(Answered, 0, 10)
		if a := w.win.Poll(time.Now(), true); a.Back || a.Ask || a.Interval != firstInterval {
			t.Errorf("%+v", a)
		}
		time.Sleep(time.Minute)
		if a := w.win.Poll(time.Now(), true); a.Back || a.Ask {
			t.Errorf("%+v", a)
		}
		if a := w.win.Poll(time.Now(), false); a.Back || !a.Ask {
			t.Errorf("after the work: %+v", a) // what worked before proves nothing
		}
		w.win.Asked(time.Now(), Answered)
		if a := w.win.Poll(time.Now(), false); !a.Back {
			t.Errorf("after an answer: %+v", a)
		}
	})
}

func TestTheLastToAskDoNotHurry(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(unreachable, 0, 1)
		for range 1000 {
			w.win.Poll(time.Now(), false)
		}
		time.Sleep(firstInterval - settled - time.Second)
		w.visit(Answered, 0, 1)
		time.Sleep(settled + time.Second)
		first := w.win.Poll(time.Now(), false)
		for range 30 {
			w.visit(Answered, 0, 1)
			time.Sleep(time.Second)
		}
		last := w.win.Poll(time.Now(), false)
		if !first.Back || !last.Back || first.Spread != last.Spread || first.Spread < 10*time.Minute {
			t.Errorf("%+v, then %+v", first, last)
		}
		for range int(first.Spread / (10 * time.Second)) {
			w.visit(Answered, 0, 1)
			time.Sleep(10 * time.Second)
		}
		if late := w.win.Poll(time.Now(), false); !late.Back || late.Spread > 15*time.Second {
			t.Errorf("a page that opens much later waits for nobody: %+v", late)
		}
	})
}
