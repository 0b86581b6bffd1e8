package statusclient

import (
	"context"
	"net/http"
	"net/url"
	"slices"
)

// sorryAPI is where Sorry is written, whatever the page's own address.
const sorryAPI = "https://api.sorryapp.com/v1/pages/"

// sorryEditor writes by the REST API, in which a notice is marked in its first
// text. Components cannot be set: those of a notice are degraded while it is open.
type sorryEditor struct{ client *Client }

func newSorryEditor(_ context.Context, cfg BackendConfig, c *Client) (editor, error) {
	api, err := url.Parse(sorryAPI + url.PathEscape(cfg.PageID))
	if err != nil {
		return nil, c.Errorf("page_id cannot be used")
	}
	e := &sorryEditor{client: c.at(api)}
	e.client.own.Set("Authorization", "Bearer "+cfg.WriteToken)
	return e, nil
}

func (e *sorryEditor) knows() knows { return knows{holds: true, credentials: true} }

// sorryAnswer is what is around every answer.
type sorryAnswer[T any] struct {
	Response   *T `json:"response"`
	Pagination struct {
		Next loosePresent `json:"next"`
	} `json:"pagination"`
}

// loosePresent reports whether there is anything.
type loosePresent bool

func (p *loosePresent) UnmarshalJSON(b []byte) error {
	*p = loosePresent(!slices.Contains([]string{"null", "false", `""`, "0"}, string(b)))
	return nil
}

func sorryPages[T any](r *Round, ref string) ([]T, error) {
	pages, err := numberedPages(r, ref, func(p *sorryAnswer[[]T]) bool { return bool(p.Pagination.Next) })
	if err != nil {
		return nil, r.c.pageless(err)
	}
	var out []T
	for _, p := range pages {
		if p.Response == nil {
			return nil, r.c.Errorf("answered JSON that is nothing of Sorry: response is missing")
		}
		out = append(out, *p.Response...)
	}
	return out, nil
}

func (e *sorryEditor) components(ctx context.Context) ([]Component, error) {
	all, err := sorryPages[sorryComponent](e.client.Round(ctx), "/components")
	if err != nil {
		return nil, err
	}
	return sorryStatus(all, nil).Components, nil
}

// sorryRestNotice names some things otherwise than the public API. Updates are
// oldest first, and have no state.
type sorryRestNotice struct {
	sorryNotice
	Synopsis string `json:"synopsis"`
	Link     string `json:"link"`
}

func (n *sorryRestNotice) posted() posted {
	_, mark, _ := unmark(n.Synopsis)
	for _, u := range n.Updates {
		if _, m, _ := unmark(u.Content); m != "" {
			mark = m
		}
	}
	n.URL = n.Link
	slices.Reverse(n.Updates)
	var affected []string
	for _, c := range n.Components {
		affected = append(affected, c.ID.id())
	}
	return posted{Incident: n.incident(affected, ImpactUnknown), mark: mark}
}

const sorryIncluded = "?include=components,updates"

func (e *sorryEditor) incidents(ctx context.Context) ([]posted, error) {
	all, err := sorryPages[sorryRestNotice](e.client.Round(ctx), "/notices"+sorryIncluded)
	if err != nil {
		return nil, err
	}
	var out []posted
	for i := range all {
		if n := &all[i]; n.Type == "unplanned" && n.incidentState().Open() {
			out = append(out, n.posted())
		}
	}
	return out, nil
}

func (e *sorryEditor) incident(ctx context.Context, id string) (*posted, error) {
	var doc sorryAnswer[sorryRestNotice]
	err := e.client.Round(ctx).JSON("/notices/"+url.PathEscape(id)+sorryIncluded, &doc)
	switch {
	case hasCode(err, http.StatusNotFound) || err == nil && (doc.Response == nil || doc.Response.ID.id() != id || doc.Response.Type != "unplanned"):
		return nil, ErrNoIncident
	case err != nil:
		return nil, err
	}
	in := doc.Response.posted()
	return &in, nil
}

// create takes no state along: a notice begins as investigating.
func (e *sorryEditor) create(ctx context.Context, mark string, draft *Draft, set []*setting) (*posted, error) {
	var doc sorryAnswer[sorryRestNotice]
	err := e.client.send(ctx, http.MethodPost, "/notices", map[string]any{
		"type": "unplanned", "subject": draft.Title, "initial_comment": markPlain(draft.Message, mark),
		"should_publish": draft.Notify, "component_ids": affected(nil, set),
	}, &doc)
	if err != nil {
		return nil, err
	}
	if doc.Response == nil || doc.Response.ID.id() == "" {
		return nil, e.client.Errorf("answered JSON that is no notice of Sorry: id is missing")
	}
	for _, s := range set {
		s.shownAsDegraded()
	}
	in := doc.Response.posted()
	return &in, nil
}

func (s *setting) shownAsDegraded() {
	if s.to == Degraded || s.to == Operational {
		s.made = true
	} else {
		s.cannot = "Sorry shows what a notice is about as degraded"
	}
}

// update changes the notice. An update by itself would go to all subscribers.
func (e *sorryEditor) update(ctx context.Context, in *posted, p *UpdateDraft, set []*setting) error {
	body := map[string]any{"should_publish": p.Notify, "state": p.State}
	if p.State == Monitoring {
		body["state"] = "recovering"
	}
	if p.Message != "" {
		body["additional_comment"] = p.Message
	}
	if p.State.Open() && len(set) > 0 {
		body["component_ids"] = affected(in.Components, set)
	}
	err := e.client.send(ctx, http.MethodPatch, "/notices/"+url.PathEscape(in.ID), body, nil)
	if err == nil && p.State.Open() {
		for _, s := range set {
			s.shownAsDegraded()
		}
	}
	return err
}

// affected is what a notice is about, but for what is to be well and with the rest.
func affected(ids []string, set []*setting) []int {
	out := []int{}
	for _, id := range ids {
		if !slices.ContainsFunc(set, func(s *setting) bool { return s.ID == id }) {
			out = append(out, atoi(id))
		}
	}
	for _, s := range set {
		if s.to != Operational {
			out = append(out, atoi(s.ID))
		}
	}
	return out
}

func (e *sorryEditor) set(_ context.Context, s *setting, _ bool) error {
	s.cannot = "Sorry has no status of components but what its notices make of them"
	return nil
}

// Interface guards
var _ editor = (*sorryEditor)(nil)
