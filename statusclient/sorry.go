package statusclient

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"time"
)

func init() {
	register("sorry", adapter{new: newSorry, interval: time.Minute, editor: newSorryEditor, writes: []string{"page_id"}})
}

// sorry reads the public API of a status page of Sorry: components, and notices
// that are present or lie ahead. What it is told may be ten minutes old, since it
// comes from the edge of a network, and of different ages in one round.
type sorry struct {
	client  *Client
	notices *memory[sorryNotice]
}

// sorryPaths are what the address bar shows on such a page.
var sorryPaths = regexp.MustCompile(`/((notices|history|components|subscribe|api)(/.*)?)?/?$`)

func newSorry(_ BackendConfig, c *Client) (Backend, error) {
	c.base.Path = sorryPaths.ReplaceAllString(c.base.Path, "")
	return &sorry{client: c, notices: newMemory[sorryNotice]()}, nil
}

// PageURL is where people read the page.
func (b *sorry) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch reads the lists, and of each notice that changed the whole.
func (b *sorry) Fetch(ctx context.Context) (*Status, error) {
	r := b.client.Round(ctx)
	var notices []sorryNotice
	for _, when := range []string{"present", "future"} {
		pages, err := numberedPages(r, "/api/v1/notices?filter%5Btimeline_state_eq%5D="+when, (*sorryList).more)
		if err != nil {
			return nil, err
		}
		for _, p := range pages {
			if !p.Notices.present {
				return nil, b.client.Errorf("answered JSON that is nothing of Sorry: notices are missing")
			}
			notices = append(notices, p.Notices.items...)
		}
	}
	pages, err := numberedPages(r, "/api/v1/components", (*sorryList).more)
	if err != nil {
		return nil, err
	}
	var components []sorryComponent
	for _, p := range pages {
		components = append(components, p.Components...)
	}
	var open []sorryNotice
	seen := make(map[number]bool)
	for _, n := range notices {
		if n.over() || seen[n.ID] {
			continue // a notice may begin between two lists, and a filter be dropped
		}
		seen[n.ID] = true
		whole, ok, err := b.notices.get(r, n.ID.id(), settled(n.UpdatedAt.Time), func(r *Round) (sorryNotice, error) {
			var one struct {
				Notice sorryNotice `json:"notice"`
			}
			err := r.JSON("/api/v1/notices/"+n.ID.id(), &one)
			return one.Notice, err
		})
		switch {
		case err != nil && !hasCode(err, http.StatusNotFound): // not there yet, or no more
			return nil, err
		case ok && whole.UpdatedAt.Before(n.UpdatedAt.Time):
			b.notices.forget(n.ID.id())
		}
		n.Components, n.Updates = whole.Components, n.join(whole.Updates)
		open = append(open, n)
	}
	return r.Done(sorryStatus(components, open))
}

// join adds the update that the list has, where the whole is older than the list.
func (n *sorryNotice) join(updates []sorryUpdate) []sorryUpdate {
	out := slices.Clone(updates)
	if u := n.Latest; u != nil && !slices.ContainsFunc(out, func(o sorryUpdate) bool {
		return o.CreatedAt.Equal(u.CreatedAt.Time)
	}) {
		out = append(out, *u)
	}
	slices.SortStableFunc(out, func(a, b sorryUpdate) int { return b.CreatedAt.Compare(a.CreatedAt.Time) })
	return out
}

// over reports whether a notice is of the past, or news that are not out yet.
func (n *sorryNotice) over() bool {
	switch {
	case n.Timeline == "past", n.Timeline == "past_recent", n.Timeline == "past_distant":
		return true
	case n.Type == "planned":
		return n.maintenanceState() == Completed
	}
	return n.Timeline == "future" || n.incidentState() == Resolved
}

func (n *sorryNotice) incidentState() IncidentState { return sorryIncidentState(n.Type, n.State) }

func sorryIncidentState(typ, state string) IncidentState {
	switch {
	case typ == "general":
		return Monitoring // news, which have no state
	case state == "recovering":
		return Monitoring
	case state == "false_alarm":
		return Resolved
	}
	return IncidentState(state)
}

func (n *sorryNotice) maintenanceState() MaintenanceState { return sorryMaintenanceState(n.State) }

func sorryMaintenanceState(state string) MaintenanceState {
	switch state {
	case "underway":
		return InProgress
	case "complete", "cancelled":
		return Completed
	}
	return MaintenanceState(state)
}

// Interface guards
var (
	_ Backend   = (*sorry)(nil)
	_ pageOwner = (*sorry)(nil)
)
