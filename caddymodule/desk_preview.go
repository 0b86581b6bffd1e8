package caddymodule

import (
	"cmp"
	"encoding/base64"
	"html/template"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/candor-edge/candor/caddymodule/console"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// Preview implements console.Desk.
func (d *desk) Preview(r *http.Request, draft console.Draft) (console.Page, console.Answer) {
	a := d.app
	svc := cmp.Or(a.service(draft.Service), a.fallback)
	now, cause := timeNow(), errorpages.CauseUnreachable
	var input statusclient.Input
	var err error
	switch b := a.pooled.board; {
	case draft.Window != nil:
		cause = errorpages.CauseMaintenance
		if draft.Window.From.After(now) {
			now = draft.Window.From
		}
		input, err = b.PreviewWindow(draft.ID, *draft.Window)
	case draft.Incident != nil:
		input, err = b.PreviewIncident(*draft.Incident)
	case draft.Update != nil:
		input, err = b.PreviewUpdate(draft.ID, *draft.Update)
	default:
		input, err = a.previewAt(draft, now)
	}
	if err != nil {
		return console.Page{}, problemAnswer(editProblem(err))
	}
	inputs := a.inputs()
	for i := range inputs {
		if inputs[i].Name == input.Name {
			inputs[i] = input
		}
	}
	know := statusclient.Merge([]statusclient.Service{svc.about}, inputs, nil, now)
	sit := know.Situations[svc.name]
	for _, part := range sit.Parts {
		if draft.Window != nil && part.Hold.ID == cmp.Or(draft.ID, board.PreviewID) {
			sit = part
		}
	}
	page := errorpages.Page{
		Service: svc.page, Situation: sit, Inputs: know.Inputs, Cause: cause,
		Code: http.StatusServiceUnavailable, Reference: previewReference, Time: now,
	}
	w := newRecorded()
	ask := &http.Request{Method: http.MethodGet, Header: http.Header{"Sec-Fetch-Dest": {"document"}}}
	for _, k := range []string{"Accept-Language", "Cookie"} {
		ask.Header[k] = r.Header[k]
	}
	if _, err := a.renderer.Serve(w, ask, &page); err != nil {
		return console.Page{}, problemAnswer(err)
	}
	return console.Page{HTML: a.shownAt(draft.Files, w.body.String(), svc), Policy: policyOf(w.header)}, console.Answer{Code: http.StatusOK}
}

// previewAt is a backend as it would be after a write.
func (a *App) previewAt(draft console.Draft, now time.Time) (statusclient.Input, error) {
	input, err := a.input(draft.Backend)
	if err == nil {
		_, err = a.writer(draft.Backend)
	}
	if err != nil {
		return input, err
	}
	if d := draft.Opened; d != nil {
		d := *d
		d.Components = maps.Clone(d.Components)
		if err = a.nameAffected(draft.Backend, &d); err == nil {
			input.Status, err = input.Status.PreviewOpen(d, now)
		}
	} else {
		input.Status, err = input.Status.PreviewUpdate(draft.ID, *draft.Added, now)
	}
	return input, writeProblem(err)
}

// previewReference stands where visitors get a reference.
const previewReference = "preview00"

// shownAt has a page take its logo and the files of its template from where the
// console has them: the edge serves them on the sites of services.
func (a *App) shownAt(files, page string, svc *service) string {
	base := `="` + template.HTMLEscapeString(a.conf.Public.Path) + "/"
	page = strings.ReplaceAll(page, base+"assets/", `="`+files+"/assets/")
	if contentType, data, name := svc.page.Brand.Logo(); name != "" {
		page = strings.ReplaceAll(page, base+name, `="data:`+contentType+";base64,"+base64.StdEncoding.EncodeToString(data))
	}
	return page
}

// File implements console.Desk.
func (d *desk) File(name string) http.Handler {
	if f := d.app.asset(name); f != nil {
		return f
	}
	return nil
}

// policyOf is what a page's own policy lets in beside images: its style, and files
// of its template.
func policyOf(h http.Header) map[string][]string {
	policy := map[string][]string{}
	for directive := range strings.SplitSeq(h.Get("Content-Security-Policy"), ";") {
		words := strings.Fields(directive)
		if len(words) > 1 && (words[0] == "style-src" || words[0] == "font-src" || words[0] == "media-src") {
			policy[words[0]] = words[1:]
		}
	}
	return policy
}
