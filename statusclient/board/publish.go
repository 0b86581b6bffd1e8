package board

import (
	"cmp"
	"slices"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// shown is one record as it is published.
type shown struct {
	*record
	begun       bool      // a window in force although the clock says that it lies ahead
	from, until time.Time // of a weekly window; else zero
}

// publish makes records known to all readers. Where that says nothing new, the
// status stays the same pointer.
func (b *Board) publish(records map[ref]*record) {
	now := b.now()
	list := listed(records, now)
	old := b.state.Load()
	s := &state{records: records, shown: list, status: old.status}
	if !slices.Equal(list, old.shown) {
		s.status = status(list, now)
	}
	for _, r := range list {
		if !r.until.IsZero() && (s.next.IsZero() || r.until.Before(s.next)) {
			s.next = r.until
		}
	}
	b.state.Store(s)
}

// Advance publishes the next times of weekly windows whose last ones are over. It
// costs next to nothing where there are none, and never waits: whoever edits or
// reads storage meanwhile does the same.
func (b *Board) Advance() {
	if next := b.state.Load().next; next.IsZero() || next.After(b.now()) {
		return
	}
	select {
	case b.turn <- struct{}{}:
	default:
		return
	}
	b.inTurn(func() error {
		b.publish(b.state.Load().records)
		return nil
	})
}

// listed are the records that are shown, in their order.
func listed(records map[ref]*record, now time.Time) []shown {
	var list []shown
	for _, r := range records {
		switch {
		case r.deleted(), r.window != nil && r.window.Over(now):
		case r.window != nil:
			w := r.window.at(now)
			s := shown{record: r, begun: w.From.After(now) && w.Running(now)}
			if w.Every != "" {
				s.from, s.until = w.From, w.Until
			}
			list = append(list, s)
		default:
			list = append(list, shown{record: r})
		}
	}
	slices.SortFunc(list, func(a, b shown) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), b.began().Compare(a.began()), cmp.Compare(a.id, b.id))
	})
	return list
}

func (r *record) began() time.Time {
	switch {
	case r.window != nil:
		return r.window.From
	case r.component != nil:
		return time.Time{}
	}
	return r.incident.Started
}

// status puts together what the records say, the newest first. The state of a
// maintenance is that of the moment; Merge derives it anew.
func status(list []shown, now time.Time) *statusclient.Status {
	s := new(statusclient.Status)
	for _, r := range list {
		s.Components = append(s.Components, r.said.Components...)
		s.Incidents = append(s.Incidents, r.said.Incidents...)
		for _, m := range r.said.Maintenances {
			m.State = statusclient.Scheduled
			if r.until.After(r.window.Until) {
				m.From, m.Until, m.Promised = r.from, r.until, time.Time{}
			}
			if r.begun {
				m.From = time.Time{}
			}
			if !m.From.After(now) {
				m.State = statusclient.InProgress
			}
			s.Maintenances = append(s.Maintenances, m)
		}
	}
	return s
}
