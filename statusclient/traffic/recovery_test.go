package traffic

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestRecoveryWith10000WaitingPages lets a service that answers 200 requests a
// second fail for 400 seconds, in which about 10,000 pages begin to wait, and return.
// The load on it must stay within twice what it is used to.
func TestRecoveryWith10000WaitingPages(t *testing.T) {
	const (
		loads   = 25 // pages that people open per second, and of which nobody gives up
		healthy = 5 * time.Minute
		outage  = 400 * time.Second
		after   = 15 * time.Minute
	)
	inFakeTime(t, func(w *world) {
		start := time.Now()
		breaks, works := start.Add(healthy), start.Add(healthy+outage)
		end := works.Add(after)
		up := func() bool { now := time.Now(); return now.Before(breaks) || !now.Before(works) }
		load := make([]atomic.Int64, int(end.Sub(start)/time.Second)+10) // requests to the upstream, by second
		polls := make([]atomic.Int64, len(load))
		second := func() int { return int(time.Since(start) / time.Second) }
		request := func(v Visitor) bool {
			load[second()].Add(1)
			if up() {
				w.tally.Record(time.Now(), Answered, v)
				return true
			}
			w.tally.Record(time.Now(), unreachable, v)
			return false
		}
		var waited, returned, told atomic.Int64
		var browsers sync.WaitGroup
		// open is what one browser does: the page and what belongs to it, or, if it
		// fails, the page that waits.
		open := func(n int) {
			v := w.reg.Visitor(address(n), "browser")
			if request(v) {
				for range requestsPerPage - 1 {
					time.Sleep(time.Duration(rand.Int64N(int64(200 * time.Millisecond))))
					request(v)
				}
				return
			}
			waited.Add(1)
			wait := firstInterval
			for time.Now().Before(end) {
				time.Sleep(time.Duration(float64(wait) * (0.8 + 0.4*rand.Float64())))
				polls[second()].Add(1)
				a := w.tally.Poll(time.Now(), false, v)
				if wait = a.Interval; !a.Back {
					continue
				}
				told.Store(int64(a.Spread))
				time.Sleep(time.Duration(rand.Int64N(int64(a.Spread) + 1)))
				if time.Now().Before(end) {
					returned.Add(1)
					for range requestsPerPage {
						request(v)
					}
				}
				return
			}
		}
		for n := 0; time.Now().Before(end); n++ {
			browsers.Go(func() { open(n) })
			time.Sleep(time.Duration(rand.ExpFloat64() * float64(time.Second) / loads))
		}
		browsers.Wait()

		mean := func(count []atomic.Int64, from, to time.Time) float64 {
			sum := int64(0)
			for i := from.Sub(start) / time.Second; i < to.Sub(start)/time.Second; i++ {
				sum += count[i].Load()
			}
			return float64(sum) / to.Sub(from).Seconds()
		}
		usual := mean(load, start, breaks)
		minute := mean(load, works, works.Add(time.Minute))
		t.Logf("%d pages wait; the edge takes %.0f a second for usual, really %.0f", waited.Load(), w.tally.usualRate(), usual)
		t.Logf("first minute after recovery: %.0f requests a second, %.2f times the usual %.0f", minute, minute/usual, usual)
		worst := func(span time.Duration) (rate float64) {
			for from := works; !from.Add(span).After(end); from = from.Add(time.Second) {
				rate = max(rate, mean(load, from, from.Add(span)))
			}
			return rate
		}
		t.Logf("worst minute in %v: %.2f times, worst ten seconds %.2f times; the return is spread over %v", after, worst(time.Minute)/usual, worst(10*time.Second)/usual, time.Duration(told.Load()))
		t.Logf("polls in the last minute of the outage: %.0f a second; %d pages returned", mean(polls, works.Add(-time.Minute), works), returned.Load())
		if minute > 2*usual || worst(time.Minute) > 2*usual {
			t.Errorf("the returning pages are more than the service bears")
		}
		if minute < 1.2*usual || returned.Load() != waited.Load() {
			t.Errorf("%d of %d pages returned, and %.2f times the load: the test measures nothing", returned.Load(), waited.Load(), minute/usual)
		}
	})
}
