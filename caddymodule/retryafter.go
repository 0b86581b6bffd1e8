package caddymodule

import (
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// defaultRetryAfter is the advice when nobody has promised anything.
const defaultRetryAfter = 2 * time.Minute

// farAway is more than pages say, and little enough to add to.
const farAway = 365 * 24 * time.Hour

// retryAfter says when it is worth asking again: at the end of what is planned,
// else at the next promised update, else after a while. It is never earlier than
// that, and up to a tenth later, so that those who obey do not come back at once.
func retryAfter(f *failure, sit *statusclient.Situation, now time.Time) time.Duration {
	if f.cause == errorpages.CauseClient || f.cause == errorpages.CauseUpload || f.code == http.StatusNotImplemented {
		return 0
	}
	d := defaultRetryAfter
	if left := expected(sit, now).Sub(now); left > 0 {
		d = min(left, farAway)
	}
	return d + rand.N(d/10+1)
}

// expected is when the situation is next promised to change, zero if it is not.
func expected(sit *statusclient.Situation, now time.Time) time.Time {
	if sit.Hold != nil {
		return sit.Hold.Until
	}
	for i := range sit.Maintenances {
		m := &sit.Maintenances[i]
		if m.Whole() && (m.State == statusclient.InProgress || m.State == statusclient.Verifying) && m.Until.After(now) {
			return m.Until
		}
	}
	for i := range sit.Incidents {
		if next := sit.Incidents[i].NextUpdate; next.After(now) {
			return next
		}
	}
	return time.Time{}
}
