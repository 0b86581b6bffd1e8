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
	begun bool // a window in force although the clock says that it lies ahead
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
	b.state.Store(s)
}

// listed are the records that are shown, in their order.
func listed(records map[ref]*record, now time.Time) []shown {
	var list []shown
	for _, r := range records {
		switch {
		case r.deleted(), r.window != nil && r.window.Over(now):
		case r.window != nil:
			list = append(list, shown{r, r.window.From.After(now) && r.window.Running(now)})
		default:
			list = append(list, shown{r, false})
		}
	}
	slices.SortFunc(list, func(a, b shown) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), b.began().Compare(a.began()), cmp.Compare(a.id, b.id))
	})
	return list
}

func (r *record) began() time.Time {
	if r.window != nil {
		return r.window.From
	}
	return r.incident.Started
}

// status puts together what the records say, the newest first. The state of a
// maintenance is that of the moment; Merge derives it anew.
func status(list []shown, now time.Time) *statusclient.Status {
	s := new(statusclient.Status)
	for _, r := range list {
		s.Incidents = append(s.Incidents, r.said.Incidents...)
		for _, m := range r.said.Maintenances {
			m.State = statusclient.Scheduled
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
