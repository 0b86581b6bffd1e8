package caddymodule

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"golang.org/x/text/language"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/caddymodule/console"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// ConsoleDesk is what the console works at.
func (a *App) ConsoleDesk() console.Desk { return &desk{a} }

// desk lets a console look and act, through the admin API.
type desk struct{ app *App }

// Call implements console.Desk.
func (*desk) Call(ctx context.Context, by console.User, c console.Call) console.Answer {
	var body []byte
	header := http.Header{}
	if c.Body != nil {
		var err error
		if body, err = json.Marshal(c.Body); err != nil {
			return problemAnswer(err)
		}
		header.Set("Content-Type", "application/json")
	}
	switch c.Match {
	case "":
	case "*":
		header.Set("If-None-Match", "*")
	default:
		header.Set("If-Match", `"`+c.Match+`"`)
	}
	r, err := http.NewRequestWithContext(ctx, c.Method, adminBase+c.Path, bytes.NewReader(body))
	if err != nil {
		return problemAnswer(err)
	}
	r.Header = header
	w := newHeld()
	// Caddy has authenticated them: nothing is claimed.
	actor := board.Actor{Name: by.Name, From: strings.TrimSuffix("console, "+by.Address, ", ")}
	if err := new(Admin).serveAs(w, r, actor); err != nil {
		return problemAnswer(err)
	}
	return console.Answer{Code: w.code, Body: w.body.Bytes(), ETag: strings.Trim(w.header.Get("Etag"), `"`)}
}

// problemAnswer says what is wrong as Caddy's admin endpoint does.
func problemAnswer(err error) console.Answer {
	code, text := http.StatusInternalServerError, err.Error()
	var api caddy.APIError
	if errors.As(err, &api) {
		code, text = api.HTTPStatus, cmp.Or(api.Message, api.Err.Error())
	}
	body, _ := json.Marshal(map[string]string{"error": text}) // strings
	return console.Answer{Code: code, Body: body}
}

// Preview implements console.Desk.
func (d *desk) Preview(r *http.Request, draft console.Draft) (console.Page, console.Answer) {
	a := d.app
	svc := a.fallback
	for _, s := range a.services() {
		if s.name == draft.Service {
			svc = s
		}
	}
	now, cause := timeNow(), errorpages.CauseUnreachable
	var src statusclient.Source
	var err error
	switch b := a.pooled.board; {
	case draft.Window != nil:
		cause = errorpages.CauseMaintenance
		if draft.Window.From.After(now) {
			now = draft.Window.From
		}
		src, err = b.PreviewWindow(draft.ID, *draft.Window)
	case draft.Incident != nil:
		src, err = b.PreviewIncident(*draft.Incident)
	case draft.Update != nil:
		src, err = b.PreviewUpdate(draft.ID, *draft.Update)
	}
	if err != nil {
		return console.Page{}, problemAnswer(editProblem(err))
	}
	sources := a.sources()
	for i := range sources {
		if sources[i].Name == src.Name {
			sources[i] = src
		}
	}
	know := statusclient.Merge([]statusclient.Service{svc.about}, sources, nil, now)
	sit := know.Situations[svc.name]
	for _, part := range sit.Parts {
		if draft.Window != nil && part.Hold.ID == cmp.Or(draft.ID, board.PreviewID) {
			sit = part
		}
	}
	page := errorpages.Page{
		Service: svc.page, Situation: sit, Sources: know.Sources, Cause: cause,
		Code: http.StatusServiceUnavailable, Reference: previewReference, Time: now,
	}
	w := newHeld()
	ask := &http.Request{Method: http.MethodGet, Header: http.Header{"Sec-Fetch-Dest": {"document"}}}
	for _, k := range []string{"Accept-Language", "Cookie"} {
		ask.Header[k] = r.Header[k]
	}
	if _, err := a.renderer.Serve(w, ask, &page); err != nil {
		return console.Page{}, problemAnswer(err)
	}
	return console.Page{HTML: a.shownAt(draft.Files, w.body.String(), svc), Policy: policyOf(w.header)}, console.Answer{Code: http.StatusOK}
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

// Config implements console.Desk.
func (d *desk) Config() *config.Config { return d.app.conf }

// Brand implements console.Desk.
func (d *desk) Brand() *errorpages.Brand { return d.app.brand }

// Language implements console.Desk.
func (d *desk) Language(r *http.Request) language.Tag {
	return d.app.renderer.Language(d.app.brand, r.Header)
}

// LanguageName implements console.Desk.
func (d *desk) LanguageName(lang language.Tag) string { return d.app.renderer.LanguageName(lang) }

// Words implements console.Desk.
func (d *desk) Words(lang language.Tag, now time.Time) *errorpages.Words {
	return d.app.renderer.Words(d.app.brand, lang, now)
}

// held is an answer that goes nowhere yet.
type held struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func newHeld() *held { return &held{header: http.Header{}, code: http.StatusOK} }

func (h *held) Header() http.Header         { return h.header }
func (h *held) WriteHeader(code int)        { h.code = code }
func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

// Interface guards
var (
	_ console.Desk        = (*desk)(nil)
	_ http.ResponseWriter = (*held)(nil)
)
