package caddymodule

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// backendIncident is an incident as its backend says it.
type backendIncident struct {
	incidentView
	Components []string `json:"components,omitempty"` // ids
}

// listBackendIncidents shows the incidents of a backend that are open, as it was
// last read: never what only those who may write get to see.
func (c *call) listBackendIncidents() error {
	list, err := c.backendIncidents()
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, "", list)
}

func (c *call) showBackendIncident() error {
	list, err := c.backendIncidents()
	if err != nil {
		return err
	}
	for _, in := range list {
		if in.ID == c.below {
			return c.answer(http.StatusOK, "", in)
		}
	}
	return refuse(http.StatusNotFound, "backend %s shows no open incident %.100q", c.name, c.below)
}

func (c *call) backendIncidents() ([]backendIncident, error) {
	input, err := c.app.input(c.name)
	if err != nil {
		return nil, err
	}
	if input.Fetched.IsZero() && input.Error != "" {
		return nil, refuse(http.StatusBadGateway, "%s; nothing is known of it yet", input.Error)
	}
	list := []backendIncident{}
	for i := range input.Status.Incidents {
		if in := &input.Status.Incidents[i]; in.State.Open() {
			list = append(list, backendIncident{viewIncident(in, 0), in.Components})
		}
	}
	return list, nil
}

func (c *call) openBackendIncident() error {
	var draft statusclient.Draft
	if err := c.read(&draft); err != nil {
		return err
	}
	if err := c.knowServices(draft.Services, nil); err != nil {
		return err
	}
	if err := c.app.nameAffected(c.name, &draft); err != nil {
		return err
	}
	entry := board.Entry{
		Action: "incident.open", Subject: c.name, Services: draft.Services,
		New: words("title", draft.Title, "message", draft.Message, "state", string(draft.State), "impact", string(draft.Impact),
			"components", componentWords(draft.Components), "notify", notified(draft.Notify)),
	}
	return c.write(entry, func(ctx context.Context, w statusclient.Writer) (statusclient.Receipt, error) {
		r, err := w.Open(ctx, draft)
		if err == nil {
			c.w.Header().Set("Location", adminBase+"backends/"+c.name+"/incidents/"+url.PathEscape(r.ID))
		}
		return r, err
	})
}

func (c *call) updateBackendIncident() error {
	var draft statusclient.UpdateDraft
	if err := c.read(&draft); err != nil {
		return err
	}
	verb := "incident.update"
	if draft.State == statusclient.Resolved {
		verb = "incident.resolve"
	}
	entry := board.Entry{
		Action: verb, Subject: c.name + "/" + c.below,
		New: words("message", draft.Message, "state", string(draft.State), "impact", string(draft.Impact),
			"components", componentWords(draft.Components), "notify", notified(draft.Notify)),
	}
	return c.write(entry, func(ctx context.Context, w statusclient.Writer) (statusclient.Receipt, error) {
		return w.Update(ctx, c.below, draft)
	})
}

// componentsBody gives components of a backend a status.
type componentsBody struct {
	Components map[string]statusclient.ComponentStatus `json:"components"`
}

func (c *call) setComponents() error {
	var body componentsBody
	if err := c.read(&body); err != nil {
		return err
	}
	entry := board.Entry{
		Action: "component.set", Subject: c.name, New: words("components", componentWords(body.Components)),
	}
	return c.write(entry, func(ctx context.Context, w statusclient.Writer) (statusclient.Receipt, error) {
		r, err := w.SetComponents(ctx, body.Components)
		if c.name == board.Name {
			r.Unseen = c.app.unseen(body.Components)
		}
		return r, err
	})
}

// unseen are those components of the board that no service names, nor is called.
func (a *App) unseen(set map[string]statusclient.ComponentStatus) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		backend, _, _ := strings.Cut(name, "/")
		if !slices.ContainsFunc(a.services(), func(s *service) bool {
			return s.name == name || slices.ContainsFunc(s.about.Components, func(ref string) bool { return ref == name || ref == backend+"/*" })
		}) {
			out = append(out, name)
		}
	}
	return out
}

func notified(yes bool) string {
	if !yes {
		return ""
	}
	return strconv.FormatBool(yes)
}

// words are pairs of a name and a value, without those that have none.
func words(pairs ...string) map[string]string {
	out := make(map[string]string)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}

// partly is what a write came to that is not all done.
type partly struct {
	Error   string   `json:"error"`
	ID      string   `json:"id,omitempty"`
	Done    []string `json:"done"`
	Undone  []string `json:"undone,omitempty"`
	Unknown []string `json:"unknown,omitempty"`
}

// write writes to the backend that the call names, and answers with what became
// of it. But for the board, it is begun once the call is free: a backend may take
// its time, and neither a reload nor another call must wait for it.
func (c *call) write(e board.Entry, f func(context.Context, statusclient.Writer) (statusclient.Receipt, error)) error {
	out, err := c.app.outgoing(c.name)
	if err != nil {
		return err
	}
	var r statusclient.Receipt
	do := func(ctx context.Context, w statusclient.Writer) (err error) {
		r, err = f(ctx, w)
		return err
	}
	if c.name == board.Name { // which logs its edits itself
		err := c.edit(func(ctx context.Context) error { return do(ctx, out.writer) })
		return c.wrote(r, boardProblem(err))
	}
	c.later = func() error {
		err := out.write(c.r.Context(), e, do)
		return c.wrote(r, err)
	}
	return nil
}

// wrote answers with what became of a write.
func (c *call) wrote(r statusclient.Receipt, err error) error {
	var part *statusclient.WriteError
	switch {
	case errors.As(err, &part):
		done := part.Done
		if done == nil {
			done = []string{}
		}
		return c.answer(http.StatusBadGateway, "", partly{part.Error(), r.ID, done, part.Undone, part.Unknown})
	case err != nil:
		return writeProblem(err)
	case c.w.Header().Get("Location") != "" && !r.Already:
		return c.answer(http.StatusCreated, "", r)
	}
	return c.answer(http.StatusOK, "", r)
}
