package caddymodule

import (
	"net/http"
	"sync/atomic"
	"time"
)

// hookCounts is what became of the webhooks of one backend. It outlives
// configurations with the poller that it belongs to.
type hookCounts struct {
	taken, refused atomic.Uint64
	last           atomic.Int64 // when one was taken, in nanoseconds
	complaints     seldom
}

func (c *hookCounts) count(code int) {
	if code != http.StatusNoContent {
		c.refused.Add(1)
		return
	}
	c.taken.Add(1)
	c.last.Store(time.Now().UnixNano())
}

// lastTaken is zero if none was.
func (c *hookCounts) lastTaken() time.Time {
	if n := c.last.Load(); n != 0 {
		return time.Unix(0, n).UTC()
	}
	return time.Time{}
}
