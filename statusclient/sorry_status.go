package statusclient

// sorryList is a page of notices or of components.
type sorryList struct {
	Notices    list[sorryNotice] `json:"notices"`
	Components []sorryComponent  `json:"components"`
	Meta       struct {
		Next string `json:"next_page"`
	} `json:"meta"`
}

func (l *sorryList) more() bool { return l.Meta.Next != "" }

type sorryComponent struct {
	ID     number `json:"id"`
	Name   string `json:"name"`
	State  string `json:"state"`
	Parent number `json:"parent_id"`
}

// sorryNotice is an outage, a maintenance or news, by its type. Components and
// Updates are not in lists.
type sorryNotice struct {
	ID         number           `json:"id"`
	Type       string           `json:"type"`
	Timeline   string           `json:"timeline_state"`
	State      string           `json:"state"`
	Subject    string           `json:"subject"`
	URL        string           `json:"url"`
	BeganAt    instant          `json:"began_at"`
	BeginsAt   instant          `json:"begins_at"`
	EndsAt     instant          `json:"ends_at"`
	CreatedAt  instant          `json:"created_at"`
	UpdatedAt  instant          `json:"updated_at"`
	Latest     *sorryUpdate     `json:"latest_update"`
	Components []sorryComponent `json:"components"`
	Updates    []sorryUpdate    `json:"updates"`
}

type sorryUpdate struct {
	State     string  `json:"state"`
	Content   string  `json:"content"`
	CreatedAt instant `json:"created_at"`
}

func sorryStatus(components []sorryComponent, notices []sorryNotice) *Status {
	st := new(Status)
	names := make(map[number]string)
	children := make(map[number][]number)
	for _, c := range components {
		names[c.ID] = c.Name
		if c.Parent > 0 {
			children[c.Parent] = append(children[c.Parent], c.ID)
		}
	}
	bad := 0
	for _, c := range components {
		if len(children[c.ID]) == 0 {
			one := Component{ID: c.ID.id(), Name: c.Name, Group: names[c.Parent], Status: c.status()}
			st.Components = append(st.Components, one)
			if one.Status == Degraded {
				bad++
			}
		}
	}
	// Sorry does not say how bad something is.
	impact := ImpactMinor
	if bad > 0 && 2*bad >= len(st.Components) {
		impact = ImpactMajor
	}
	for i := range notices {
		n := &notices[i]
		affected := n.affected(children)
		if n.Type == "planned" {
			st.Maintenances = append(st.Maintenances, n.maintenance(affected))
		} else {
			st.Incidents = append(st.Incidents, n.incident(affected, impact))
		}
	}
	return st
}

func (c *sorryComponent) status() ComponentStatus {
	switch c.State {
	case "operational":
		return Operational
	case "degraded", "partially-degraded":
		return Degraded
	case "under_maintenance":
		return UnderMaintenance
	}
	return ComponentUnknown
}

// affected has what stands below a component in its place.
func (n *sorryNotice) affected(children map[number][]number) []string {
	var ids []string
	seen := make(map[number]bool) // parents of each other must not go on for ever
	var add func(id number)
	add = func(id number) {
		if seen[id] || id <= 0 {
			return
		}
		seen[id] = true
		if len(children[id]) == 0 {
			ids = append(ids, id.id())
		}
		for _, c := range children[id] {
			add(c)
		}
	}
	for _, c := range n.Components {
		add(c.ID)
	}
	return ids
}

func (n *sorryNotice) incident(affected []string, impact Impact) Incident {
	if n.Type == "general" {
		impact = ImpactNone
	}
	out := Incident{
		ID: n.ID.id(), Title: n.Subject, State: n.incidentState(), Impact: impact, Components: affected,
		Started: n.BeganAt.or(n.CreatedAt), URL: n.URL,
	}
	for _, u := range n.Updates {
		state := ""
		if u.State != "" {
			state = string(sorryIncidentState(n.Type, u.State))
		}
		out.Updates = append(out.Updates, Update{State: state, Text: Text{Source: unmarked(u.Content), Markup: Plain}, At: u.CreatedAt.Time})
	}
	return out
}

func (n *sorryNotice) maintenance(affected []string) Maintenance {
	out := Maintenance{
		ID: n.ID.id(), Title: n.Subject, State: n.maintenanceState(), From: n.BeginsAt.or(n.BeganAt),
		Until: n.EndsAt.Time, Components: affected, URL: n.URL,
	}
	for _, u := range n.Updates {
		out.Updates = append(out.Updates, Update{
			State: string(sorryMaintenanceState(u.State)), Text: Text{Source: u.Content, Markup: Plain}, At: u.CreatedAt.Time,
		})
	}
	return out
}
