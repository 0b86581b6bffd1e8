package statusclient

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// cachet2Editor writes Cachet 2.3, whose incidents are edited, or 2.4, whose
// incidents have updates. An incident has one component; which others Candor
// opened it for is beside its mark.
type cachet2Editor struct {
	*cachet
	updates bool // 2.4

	enabled map[string]bool // components, as last listed
}

func (e *cachet2Editor) knows() knows { return knows{quiet: true} }

// components also remembers which are switched off: 2.3 switches those on again
// unless told otherwise.
func (e *cachet2Editor) components(ctx context.Context) ([]Component, error) {
	r := e.client.Round(ctx)
	pages, err := numberedPages(r, "/api/v1/components?per_page=200", (*cachetList[cachet2Component]).more)
	if err != nil {
		return nil, err
	}
	groups, err := numberedPages(r, "/api/v1/components/groups?per_page=200", (*cachetList[cachet2Component]).more)
	if err != nil {
		return nil, err
	}
	names := make(map[number]string)
	for _, p := range groups {
		for _, g := range p.Data.items {
			names[g.ID] = g.Name
		}
	}
	e.enabled = make(map[string]bool)
	var out []Component
	for _, p := range pages {
		for _, c := range p.Data.items {
			e.enabled[c.ID.id()] = c.Enabled == nil || !c.Enabled.is(0)
			out = append(out, Component{ID: c.ID.id(), Name: c.Name, Group: names[c.GroupID], Status: cachetComponent(c.Status)})
		}
	}
	return out, nil
}

func (l *cachetList[T]) more() bool { return l.Meta.has.Pagination.has.Links.has.Next != "" }

// incidents are asked for newest first, without which those that go on are on the
// last page, and without filters, which fail on any page but the first.
func (e *cachet2Editor) incidents(ctx context.Context) ([]posted, error) {
	pages, err := numberedPages(e.client.Round(ctx), "/api/v1/incidents?sort=id&order=desc&per_page="+cachetListed,
		(*cachetList[cachet2Incident]).more)
	if err != nil {
		return nil, err
	}
	var out []posted
	for _, p := range pages {
		if !p.Data.present {
			return nil, e.client.Errorf("answered JSON that is no list of Cachet: data is missing")
		}
		for i := range p.Data.items {
			n := &p.Data.items[i]
			if n.state() != cachetFixed && (e.updates || n.Status != 0) { // 0 is a maintenance of 2.3
				out = append(out, e.posted(n))
			}
		}
	}
	return out, nil
}

func (e *cachet2Editor) incident(ctx context.Context, id string) (*posted, error) {
	var doc cachet2One
	err := e.client.Round(ctx).JSON("/api/v1/incidents/"+url.PathEscape(id), &doc)
	switch {
	case hasCode(err, http.StatusNotFound) || err == nil && doc.Data.ID.id() != id:
		return nil, ErrNoIncident
	case err != nil:
		return nil, err
	}
	in := e.posted(&doc.Data)
	return &in, nil
}

type cachet2One struct {
	Data cachet2Incident `json:"data"`
}

func (e *cachet2Editor) posted(n *cachet2Incident) posted {
	_, mark, _ := unmark(n.Message)
	out := posted{Incident: e.incident2(n, nil), mark: cmp.Or(string(n.Meta.has.Key), mark), hidden: 1}
	if n.Visible != nil {
		out.hidden = *n.Visible
	}
	return out
}

// create gives the incident the worst of its components; the others are set
// by themselves. Subscribers are told unless it says otherwise.
func (e *cachet2Editor) create(ctx context.Context, mark string, draft *Draft, set []*setting) (*posted, error) {
	body := map[string]any{
		"name": draft.Title, "message": draft.Message, "status": cachetStateNumber(draft.State),
		"visible": 1, "notify": draft.Notify,
	}
	var ids []string
	var main *setting
	for _, s := range set {
		ids = append(ids, s.ID)
		if main == nil || cachetNumber(s.to, false) > cachetNumber(main.to, false) {
			main = s
		}
	}
	if main != nil && cachetNumber(main.to, false) > 0 {
		body["component_id"], body["component_status"] = atoi(main.ID), cachetNumber(main.to, false)
	} else {
		main = nil
	}
	if e.updates {
		body["stickied"] = false
		body["meta"] = map[string]string{"candor_key": mark, "candor_components": strings.Join(ids, ",")}
	} else {
		body["message"] = markMarkdown(draft.Message, mark, ids)
	}
	var doc cachet2One
	if err := e.client.send(ctx, http.MethodPost, "/api/v1/incidents", body, &doc); err != nil {
		return nil, err
	}
	if doc.Data.ID.id() == "" {
		return nil, e.client.Errorf("answered JSON that is no incident of Cachet: id is missing")
	}
	if main != nil {
		main.made = true
	}
	in := e.posted(&doc.Data)
	return &in, nil
}

// update adds to a 2.4, which takes no component along. A 2.3 has one text, which
// is replaced; whatever is not said then, it sets anew, and an internal incident
// would be public.
func (e *cachet2Editor) update(ctx context.Context, in *posted, p *UpdateDraft, _ []*setting) error {
	body := map[string]any{"status": cachetStateNumber(p.State), "message": p.Message}
	if e.updates {
		return e.client.send(ctx, http.MethodPost, "/api/v1/incidents/"+url.PathEscape(in.ID)+"/updates", body, nil)
	}
	body["name"], body["visible"] = in.Title, in.hidden
	if in.mark != "" {
		body["message"] = markMarkdown(p.Message, in.mark, in.Components)
	}
	return e.client.send(ctx, http.MethodPut, "/api/v1/incidents/"+url.PathEscape(in.ID), body, nil)
}

func (e *cachet2Editor) set(ctx context.Context, s *setting, notify bool) error {
	n := cachetNumber(s.to, false)
	if n == 0 {
		s.cannot = "Cachet 2 has no such status"
		return nil
	}
	body := map[string]any{"status": n, "enabled": e.enabled[s.ID]}
	if e.updates {
		body["silent"] = !notify
	}
	return e.client.send(ctx, http.MethodPut, "/api/v1/components/"+url.PathEscape(s.ID), body, nil)
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// Interface guards
var _ editor = (*cachet2Editor)(nil)
