package traffic

import (
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// TestAMillionWaitingPagesHoldToWhatTheyAreTold has a million pages open within ten
// minutes, wait for half an hour and ask as the page's script does: a quarter earlier
// or later than they are told, for the first time after fifteen seconds.
func TestAMillionWaitingPagesHoldToWhatTheyAreTold(t *testing.T) {
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("it has one goroutine, which the race detector makes twenty times as slow")
	}
	const (
		million = 1_000_000
		opening = 600
		end     = 40 * 60
	)
	inFakeTime(t, func(w *world) {
		due := make([][]int32, end+int(maxInterval.Seconds())*2) // pages by the second in which they ask
		again := func(page int32, second int, interval time.Duration) {
			at := second + 1 + int(interval.Seconds()*(0.75+rand.Float64()/2))
			due[at] = append(due[at], page)
		}
		peak, sum, rests := 0, 0, 0
		for second := range end {
			w.tally.Record(time.Now(), unreachable, w.reg.Visitor(person(second), ""))
			if second < opening {
				for i := range million / opening {
					again(int32(second*(million/opening)+i), second, firstInterval)
				}
			}
			for _, page := range due[second] {
				a := w.tally.Poll(time.Now(), false, w.reg.Visitor(address(int(page)), ""))
				again(page, second, a.Interval)
			}
			if peak = max(peak, len(due[second])); second > opening+int(maxInterval.Seconds()) {
				sum += len(due[second])
				rests++
			}
			due[second] = nil
			time.Sleep(time.Second)
		}
		mean, waiting := sum/rests, w.tally.Waiting(time.Now())
		t.Logf("a million pages, counted as %d, ask %d times a second, at most %d in any second", waiting, mean, peak)
		if mean > pollsPerSecond || peak > 2*pollsPerSecond || mean < pollsPerSecond/2 {
			t.Errorf("they ask %d times a second, at most %d", mean, peak)
		}
		if waiting < million*8/10 || waiting > million*12/10 {
			t.Errorf("a million pages are counted as %d", waiting)
		}
	})
}
