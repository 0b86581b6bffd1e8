package statusclient

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
)

func init() { register("google-cloud", adapter{new: newGoogleCloud, interval: 5 * time.Minute}) }

// googleCloud reads the dashboard of Google Cloud, or that of Google Workspace:
// the incidents that go on, with the products that they affect, which are the
// components. It announces no maintenance.
type googleCloud struct{ client *Client }

// googlePaths are what the address bar shows on a dashboard, and its documents.
var googlePaths = regexp.MustCompile(`/(summary|incidents(/.*)?|[a-z]+\.json|(en/)?feed\.atom)?/?$`)

func newGoogleCloud(_ BackendConfig, c *Client) (Backend, error) {
	c.base.Path = googlePaths.ReplaceAllString(c.base.Path, "")
	return &googleCloud{client: c}, nil
}

// PageURL is the dashboard.
func (b *googleCloud) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch reads the incidents of the last months and the names of all products.
func (b *googleCloud) Fetch(ctx context.Context) (*Status, error) {
	var incidents []googleIncident
	var catalog struct {
		Products list[googleProduct] `json:"products"`
	}
	r := b.client.Round(ctx)
	if err := r.JSON("/incidents.json", &incidents); err != nil {
		return nil, err
	}
	for i := range incidents {
		if incidents[i].ID == "" {
			return nil, b.client.Errorf("answered JSON that is no list of Google's incidents: one has no id")
		}
	}
	if err := r.JSON("/products.json", &catalog); err != nil {
		return nil, err
	}
	if !catalog.Products.present {
		return nil, b.client.Errorf("answered JSON that is no list of Google's products")
	}
	return r.Done(googleStatus(incidents, catalog.Products.items, b.PageURL()))
}

type googleProduct struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// googleIncident is one of incidents.json. One that goes on has no end.
type googleIncident struct {
	ID          string          `json:"id"`
	Begin       instant         `json:"begin"`
	End         instant         `json:"end"`
	Description string          `json:"external_desc"`
	Impact      string          `json:"status_impact"`
	Products    []googleProduct `json:"affected_products"`
	Updates     []googleUpdate  `json:"updates"`
	URI         string          `json:"uri"`
}

type googleUpdate struct {
	When   instant `json:"when"`
	Text   string  `json:"text"`
	Status string  `json:"status"`
}

var (
	googleImpacts = map[string]Impact{
		"SERVICE_INFORMATION": ImpactMinor, "SERVICE_DISRUPTION": ImpactMajor, "SERVICE_OUTAGE": ImpactCritical,
	}
	googleStatuses = map[string]ComponentStatus{
		"SERVICE_INFORMATION": Degraded, "SERVICE_DISRUPTION": PartialOutage, "SERVICE_OUTAGE": MajorOutage,
	}
	// googleSeverity orders what an incident does to a product, least first.
	googleSeverity = []ComponentStatus{Operational, ComponentUnknown, Degraded, PartialOutage, MajorOutage}
)

// googleStatus translates. The dashboard calls a product available when no open
// incident names it, so that is what a listed product is.
func googleStatus(incidents []googleIncident, products []googleProduct, home string) *Status {
	st := new(Status)
	index := make(map[string]int, len(products))
	add := func(p googleProduct) int {
		i, ok := index[p.ID]
		if !ok {
			i = len(st.Components)
			index[p.ID] = i
			st.Components = append(st.Components, Component{ID: p.ID, Name: p.Title, Status: Operational})
		}
		return i
	}
	for _, p := range products {
		add(p)
	}
	for i := range incidents {
		e := &incidents[i]
		if !e.End.IsZero() {
			continue
		}
		n := e.incident(home)
		does := googleStatuses[e.Impact]
		if does == "" {
			does = ComponentUnknown
		}
		for _, p := range e.Products {
			n.Components = append(n.Components, p.ID)
			c := &st.Components[add(p)]
			if slices.Index(googleSeverity, does) > slices.Index(googleSeverity, c.Status) {
				c.Status = does
			}
		}
		st.Incidents = append(st.Incidents, n)
	}
	return st
}

// incident has no finer state than that it goes on, or that the service is there
// again while people still look at it.
func (e *googleIncident) incident(home string) Incident {
	n := Incident{
		ID: e.ID, Title: googleTitle(e.Description), State: Investigating, Impact: googleImpacts[e.Impact],
		Started: e.Begin.Time,
	}
	if e.URI != "" {
		n.URL = home + "/" + strings.TrimPrefix(e.URI, "/")
	}
	updates := slices.Clone(e.Updates)
	slices.SortStableFunc(updates, func(a, b googleUpdate) int { return b.When.Compare(a.When.Time) })
	for i, u := range updates {
		up := Update{Text: Text{Source: u.Text, Markup: Markdown}, At: u.When.Time}
		if u.Status == "AVAILABLE" {
			up.State = string(Monitoring)
			if i == 0 {
				n.State = Monitoring
			}
		}
		n.Updates = append(n.Updates, up)
	}
	return n
}

// googleTitle is the first sentence-like line. Workspace puts headings before it.
func googleTitle(s string) string {
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		for _, heading := range []string{"**Title:**", "**Title**", "**Summary:**", "**Summary**"} {
			line = strings.TrimSpace(strings.TrimPrefix(line, heading))
		}
		if line != "" {
			return strings.ReplaceAll(line, "**", "")
		}
	}
	return ""
}

// Interface guards
var (
	_ Backend   = (*googleCloud)(nil)
	_ pageOwner = (*googleCloud)(nil)
)
