package traffic

import (
	"fmt"
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
			for n := range pages {
				all.Go(func() {
					time.Sleep(time.Duration(rand.Int64N(int64(time.Minute))))
					for time.Now().Before(end) {
						interval := w.tally.Poll(time.Now(), false, w.reg.Visitor(person(n), "")).Interval
						time.Sleep(time.Duration(float64(interval) * (0.8 + 0.4*rand.Float64())))
					}
				})
			}
			time.Sleep(2 * time.Minute)
			least, most := pages, 0
			for range 17 {
				time.Sleep(7 * time.Second)
				n := w.tally.Waiting(time.Now())
				least, most = min(least, n), max(most, n)
			}
			t.Logf("%6d pages wait: counted as %d to %d", pages, least, most)
			if pages > 1 && least < pages*8/10 || most > max(2, pages*12/10) {
				t.Errorf("%d pages are counted as %d to %d", pages, least, most)
			}
			all.Wait()
			time.Sleep(2 * time.Minute)
			w.expect("once they are gone", w.tally.Waiting(time.Now()), 0)
		})
	}
}

func TestTheEdgeAsksOnceWhereNobodyElseDoes(t *testing.T) {
	inFakeTime(t, func(w *world) {
		asks := func() (n int) {
			for range 50 {
				if w.tally.Poll(time.Now(), false, 1).Ask {
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
		w.tally.Asked(time.Now(), unreachable)
		w.expect("just after that failed too", asks(), 0)
		w.expect("others", int(w.tally.Evidence(time.Now()).Others), -1) // the edge is nobody
		time.Sleep(quiet)
		w.expect("again", asks(), 1)
		time.Sleep(askAgain)
		w.expect("when the answer is lost", asks(), 1)
		w.tally.Asked(time.Now(), Answered)
		a := w.tally.Poll(time.Now(), false, 1)
		w.expect("after an answer", a.Back, true)
		w.expect("asks on", a.Ask, false)
	})
}

func TestAServiceThatIsHeldIsNotBackAndNotAsked(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(Answered, 0, 10)
		if a := w.tally.Poll(time.Now(), true, 1); a.Back || a.Ask || a.Interval != firstInterval {
			t.Errorf("%+v", a)
		}
		time.Sleep(time.Minute)
		if a := w.tally.Poll(time.Now(), true, 1); a.Back || a.Ask {
			t.Errorf("%+v", a)
		}
		if a := w.tally.Poll(time.Now(), false, 1); a.Back || !a.Ask {
			t.Errorf("after the work: %+v", a) // what worked before proves nothing
		}
		w.tally.Asked(time.Now(), Answered)
		if a := w.tally.Poll(time.Now(), false, 1); !a.Back {
			t.Errorf("after an answer: %+v", a)
		}
	})
}

func TestTheLastToAskDoNotHurry(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(unreachable, 0, 1)
		for n := range 1000 {
			w.tally.Poll(time.Now(), false, w.reg.Visitor(person(n), ""))
		}
		time.Sleep(firstInterval - settled - time.Second)
		w.visit(Answered, 0, 1)
		time.Sleep(settled + time.Second)
		first := w.tally.Poll(time.Now(), false, 1)
		for range 30 {
			w.visit(Answered, 0, 1)
			time.Sleep(time.Second)
		}
		last := w.tally.Poll(time.Now(), false, 1)
		if !first.Back || !last.Back || first.Spread != last.Spread || first.Spread < 10*time.Minute {
			t.Errorf("%+v, then %+v", first, last)
		}
		for range int(first.Spread / (10 * time.Second)) {
			w.visit(Answered, 0, 1)
			time.Sleep(10 * time.Second)
		}
		if late := w.tally.Poll(time.Now(), false, 1); !late.Back || late.Spread > 15*time.Second {
			t.Errorf("a page that opens much later waits for nobody: %+v", late)
		}
	})
}

