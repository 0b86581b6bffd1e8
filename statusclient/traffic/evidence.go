package traffic

import (
	"math"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

const (
	// enough is how many recent answers to others it takes to say that nobody
	// else meets what somebody meets.
	enough = 20

	// fresh is how old the last of them may be: what worked before it broke
	// proves nothing.
	fresh = 30 * time.Second

	// keepCrowd is how long a crowd is not counted again.
	keepCrowd = time.Second
)

// crowd is the last count that was worth keeping.
type crowd struct {
	at   int64
	size statusclient.Crowd
}

// Evidence is what a page may tell whoever has just met a failure. That failure
// must have been recorded: "others" are all but one.
func (w *Tally) Evidence(now time.Time) statusclient.Evidence {
	at := offset(now, w.base)
	return statusclient.Evidence{Since: w.since(now, at), Others: w.others(at)}.Rounded()
}

// since is a wall clock time by the clock of now, whatever it was set to before.
func (w *Tally) since(now time.Time, at int64) time.Time {
	run := w.run.Load()
	if run == 0 || run > at || at-w.failed.Load() > int64(Span) {
		return time.Time{}
	}
	return now.Add(time.Duration(run - at))
}

// FailingSince is when the run of failures began that goes on; zero: none does. It
// counts nothing, so that ten thousand may be asked at once.
func (w *Tally) FailingSince(now time.Time) time.Time { return w.since(now, offset(now, w.base)) }

// others counts anew for every page as long as one more visitor makes it another
// sentence, which is cheap as long as there are few.
func (w *Tally) others(at int64) statusclient.Crowd {
	f := w.failures.Load()
	if f == nil {
		return statusclient.CrowdUnsaid
	}
	if c := f.crowd.Load(); c != nil && at >= c.at && at-c.at < int64(keepCrowd) {
		return c.size
	}
	switch n := f.met.visitors(at) - 1; {
	case n > 0:
		size := statusclient.CrowdOf(n)
		if size >= statusclient.CrowdAbout {
			f.crowd.Store(&crowd{at: at, size: size})
		}
		return size
	case n < 0:
		return statusclient.CrowdUnsaid
	}
	_, byOthers, _ := w.counts(at, slots)
	switch met := f.machines.Load(); {
	case byOthers < enough || at-w.answered.Load() > int64(fresh):
		return statusclient.CrowdUnclear
	case at-w.born < int64(Span) || met != 0 && at-met <= int64(Span):
		// Nobody knows who met it before, or who lets a machine ask.
		return statusclient.CrowdUnsaid
	}
	return statusclient.CrowdNobody
}

// Pulse is how a service does right now. Times are zero for never.
type Pulse struct {
	At          time.Time
	Since       time.Time // when the run of failures began; zero: the last request was answered
	LastAnswer  time.Time
	LastFailure time.Time

	RecentAnswers, RecentFailures int // in the last 20 to 40 seconds
}

// Pulse takes it.
func (w *Tally) Pulse(now time.Time) Pulse {
	at := offset(now, w.base)
	p := Pulse{At: now, Since: w.since(now, at), LastAnswer: w.when(now, at, w.answered.Load()), LastFailure: w.when(now, at, w.failed.Load())}
	p.RecentAnswers, _, p.RecentFailures = w.counts(at, 2)
	return p
}

func (w *Tally) when(now time.Time, at, then int64) time.Time {
	if then == 0 {
		return time.Time{}
	}
	return now.Add(time.Duration(min(then-at, 0)))
}

// Snapshot is all there is to know about a tally, for operators.
type Snapshot struct {
	Pulse
	Answers  int          // in the last five minutes
	Failures [Reasons]int // the same, by reason less one
	Visitors statusclient.Crowd
	Usual    float64 // answers per second before it began to fail; 0: unknown
	Waiting  int     // pages that ask whether it is back
}

// Snapshot counts everything. It is not for every request.
func (w *Tally) Snapshot(now time.Time) Snapshot {
	at := offset(now, w.base)
	s := Snapshot{Pulse: w.Pulse(now), Usual: w.usualRate(), Waiting: w.Waiting(now)}
	s.Answers, _, _ = w.counts(at, slots)
	if f := w.failures.Load(); f != nil {
		for i := range f.reasons {
			s.Failures[i] = f.reasons[i].sum(at, slots)
		}
		if n := f.met.visitors(at); n > 0 {
			s.Visitors = statusclient.CrowdOf(n)
		}
	}
	return s
}

// Course is what a tally looks back on, slot by slot, the present one last.
type Course struct {
	Slot              time.Duration
	Answers, Failures []int
}

// Course is nothing for a service that nobody used.
func (w *Tally) Course(now time.Time) Course {
	c := Course{Slot: slot}
	at, some := offset(now, w.base), false
	add := func(list []int, r *ring) {
		for i := range list {
			n := r.one(at, slots-1-i)
			list[i] += n
			some = some || n > 0
		}
	}
	answers, failed := make([]int, slots), make([]int, slots)
	if a := w.answers.Load(); a != nil {
		for i := range a {
			add(answers, &a[i])
		}
	}
	if f := w.failures.Load(); f != nil {
		for i := range f.reasons {
			add(failed, &f.reasons[i])
		}
	}
	if some {
		c.Answers, c.Failures = answers, failed
	}
	return c
}

func (w *Tally) usualRate() float64 { return math.Float64frombits(w.usual.Load()) }
