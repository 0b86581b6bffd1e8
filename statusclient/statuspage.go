package statusclient

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

func init() {
	register("statuspage", adapter{new: newStatuspage, editor: newStatuspageEditor, writes: []string{"page_id"}})
}

// statuspage reads an Atlassian Statuspage, or what answers like one, without
// signing in: components, incidents that are not resolved, and maintenances
// that are planned or run.
type statuspage struct{ client *Client }

// statuspagePaths are what the address bar shows on the pages of a Statuspage.
var statuspagePaths = regexp.MustCompile(`/(history(\.\w+)?|uptime|api(/v2(/.*)?)?|incidents/.*)?/?$`)

func newStatuspage(_ BackendConfig, c *Client) (Backend, error) {
	c.base.Path = statuspagePaths.ReplaceAllString(c.base.Path, "")
	return &statuspage{client: c}, nil
}

// PageURL is where people read the page, also if the configuration names one of
// its subpages.
func (b *statuspage) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch reads one document.
func (b *statuspage) Fetch(ctx context.Context) (*Status, error) {
	var doc summary
	r := b.client.Round(ctx)
	if err := r.JSON("/api/v2/summary.json", &doc); err != nil {
		return nil, err
	}
	if doc.Page == nil || !doc.Incidents.present {
		return nil, b.client.Errorf("answered JSON that is no Statuspage summary: page or incidents are missing")
	}
	return r.Done(doc.status(b.PageURL()))
}

// status translates. home is where the page is, unless the page knows better.
func (d *summary) status(home string) *Status {
	if u := cleanURL(d.Page.URL); u != "" {
		home = u
	}
	home = strings.TrimRight(home, "/")
	st := &Status{Components: d.components()}
	members := d.groupMembers()
	for i := range d.Incidents.items {
		st.Incidents = append(st.Incidents, d.Incidents.items[i].incident(home, members))
	}
	for i := range d.Maintenances.items {
		st.Maintenances = append(st.Maintenances, d.Maintenances.items[i].maintenance(home, members))
	}
	return st
}

// components leaves out the rows that only group others, wherever in the
// document they stand.
func (d *summary) components() []Component {
	groups := make(map[string]string)
	for _, c := range d.Components.items {
		if c.Group {
			groups[c.ID] = c.Name
		}
	}
	var out []Component
	for _, c := range d.Components.items {
		if !c.Group {
			out = append(out, Component{ID: c.ID, Name: c.Name, Group: groups[c.GroupID], Status: c.status()})
		}
	}
	return out
}

// groupMembers says which components the rows that group others stand for.
func (d *summary) groupMembers() map[string][]string {
	members := make(map[string][]string)
	for _, c := range d.Components.items {
		if c.Group {
			members[c.ID] = append(members[c.ID], c.Members...)
		} else if c.GroupID != "" {
			members[c.GroupID] = append(members[c.GroupID], c.ID)
		}
	}
	return members
}

func (c *summaryComponent) status() ComponentStatus {
	switch c.Status {
	case "degraded_performance":
		return Degraded
	case "under_maintenance":
		return UnderMaintenance
	default:
		// The rest are our own words; Clean makes "unknown" of what is not.
		return ComponentStatus(c.Status)
	}
}

func (e *summaryIncident) incident(home string, members map[string][]string) Incident {
	return Incident{
		ID:         e.ID,
		Title:      e.Name,
		State:      IncidentState(e.Status),
		Impact:     Impact(e.Impact),
		Components: e.affected(members),
		Updates:    e.updates(),
		Started:    e.StartedAt.or(e.CreatedAt),
		Resolved:   e.ResolvedAt.Time,
		URL:        e.link(home),
	}
}

func (e *summaryIncident) maintenance(home string, members map[string][]string) Maintenance {
	return Maintenance{
		ID:         e.ID,
		Title:      e.Name,
		State:      MaintenanceState(e.Status),
		From:       e.ScheduledFor.or(e.StartedAt, e.CreatedAt),
		Until:      e.ScheduledUntil.Time,
		Components: e.affected(members),
		Updates:    e.updates(),
		URL:        e.link(home),
	}
}

// affected joins what the incident lists now with what any update touched: a
// page may list a component in one and not in the other, and pages of 2019 have
// only the updates. The names there are "GROUP - NAME", so ids it is.
func (e *summaryIncident) affected(members map[string][]string) []string {
	var ids []string
	seen := make(map[string]bool)
	add := func(id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	touch := func(id string) {
		if of, ok := members[id]; ok {
			for _, m := range of {
				add(m)
			}
			return
		}
		add(id)
	}
	for _, c := range e.Components.items {
		touch(c.ID)
	}
	for _, u := range e.Updates.items {
		for _, c := range u.Affected.items {
			touch(c.Code)
		}
	}
	return ids
}

// updates are newest first by when they were written. What is shown is when
// they are said to apply, which for backfilled ones is earlier.
func (e *summaryIncident) updates() []Update {
	wire := slices.Clone(e.Updates.items)
	slices.SortStableFunc(wire, func(a, b summaryUpdate) int {
		return b.CreatedAt.or(b.DisplayAt).Compare(a.CreatedAt.or(a.DisplayAt))
	})
	var out []Update
	for _, u := range wire {
		out = append(out, Update{
			State: u.Status,
			Text:  Text{Source: u.Body, Markup: Mixed},
			At:    u.DisplayAt.or(u.CreatedAt),
		})
	}
	return out
}

// link is the canonical address. A shortlink is a redirect on somebody else's
// host, so it is the second choice.
func (e *summaryIncident) link(home string) string {
	if home == "" || e.ID == "" {
		return e.Shortlink
	}
	return home + "/incidents/" + url.PathEscape(e.ID)
}

// Interface guards
var (
	_ Backend   = (*statuspage)(nil)
	_ pageOwner = (*statuspage)(nil)
)