// TestOneClientCannotPassForACrowd has one client ask as fast as it can while others
// wait as pages do.
func TestOneClientCannotPassForACrowd(t *testing.T) {
	for name, c := range map[string]struct {
		usual bool // the edge knows where people come from
		pages int
		from  func(i int) string // addresses of the one client
	}{
		"nobody else waits": {true, 0, func(int) string { return "198.51.100.7" }},
		"a few wait":        {true, 20, func(int) string { return "198.51.100.7" }},
		"many wait":         {true, 2000, func(int) string { return "198.51.100.7" }},
		"after a restart":   {false, 2000, func(int) string { return "198.51.100.7" }},
		"by all addresses of a network of its own": {true, 2000, func(i int) string {
			return fmt.Sprintf("2001:db8:1:2::%x", i)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(w *world) {
				if c.usual {
					for range 60 {
						w.visit(Answered, 0, 500)
						time.Sleep(time.Second)
					}
				}
				w.visit(unreachable, 0, 1)
				interval := time.Duration(0)
				for second := range 60 {
					for i := range c.pages {
						if i%15 == second%15 {
							interval = w.tally.Poll(time.Now(), false, w.reg.Visitor(person(i), "")).Interval
						}
					}
					for i := range 500 {
						w.tally.Poll(time.Now(), false, w.reg.Visitor(c.from(second*500+i), fmt.Sprint("agent ", i)))
					}
					time.Sleep(time.Second)
				}
				n := w.tally.Waiting(time.Now())
				t.Logf("%d pages and one client that asks 500 times a second are %d pages", c.pages, n)
				if most := c.pages*4/3 + freely; c.pages > 0 && n > most || n < c.pages*8/10 {
					t.Errorf("they count as %d, want at most %d", n, most)
				}
				if c.pages > 0 && interval > firstInterval {
					t.Errorf("the others are to ask every %v", interval)
				}
			})
		})
	}
}

// TestPeopleBehindOneAddressMayWaitThere has most of a service's visitors come from
// one address, as those of an office do, or all of them, as behind a proxy.
func TestPeopleBehindOneAddressMayWaitThere(t *testing.T) {
	for name, others := range map[string]int{"an office and the world": 3, "a proxy": 0} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(w *world) {
				who := func(i int) Visitor {
					if i%10 < others {
						return w.reg.Visitor(person(i), "")
					}
					return w.reg.Visitor("203.0.113.1", "")
				}
				const pages = 3000
				for range 20 {
					for i := range pages {
						w.tally.Record(time.Now(), Answered, who(i))
					}
					time.Sleep(time.Second)
				}
				time.Sleep(time.Minute)
				w.visit(unreachable, 0, 1)
				for i := range pages {
					w.tally.Poll(time.Now(), false, who(i))
				}
				if n := w.tally.Waiting(time.Now()); n < pages*9/10 {
					t.Errorf("%d pages count as %d", pages, n)
				}
			})
		})
	}
}

// TestWhatIsUsualIsKnownOfAServiceThatNeverFailed is about work that was planned:
// nothing fails before it begins.
func TestWhatIsUsualIsKnownOfAServiceThatNeverFailed(t *testing.T) {
	inFakeTime(t, func(w *world) {
		for range 300 {
			w.visit(Answered, 0, 50)
			time.Sleep(time.Second)
		}
		w.tally.Poll(time.Now(), true, w.reg.Visitor(person(1), ""))
		if usual := w.tally.usualRate(); usual < 45 || usual > 55 {
			t.Errorf("%.1f answers a second are usual", usual)
		}
		time.Sleep(4 * time.Minute)
		w.visit(Answered, 0, 5) // staff try it
		w.tally.Poll(time.Now(), false, 1)
		w.tally.Poll(time.Now(), true, 1)
		if usual := w.tally.usualRate(); usual < 45 {
			t.Errorf("after a while, %.1f answers a second are", usual)
		}
	})
}
