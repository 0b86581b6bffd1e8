package statusclient

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// read2 reads Cachet 2.3 or 2.4. Lists are asked for newest first, without which
// the incident that goes on is on the last page, and without filters, which fail
// on any page but the first.
func (b *cachet) read2(r *Round) (*Status, error) {
	var incidents cachetList[cachet2Incident]
	if err := r.JSON("/api/v1/incidents?sort=id&order=desc&per_page="+cachetListed, &incidents); err != nil {
		return nil, err
	}
	if !incidents.Data.present {
		return nil, b.client.Errorf("answered JSON that is no list of Cachet: data is missing")
	}
	st := new(Status)
	var err error
	if st.Components, err = b.components2(r); err != nil {
		return nil, err
	}
	old := false // 2.3 has no schedules
	now := time.Now()
	for i := range incidents.Data.items {
		n := &incidents.Data.items[i]
		old = old || n.OccurredAt == nil
		switch {
		case !n.Visible.is(1):
		case n.OccurredAt == nil && n.Status == 0 && n.ScheduledAt != "":
			if m := b.scheduled2(n, now); m.State != Completed {
				st.Maintenances = append(st.Maintenances, m)
			}
		case n.state() != cachetFixed:
			st.Incidents = append(st.Incidents, b.incident2(n, st.Components))
		}
	}
	if old {
		return st, nil
	}
	var schedules cachetList[cachet2Schedule]
	err = r.JSON("/api/v1/schedules?sort=scheduled_at&order=desc&per_page="+cachetListed, &schedules)
	if err != nil && !hasCode(err, http.StatusNotFound) {
		return nil, err
	}
	for i := range schedules.Data.items {
		if m := b.schedule2(&schedules.Data.items[i], now); m.State != Completed {
			st.Maintenances = append(st.Maintenances, m)
		}
	}
	return st, nil
}

func (b *cachet) components2(r *Round) ([]Component, error) {
	more := func(p *cachetList[cachet2Component]) bool { return p.Meta.has.Pagination.has.Links.has.Next != "" }
	groups, err := numberedPages(r, "/api/v1/components/groups?per_page=200", more)
	if err != nil {
		return nil, err
	}
	names := make(map[number]string)
	for _, page := range groups {
		for _, g := range page.Data.items {
			if g.Visible == nil || g.Visible.is(1) {
				names[g.ID] = g.Name
			}
		}
	}
	pages, err := numberedPages(r, "/api/v1/components?per_page=200", more)
	if err != nil {
		return nil, err
	}
	var out []Component
	for _, page := range pages {
		for _, c := range page.Data.items {
			if c.Enabled != nil && c.Enabled.is(0) {
				continue
			}
			out = append(out, Component{ID: c.ID.id(), Name: c.Name, Group: names[c.GroupID], Status: cachetComponent(c.Status)})
		}
	}
	return out, nil
}

// newest sorts updates, which may all be of the same second.
func (n *cachet2Incident) newest() []cachet2Update {
	out := slices.Clone(n.Updates)
	slices.SortStableFunc(out, func(a, b cachet2Update) int {
		return cmp.Or(cmp.Compare(b.CreatedAt, a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return out
}

func (n *cachet2Incident) state() number {
	if updates := n.newest(); len(updates) > 0 {
		return updates[0].Status
	}
	return n.Status
}

// incident2 puts the first message below the updates. What it was posted as, each
// update has overwritten.
func (b *cachet) incident2(n *cachet2Incident, all []Component) Incident {
	out := Incident{
		ID: n.ID.id(), Title: n.Name, State: cachetState(n.state()), Started: zonedTime(n.CreatedAt, b.zone),
		URL: b.PageURL() + "/incidents/" + n.ID.id(),
	}
	message, _, more := unmark(n.Message)
	for _, id := range slices.Concat([]string{n.ComponentID.id()}, splitIDs(string(n.Meta.has.Components)), more) {
		if id != "" && !slices.Contains(out.Components, id) {
			out.Components = append(out.Components, id)
		}
	}
	out.Impact = cachetImpact(out.Components, all)
	first := Update{State: string(out.State), Text: Text{Source: message, Markup: Markdown}, At: zonedTime(n.UpdatedAt, b.zone)}
	if n.OccurredAt != nil {
		if at := zonedTime(*n.OccurredAt, b.zone); !at.IsZero() {
			out.Started = at
		}
		first.At = out.Started
	}
	for _, u := range n.newest() {
		out.Updates = append(out.Updates, Update{
			State: string(cachetState(u.Status)), Text: Text{Source: u.Message, Markup: Markdown}, At: zonedTime(u.CreatedAt, b.zone),
		})
		first.State = string(Investigating)
	}
	out.Updates = append(out.Updates, first)
	return out
}

// scheduled2 is a maintenance of 2.3, which is an incident that lies ahead.
func (b *cachet) scheduled2(n *cachet2Incident, now time.Time) Maintenance {
	s := cachet2Schedule{ID: n.ID, Name: n.Name, Message: n.Message, ScheduledAt: n.ScheduledAt, CreatedAt: n.UpdatedAt}
	m := b.schedule2(&s, now)
	m.URL = b.PageURL() + "/incidents/" + n.ID.id()
	if id := n.ComponentID.id(); id != "" {
		m.Components = []string{id}
	}
	return m
}

func (b *cachet) schedule2(s *cachet2Schedule, now time.Time) Maintenance {
	from := zonedTime(s.ScheduledAt, b.zone)
	m := Maintenance{
		ID: s.ID.id(), Title: s.Name, State: cachetSchedule(s.Status, from, now), From: from, URL: b.PageURL(),
	}
	if s.Message != "" {
		m.Updates = []Update{{Text: Text{Source: s.Message, Markup: Markdown}, At: zonedTime(s.CreatedAt, b.zone)}}
	}
	for _, c := range s.Components {
		if id := c.ID.id(); id != "" {
			m.Components = append(m.Components, id)
		}
	}
	return m
}
