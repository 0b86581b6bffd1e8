package caddymodule

import (
	"context"
	"time"

	"go.uber.org/zap"
)

const (
	// loadTime is how long a configuration waits for what is in storage.
	loadTime = 5 * time.Second

	// stopTime is how long one that ends waits for storage to let go.
	stopTime = 5 * time.Second
)

// wait has f use the storage, and goes on when that takes too long: neither a start
// nor a reload may hang on it. f is told by its context, but a storage need not heed
// that; what f finds out later is known then.
func (a *App) wait(d time.Duration, f func(context.Context)) {
	ctx, cancel := context.WithTimeout(a.ctx, d)
	go func() {
		defer cancel()
		f(ctx)
	}()
	<-ctx.Done()
	if ctx.Err() == context.DeadlineExceeded {
		a.logger.Warn("storage does not answer in time; what is in it counts as soon as it does", zap.Duration("waited", d))
	}
}
