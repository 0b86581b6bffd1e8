package statusclient

import (
	"regexp"
	"slices"
	"time"
)

// issues are all that goes on, each once, whatever number of systems it is about.
func (h *cstateHome) issues() []*cstateIssue {
	var out []*cstateIssue
	seen := make(map[string]*cstateIssue)
	add := func(n cstateIssue, system string) {
		known := seen[n.id()]
		if known == nil {
			known = &n
			known.pinned = system == ""
			seen[n.id()] = known
			out = append(out, known)
		}
		if system != "" {
			known.systems = append(known.systems, system)
		}
	}
	for _, s := range h.Systems.items {
		for _, n := range s.Unresolved.items {
			add(n, s.Name)
		}
	}
	for _, n := range h.Pinned.items {
		add(n, "")
	}
	return out
}

func (h *cstateHome) status(issues []*cstateIssue, now time.Time) *Status {
	st := new(Status)
	for i := range h.Systems.items {
		st.Components = append(st.Components, h.Systems.items[i].component(now))
	}
	for _, n := range issues {
		if n.planned(now) {
			st.Maintenances = append(st.Maintenances, n.maintenance(now))
			continue
		}
		st.Incidents = append(st.Incidents, n.incident())
	}
	return st
}

// component: planned work makes a system "notice" from its announcement on.
func (s *cstateSystem) component(now time.Time) Component {
	c := Component{ID: s.Name, Name: s.Name, Group: s.Category, Status: ComponentUnknown}
	if c.Group == "Uncategorized" {
		c.Group = ""
	}
	switch s.Status {
	case "ok":
		c.Status = Operational
	case "notice":
		c.Status = Operational
		for i := range s.Unresolved.items {
			switch n := &s.Unresolved.items[i]; {
			case !n.planned(now):
				c.Status = Degraded
			case c.Status == Operational && !n.created().After(now):
				c.Status = UnderMaintenance
			}
		}
		if len(s.Unresolved.items) == 0 {
			c.Status = Degraded
		}
	case "disrupted":
		c.Status = PartialOutage
	case "down":
		c.Status = MajorOutage
	}
	return c
}

var cstatePlan = regexp.MustCompile(`(?i)\b(maintenance|planned|scheduled|wartung)|维护|メンテナンス`)

// planned reports whether the issue is work that was announced. cState has no
// word for that; what it has is a notice that calls itself so, or that is dated
// ahead.
func (n *cstateIssue) planned(now time.Time) bool {
	return n.Severity == "notice" && !n.pinned && (cstatePlan.MatchString(n.Title) || n.created().After(now))
}

func (n *cstateIssue) maintenance(now time.Time) Maintenance {
	m := Maintenance{
		ID: n.id(), Title: n.Title, State: InProgress, From: n.created(),
		Components: n.components(), Updates: n.updates(), URL: n.Permalink,
	}
	if m.From.After(now) {
		m.State = Scheduled
	}
	for i := range m.Updates {
		m.Updates[i].State = "" // the words are those of incidents
	}
	return m
}

func (n *cstateIssue) incident() Incident {
	out := Incident{
		ID: n.id(), Title: n.Title, State: Investigating, Impact: ImpactUnknown,
		Components: n.components(), Updates: n.updates(), Started: n.created(), URL: n.Permalink,
	}
	for _, u := range out.Updates {
		if s := IncidentState(u.State); s == Identified || s == Monitoring {
			out.State = s
		}
		if u.State != "" {
			break
		}
	}
	switch n.Severity {
	case "down":
		out.Impact = ImpactCritical
	case "disrupted":
		out.Impact = ImpactMajor
	case "notice":
		out.Impact = ImpactMinor
	}
	if n.pinned {
		out.State, out.Impact = StateUnknown, ImpactNone
	}
	return out
}

// components are what the issue names and what lists it.
func (n *cstateIssue) components() []string {
	var out []string
	for _, name := range slices.Concat(n.Affected.items, n.systems) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
