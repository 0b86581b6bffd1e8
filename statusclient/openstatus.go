package statusclient

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/tidwall/gjson"
)

func init() {
	register("openstatus", adapter{new: newOpenStatus, interval: time.Minute, measures: true})
}

// openStatus reads a status page of OpenStatus: what is there, reports and
// maintenance from its feed, and how the components do from its summary, which
// knows them by name only.
type openStatus struct{ client *Client }

// openStatusPaths are what the address bar shows on a page, and its documents.
var openStatusPaths = regexp.MustCompile(`(/[a-z]{2})?/(events(/.*)?|monitors(/.*)?|feed/\w+|api/status/[a-z]+\.json)?/?$`)

func newOpenStatus(_ BackendConfig, c *Client) (Backend, error) {
	c.base.Path = openStatusPaths.ReplaceAllString(c.base.Path, "")
	return &openStatus{client: c}, nil
}

// PageURL is the page itself.
func (b *openStatus) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch reads two documents.
func (b *openStatus) Fetch(ctx context.Context) (*Status, error) {
	var sum openStatusSummary
	r := b.client.Round(ctx)
	feed, err := b.feed(r)
	if err != nil {
		return nil, err
	}
	// Pages below a path of somebody else's host, and old ones, have none there.
	if err := r.JSON("/api/status/summary.json", &sum); err != nil && !hasCode(err, http.StatusNotFound) {
		return nil, err
	}
	return r.Done(r.clocked(feed.status(&sum, b.PageURL(), time.Now())))
}

// feed tells the time of the request, so its bytes are never the same twice: what
// counts is the rest of them.
func (b *openStatus) feed(r *Round) (feed openStatusFeed, err error) {
	var body json.RawMessage
	if err := b.client.Round(r.ctx).JSON("/feed/json", &body); err != nil {
		return feed, err
	}
	if err := json.Unmarshal(body, &feed); err != nil {
		return feed, b.client.Errorf("%s", describeJSON(err))
	}
	if !feed.Components.present || !feed.Reports.present {
		return feed, b.client.Errorf("answered JSON that is no OpenStatus feed: pageComponents or statusReports are missing")
	}
	now := gjson.GetBytes(body, "updatedAt")
	r.note(string(body[:now.Index]), string(body[now.Index+len(now.Raw):]))
	return feed, nil
}

var openStatusStatuses = map[string]ComponentStatus{
	"operational": Operational, "degraded_performance": Degraded, "partial_outage": PartialOutage,
	"major_outage": MajorOutage, "under_maintenance": UnderMaintenance,
	// Of the feed's monitors.
	"success": Operational, "degraded": Degraded, "error": MajorOutage, "info": UnderMaintenance,
}

func (f *openStatusFeed) status(sum *openStatusSummary, home string, now time.Time) *Status {
	st := &Status{Components: f.components(sum)}
	for i := range f.Reports.items {
		p := &f.Reports.items[i]
		if IncidentState(p.Status) == Resolved {
			continue
		}
		n := Incident{
			ID: string(p.ID), Title: p.Title, State: IncidentState(p.Status), Components: idStrings(p.Components),
			Updates: openStatusUpdates(p.Updates), URL: home + "/events/report/" + url.PathEscape(string(p.ID)),
		}
		if len(n.Updates) > 0 {
			n.Started = n.Updates[len(n.Updates)-1].At
		}
		st.Incidents = append(st.Incidents, n)
	}
	for i := range f.Planned.items {
		p := &f.Planned.items[i]
		m := Maintenance{
			ID: string(p.ID), Title: p.Name, State: scheduleState(p.From.Time, p.To.Time, now),
			From: p.From.Time, Until: p.To.Time, Components: idStrings(p.Components),
			Updates: openStatusUpdates(p.Updates), URL: home + "/events/maintenance/" + url.PathEscape(string(p.ID)),
		}
		if m.State == Completed {
			continue
		}
		// The last update repeats the message where there are updates at all.
		if p.Message != "" && !slices.ContainsFunc(m.Updates, func(u Update) bool { return u.Text.Source == p.Message }) {
			m.Updates = append(m.Updates, Update{Text: Text{Source: p.Message, Markup: Markdown}})
		}
		st.Maintenances = append(st.Maintenances, m)
	}
	return st
}

// components are of the status that the summary has for their name, where all of
// that name have the same, else of that of their monitor.
func (f *openStatusFeed) components(sum *openStatusSummary) []Component {
	named := make(map[string]string)
	for _, c := range sum.Components {
		if before, ok := named[c.Name]; ok && before != c.Status {
			c.Status = ""
		}
		named[c.Name] = c.Status
	}
	groups, monitors := make(map[looseID]string), make(map[looseID]string)
	for _, g := range f.Groups {
		groups[g.ID] = g.Name
	}
	for _, m := range f.Monitors {
		monitors[m.ID] = m.Status
	}
	var out []Component
	for _, c := range f.Components.items {
		word, ok := named[c.Name]
		if !ok || word == "" {
			word = monitors[c.Monitor]
		}
		out = append(out, Component{
			ID: string(c.ID), Name: c.Name, Group: groups[c.Group], Status: openStatusStatuses[word],
		})
	}
	return out
}

func openStatusUpdates(wire []openStatusUpdate) []Update {
	var out []Update
	for _, u := range wire {
		out = append(out, Update{State: u.Status, Text: Text{Source: u.Message, Markup: Markdown}, At: u.Date.Time})
	}
	slices.SortStableFunc(out, func(a, b Update) int { return b.At.Compare(a.At) })
	return out
}

// Interface guards
var (
	_ Backend   = (*openStatus)(nil)
	_ pageOwner = (*openStatus)(nil)
)
