package caddymodule

import (
	"fmt"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// upcoming is what Candor-Upcoming says of a situation, written once for all
// answers.
type upcoming struct {
	sit   *statusclient.Situation
	from  time.Time
	value []string // nil: nothing is planned
}

// announced is the value of Candor-Upcoming for an answer of svc now, nil for
// none. Where nothing is planned it is two comparisons.
func (a *App) announced(svc *service) []string {
	lead := time.Duration(a.conf.Maintenance.Announce)
	if lead == 0 {
		return nil
	}
	sit := a.situation(svc)
	if len(sit.Maintenances) == 0 {
		return nil
	}
	next := svc.upcoming.Load()
	if next == nil || next.sit != sit {
		next = newUpcoming(sit)
		svc.upcoming.Store(next)
	}
	if next.value == nil {
		return nil
	}
	if left := time.Until(next.from); left > lead || left <= 0 {
		return nil
	}
	return next.value
}

// newUpcoming finds the soonest of what is planned.
func newUpcoming(sit *statusclient.Situation) *upcoming {
	var next *statusclient.Maintenance
	for i := range sit.Maintenances {
		m := &sit.Maintenances[i]
		if m.State == statusclient.Scheduled && !m.From.IsZero() && (next == nil || m.From.Before(next.From)) {
			next = m
		}
	}
	if next == nil {
		return &upcoming{sit: sit}
	}
	value := fmt.Sprintf("from=%q", rfc3339(next.From))
	if !next.Until.IsZero() {
		value += fmt.Sprintf(", until=%q", rfc3339(next.Until))
	}
	return &upcoming{sit, next.From, []string{value}}
}
