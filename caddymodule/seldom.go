package caddymodule

import (
	"sync/atomic"
	"time"
)

// seldom is what happens once a minute at most: that anybody can have a line written
// must not fill a log.
type seldom struct{ last atomic.Int64 }

// now reports whether it is time again, and then it is not for a minute.
func (s *seldom) now() bool {
	now, last := time.Now().UnixNano(), s.last.Load()
	return now-last > int64(time.Minute) && s.last.CompareAndSwap(last, now)
}
