package statusclient

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
)

func init() {
	register("better-stack", adapter{new: newBetterStack, interval: time.Minute, measures: true})
}

// betterStack reads a status page of Better Stack, formerly Better Uptime:
// resources, reports with their updates, maintenance, and the announcement.
type betterStack struct{ client *Client }

var betterStackPaths = regexp.MustCompile(`/(index\.json|incident(s|/.*)?|maintenance(/.*)?)?/?$`)

func newBetterStack(_ BackendConfig, c *Client) (Backend, error) {
	c.base.Path = betterStackPaths.ReplaceAllString(c.base.Path, "")
	return &betterStack{client: c}, nil
}

// PageURL is the page itself.
func (b *betterStack) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch reads one document.
func (b *betterStack) Fetch(ctx context.Context) (*Status, error) {
	var doc betterStackDoc
	r := b.client.Round(ctx)
	if err := r.JSON("/index.json", &doc); err != nil {
		return nil, err
	}
	if doc.Data.Type != "status_page" || !doc.Included.present {
		return nil, b.client.Errorf("answered JSON that is no Better Stack page: data or included are missing")
	}
	return r.Done(r.clocked(doc.status(time.Now())))
}

// betterStackDoc is JSON:API: what is included refers to each other by id.
type betterStackDoc struct {
	Data     betterStackObject       `json:"data"`
	Included list[betterStackObject] `json:"included"`
}

type betterStackObject struct {
	ID         looseID               `json:"id"`
	Type       string                `json:"type"`
	Attributes betterStackAttributes `json:"attributes"`
	Relations  struct {
		Updates struct {
			Data []struct {
				ID looseID `json:"id"`
			} `json:"data"`
		} `json:"status_updates"`
	} `json:"relationships"`
}

// betterStackAttributes are those of all types, none of which uses a name for
// something else than another.
type betterStackAttributes struct {
	Announcement string  `json:"announcement"`           // status_page
	Name         string  `json:"name"`                   // status_page_section
	PublicName   string  `json:"public_name"`            // status_page_resource
	Status       string  `json:"status"`                 //
	Section      looseID `json:"status_page_section_id"` //
	Title        string  `json:"title"`                  // status_report
	Type         string  `json:"report_type"`            //
	State        string  `json:"aggregate_state"`        //
	From         instant `json:"starts_at"`              //
	Until        instant `json:"ends_at"`                //
	Message      string  `json:"message"`                // status_update
	Published    instant `json:"published_at"`           //
	Affected     []struct {
		ID looseID `json:"status_page_resource_id"`
	} `json:"affected_resources"` // status_report and status_update
}

var (
	betterStackStatuses = map[string]ComponentStatus{
		"operational": Operational, "degraded": Degraded, "downtime": MajorOutage, "maintenance": UnderMaintenance,
	}
	betterStackImpacts = map[string]Impact{
		"operational": ImpactNone, "degraded": ImpactMinor, "downtime": ImpactMajor, "maintenance": ImpactMaintenance,
	}
)

func (d *betterStackDoc) status(now time.Time) *Status {
	st := new(Status)
	sections := make(map[looseID]string)
	updates := make(map[looseID]*betterStackObject)
	for i := range d.Included.items {
		switch o := &d.Included.items[i]; o.Type {
		case "status_page_section":
			sections[o.ID] = o.Attributes.Name
		case "status_update":
			updates[o.ID] = o
		}
	}
	if n, ok := d.announcement(); ok {
		st.Incidents = append(st.Incidents, n)
	}
	for i := range d.Included.items {
		o := &d.Included.items[i]
		a := &o.Attributes
		switch {
		case o.Type == "status_page_resource":
			st.Components = append(st.Components, Component{
				ID: string(o.ID), Name: a.PublicName, Group: sections[a.Section], Status: betterStackStatuses[a.Status],
			})
		case o.Type != "status_report" || a.State == "resolved":
			// The end of a report may be missing also when it is resolved.
		case a.Type == "maintenance":
			st.Maintenances = append(st.Maintenances, Maintenance{
				ID: string(o.ID), Title: a.Title, State: scheduleState(a.From.Time, a.Until.Time, now),
				From: a.From.Time, Until: a.Until.Time, Components: o.affected(updates), Updates: o.updates(updates),
			})
		default:
			st.Incidents = append(st.Incidents, o.incident(updates))
		}
	}
	return st
}

// announcement is a line above the page, which nobody takes down by itself.
func (d *betterStackDoc) announcement() (Incident, bool) {
	text := strings.TrimSpace(d.Data.Attributes.Announcement)
	if text == "" {
		return Incident{}, false
	}
	title, rest, _ := strings.Cut(text, "\n")
	line := Text{Source: title, Markup: Markdown}
	line.Clean()
	n := Incident{ID: "announcement", Title: line.Plain, Impact: ImpactNone}
	if rest != "" || len(title) > maxTitle {
		n.Updates = []Update{{Text: Text{Source: text, Markup: Markdown}}}
	}
	return n, true
}

// incident has no finer state than that the report is open.
func (o *betterStackObject) incident(updates map[looseID]*betterStackObject) Incident {
	return Incident{
		ID: string(o.ID), Title: o.Attributes.Title, State: Investigating,
		Impact: betterStackImpacts[o.Attributes.State], Started: o.Attributes.From.Time,
		Components: o.affected(updates), Updates: o.updates(updates),
	}
}

// affected joins what the report names with what any of its updates does.
func (o *betterStackObject) affected(updates map[looseID]*betterStackObject) []string {
	var ids []looseID
	seen := make(map[looseID]bool)
	add := func(a *betterStackAttributes) {
		for _, r := range a.Affected {
			if !seen[r.ID] {
				seen[r.ID] = true
				ids = append(ids, r.ID)
			}
		}
	}
	add(&o.Attributes)
	for _, ref := range o.Relations.Updates.Data {
		if u := updates[ref.ID]; u != nil {
			add(&u.Attributes)
		}
	}
	return idStrings(ids)
}

func (o *betterStackObject) updates(all map[looseID]*betterStackObject) []Update {
	var out []Update
	for _, ref := range o.Relations.Updates.Data {
		if u := all[ref.ID]; u != nil {
			out = append(out, Update{
				Text: Text{Source: u.Attributes.Message, Markup: Markdown}, At: u.Attributes.Published.Time,
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Update) int { return b.At.Compare(a.At) })
	return out
}

// Interface guards
var (
	_ Backend   = (*betterStack)(nil)
	_ pageOwner = (*betterStack)(nil)
)
