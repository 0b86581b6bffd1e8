package statusclient

import "time"

const (
	// horizon is how far ahead a planned maintenance is shown.
	horizon = 7 * 24 * time.Hour

	// overdue is how long after its announced end a maintenance is believed that
	// its backend still calls in progress, or after its beginning one that was
	// never started and has no end.
	overdue = 24 * time.Hour
)

// timing is what the clock makes of a maintenance.
type timing struct {
	state        MaintenanceState
	shown, holds bool
	next         time.Time
}

// clockTiming is that of a maintenance of an input that holds: time alone
// decides, whatever the state says.
func clockTiming(m *Maintenance, now time.Time) timing {
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

// statedTiming is that of a maintenance of any other input: the state decides, as
// long as it can be true.
func statedTiming(m *Maintenance, now time.Time) timing {
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

// leading reports whether a service that follows the input is closed by what it
// says, and when that may change because nobody hears from it. It takes a
// component that is named, and a word that can still be true: unknown means live.
func leading(input *Input, m *Maintenance, state MaintenanceState, now time.Time) (leads bool, doubt time.Time) {
	if input.Holds || len(m.Components) == 0 || state != InProgress && state != Verifying {
		return false, time.Time{}
	}
	switch {
	case input.Failing.IsZero():
		return true, time.Time{}
	case input.Failing.Sub(input.Fetched) > overdue:
		return false, time.Time{} // what was kept from long before this process began
	}
	end := input.Failing.Add(doubtful)
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
