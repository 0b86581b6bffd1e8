package statusclient

import "time"

// Bounds on what a situation holds, so that no backend can make a page large.
const (
	maxShown   = 5 // incidents, as many maintenances, and as many components
	maxUpdates = 5 // of each
)

// The classes of items, in the order in which they are shown.
const (
	classIncident = iota
	classUnderWay
	classPlanned
	classComponent // of those that do worst; others follow, see ailments
)

// item is an incident, a maintenance or the status of a component on its way into
// situations.
type item struct {
	from        int
	incident    *Incident      // one of these three
	maintenance *Maintenance   // a copy with the state that it has now
	component   *ComponentNote // of the one that ids names
	ids         []string
	services    []string

	shown bool      // else only next counts
	holds bool      // keeps visitors out now
	leads bool      // keeps those out whose service follows its backends
	next  time.Time // when time alone changes any of this; zero: never
	hash  uint64    // of all that is said in it

	class int
	order timestamp // within the class
}

// timestamp is a moment that sorts ascending, or descending when newest is set.
type timestamp struct {
	at     time.Time
	newest bool
}

// Compare orders two timestamps of one class.
func (t timestamp) Compare(u timestamp) int {
	if t.newest {
		return u.at.Compare(t.at)
	}
	return t.at.Compare(u.at)
}

// names returns what the item names.
func (it *item) names() (components, services []string) {
	switch {
	case it.component != nil:
		return it.ids, it.services
	case it.incident != nil:
		return it.incident.Components, it.incident.Services
	}
	return it.maintenance.Components, it.maintenance.Services
}

// collect appends what an input says that matters now or will by itself.
func collect(items []item, from int, input *Input, backends map[string]int, known hashes, now time.Time) []item {
	if input.Status == nil {
		return items
	}
	before := len(items)
	for i := range input.Status.Incidents {
		in := input.Status.Incidents[i]
		if !in.goesOn() {
			continue
		}
		in.Updates = first(in.Updates, maxUpdates)
		items = append(items, item{
			from: from, incident: &in, shown: true, hash: known[input.Status][i],
			class: classIncident, order: timestamp{at: began(&in), newest: true},
		})
	}
	for i := range input.Status.Maintenances {
		mt := input.Status.Maintenances[i]
		t := statedTiming(&mt, now)
		if input.Holds {
			t = clockTiming(&mt, now)
		}
		if !t.shown && t.next.IsZero() {
			continue
		}
		if mt.Promised.After(now) {
			t.next, mt.Promised = earliest(t.next, mt.Promised), time.Time{}
		}
		leads, doubt := leading(input, &mt, t.state, now)
		if leads = leads && t.shown; leads {
			t.next = earliest(t.next, doubt)
			if mt.Until.After(now) {
				t.next = earliest(t.next, mt.Until)
			}
		}
		mt.State = t.state
		mt.Updates = first(mt.Updates, maxUpdates)
		it := item{
			from: from, maintenance: &mt, shown: t.shown, holds: t.holds, leads: leads, next: t.next, hash: hashMaintenance(&mt),
			class: classPlanned, order: timestamp{at: mt.From},
		}
		if mt.State == InProgress || mt.State == Verifying {
			it.class, it.order.newest = classUnderWay, true
		}
		items = append(items, it)
	}
	return append(items, ailing(items[before:], from, input, backends, now)...)
}

// goesOn reports whether an incident is not over. A date of resolution decides where
// the state is not understood; an incident that was opened again has both.
func (n *Incident) goesOn() bool {
	if n.State == StateUnknown || n.State == "" {
		return n.Resolved.IsZero()
	}
	return n.State.Open()
}

// began is when an incident began, as far as that was said.
func began(in *Incident) time.Time {
	if n := len(in.Updates); in.Started.IsZero() && n > 0 {
		return in.Updates[n-1].At
	}
	return in.Started
}
