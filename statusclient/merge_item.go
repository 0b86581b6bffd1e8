package statusclient

import "time"

// Bounds on what a situation holds, so that no backend can make a page large.
const (
	maxShown   = 5 // incidents, and as many maintenances
	maxUpdates = 5 // of each; of components, as many
)

const (
	// horizon is how far ahead a planned maintenance is shown.
	horizon = 7 * 24 * time.Hour

	// overdue is how long after its announced end a maintenance is believed that
	// its backend still calls in progress, or after its beginning one that was
	// never started and has no end.
	overdue = 24 * time.Hour
)

// item is an incident, a maintenance or the status of a component on its way into
// situations.
type item struct {
	source      int
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

	class int       // incidents, then what is in progress, then what is planned, then components
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

// collect appends what a source says that matters now or will by itself.
func collect(items []item, source int, src *Source, backends map[string]int, known hashes, now time.Time) []item {
	if src.Status == nil {
		return items
	}
	before := len(items)
	for i := range src.Status.Incidents {
		in := src.Status.Incidents[i]
		if !open(&in) {
			continue
		}
		in.Updates = in.Updates[:min(len(in.Updates), maxUpdates):min(len(in.Updates), maxUpdates)]
		items = append(items, item{
			source: source, incident: &in, shown: true, hash: known[src.Status][i],
			order: timestamp{at: began(&in), newest: true},
		})
	}
	for i := range src.Status.Maintenances {
		mt := src.Status.Maintenances[i]
		t := told(&mt, now)
		if src.Holds {
			t = held(&mt, now)
		}
		if !t.shown && t.next.IsZero() {
			continue
		}
		if mt.Promised.After(now) {
			t.next, mt.Promised = earliest(t.next, mt.Promised), time.Time{}
		}
		leads, doubt := leading(src, &mt, t.state, now)
		if leads = leads && t.shown; leads {
			t.next = earliest(t.next, doubt)
			if mt.Until.After(now) {
				t.next = earliest(t.next, mt.Until)
			}
		}
		mt.State = t.state
		mt.Updates = mt.Updates[:min(len(mt.Updates), maxUpdates):min(len(mt.Updates), maxUpdates)]
		it := item{
			source: source, maintenance: &mt, shown: t.shown, holds: t.holds, leads: leads, next: t.next, hash: hashMaintenance(&mt),
			class: 2, order: timestamp{at: mt.From},
		}
		if mt.State == InProgress || mt.State == Verifying {
			it.class, it.order.newest = 1, true
		}
		items = append(items, it)
	}
	return append(items, ailing(items[before:], source, src, backends, now)...)
}

// open reports whether an incident goes on. A date of resolution decides where
// the state is not understood; an incident that was opened again has both.
func open(in *Incident) bool {
	if in.State == StateUnknown || in.State == "" {
		return in.Resolved.IsZero()
	}
	return in.State.Open()
}

// began is when an incident began, as far as that was said.
func began(in *Incident) time.Time {
	if n := len(in.Updates); in.Started.IsZero() && n > 0 {
		return in.Updates[n-1].At
	}
	return in.Started
}

// timing is what the clock makes of a maintenance.
type timing struct {
	state        MaintenanceState
	shown, holds bool
	next         time.Time
}

// held is the timing of a maintenance of a source that holds: time alone
// decides, whatever the state says.
func held(m *Maintenance, now time.Time) timing {
	switch {
	case !m.Until.IsZero() && !m.Until.After(now):
		return timing{state: Completed}
	case m.From.Add(-horizon).After(now):
		return timing{state: Scheduled, next: earliest(m.From.Add(-horizon), m.Until)}
	case m.From.After(now):
		return timing{state: Scheduled, shown: true, next: earliest(m.From, m.Until)}
	}
	return timing{state: InProgress, shown: true, holds: true, next: m.Until}
}

// told is the timing of a maintenance of any other source: the state decides, as
// long as it can be true.
func told(m *Maintenance, now time.Time) timing {
	var end time.Time
	switch m.State {
	case Completed:
		return timing{state: m.State}
	case InProgress, Verifying:
		if !m.Until.IsZero() {
			end = m.Until.Add(overdue)
		}
	default:
		if m.From.IsZero() {
			return timing{state: m.State}
		}
		if end = m.Until; end.IsZero() {
			end = m.From.Add(overdue)
		}
		if begin := m.From.Add(-horizon); begin.After(now) {
			return timing{state: m.State, next: begin}
		}
	}
	if !end.IsZero() && !end.After(now) {
		return timing{state: m.State}
	}
	return timing{state: m.State, shown: true, next: end}
}

// doubtful is how long a backend that cannot be asked is believed that a
// maintenance is in progress whose announced end has passed, or that has none.
const doubtful = 10 * time.Minute

// leading reports whether a service that follows the source is closed by what it
// says, and when that may change because nobody hears from it. It takes a
// component that is named, and a word that can still be true: unknown means live.
func leading(src *Source, m *Maintenance, state MaintenanceState, now time.Time) (leads bool, doubt time.Time) {
	if src.Holds || len(m.Components) == 0 || state != InProgress && state != Verifying {
		return false, time.Time{}
	}
	switch {
	case src.Failing.IsZero():
		return true, time.Time{}
	case src.Failing.Sub(src.Fetched) > overdue:
		return false, time.Time{} // what was kept from long before this process began
	}
	end := src.Failing.Add(doubtful)
	if m.Until.After(end) {
		end = m.Until
	}
	if !end.After(now) {
		return false, time.Time{}
	}
	return true, end
}

// earliest returns the earlier of two moments, zero meaning never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
