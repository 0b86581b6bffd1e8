package statusclient

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// status translates what the page shows at now, given how its monitors do.
func (p *kumaPage) status(beats map[string]ComponentStatus, home string, now time.Time) *Status {
	st := new(Status)
	var serviced []string
	for _, g := range p.Groups.items {
		for _, m := range g.Monitors.items {
			c := Component{ID: m.key(), Name: m.Name, Group: g.Name, Status: ComponentUnknown}
			if s, ok := beats[c.ID]; ok {
				c.Status = s
			}
			if c.Status == UnderMaintenance && !slices.Contains(serviced, c.ID) {
				serviced = append(serviced, c.ID)
			}
			st.Components = append(st.Components, c)
		}
	}
	incidents := p.Incidents.items
	if !p.Incidents.present && p.Incident != nil {
		incidents = []kumaIncident{*p.Incident}
	}
	for i := range incidents {
		// What is not pinned is not on the page.
		if n := &incidents[i]; !n.Pin.is(0) {
			st.Incidents = append(st.Incidents, n.incident(home))
		}
	}
	for i := range p.Maintenances.items {
		m := p.Maintenances.items[i].maintenance(home, now)
		m.Components = slices.Clone(serviced)
		st.Maintenances = append(st.Maintenances, m)
	}
	return st
}

// kumaAlarm is an incident of which nothing is known but that a monitor is down.
func kumaAlarm(c Component, since time.Time, home string) Incident {
	return Incident{
		ID: "kuma-monitor-" + c.ID + "@" + strconv.FormatInt(since.Unix(), 10), Title: c.Name + " is down",
		State: Investigating, Impact: ImpactMajor, Components: []string{c.ID}, Alerts: []string{c.ID},
		Started: since, URL: home,
	}
}

func (n *kumaIncident) incident(home string) Incident {
	out := Incident{
		ID: "kuma-" + strconv.Itoa(n.ID), Title: n.Title, State: Investigating, Impact: ImpactUnknown,
		Started: n.Created.Time, URL: home,
	}
	switch n.Style {
	case "danger":
		out.Impact = ImpactMajor
	case "warning":
		out.Impact = ImpactMinor
	case "info", "primary", "light", "dark":
		out.Impact = ImpactNone
	}
	at := n.Updated.Time
	if at.IsZero() {
		at = n.Created.Time
	}
	if n.Active.is(0) {
		out.State, out.Resolved = Resolved, at
	}
	if strings.TrimSpace(n.Content) != "" {
		out.Updates = []Update{{State: string(out.State), Text: Text{Source: n.Content, Markup: Markdown}, At: at}}
	}
	return out
}

// maintenance has the times of the slot that now is in, if any. Which monitors it
// is about, only their heartbeats tell.
func (m *kumaMaintenance) maintenance(home string, now time.Time) Maintenance {
	out := Maintenance{ID: "kuma-maintenance-" + strconv.Itoa(m.ID), Title: m.Title, State: MaintenanceUnknown, URL: home}
	switch m.Status {
	case "under-maintenance":
		out.State = InProgress
	case "scheduled":
		out.State = Scheduled
	case "ended", "inactive":
		out.State = Completed
	}
	zone := m.zone()
	unsaid := zone == nil
	if unsaid {
		zone = time.UTC
	}
	for _, s := range m.Slots.items {
		from, until := slotTime(s.Start, zone), slotTime(s.End, zone)
		if !unsaid && out.From.IsZero() && !from.After(now) && until.After(now) {
			out.From, out.Until = from, until
		}
	}
	if m.Description != "" {
		out.Updates = []Update{{
			State: string(out.State), Text: Text{Source: m.Description, Markup: Markdown}, At: out.From,
		}}
	}
	return out
}
