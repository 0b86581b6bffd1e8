package caddymodule

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/caddymodule/pass"
	"github.com/candor-edge/candor/statusclient/board"
)

// linkBody asks for a link to passes.
type linkBody struct {
	// Site is the origin that the link leads to, as https://portal.example.edu.
	// Default: the service's first host.
	Site string `json:"site"`

	// For is how long a pass lets its holder through: "4h", "90m", "2d". Default: 4h.
	For string `json:"for"`

	// To is where on the site the link leads. Default: /.
	To string `json:"to"`
}

// linkView is a link. Its URL is a secret.
type linkView struct {
	Service   string    `json:"service"`
	URL       string    `json:"url"`
	OpenUntil time.Time `json:"open_until"`
	For       string    `json:"for"`

	// Warning says that the link leads where nothing here answers for the service.
	Warning string `json:"warning,omitempty"`
}

const defaultPass = "4h"

// makeLink makes a link to passes of svc, and has the log say so. Who asks is in
// ctx, see board.ActingAs. Its errors are meant for who asks.
func (a *App) makeLink(ctx context.Context, svc *service, ask linkBody) (linkView, error) {
	span, err := caddy.ParseDuration(cmp.Or(ask.For, defaultPass))
	if err != nil || span < pass.Shortest || span > pass.Longest {
		return linkView{}, refuse(http.StatusBadRequest, "for has to be a duration from %s to %s, such as 90m or 4h",
			brief(pass.Shortest), brief(pass.Longest))
	}
	site, to, err := a.destination(svc, ask.Site, ask.To)
	if err != nil {
		return linkView{}, err
	}
	view := linkView{Service: svc.name, For: brief(span), Warning: a.elsewhere(svc, site)}
	entry := board.Entry{
		Action: "pass.link", Services: []string{svc.name}, New: map[string]string{"for": view.For, "site": site},
	}
	err = a.attempt(ctx, entry, func(ctx context.Context) error {
		link, until, err := a.passes.Link(ctx, a.storage, svc.name, span, timeNow())
		view.URL, view.OpenUntil = site+a.conf.Public.Path+"/pass/"+link+to, until.UTC()
		return err
	})
	return view, editProblem(err)
}

// destination is where a link of svc leads: the origin of the site, and the query
// that names a path there.
func (a *App) destination(svc *service, site, to string) (origin, query string, err error) {
	if site = cmp.Or(site, a.siteOf(svc)); site == "" {
		return "", "", refuse(http.StatusBadRequest,
			"site is missing, and nothing tells which host %s has; name one such as https://portal.example.edu", svc.name)
	}
	if origin, err = config.Origin(site); err != nil || !strings.HasPrefix(origin, "http") {
		return "", "", refuse(http.StatusBadRequest, "site has to be such as https://portal.example.edu: scheme, host and port, nothing behind")
	}
	if to == "" || to == "/" {
		return origin, "", nil
	}
	if to = a.ownSite(to); to == "" {
		return "", "", refuse(http.StatusBadRequest, "to has to be a path of the site, such as /enrol")
	}
	return origin, "?" + url.Values{"to": {to}}.Encode(), nil
}

// endPasses ends every pass of svc and every link to one, and has the log say so.
func (a *App) endPasses(ctx context.Context, svc *service) error {
	entry := board.Entry{Action: "pass.revoke", Services: []string{svc.name}}
	return editProblem(a.attempt(ctx, entry, func(ctx context.Context) error {
		return a.passes.Revoke(ctx, a.storage, svc.name)
	}))
}

func (c *call) makeLink() error {
	var body linkBody
	svc, err := c.service()
	if err = cmp.Or(err, c.read(&body)); err != nil {
		return err
	}
	var view linkView
	err = c.edit(func(ctx context.Context) (err error) {
		view, err = c.app.makeLink(ctx, svc, body)
		return err
	})
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, "", view)
}

func (c *call) endPasses() error {
	svc, err := c.service()
	if err = cmp.Or(err, c.readNothing()); err != nil {
		return err
	}
	if err := c.edit(func(ctx context.Context) error { return c.app.endPasses(ctx, svc) }); err != nil {
		return err
	}
	c.code = http.StatusNoContent
	return nil
}

// service is the one that the path names.
func (c *call) service() (*service, error) {
	if svc := c.app.service(c.name); svc != nil && !c.app.hidden(svc) {
		return svc, nil
	}
	services := c.app.shown()
	known := make([]string, len(services))
	for i, svc := range services {
		known[i] = svc.name
	}
	return nil, unknownService(http.StatusNotFound, c.name, known)
}

// brief writes a duration without the units that are zero.
func brief(d time.Duration) string {
	s := d.String()
	if m, ok := strings.CutSuffix(s, "m0s"); ok {
		s = m + "m"
	}
	if h, ok := strings.CutSuffix(s, "h0m"); ok {
		s = h + "h"
	}
	return s
}
