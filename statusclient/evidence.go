package statusclient

import "time"

// Evidence is what the edge itself saw of a service's traffic, as far as a page
// may tell it: rounded, so that no figure points at a person, and so that many
// visitors share one rendering. The zero value says nothing.
type Evidence struct {
	// Since is when requests began to fail without an answer in between, to the
	// minute. Zero: some are answered, or it is too early to say.
	Since time.Time

	// Others is how many visitors met a failure, beside the one who reads it.
	Others Crowd
}

// Crowd is a rounded number of visitors in the last five minutes: one of the
// classes below, or a figure from CrowdAbout on.
type Crowd int32

// The classes of a crowd.
const (
	CrowdUnsaid  Crowd = 0  // nobody counted
	CrowdUnclear Crowd = -1 // too little traffic to say
	CrowdNobody  Crowd = -2 // nobody else, though others were there
	CrowdFew     Crowd = 1  // 1 to 4
	CrowdAbout   Crowd = 5  // from here on the figure itself, of one digit and zeros
)

// maxCrowd is more than one edge can tell apart.
const maxCrowd = 9_000_000

// CrowdOf is the class of n visitors that were counted.
func CrowdOf(n int) Crowd {
	switch {
	case n <= 0:
		return CrowdNobody
	case n < int(CrowdAbout):
		return CrowdFew
	case n < 8:
		return CrowdAbout
	}
	unit := 10
	for n >= unit*10-unit/2 {
		unit *= 10
	}
	return Crowd(min((n+unit/2)/unit*unit, maxCrowd))
}

// Rounded is e with nothing finer in it than a page tells. Rounded evidence that
// says the same is equal.
func (e Evidence) Rounded() Evidence {
	if !e.Since.IsZero() {
		e.Since = e.Since.Truncate(time.Minute).UTC().Round(0)
	}
	if e.Others > 0 {
		e.Others = CrowdOf(int(e.Others))
	}
	return e
}
