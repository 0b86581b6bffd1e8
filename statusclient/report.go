package statusclient

import (
	"slices"
	"time"
)

// Report is what a webhook said of one thing, from a system whose webhooks say
// what is and not only that something is new. It counts at once, and until a
// poll knows better: see settle.
type Report struct {
	Key    string    `json:"key"`    // of the thing: the same in all that is reported of it
	Firing bool      `json:"firing"` // else it is over
	At     time.Time `json:"at"`     // when that happened, by the system's clock
	Taken  time.Time `json:"taken"`  // when it was reported, by ours
	Until  time.Time `json:"until"`  // when it is forgotten if nobody says more

	Incident  Incident  `json:"incident"` // while it fires
	Component Component `json:"component"`

	// OnPage is set for systems that have a page of components, which decides what
	// is public: what is not on it is not shown. What is on it is believed until
	// the page says that the component does well, because the page has no incident
	// of its own for it.
	OnPage bool `json:"on_page,omitempty"`
}

const (
	// settleAfter is how long after a report a poll must begin to know better:
	// systems tell by webhook first, and keep what they answer for up to a minute.
	settleAfter = time.Minute

	// reportLife is how long a report is believed that no poll confirms.
	reportLife = 12 * time.Hour

	maxReports = keepIncidents
)

// settle returns the reports that still count at now, after a poll that began at
// began and found polled; zero stands for one that failed.
func settle(reports []Report, polled *Status, began, now time.Time) []Report {
	var kept []Report
	for _, r := range reports {
		if !r.Until.After(now) {
			continue
		}
		if !began.IsZero() && began.Sub(r.Taken) >= settleAfter {
			if !r.Firing || !r.OnPage || !polled.ails(r.Component.ID) {
				continue
			}
			r.Until = now.Add(reportLife)
		}
		kept = append(kept, r)
	}
	return kept
}

// unsettled is when the first poll can know better than the reports do, zero where
// one has been. However seldom the backend is asked, that one is not waited for:
// of what a page did not have yet, nothing is shown until then.
func unsettled(reports []Report, now time.Time) (at time.Time) {
	for _, r := range reports {
		if t := r.Taken.Add(settleAfter); t.After(now) && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	return at
}

// ails reports whether a component is listed as anything but well.
func (s *Status) ails(id string) bool {
	i := s.component(id)
	return i >= 0 && s.Components[i].Status != Operational && s.Components[i].Status != UnderMaintenance
}

func (s *Status) component(id string) int {
	return slices.IndexFunc(s.Components, func(c Component) bool { return c.ID == id })
}

// learn adds a report to those known, of which it replaces the one on the same
// thing. One that happened before what is known comes late, and is dropped.
func learn(known []Report, r Report) []Report {
	i := slices.IndexFunc(known, func(k Report) bool { return k.Key == r.Key })
	switch {
	case i < 0 && len(known) >= maxReports:
		return known
	case i < 0:
		return append(slices.Clone(known), r)
	case r.At.Before(known[i].At):
		return known
	}
	known = slices.Clone(known)
	known[i] = r
	return known
}

// overlay is what was polled, nil if nothing ever was, with the reports in it.
func overlay(polled *Status, reports []Report) *Status {
	if len(reports) == 0 {
		return polled
	}
	st := new(Status)
	if polled != nil {
		*st = *polled
	}
	st.Components, st.Incidents = slices.Clone(st.Components), slices.Clone(st.Incidents)
	for i := range reports {
		r := &reports[i]
		switch known := polled == nil || st.component(r.Component.ID) >= 0; {
		case r.OnPage && !known:
		case r.Firing:
			r.open(st)
		default:
			r.close(st)
		}
	}
	st.bound()
	return st
}

// open puts what fires into st, as an incident of its own or as one more alert of
// the incident that it belongs to.
func (r *Report) open(st *Status) {
	i := st.component(r.Component.ID)
	if i < 0 {
		st.Components = append(st.Components, r.Component)
	} else {
		st.Components[i].Status = worse(st.Components[i].Status, r.Component.Status)
	}
	for i := range st.Incidents {
		n := &st.Incidents[i]
		switch {
		case slices.Contains(n.Alerts, r.Key):
			n.ID = r.Incident.ID // a poll may tell better when it began; it is the same incident
			return
		case n.ID == r.Incident.ID && len(n.Alerts) > 0:
			n.join(&r.Incident)
			return
		}
	}
	st.Incidents = slices.Insert(st.Incidents, 0, r.Incident)
}

// join adds what another incident of the same id says.
func (n *Incident) join(other *Incident) {
	n.Alerts = append(slices.Clip(n.Alerts), other.Alerts...)
	n.Impact = worseImpact(n.Impact, other.Impact)
	if other.Started.Before(n.Started) {
		n.Started = other.Started
	}
	updates := slices.Clone(n.Updates)
	for _, u := range other.Updates {
		if !slices.ContainsFunc(n.Updates, func(said Update) bool { return said.Text.Plain == u.Text.Plain }) {
			updates = append(updates, u)
		}
	}
	slices.SortStableFunc(updates, func(a, b Update) int { return b.At.Compare(a.At) })
	n.Updates = first(updates, keepUpdates)
}

// close takes what is over out of st, and with its last alert an incident.
func (r *Report) close(st *Status) {
	about := false
	st.Incidents = slices.DeleteFunc(st.Incidents, func(n Incident) bool {
		return len(n.Alerts) == 1 && n.Alerts[0] == r.Key
	})
	for i := range st.Incidents {
		n := &st.Incidents[i]
		if at := slices.Index(n.Alerts, r.Key); at >= 0 {
			n.Alerts = slices.Delete(slices.Clone(n.Alerts), at, at+1)
		}
		about = about || len(n.Alerts) > 0 && slices.Contains(n.Components, r.Component.ID)
	}
	if i := st.component(r.Component.ID); i >= 0 && !about {
		st.Components[i].Status = r.Component.Status
	}
}

// impactGravity is how bad impacts are; what is not known is more than none.
var impactGravity = []Impact{ImpactNone, ImpactUnknown, ImpactMinor, ImpactMajor, ImpactCritical}

func worseImpact(a, b Impact) Impact {
	if slices.Index(impactGravity, b) > slices.Index(impactGravity, a) {
		return b
	}
	return a
}

// gravity is how bad statuses are; what is not known says nothing.
var gravity = []ComponentStatus{ComponentUnknown, Operational, UnderMaintenance, Degraded, PartialOutage, MajorOutage}

func worse(a, b ComponentStatus) ComponentStatus {
	if slices.Index(gravity, b) > slices.Index(gravity, a) {
		return b
	}
	return a
}

// clean makes a report fit to be published, as Status.Clean does.
func (r *Report) clean() {
	r.Key = cleanLine(r.Key, maxID)
	st := Status{Components: []Component{r.Component}, Incidents: []Incident{r.Incident}}
	st.Clean()
	st.linkPublic()
	r.Component, r.Incident = st.Components[0], st.Incidents[0]
	cleanTimes(&r.At, &r.Taken, &r.Until)
}
