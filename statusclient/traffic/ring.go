package traffic

import (
	"sync/atomic"
	"time"
)

const (
	// Span is how far back a tally looks.
	Span = 5 * time.Minute

	slot  = 20 * time.Second
	slots = int(Span / slot)
)

// ring counts in slots of time. A cell is when (upper half) and how many, so that
// starting a slot anew and counting in it are one atomic step each. Sixteen cells
// of which the last is unused: two rings never share a line of cache that is
// written to.
type ring [slots + 1]atomic.Uint64

// add counts one.
func (r *ring) add(at int64) {
	stamp := uint64(stampOf(at))
	cell := &r[stamp%uint64(slots)]
	for {
		old := cell.Load()
		if old>>32 == stamp {
			cell.Add(1)
			return
		}
		if cell.CompareAndSwap(old, stamp<<32|1) {
			return
		}
	}
}

// sum is how many there were in the last n slots, the present one included. What
// a clock that was set back left in the future does not count.
func (r *ring) sum(at int64, n int) (total int) {
	stamp := stampOf(at)
	for i := range slots {
		if cell := r[i].Load(); stamp-uint32(cell>>32) < uint32(n) {
			total += int(uint32(cell))
		}
	}
	return total
}

// one is how many there were in the slot that was ago slots before the present one.
func (r *ring) one(at int64, ago int) int {
	stamp := stampOf(at) - uint32(ago)
	if cell := r[uint64(stamp)%uint64(slots)].Load(); uint32(cell>>32) == stamp {
		return int(uint32(cell))
	}
	return 0
}

func stampOf(at int64) uint32 { return uint32(at / int64(slot)) }

// offset is a moment as tallies count time: since base, and never zero.
func offset(now, base time.Time) int64 { return max(int64(now.Sub(base)), 1) }
