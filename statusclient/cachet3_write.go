package statusclient

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
)

// cachet3Editor writes Cachet 3. A component is as bad as the worst of its own
// status and of the incidents that it is attached to, so that nothing has to be
// set back when those end.
type cachet3Editor struct {
	*cachet
	plain bool // a build without metadata: the mark is in the text
}

func (e *cachet3Editor) knows() knows { return knows{holds: true, quiet: true} }

func (e *cachet3Editor) components(ctx context.Context) ([]Component, error) {
	pages, err := numberedPages(e.client.Round(ctx), "/api/components?include=group&per_page=100",
		func(p *cachet3List) bool { return p.Links.has.Next != "" })
	if err != nil {
		return nil, err
	}
	var out []Component
	for i := range pages {
		for j := range pages[i].Data.items {
			pages[i].Data.items[j].Attributes.Latest.present = false // their own
		}
		out = append(out, pages[i].components()...)
	}
	return out, nil
}

// including is what else to ask for; builds refuse what they do not know.
func (e *cachet3Editor) including() string {
	if e.plain {
		return "?include=components,updates"
	}
	return "?include=components,updates,meta"
}

func (e *cachet3Editor) incidents(ctx context.Context) ([]posted, error) {
	pages, err := numberedPages(e.client.Round(ctx), "/api/incidents"+e.including()+"&per_page="+cachetListed,
		func(p *cachet3List) bool { return p.Links.has.Next != "" })
	if hasCode(err, http.StatusBadRequest) && !e.plain {
		e.plain = true
		return e.incidents(ctx)
	}
	if err != nil {
		return nil, err
	}
	var out []posted
	for i := range pages {
		p := &pages[i]
		if !p.Data.present {
			return nil, e.client.Errorf("answered JSON that is no list of Cachet: data is missing")
		}
		for j := range p.Data.items {
			if n := &p.Data.items[j]; n.Attributes.Status.number != cachetFixed {
				out = append(out, e.posted(n, p.updates(n)))
			}
		}
	}
	return out, nil
}

type cachet3One struct {
	Data     cachet3Resource   `json:"data"`
	Included []cachet3Resource `json:"included"`
}

func (e *cachet3Editor) incident(ctx context.Context, id string) (*posted, error) {
	var doc cachet3One
	err := e.client.Round(ctx).JSON("/api/incidents/"+url.PathEscape(id)+e.including(), &doc)
	switch {
	case hasCode(err, http.StatusBadRequest) && !e.plain:
		e.plain = true
		return e.incident(ctx, id)
	case hasCode(err, http.StatusNotFound) || err == nil && doc.Data.ID != id:
		return nil, ErrNoIncident
	case err != nil:
		return nil, err
	}
	list := cachet3List{Included: doc.Included}
	in := e.posted(&doc.Data, list.updates(&doc.Data))
	return &in, nil
}

func (e *cachet3Editor) posted(n *cachet3Resource, updates []*cachet3Resource) posted {
	_, mark, _ := unmark(n.Attributes.Message)
	return posted{Incident: e.incident3(n, updates), mark: cmp.Or(string(n.Attributes.Meta.has.Key), mark)}
}

// create says that guests may see it, which they may not by default.
func (e *cachet3Editor) create(ctx context.Context, mark string, draft *Draft, set []*setting) (*posted, error) {
	message := draft.Message
	if e.plain {
		message = markMarkdown(message, mark, nil)
	}
	attached := []map[string]int{}
	for _, s := range set {
		attached = append(attached, map[string]int{"id": atoi(s.ID), "status": cachetNumber(s.to, true)})
	}
	body := map[string]any{
		"name": draft.Title, "message": message, "status": cachetStateNumber(draft.State), "visible": true,
		"stickied": false, "notifications": draft.Notify, "components": attached,
		"meta": map[string]string{"candor_key": mark},
	}
	var doc cachet3One
	if err := e.client.send(ctx, http.MethodPost, "/api/incidents", body, &doc); err != nil {
		return nil, err
	}
	if doc.Data.ID == "" {
		return nil, e.client.Errorf("answered JSON that is no incident of Cachet: id is missing")
	}
	for _, s := range set {
		s.made = true
	}
	in := e.posted(&doc.Data, nil)
	return &in, nil
}

// update never edits the incident itself: on older builds that does not end one
// which has updates.
func (e *cachet3Editor) update(ctx context.Context, in *posted, p *UpdateDraft, set []*setting) error {
	body := map[string]any{"status": cachetStateNumber(p.State), "message": p.Message}
	err := e.client.send(ctx, http.MethodPost, "/api/incidents/"+url.PathEscape(in.ID)+"/updates", body, nil)
	for _, s := range set {
		if p.State.Open() && slices.Contains(in.Components, s.ID) {
			s.cannot = "Cachet 3 keeps what it had when the incident was opened, until that ends"
		}
	}
	return err
}

func (e *cachet3Editor) set(ctx context.Context, s *setting, _ bool) error {
	body := map[string]int{"status": cachetNumber(s.to, true)}
	return e.client.send(ctx, http.MethodPut, "/api/components/"+url.PathEscape(s.ID), body, nil)
}

// Interface guards
var _ editor = (*cachet3Editor)(nil)
