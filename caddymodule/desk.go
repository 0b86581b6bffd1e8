package caddymodule

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"golang.org/x/text/language"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/caddymodule/console"
	"github.com/candor-edge/candor/errorpages"
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
	w := newRecorded()
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

// recorded is an answer that goes nowhere yet.
type recorded struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func newRecorded() *recorded { return &recorded{header: http.Header{}, code: http.StatusOK} }

func (rec *recorded) Header() http.Header         { return rec.header }
func (rec *recorded) WriteHeader(code int)        { rec.code = code }
func (rec *recorded) Write(p []byte) (int, error) { return rec.body.Write(p) }

// Interface guards
var (
	_ console.Desk        = (*desk)(nil)
	_ http.ResponseWriter = (*recorded)(nil)
)
