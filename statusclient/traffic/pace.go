package traffic

import (
	"math"
	"time"
)

const (
	// firstInterval is how often a page asks as long as not many do.
	firstInterval = 15 * time.Second

	// maxInterval is the longest that a page is kept in the dark.
	maxInterval = 10 * time.Minute

	// pollsPerSecond is what all waiting pages of a service may ask of the edge.
	pollsPerSecond = 4000

	// requestsPerPage is what a returning page is taken to ask of the upstream:
	// itself and what it shows.
	requestsPerPage = 8

	// returning is what part of its usual load a service gets from waiting pages
	// when it is back. Those who come anyway are the rest of twice as much.
	returning = 0.75

	// nobody is how many pages have no need to make room for each other. It is not
	// one, as a page that asks early is counted twice.
	nobody = 2

	// leastUsual is what any service is taken to bear, in requests per second.
	leastUsual = 1.0

	// maxSpread is the longest that pages are kept from returning.
	maxSpread = 30 * time.Minute
)

// pace says when a waiting page asks again, and over which time waiting pages
// spread their return: each picks its moment in it by chance. waiting is how many
// pages wait, usual how many requests a second the upstream is used to. Both
// are in whole steps, so that an answer that holds them stays the same for long.
func pace(waiting int, usual float64) (interval, spread time.Duration) {
	interval = time.Duration(float64(waiting) / pollsPerSecond * float64(time.Second))
	interval = min(max(stepUp(interval), firstInterval), maxInterval)
	seconds := float64(max(waiting-nobody, 0)*requestsPerPage) / (max(usual, leastUsual) * returning)
	spread = min(stepUp(time.Duration(min(seconds, maxSpread.Seconds())*float64(time.Second))), maxSpread)
	return interval, spread
}

// stepUp rounds up to five seconds, and to a tenth beyond a minute.
func stepUp(d time.Duration) time.Duration {
	step := 5 * time.Second
	if d > time.Minute {
		step *= time.Duration(math.Ceil(d.Minutes() * 6 / 5))
	}
	return (d + step - 1) / step * step
}

const (
	// settled is how long nothing may have failed.
	settled = 5 * time.Second

	// bearable is how many failures there may be among a hundred outcomes of a
	// service that counts as back: some always fail somewhere.
	bearable = 5
)

// Back reports whether the service answers again, as far as anybody can tell: it
// has answered lately, and since it last failed some time has passed, or nearly
// everything is answered.
func (p Pulse) Back() bool {
	if p.LastAnswer.IsZero() || p.At.Sub(p.LastAnswer) > fresh {
		return false
	}
	if p.Since.IsZero() && p.At.Sub(p.LastFailure) >= settled {
		return true
	}
	return 100*p.RecentFailures <= bearable*(p.RecentAnswers+p.RecentFailures) && p.RecentAnswers > 0
}
