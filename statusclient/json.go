package statusclient

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/tidwall/gjson"
)

func init() {
	register("json", adapter{
		new: newJSON, reads: []string{"token", "timezone"}, needs: []string{"json"}, check: checkJSON,
	})
}

// anyJSON reads a JSON document of any make by what the configuration says of it.
type anyJSON struct {
	client *Client
	conf   JSONConfig
	zone   *time.Location
	ref    string
}

func newJSON(cfg BackendConfig, c *Client) (Backend, error) {
	zone, err := cfg.location()
	if err != nil {
		return nil, err
	}
	b := &anyJSON{client: c, conf: cfg.JSON.withDefaults(), zone: zone}
	if cfg.Token != "" {
		c.own.Set("Authorization", "Bearer "+cfg.Token)
	}
	// The URL is that of the document: it is asked for as it stands.
	b.ref = c.base.EscapedPath()
	if c.base.RawQuery != "" {
		b.ref += "?" + c.base.RawQuery
	}
	c.base.Path, c.base.RawPath = "", ""
	return b, nil
}

// PageURL is the configured page, if any: a document is nothing for people.
func (b *anyJSON) PageURL() string { return b.conf.Page }

// Fetch reads one document.
func (b *anyJSON) Fetch(ctx context.Context) (*Status, error) {
	var body json.RawMessage
	r := b.client.Round(ctx)
	if err := r.JSON(b.ref, &body); err != nil {
		return nil, err
	}
	st := b.status(gjson.ParseBytes(body), time.Now())
	if st == nil {
		return nil, b.client.Errorf("answered JSON of another shape than expected: nothing is where the configuration says")
	}
	return r.Done(r.clocked(st))
}

// status is nil when the document is another one than was configured. A list
// that is null is there; one that is no list is not.
func (b *anyJSON) status(doc gjson.Result, now time.Time) *Status {
	lists := 0
	list := func(path string) []gjson.Result {
		if path == "" {
			return nil
		}
		v := doc.Get(path)
		if v.IsArray() || v.Exists() && v.Type == gjson.Null {
			lists++
		}
		if v.IsArray() {
			return first(v.Array(), keepComponents)
		}
		return nil
	}
	st := new(Status)
	for _, v := range list(b.conf.Components) {
		st.Components = append(st.Components, b.component(v))
	}
	ids := idsByName(st.Components)
	for _, v := range list(b.conf.Incidents) {
		if n := b.incident(v, ids); n.goesOn() {
			st.Incidents = append(st.Incidents, n)
		}
	}
	for _, v := range list(b.conf.Maintenances) {
		if m := b.maintenance(v, ids, now); m.State != Completed {
			st.Maintenances = append(st.Maintenances, m)
		}
	}
	if b.conf.Requires != "" && !doc.Get(b.conf.Requires).Exists() || b.conf.Requires == "" && lists == 0 {
		return nil
	}
	return st
}

func (b *anyJSON) component(v gjson.Result) Component {
	p := &b.conf.Component
	c := Component{
		ID: v.Get(p.ID).String(), Name: v.Get(p.Name).String(), Group: v.Get(p.Group).String(),
		Status: ComponentStatus(word(b.conf.Statuses, v.Get(p.Status))),
	}
	if c.ID == "" {
		c.ID = c.Name
	}
	return c
}

func (b *anyJSON) incident(v gjson.Result, ids map[string]string) Incident {
	p := &b.conf.Incident
	n := Incident{
		ID: v.Get(p.ID).String(), Title: v.Get(p.Title).String(),
		State: IncidentState(word(b.conf.States, v.Get(p.State))), Impact: Impact(word(b.conf.Impacts, v.Get(p.Impact))),
		Components: affectedJSON(v.Get(p.Components), ids), Updates: b.updates(v.Get(p.Updates)),
		Started: b.time(v.Get(p.Started)), Resolved: b.time(v.Get(p.Resolved)), NextUpdate: b.time(v.Get(p.NextUpdate)),
		URL: v.Get(p.Link).String(),
	}
	n.State = incidentState(n.State)
	if n.ID == "" {
		n.ID = n.Title
	}
	return n
}

func (b *anyJSON) maintenance(v gjson.Result, ids map[string]string, now time.Time) Maintenance {
	p := &b.conf.Maintenance
	m := Maintenance{
		ID: v.Get(p.ID).String(), Title: v.Get(p.Title).String(), State: MaintenanceState(word(b.conf.States, v.Get(p.State))),
		From: b.time(v.Get(p.From)), Until: b.time(v.Get(p.Until)),
		Components: affectedJSON(v.Get(p.Components), ids), Updates: b.updates(v.Get(p.Updates)),
		URL: v.Get(p.Link).String(),
	}
	if m.State == "" {
		m.State = scheduleState(m.From, m.Until, now)
	}
	if m.ID == "" {
		m.ID = m.Title
	}
	return m
}

// updates are newest first by their times. Where times are the same, the order of
// the whole list tells.
func (b *anyJSON) updates(v gjson.Result) []Update {
	p := &b.conf.Update
	if v.Type == gjson.String && v.Str != "" {
		return []Update{{Text: Text{Source: v.Str, Markup: b.conf.Markup}}}
	}
	if !v.IsArray() {
		return nil
	}
	var out []Update
	for _, u := range v.Array() {
		text := u.Get(p.Text).String()
		if u.Type == gjson.String {
			text = u.Str
		}
		out = append(out, Update{
			State: word(b.conf.States, u.Get(p.State)), Text: Text{Source: text, Markup: b.conf.Markup}, At: b.time(u.Get(p.At)),
		})
	}
	if n := len(out); n > 0 && out[0].At.Before(out[n-1].At) {
		slices.Reverse(out)
	}
	slices.SortStableFunc(out, func(a, b Update) int { return b.At.Compare(a.At) })
	return out
}

// Interface guards
var (
	_ Backend   = (*anyJSON)(nil)
	_ pageOwner = (*anyJSON)(nil)
)
