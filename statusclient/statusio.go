package statusclient

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"time"
)

func init() {
	register("statusio", adapter{new: newStatusio, interval: time.Minute, check: checkStatusio})
}

// statusio reads a public Status.io page through its API. The id of the page is
// in the address of its history, its incidents and its API, and nowhere in that
// of the page itself.
type statusio struct {
	client *Client
	home   string // the page for people; empty where only the API is known
	id     string
}

// statusioAPI answers for all pages, whatever their own host is.
const statusioAPI = "https://api.status.io/1.0/status/"

var (
	statusioID    = regexp.MustCompile(`/([0-9a-f]{24})(?:/|$)`)
	statusioPages = regexp.MustCompile(`/pages/[a-z]+/([0-9a-f]{24})(?:/.*)?$`)
)

func checkStatusio(cfg BackendConfig) error {
	u, err := parseBase(cfg.URL)
	if err != nil || !statusioID.MatchString(u.Path) {
		return errors.New("url must hold the page's id: copy the address of the page's history, " +
			"or https://api.status.io/1.0/status/ID")
	}
	return nil
}

func newStatusio(_ BackendConfig, c *Client) (Backend, error) {
	b := &statusio{client: c}
	if m := statusioID.FindStringSubmatch(c.base.Path); m != nil {
		b.id = m[1]
	}
	if at := statusioPages.FindStringIndex(c.base.Path); at != nil {
		c.base.Path = c.base.Path[:at[0]]
		b.home = pageURL(c.base.String())
		api, err := url.Parse(statusioAPI + b.id)
		if err != nil {
			return nil, err
		}
		b.client = c.at(api)
	}
	return b, nil
}

// PageURL is the page, empty when the configuration names the API only.
func (b *statusio) PageURL() string { return b.home }

// Fetch reads one document. An id that nobody has gets an error with status 200.
func (b *statusio) Fetch(ctx context.Context) (*Status, error) {
	var doc statusioDoc
	r := b.client.Round(ctx)
	switch err := r.JSON("", &doc); {
	case err != nil:
		return nil, err
	case doc.Result == nil && doc.Error != "":
		return nil, b.client.Errorf("answered JSON with an error: there may be no public page of this id")
	case doc.Result == nil || !doc.Result.Components.present || !doc.Result.Incidents.present:
		return nil, b.client.Errorf("answered JSON that is no Status.io status: result, its status or its incidents are missing")
	}
	return r.Done(doc.Result.status(b))
}

func (d *statusioResult) status(b *statusio) *Status {
	st := new(Status)
	for _, c := range d.Components.items {
		// Containers are places where a component runs. It does as badly as the
		// worst of them.
		code := c.Code
		for _, place := range c.Containers {
			code = max(code, place.Code)
		}
		st.Components = append(st.Components, Component{ID: c.ID, Name: c.Name, Status: statusioStatuses[code]})
	}
	for i := range d.Incidents.items {
		e := &d.Incidents.items[i]
		n := Incident{
			ID: e.ID, Title: e.Name, Components: e.affected(), Started: e.Opened.Time, URL: b.link("incident", e.ID),
		}
		for j, m := range e.newestFirst() {
			if j == 0 {
				n.State, n.Impact = statusioStates[m.State], statusioImpacts[m.Code]
			}
			n.Updates = append(n.Updates, m.update(string(statusioStates[m.State])))
		}
		st.Incidents = append(st.Incidents, n)
	}
	for i := range d.Maintenance.Active.items {
		st.Maintenances = append(st.Maintenances, d.Maintenance.Active.items[i].maintenance(b, InProgress))
	}
	for i := range d.Maintenance.Upcoming.items {
		st.Maintenances = append(st.Maintenances, d.Maintenance.Upcoming.items[i].maintenance(b, Scheduled))
	}
	return st
}

// maintenance believes the list that it stands in more than its last message,
// which says "planned" until somebody writes another.
func (e *statusioEvent) maintenance(b *statusio, listed MaintenanceState) Maintenance {
	m := Maintenance{
		ID: e.ID, Title: e.Name, State: listed, From: e.From.or(e.Opened), Until: e.Until.Time,
		Components: e.affected(), URL: b.link("maintenance", e.ID),
	}
	for i, msg := range e.newestFirst() {
		said := statusioPhases[msg.State]
		if i == 0 && (said == Verifying || said == Completed) {
			m.State = said
		}
		m.Updates = append(m.Updates, msg.update(string(said)))
	}
	return m
}

func (e *statusioEvent) newestFirst() []statusioMessage {
	messages := slices.Clone(e.Messages)
	slices.Reverse(messages)
	slices.SortStableFunc(messages, func(a, b statusioMessage) int { return b.At.Compare(a.At.Time) })
	return messages
}

func (m *statusioMessage) update(state string) Update {
	return Update{State: state, Text: Text{Source: m.Details, Markup: Plain}, At: m.At.Time}
}

func (e *statusioEvent) affected() []string {
	var ids []string
	for _, c := range e.Components.items {
		if c.UID != "" {
			ids = append(ids, c.UID)
		}
	}
	return ids
}

func (b *statusio) link(kind, id string) string {
	if b.home == "" || id == "" {
		return ""
	}
	return b.home + "/pages/" + kind + "/" + b.id + "/" + url.PathEscape(id)
}

// Interface guards
var (
	_ Backend   = (*statusio)(nil)
	_ pageOwner = (*statusio)(nil)
)
