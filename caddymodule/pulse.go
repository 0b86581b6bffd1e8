package caddymodule

import (
	"sync"
	"sync/atomic"
	"time"
)

// pulse is whether a service answers, as far as the edge saw. An answer costs one
// load while all is well.
type pulse struct {
	since   atomic.Int64 // first failure of the current run, Unix nanoseconds; 0: it answers
	last    atomic.Int64 // last failure
	probing atomic.Bool
}

func (p *pulse) answered() {
	if p.since.Load() != 0 {
		p.since.Store(0)
	}
}

func (p *pulse) failed(now time.Time) {
	p.last.Store(now.UnixNano())
	p.since.CompareAndSwap(0, now.UnixNano())
}

func (p *pulse) failing() bool { return p.since.Load() != 0 }

// quiet reports whether nothing has been heard of a failing service for a while.
func (p *pulse) quiet(now time.Time) bool {
	return p.failing() && now.UnixNano()-p.last.Load() >= int64(probeAfter)
}

var allPulses sync.Map // *pulse by the name of a service: a reload does not forget who fails

func pulseOf(service string) *pulse {
	v, ok := allPulses.Load(service)
	if !ok {
		v, _ = allPulses.LoadOrStore(service, new(pulse))
	}
	return v.(*pulse)
}
