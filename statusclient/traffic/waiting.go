package traffic

import (
	"math"
	"sync"
	"time"
)

// waiting knows the pages that ask whether the service is back. Each is expected
// when it was told to ask again: those who are still expected wait.
type waiting struct {
	mu      sync.Mutex
	due     *[dueSteps][shards]uint16 // by the step in which they are expected, and from where; nil: none
	step    int64                     // everything before it is over
	total   [shards]int               // of due
	held    bool                      // the service was kept from visitors when a page asked last
	back    bool                      // they are on their way back
	crowd   int                       // how many those were
	until   int64                     // when the last of them is back
	asking  bool                      // the edge asks the upstream itself
	askedAt int64
}

const (
	dueStep  = 5 * time.Second
	dueSteps = int64(maxInterval/dueStep) + 2

	// quiet is how long nothing has an outcome before the edge asks itself.
	quiet = 5 * time.Second

	// askAgain is when a question counts as lost.
	askAgain = 2 * time.Minute
)

// Advice is what a waiting page is told.
type Advice struct {
	Back     bool
	Interval time.Duration // ask again after that long, give or take
	Spread   time.Duration // when Back: return at a random moment within
	Ask      bool          // for the caller: send one request to the upstream now and call Asked
}

// Poll counts a waiting page that asks, and says what to tell it. held is a
// service that is kept from visitors on purpose; v is whose page it is.
func (w *Tally) Poll(now time.Time, held bool, v Visitor) Advice {
	at := offset(now, w.base)
	back := !held && w.Pulse(now).Back()
	g := &w.waiting
	g.mu.Lock()
	defer g.mu.Unlock()
	g.advance(at)
	if held && !g.held {
		w.noteUsual(at, true) // before it was closed; nothing will fail to give the occasion
	}
	g.held = held
	if back {
		return g.release(at, w.usualRate(), w.shares.Load())
	}
	g.back = false
	a := Advice{Ask: !held && g.ask(at, max(w.answered.Load(), w.failed.Load()))}
	a.Interval, _ = pace(g.expected(at, w.shares.Load())+1, w.usualRate())
	g.expect(at+int64(a.Interval), v)
	return a
}

// Asked ends what Advice.Ask began, with the outcome.
func (w *Tally) Asked(now time.Time, outcome uint8) {
	w.Record(now, outcome, 0)
	w.waiting.mu.Lock()
	defer w.waiting.mu.Unlock()
	w.waiting.asking = false
}

// Waiting is how many pages wait, about.
func (w *Tally) Waiting(now time.Time) int {
	at := offset(now, w.base)
	w.waiting.mu.Lock()
	defer w.waiting.mu.Unlock()
	w.waiting.advance(at)
	return w.waiting.expected(at, w.shares.Load())
}

// release spreads all who wait by how many they were at the beginning: those who
// ask last must not hurry because the others have gone.
func (g *waiting) release(at int64, usual float64, usually *shares) Advice {
	if !g.back || at > g.until {
		g.back, g.crowd = true, g.expected(at, usually)+1
		interval, spread := pace(g.crowd, usual)
		g.until = at + int64(interval+spread)
	}
	interval, spread := pace(g.crowd, usual)
	return Advice{Back: true, Interval: interval, Spread: spread}
}

// ask is true for one caller at a time.
func (g *waiting) ask(at, lastOutcome int64) bool {
	wait := quiet
	if g.asking {
		wait = askAgain
	}
	if within(quiet, lastOutcome, at) || within(wait, g.askedAt, at) {
		return false
	}
	g.asking, g.askedAt = true, at
	return true
}

// within reports whether then is less than d ago.
func within(d time.Duration, then, at int64) bool { return then <= at && at-then < int64(d) }

func (g *waiting) expect(at int64, v Visitor) {
	if g.due == nil {
		g.due = new([dueSteps][shards]uint16)
	}
	// A cell is full when tens of millions wait: then one more makes no difference.
	if cell := &g.due[at/int64(dueStep)%dueSteps][v.shard()]; *cell < math.MaxUint16 {
		*cell++
		g.total[v.shard()]++
	}
}

// expected is how many will ask again, believed within bounds. Of those who are due
// in the present step the part is left that is left of it.
func (g *waiting) expected(at int64, usually *shares) int {
	if g.due == nil {
		return 0
	}
	from := g.total
	for i, n := range g.due[g.step%dueSteps] {
		from[i] -= int(int64(n) * (at % int64(dueStep)) / int64(dueStep))
	}
	return usually.believe(from)
}

// advance lets go of whoever did not ask in time.
func (g *waiting) advance(at int64) {
	step := at / int64(dueStep)
	if g.due != nil && (step < g.step || step >= g.step+dueSteps) {
		g.due, g.total = nil, [shards]int{} // nothing of it is left, or the clock was set back
	}
	if g.due == nil || step < g.step {
		g.step = step
		return
	}
	for ; g.step < step; g.step++ {
		cell := &g.due[g.step%dueSteps]
		for i, n := range cell {
			g.total[i] -= int(n)
		}
		clear(cell[:])
	}
}

// rest takes back the memory when nobody has asked for long.
func (g *waiting) rest(at int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.advance(at); g.total == [shards]int{} {
		g.due = nil
	}
}
