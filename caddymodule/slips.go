package caddymodule

import (
	"slices"

	"go.uber.org/zap"

	"github.com/candor-edge/candor/statusclient"
)

// slipsLogged is how many such components are warned of, one by one.
const slipsLogged = 20

// slips are components that services name and that are not one of a backend, by service.
type slips map[string][]statusclient.Unmatched

func (s *slips) has(u statusclient.Unmatched) bool {
	return s != nil && slices.ContainsFunc((*s)[u.Service], func(o statusclient.Unmatched) bool { return o.Component == u.Component })
}

// lookForSlips finds them anew where a backend says something else than before. A
// component may be there again tomorrow, so it is warned of and no more, each once
// as long as it is missing.
func (a *App) lookForSlips() {
	know := a.knowledge.Load()
	if a.slippedIn != nil && !otherStatuses(a.slippedIn, know) {
		return
	}
	a.slippedIn = know
	a.mu.RLock()
	services := make([]statusclient.Service, 0, len(a.named))
	for _, s := range a.named {
		services = append(services, s.about)
	}
	a.mu.RUnlock()
	before, now := a.slips.Load(), make(slips)
	fresh := 0
	for _, u := range know.Unmatched(services) {
		now[u.Service] = append(now[u.Service], u)
		if before.has(u) {
			continue
		}
		if fresh++; fresh <= slipsLogged {
			what := "a service misses what is said of a component"
			if u.Several > 0 {
				what = "a service hears of several components by one name"
			}
			a.logger.Warn(what, zap.String("service", u.Service), zap.String("problem", unmatched(u)))
		}
	}
	if more := fresh - slipsLogged; more > 0 {
		a.logger.Warn("more services do, see candor status", zap.Int("more", more))
	}
	a.slips.Store(&now)
}

// otherStatuses reports whether any backend says something else in one than in
// the other.
func otherStatuses(before, now *statusclient.Knowledge) bool {
	for name, input := range now.Inputs {
		if before.Inputs[name].Status != input.Status {
			return true
		}
	}
	return false
}

// slipsOf are those of one service, in words.
func (a *App) slipsOf(service string) []string {
	all := a.slips.Load()
	if all == nil {
		return nil
	}
	var words []string
	for _, u := range (*all)[service] {
		words = append(words, unmatched(u))
	}
	return words
}
