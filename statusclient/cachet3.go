package statusclient

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// read3 reads Cachet 3. What of a component is in the list of incidents is only
// said once, so that everything but its own status is that of one of them.
func (b *cachet) read3(r *Round) (*Status, error) {
	var incidents, schedules cachet3List
	if err := r.JSON("/api/incidents?include=components,updates&per_page="+cachetListed, &incidents); err != nil {
		return nil, err
	}
	if !incidents.Data.present {
		return nil, b.client.Errorf("answered JSON that is no list of Cachet: data is missing")
	}
	pages, err := numberedPages(r, "/api/components?include=group&per_page=100", func(p *cachet3List) bool { return p.Links.has.Next != "" })
	if err != nil {
		return nil, err
	}
	if err := r.JSON("/api/schedules?include=components,updates&sort=-id&per_page="+cachetListed, &schedules); err != nil {
		return nil, err
	}
	st := new(Status)
	for i := range pages {
		st.Components = append(st.Components, pages[i].components()...)
	}
	now := time.Now()
	incidents.Data.items = slices.DeleteFunc(incidents.Data.items, func(n cachet3Resource) bool {
		return n.Attributes.Status.number == cachetFixed || !b.public3(&n, now)
	})
	incidents.pivots(st.Components)
	for i := range incidents.Data.items {
		n := &incidents.Data.items[i]
		in := b.incident3(n, incidents.updates(n))
		in.Impact = cachetImpact(in.Components, st.Components)
		st.Incidents = append(st.Incidents, in)
		r.note(in.ID) // the clock alone may have published it
	}
	for i := range schedules.Data.items {
		if s := &schedules.Data.items[i]; b.public3(s, now) && s.Attributes.Status.number != 2 {
			st.Maintenances = append(st.Maintenances, b.schedule3(s, schedules.updates(s)))
		}
	}
	return st, nil
}

// public3 reports whether guests may see n by now.
func (b *cachet) public3(n *cachet3Resource, now time.Time) bool {
	if visible := n.Attributes.Visible; !visible.is(1) && (visible != nil || n.Type == "incidents") {
		return false
	}
	return !zonedTime(string(n.Attributes.Published), b.zone).After(now)
}

func (d *cachet3List) components() []Component {
	groups := make(map[string]string)
	for i := range d.Included {
		if g := &d.Included[i]; g.Type == "componentGroups" && (g.Attributes.Visible == nil || g.Attributes.Visible.is(1)) {
			groups[g.ID] = g.Attributes.Name
		}
	}
	var out []Component
	for i := range d.Data.items {
		c := &d.Data.items[i]
		if c.Attributes.Enabled != nil && c.Attributes.Enabled.is(0) {
			continue
		}
		one := Component{ID: c.ID, Name: c.Attributes.Name, Status: cachetComponent(c.Attributes.Status.number)}
		if c.Attributes.Latest.present {
			one.Status = cachetComponent(c.Attributes.Latest.number)
		}
		if g := c.Relationships.has.Group; len(g) > 0 {
			one.Group = groups[g[0]]
		}
		out = append(out, one)
	}
	return out
}

// pivots gives components the status that an open incident attached to them,
// where the build of Cachet does not do that itself and only one of those in d can
// be meant.
func (d *cachet3List) pivots(components []Component) {
	attached := make(map[string]int)
	for i := range d.Data.items {
		for _, id := range d.Data.items[i].Relationships.has.Components {
			attached[id]++
		}
	}
	for i := range d.Included {
		c := &d.Included[i]
		a := &c.Attributes
		if c.Type != "components" || a.Latest.present || !a.Pivot.has.Status.present || attached[c.ID] != 1 {
			continue
		}
		for j := range components {
			if components[j].ID == c.ID {
				components[j].Status = cachetComponent(a.Pivot.has.Status.number)
			}
		}
	}
}

// updates are those of n, newest first.
func (d *cachet3List) updates(n *cachet3Resource) []*cachet3Resource {
	var out []*cachet3Resource
	for i := range d.Included {
		if u := &d.Included[i]; u.Type == "updates" && slices.Contains(n.Relationships.has.Updates, u.ID) {
			out = append(out, u)
		}
	}
	slices.SortStableFunc(out, func(a, b *cachet3Resource) int {
		x, _ := strconv.Atoi(a.ID)
		y, _ := strconv.Atoi(b.ID)
		return cmp.Or(cmp.Compare(b.Attributes.Created, a.Attributes.Created), cmp.Compare(y, x))
	})
	return out
}

// at is the first of some times that is there.
func (b *cachet) at(times ...cachet3Time) time.Time {
	for _, t := range times {
		if at := zonedTime(string(t), b.zone); !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

func (b *cachet) incident3(n *cachet3Resource, updates []*cachet3Resource) Incident {
	a := &n.Attributes
	out := Incident{
		ID: n.ID, Title: a.Name, State: cachetState(a.Status.number), Components: n.Relationships.has.Components,
		Started: b.at(a.Occurred, a.Created), URL: b.PageURL() + "/incidents/" + cmp.Or(a.GUID, n.ID),
	}
	first := out.State
	for _, u := range updates {
		out.Updates = append(out.Updates, b.update3(u, string(cachetState(u.Attributes.Status.number))))
		first = Investigating
	}
	out.Updates = append(out.Updates, Update{
		State: string(first), Text: Text{Source: unmarked(a.Message), Markup: Markdown}, At: out.Started,
	})
	return out
}

func (b *cachet) update3(u *cachet3Resource, state string) Update {
	return Update{State: state, Text: Text{Source: u.Attributes.Message, Markup: Markdown}, At: b.at(u.Attributes.Created)}
}

func (b *cachet) schedule3(s *cachet3Resource, updates []*cachet3Resource) Maintenance {
	a := &s.Attributes
	out := Maintenance{
		ID: s.ID, Title: a.Name, State: cachetSchedule(a.Status.number, time.Time{}, time.Time{}),
		From: b.at(a.Scheduled), Until: b.at(a.Completed), Components: s.Relationships.has.Components, URL: b.PageURL(),
	}
	for _, u := range updates {
		out.Updates = append(out.Updates, b.update3(u, ""))
	}
	if a.Message != "" {
		out.Updates = append(out.Updates, Update{Text: Text{Source: a.Message, Markup: Markdown}, At: b.at(a.Created)})
	}
	return out
}
