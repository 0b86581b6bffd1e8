package traffic

import (
	"sync"
	"sync/atomic"
	"time"
)

// clockStep is how late the clock may be.
const clockStep = 250 * time.Millisecond

// clock knows the time without asking for it.
type clock struct {
	base   time.Time
	passed atomic.Int64
	quit   chan struct{}
	once   sync.Once
}

func newClock() *clock {
	c := &clock{base: time.Now(), quit: make(chan struct{})}
	go c.run()
	return c
}

func (c *clock) run() {
	t := time.NewTicker(clockStep)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			c.passed.Store(int64(time.Since(c.base)))
		case <-c.quit:
			return
		}
	}
}

func (c *clock) now() time.Time { return c.base.Add(time.Duration(c.passed.Load())) }

func (c *clock) stop() { c.once.Do(func() { close(c.quit) }) }
