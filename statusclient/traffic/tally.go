package traffic

import (
	"math"
	"sync/atomic"
	"time"
)

// Answered is the outcome of a request that the service answered: with anything
// that is not a failure. Every other outcome is a failure, by its reason.
const Answered uint8 = 0

// Reasons is how many reasons are told apart: 1 to Reasons. What is above counts
// as the last one.
const Reasons = 7

// shards is how many counters the answers of a service are spread over, by
// address: so that cores do not fight for one, and because whoever reads a page
// is in one of them: the answers in all others went to others.
const shards = 8

// Tally is what was seen of one service. All methods are safe for concurrent
// use; services share nothing.
type Tally struct {
	// What every request touches comes first, in one line of cache.
	base     time.Time
	answers  atomic.Pointer[answers] // nil until something is counted
	answered atomic.Int64            // when, a second late at most
	run      atomic.Int64            // since when nothing is answered; 0: not so

	failed   atomic.Int64             // when
	failures atomic.Pointer[failures] // nil until something fails
	usual    atomic.Uint64            // answers per second when all was well, as math.Float64bits
	shares   atomic.Pointer[shares]   // and where they went
	born     int64

	running atomic.Pointer[lanes] // nil until something runs

	users  int // guarded by the registry's mu, as closed is
	closed time.Time

	waiting waiting
}

// answers are counted by shard, and those to machines behind them.
type answers [shards + 1]ring

// failures is what only a service that fails needs.
type failures struct {
	reasons  [Reasons]ring
	met      met
	machines atomic.Int64 // when a machine met one
	crowd    atomic.Pointer[crowd]
}

// Record counts the outcome of one request: Answered, or the reason why it
// failed. A request whose client went away, that was held back on purpose or
// that failed by its own fault has no outcome. v is nobody for a request of the
// edge's own: that ends or begins a run and counts for nothing else.
func (w *Tally) Record(now time.Time, outcome uint8, v Visitor) {
	at := offset(now, w.base)
	if outcome != Answered {
		w.fail(at, outcome, v)
		return
	}
	if w.run.Load() != 0 {
		w.run.Store(0)
	}
	if late := at - w.answered.Load(); late >= int64(time.Second) || late < 0 {
		w.answered.Store(at)
	}
	if v == 0 {
		return
	}
	a := w.answers.Load()
	if a == nil {
		w.answers.CompareAndSwap(nil, new(answers))
		if a = w.answers.Load(); a == nil {
			return // taken back at this very moment
		}
	}
	if v == Machine {
		a[shards].add(at)
		return
	}
	a[v.shard()].add(at)
}

func (w *Tally) fail(at int64, reason uint8, v Visitor) {
	last := w.failed.Swap(at)
	switch run := w.run.Load(); {
	case run == 0:
		w.noteUsual(at, false)
		w.run.CompareAndSwap(0, at)
	case at-last > int64(Span) || run > at:
		// Nobody came for so long that nobody knows what was in between.
		w.run.CompareAndSwap(run, at)
	}
	if v == 0 {
		return
	}
	f := w.failures.Load()
	if f == nil {
		w.failures.CompareAndSwap(nil, new(failures))
		if f = w.failures.Load(); f == nil {
			return
		}
	}
	f.reasons[min(reason, Reasons)-1].add(at)
	if v == Machine {
		f.machines.Store(at)
		return
	}
	f.met.add(at, v)
}

// noteUsual notes what the service is used to, when it begins to fail or is closed:
// an hour later there is nothing left in the tally to tell it. Whatever already
// fails more than now and then is not usual. What has been closed for a while already
// answers less than usual: then only more than was known counts.
func (w *Tally) noteUsual(at int64, closed bool) {
	answers, _, failed := w.counts(at, slots)
	if answers == 0 || 10*failed > answers {
		return
	}
	covered := min(at-w.born, int64(Span-slot)+at%int64(slot)) // the present slot is not over
	rate := float64(answers) / max(time.Duration(covered), slot).Seconds()
	if closed && rate <= w.usualRate() {
		return
	}
	w.usual.Store(math.Float64bits(rate))
	if a := w.answers.Load(); a != nil {
		var by [shards]int
		for i := range by {
			by[i] = a[i].sum(at, slots)
		}
		w.shares.Store(sharesOf(by))
	}
}

// counts sums up the last n slots. byOthers is how many answers at least went to
// other people than any one visitor.
func (w *Tally) counts(at int64, n int) (answers, byOthers, failed int) {
	if a := w.answers.Load(); a != nil {
		most := 0
		for i := range shards {
			sum := a[i].sum(at, n)
			answers += sum
			most = max(most, sum)
		}
		byOthers = answers - most
		answers += a[shards].sum(at, n)
	}
	if f := w.failures.Load(); f != nil {
		for i := range f.reasons {
			failed += f.reasons[i].sum(at, n)
		}
	}
	return answers, byOthers, failed
}

// rest takes back the memory of what has nothing to tell any more.
func (w *Tally) rest(now time.Time) {
	at := offset(now, w.base)
	old := at - 2*int64(Span)
	if w.answered.Load() < old {
		w.answers.Store(nil)
	}
	if w.failed.Load() < old {
		w.failures.Store(nil)
	}
	if w.answered.Load() < old && w.Running() == 0 {
		w.running.Store(nil) // who enters at this moment has the lane and keeps it
	}
	w.waiting.rest(at)
}
