package statusclient

import (
	"cmp"
	"slices"
	"time"
)

// Bounds of one Status. They are far above what people publish and far below
// what would hurt; pages cut further.
const (
	keepComponents   = 20000
	keepIncidents    = 200
	keepMaintenances = 200
	keepUpdates      = 100
	maxTitle         = 300 // characters
	maxID            = 200
)

// Clean makes a Status fit to be published, whoever filled it: every text
// cleaned, titles on one line, numbers bounded, links http or https, words that
// nobody knows "unknown", times in UTC. Cleaning twice changes nothing.
func (s *Status) Clean() { s.cleanAfter(nil) }

// cleanAfter renders no text again that is in before, which may be nil and is
// clean.
func (s *Status) cleanAfter(before *Status) {
	known := before.texts()
	s.bound()
	for i := range s.Components {
		c := &s.Components[i]
		c.ID = cleanLine(c.ID, maxID)
		c.Name = cleanLine(c.Name, maxTitle)
		c.Group = cleanLine(c.Group, maxTitle)
		cleanTimes(&c.Changed)
		c.Status = oneOf(c.Status, ComponentUnknown,
			Operational, Degraded, PartialOutage, MajorOutage, UnderMaintenance)
	}
	for i := range s.Incidents {
		s.Incidents[i].clean(known)
	}
	for i := range s.Maintenances {
		s.Maintenances[i].clean(known)
	}
}

// bound leaves out what there is too much of: first what is over, the oldest of it
// before the newer, however the backend lists it.
func (s *Status) bound() {
	s.Components = first(s.Components, keepComponents)
	if len(s.Incidents) > keepIncidents {
		s.Incidents = slices.Clone(s.Incidents) // its order may matter to whoever made it
		slices.SortStableFunc(s.Incidents, func(a, b Incident) int {
			return cmp.Or(late(!a.goesOn())-late(!b.goesOn()), b.Started.Compare(a.Started))
		})
	}
	s.Incidents = first(s.Incidents, keepIncidents)
	if len(s.Maintenances) > keepMaintenances {
		s.Maintenances = slices.Clone(s.Maintenances)
		slices.SortStableFunc(s.Maintenances, func(a, b Maintenance) int {
			if a.State == Completed && b.State == Completed {
				return b.From.Compare(a.From)
			}
			return cmp.Or(late(a.State == Completed)-late(b.State == Completed), a.From.Compare(b.From))
		})
	}
	s.Maintenances = first(s.Maintenances, keepMaintenances)
}

// late is 1 for what comes last, and 0 for all else.
func late(over bool) int {
	if over {
		return 1
	}
	return 0
}

// texts are all that stand in s.
func (s *Status) texts() texts {
	if s == nil {
		return nil
	}
	known := make(texts)
	add := func(updates []Update) {
		for i := range updates {
			t := &updates[i].Text
			known[textSource{t.Source, t.Markup}] = t
		}
	}
	for i := range s.Incidents {
		add(s.Incidents[i].Updates)
	}
	for i := range s.Maintenances {
		add(s.Maintenances[i].Updates)
	}
	return known
}

func (n *Incident) clean(known texts) {
	n.ID = cleanLine(n.ID, maxID)
	n.Title = cleanLine(n.Title, maxTitle)
	n.State = incidentState(n.State)
	n.Impact = oneOf(n.Impact, ImpactUnknown,
		ImpactNone, ImpactMinor, ImpactMajor, ImpactCritical, ImpactMaintenance)
	n.Components = cleanNames(n.Components)
	n.Services = cleanNames(n.Services)
	n.Alerts = cleanNames(n.Alerts)
	n.URL = cleanURL(n.URL)
	cleanTimes(&n.Started, &n.Resolved, &n.NextUpdate)
	n.Updates = first(n.Updates, keepUpdates)
	for i := range n.Updates {
		n.Updates[i].clean(known, func(s string) string { return string(incidentState(IncidentState(s))) })
	}
}

func (m *Maintenance) clean(known texts) {
	m.ID = cleanLine(m.ID, maxID)
	m.Title = cleanLine(m.Title, maxTitle)
	m.State = maintenanceState(m.State)
	m.Components = cleanNames(m.Components)
	m.Services = cleanNames(m.Services)
	m.URL = cleanURL(m.URL)
	cleanTimes(&m.From, &m.Until, &m.Promised)
	m.Updates = first(m.Updates, keepUpdates)
	for i := range m.Updates {
		m.Updates[i].clean(known, func(s string) string { return string(maintenanceState(MaintenanceState(s))) })
	}
}

// clean leaves an update that names no state without one.
func (u *Update) clean(known texts, state func(string) string) {
	if u.State != "" {
		u.State = state(u.State)
	}
	u.Text.clean(known)
	cleanTimes(&u.At)
}

func incidentState(s IncidentState) IncidentState {
	return oneOf(s, StateUnknown, Investigating, Identified, Monitoring, Resolved, Postmortem)
}

func maintenanceState(s MaintenanceState) MaintenanceState {
	return oneOf(s, MaintenanceUnknown, Scheduled, InProgress, Verifying, Completed)
}

func oneOf[T comparable](v, unknown T, known ...T) T {
	if slices.Contains(known, v) {
		return v
	}
	return unknown
}

// first bounds a list, and makes an empty one nil so that equal lists compare so.
func first[T any](s []T, limit int) []T {
	if len(s) == 0 {
		return nil
	}
	return s[:min(len(s), limit):min(len(s), limit)]
}

func cleanNames(names []string) []string {
	names = first(names, keepComponents)
	for i := range names {
		names[i] = cleanLine(names[i], maxID)
	}
	return names
}

// cleanTimes also drops years that JSON cannot write.
func cleanTimes(times ...*time.Time) {
	for _, t := range times {
		*t = t.UTC().Round(0)
		if y := t.Year(); y < 1 || y > 9999 {
			*t = time.Time{}
		}
	}
}
