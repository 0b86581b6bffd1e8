package traffic

import (
	"testing"
	"time"
)

func TestAMillionWaitingPagesAskTheEdgeAFewThousandTimesASecond(t *testing.T) {
	for _, c := range []struct {
		waiting          int
		usual            float64
		interval, spread time.Duration
	}{
		{0, 0, 15 * time.Second, 0},
		{2, 0, 15 * time.Second, 0},                // nobody needs the room
		{3, 0, 15 * time.Second, 15 * time.Second}, // eight requests at three in four seconds
		{3, 200, 15 * time.Second, 5 * time.Second},
		{100, 20, 15 * time.Second, 55 * time.Second},
		{10_000, 200, 15 * time.Second, 550 * time.Second},
		{60_000, 5000, 15 * time.Second, 135 * time.Second},
		{100_000, 5000, 25 * time.Second, 225 * time.Second},
		{1_000_000, 5000, 250 * time.Second, maxSpread},
		{100_000_000, 0, maxInterval, maxSpread},
	} {
		interval, spread := pace(c.waiting, c.usual)
		if interval != c.interval || spread != c.spread {
			t.Errorf("%d waiting, %.0f usual: ask after %v, spread over %v; want %v and %v", c.waiting, c.usual, interval, spread, c.interval, c.spread)
		}
	}
	last := time.Duration(0)
	for waiting := range 2_400_000 {
		interval, _ := pace(waiting, 1)
		if rate := float64(waiting) / interval.Seconds(); rate > pollsPerSecond || interval < last {
			t.Fatalf("%d waiting ask %.0f times a second, every %v after %v", waiting, rate, interval, last)
		}
		last = interval
	}
}

func TestBackIsWhatAnswersAgain(t *testing.T) {
	now := time.Now()
	ago := func(seconds int) time.Time { return now.Add(time.Duration(-seconds) * time.Second) }
	for name, c := range map[string]struct {
		Pulse
		want bool
	}{
		"nothing is known":              {Pulse{}, false},
		"it never failed":               {Pulse{LastAnswer: ago(1), RecentAnswers: 1}, true},
		"it answered, but long ago":     {Pulse{LastAnswer: ago(31)}, false},
		"it fails":                      {Pulse{Since: ago(60), LastAnswer: ago(61), LastFailure: ago(0), RecentFailures: 9}, false},
		"it fails, and just worked":     {Pulse{Since: ago(3), LastAnswer: ago(4), LastFailure: ago(0), RecentAnswers: 80, RecentFailures: 9}, false},
		"the first answer":              {Pulse{LastAnswer: ago(0), LastFailure: ago(2), RecentAnswers: 1, RecentFailures: 50}, false},
		"nothing failed for a while":    {Pulse{LastAnswer: ago(0), LastFailure: ago(5), RecentAnswers: 1, RecentFailures: 50}, true},
		"one in two fails":              {Pulse{LastAnswer: ago(0), LastFailure: ago(0), RecentAnswers: 50, RecentFailures: 50}, false},
		"one in a hundred always fails": {Pulse{Since: ago(0), LastAnswer: ago(0), LastFailure: ago(0), RecentAnswers: 99, RecentFailures: 1}, true},
	} {
		c.At = now
		if got := c.Back(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
