package statusclient

import (
	"context"
	"net/http"
	"regexp"
	"sync/atomic"
	"time"
)

func init() {
	register("cachet", adapter{new: newCachet, reads: []string{"token", "timezone"}, editor: newCachetEditor})
}

// cachet reads a Cachet of the versions 2.3, 2.4 or 3: components, incidents that
// are not fixed, maintenances. A token is only for pages that answer nobody
// without one. What guests may not see is left out whatever it opens.
type cachet struct {
	client *Client
	zone   *time.Location
	three  atomic.Bool // what it was when it last answered
}

// cachetPaths are what the address bar shows on the pages of a Cachet.
var cachetPaths = regexp.MustCompile(`/((incidents|schedules|subscribe|dashboard|auth|setup|api)(/.*)?|history|rss|atom)?/?$`)

// cachetListed is how many of the newest incidents are looked at. Those that go
// on are among them; Cachet 3 gives no more at once.
const cachetListed = "100"

func newCachet(cfg BackendConfig, c *Client) (Backend, error) {
	zone, err := cfg.location()
	if err != nil {
		return nil, err
	}
	c.base.Path = cachetPaths.ReplaceAllString(c.base.Path, "")
	// Cachet 2 writes its times in the zone that it is asked for.
	c.own.Set("Time-Zone", zone.String())
	if cfg.Token != "" {
		c.own.Set("X-Cachet-Token", cfg.Token)
		c.own.Set("Authorization", "Bearer "+cfg.Token)
	}
	return &cachet{client: c, zone: zone}, nil
}

// PageURL is where people read the page.
func (b *cachet) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch asks as the version that answered last time is asked, and where that is
// not there, as the other.
func (b *cachet) Fetch(ctx context.Context) (*Status, error) {
	three := b.three.Load()
	st, err := b.ask(ctx, three)
	if !hasCode(err, http.StatusNotFound) {
		return st, err
	}
	if st, err2 := b.ask(ctx, !three); !hasCode(err2, http.StatusNotFound) {
		b.three.Store(!three)
		return st, err2
	}
	return nil, err
}

func (b *cachet) ask(ctx context.Context, three bool) (*Status, error) {
	r := b.client.Round(ctx)
	read := b.read2
	if three {
		read = b.read3
	}
	st, err := read(r)
	if err != nil {
		return nil, err
	}
	return r.Done(r.clocked(st))
}

// cachetFixed is the state of an incident that is over.
const cachetFixed = 4

func cachetState(n number) IncidentState {
	switch n {
	case 0, 1:
		return Investigating
	case 2:
		return Identified
	case 3:
		return Monitoring
	case cachetFixed:
		return Resolved
	}
	return StateUnknown
}

func cachetComponent(n number) ComponentStatus {
	switch n {
	case 1:
		return Operational
	case 2:
		return Degraded
	case 3:
		return PartialOutage
	case 4:
		return MajorOutage
	case 6:
		return UnderMaintenance
	}
	return ComponentUnknown
}

// cachetImpact derives what Cachet does not say from what is affected.
func cachetImpact(affected []string, all []Component) Impact {
	statuses := make(map[string]ComponentStatus, len(all))
	everything := len(all) > 0
	for _, c := range all {
		statuses[c.ID] = c.Status
		everything = everything && c.Status == MajorOutage
	}
	impact := ImpactMinor
	for _, id := range affected {
		switch statuses[id] {
		case MajorOutage:
			if everything {
				return ImpactCritical
			}
			impact = ImpactMajor
		case PartialOutage:
			impact = ImpactMajor
		}
	}
	return impact
}

// cachetSchedule is the state of a maintenance. Version 2 leaves it to people to
// say that one has begun and that it is over, and they forget both.
func cachetSchedule(n number, from, now time.Time) MaintenanceState {
	switch n {
	case 0:
		switch {
		case from.IsZero() || from.After(now):
			return Scheduled
		case from.Add(overdue).After(now):
			return InProgress
		}
		return Completed
	case 1:
		return InProgress
	case 2:
		return Completed
	}
	return MaintenanceUnknown
}

// Interface guards
var (
	_ Backend   = (*cachet)(nil)
	_ pageOwner = (*cachet)(nil)
)
