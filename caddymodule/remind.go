package caddymodule

import (
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// forgotten reports whether what has gone on since then without an end may have
// been forgotten.
func (a *App) forgotten(since, now time.Time) bool { return a.timesForgotten(since, now) > 0 }

// timesForgotten is how often it was time by now to remind of that.
func (a *App) timesForgotten(since, now time.Time) int {
	if since.IsZero() {
		return 0
	}
	return max(0, int(now.Sub(since)/time.Duration(a.conf.Maintenance.RemindAfter)))
}

// reminders are due for every maintenance without an end, once each time that it
// has gone on for as long again; before is how often there were some.
func (a *App) reminders(before map[string]int, know *statusclient.Knowledge, now time.Time) (map[string]int, []event) {
	due := make(map[string]int)
	var events []event
	for _, input := range know.Inputs {
		if !input.Holds {
			continue
		}
		for i := range input.Status.Maintenances {
			m := &input.Status.Maintenances[i]
			n := a.timesForgotten(m.From, now)
			if !m.Until.IsZero() || n == 0 {
				continue
			}
			if due[m.ID] = n; n > before[m.ID] {
				events = append(events, event{eventMaintenanceReminder, map[string]any{
					"id": m.ID, "services": m.Services, "title": m.Title, "since": rfc3339(m.From),
				}})
			}
		}
	}
	return due, events
}
