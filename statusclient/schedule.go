package statusclient

import "time"

// scheduleState is the state of a maintenance of which its backend says when it
// is and nothing more.
func scheduleState(from, until, now time.Time) MaintenanceState {
	switch {
	case from.IsZero() && until.IsZero():
		return MaintenanceUnknown
	case !until.IsZero() && !until.After(now):
		return Completed
	case from.After(now):
		return Scheduled
	default:
		return InProgress
	}
}

// clocked notes what the clock made of st, so that Done takes a maintenance that
// began or ended for news also where no byte has changed.
func (r *Round) clocked(st *Status) *Status {
	for i := range st.Maintenances {
		r.note(string(st.Maintenances[i].State))
	}
	return st
}
