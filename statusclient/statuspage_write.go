package statusclient

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// statuspageAPI is where Statuspage is written, whatever the page's own address.
const statuspageAPI = "https://api.statuspage.io/v1/pages/"

// statuspageEditor writes by the manage API, which has incidents and components as
// the public one shows them, and metadata to find an incident by.
type statuspageEditor struct {
	client *Client
	home   string // the page, for people
}

func newStatuspageEditor(_ context.Context, cfg BackendConfig, c *Client) (editor, error) {
	c.base.Path = statuspagePaths.ReplaceAllString(c.base.Path, "")
	api, err := url.Parse(statuspageAPI + url.PathEscape(cfg.PageID))
	if err != nil {
		return nil, c.Errorf("page_id cannot be used")
	}
	e := &statuspageEditor{client: c.at(api), home: strings.TrimRight(pageURL(c.base.String()), "/")}
	e.client.own.Set("Authorization", "OAuth "+cfg.WriteToken)
	return e, nil
}

func (e *statuspageEditor) knows() knows { return knows{impact: true, credentials: true} }

// managed is an incident as the manage API has it.
type managed struct {
	summaryIncident
	Metadata phpObject[struct {
		Candor phpObject[struct {
			Key string `json:"key"`
		}] `json:"candor"`
	}] `json:"metadata"`
}

func (n *managed) posted(home string) posted {
	return posted{Incident: n.incident(home, nil), mark: n.Metadata.has.Candor.has.Key}
}

func (e *statuspageEditor) components(ctx context.Context) ([]Component, error) {
	const per = 100
	pages, err := numberedPages(e.client.Round(ctx), "/components?per_page=100", func(p *[]summaryComponent) bool { return len(*p) == per })
	if err != nil {
		return nil, e.client.pageless(err)
	}
	var doc summary
	doc.Components.items = slices.Concat(pages...)
	return doc.components(), nil
}

func (e *statuspageEditor) incidents(ctx context.Context) ([]posted, error) {
	const per = 100
	pages, err := numberedPages(e.client.Round(ctx), "/incidents/unresolved?per_page=100", func(p *[]managed) bool { return len(*p) == per })
	if err != nil {
		return nil, e.client.pageless(err)
	}
	var out []posted
	for _, n := range slices.Concat(pages...) {
		out = append(out, n.posted(e.home))
	}
	return out, nil
}

func (e *statuspageEditor) incident(ctx context.Context, id string) (*posted, error) {
	var n managed
	err := e.client.Round(ctx).JSON("/incidents/"+url.PathEscape(id), &n)
	switch {
	case hasCode(err, http.StatusNotFound) || err == nil && n.ID != id:
		return nil, ErrNoIncident
	case err != nil:
		return nil, err
	}
	in := n.posted(e.home)
	return &in, nil
}

// managedChange is what creates or changes an incident. That subscribers are not
// told has to be said: they are by default.
type managedChange struct {
	Name       string                     `json:"name,omitempty"`
	Status     IncidentState              `json:"status"`
	Impact     Impact                     `json:"impact_override,omitempty"`
	Body       string                     `json:"body,omitempty"`
	Components map[string]string          `json:"components,omitempty"`    // what they become
	Affected   []string                   `json:"component_ids,omitempty"` // what the incident is about, all of it
	Notify     bool                       `json:"deliver_notifications"`
	Metadata   map[string]json.RawMessage `json:"metadata,omitempty"` // of objects
}

func (c *managedChange) take(set []*setting) {
	for _, s := range set {
		if c.Components == nil {
			c.Components = make(map[string]string)
		}
		c.Components[s.ID] = statuspageWord(s.to)
		if !slices.Contains(c.Affected, s.ID) {
			c.Affected = append(c.Affected, s.ID)
		}
	}
}

func statuspageWord(s ComponentStatus) string {
	switch s {
	case Degraded:
		return "degraded_performance"
	case UnderMaintenance:
		return "under_maintenance"
	}
	return string(s)
}

func (e *statuspageEditor) create(ctx context.Context, mark string, draft *Draft, set []*setting) (*posted, error) {
	change := managedChange{
		Name: draft.Title, Status: draft.State, Impact: draft.Impact, Body: draft.Message, Notify: draft.Notify,
		Metadata: map[string]json.RawMessage{"candor": json.RawMessage(`{"key":"` + mark + `"}`)},
	}
	change.take(set)
	return e.change(ctx, http.MethodPost, "/incidents", change, set)
}

func (e *statuspageEditor) update(ctx context.Context, in *posted, p *UpdateDraft, set []*setting) error {
	change := managedChange{Status: p.State, Impact: p.Impact, Body: p.Message, Notify: p.Notify}
	if len(set) > 0 {
		change.Affected = slices.Clone(in.Components)
	}
	change.take(set)
	_, err := e.change(ctx, http.MethodPatch, "/incidents/"+url.PathEscape(in.ID), change, set)
	return err
}

func (e *statuspageEditor) change(ctx context.Context, method, ref string, change managedChange, set []*setting) (*posted, error) {
	var n managed
	if err := e.client.send(ctx, method, ref, map[string]any{"incident": change}, &n); err != nil {
		return nil, err
	}
	if n.ID == "" {
		return nil, e.client.Errorf("answered JSON that is no incident of Statuspage: id is missing")
	}
	for _, s := range set {
		s.made = true
	}
	in := n.posted(e.home)
	return &in, nil
}

func (e *statuspageEditor) set(ctx context.Context, s *setting, _ bool) error {
	change := map[string]any{"component": map[string]string{"status": statuspageWord(s.to)}}
	return e.client.send(ctx, http.MethodPatch, "/components/"+url.PathEscape(s.ID), change, nil)
}

// Interface guards
var _ editor = (*statuspageEditor)(nil)
