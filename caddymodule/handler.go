package caddymodule

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
	"golang.org/x/net/http/httpguts"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

func init() {
	caddy.RegisterModule(new(Handler))
}

// Handler stands in front of the handlers that serve a service. When they fail,
// or the service is in maintenance mode, it answers with a page.
type Handler struct {
	// Service is the name of the service that this handler fronts. Left out, it
	// is looked up by the request's host among the hosts that services name;
	// requests for other hosts belong to the service "default".
	Service string `json:"service,omitempty"`

	// Replace says which of the upstream's answers with a matching status code
	// are replaced: "html" (default) those meant for people, that is HTML, plain
	// text or of no stated type; "all"; "empty", only those without a body;
	// "proxy", none, only errors that Caddy itself makes; "none", nothing.
	Replace string `json:"replace,omitempty"`

	// Statuses are the status codes ("503") and classes ("5xx") that count as a
	// failure. Default: 5xx.
	Statuses []string `json:"statuses,omitempty"`

	// Except are status codes and classes taken out of Statuses.
	Except []string `json:"except,omitempty"`

	// Timeout bounds how long nothing may happen: neither request body read nor
	// answer header received. Then the visitor gets a page with 504, or 408 when
	// it is their upload that stalled. Default: 60s for navigations, off for
	// everything else; a value sets both; negative is off.
	Timeout caddy.Duration `json:"timeout,omitempty"`

	// Exempt are paths that pass as if Candor were not there. "/a/*" is /a and
	// everything below it. Default: /.well-known/acme-challenge/*.
	Exempt []string `json:"exempt,omitempty"`

	// Health is a path that the edge answers by itself while the service is held
	// back, so that no load balancer takes the edge out for it.
	Health *Health `json:"health,omitempty"`

	// BypassRaw are sets of Caddy's request matchers. Who matches any of them is
	// let through while the service is held back. Default: none.
	BypassRaw caddyhttp.RawMatcherSets `json:"bypass,omitempty" caddy:"namespace=http.matchers"`

	// Keep names headers of the upstream that survive a replacement, beside
	// WWW-Authenticate, Retry-After and Access-Control-*.
	Keep []string `json:"keep,omitempty"`

	// Unify is sent in place of every replaced 5xx, for CDNs that put their own
	// page over some codes. Default: the code stays.
	Unify int `json:"unify,omitempty"`

	app        *App
	service    *service // nil: by host
	rules      *rules
	exempt     statusclient.Paths
	health     statusclient.Paths
	healthCode int
	bypass     caddyhttp.MatcherSets
	keep       []string
	logger     *zap.Logger
	matcher    func(name string) (caddy.ModuleMap, error) // of a Caddyfile that is being read
}

// Health is a path and what it answers.
type Health struct {
	Path string `json:"path"`
	Code int    `json:"code,omitempty"` // default 200
}

// CaddyModule returns the Caddy module information.
func (*Handler) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.candor",
		New: func() caddy.Module { return new(Handler) },
	}
}

// defaultExempt leaves certificates to whoever asks for them.
var defaultExempt = []string{"/.well-known/acme-challenge/*"}

const (
	minTimeout = 10 * time.Millisecond // below that nothing but pages would be seen
	maxKeep    = 16
)

// defaultTimeout is for people in front of a blank tab.
const defaultTimeout = time.Minute

// Provision implements caddy.Provisioner.
func (h *Handler) Provision(ctx caddy.Context) error {
	h.logger = ctx.Logger()
	app, err := appOf(ctx)
	if err != nil {
		return err
	}
	h.app = app
	if h.service, err = app.leadTo(h.Service); err != nil {
		return err
	}
	if err := h.judge(); err != nil || len(h.BypassRaw) == 0 {
		return err
	}
	matchers, err := ctx.LoadModule(h, "BypassRaw")
	if err != nil {
		return fmt.Errorf("bypass: %w", err)
	}
	h.bypass = nil
	return h.bypass.FromInterface(matchers)
}

// judge works out what the options mean, or says what is wrong with them. It
// needs nothing but the options, so that a Caddyfile's mistakes have lines.
func (h *Handler) judge() (err error) {
	if h.rules, err = newRules(h.Replace, h.Statuses, h.Except); err != nil {
		return err
	}
	exempt := h.Exempt
	if len(exempt) == 0 {
		exempt = defaultExempt
	}
	if h.exempt = exempt; h.exempt.Check() != nil {
		return fmt.Errorf("exempt: %w", h.exempt.Check())
	}
	if h.Health != nil {
		if h.health = (statusclient.Paths{h.Health.Path}); h.health.Check() != nil {
			return fmt.Errorf("health: %w", h.health.Check())
		}
		if h.healthCode = cmp.Or(h.Health.Code, http.StatusOK); h.healthCode < 200 || h.healthCode > 599 {
			return fmt.Errorf("health: %d is not a status code for an answer", h.healthCode)
		}
	}
	switch {
	case h.Timeout > 0 && h.Timeout < caddy.Duration(minTimeout):
		return fmt.Errorf("timeout: at least %s, or off", minTimeout)
	case h.Unify != 0 && (h.Unify < 500 || h.Unify > 599):
		return fmt.Errorf("unify: %d is not a server error", h.Unify)
	case slices.ContainsFunc(h.BypassRaw, func(set caddy.ModuleMap) bool { return len(set) == 0 }):
		return errors.New("bypass: matchers that match everybody leave nobody to be held back")
	case len(h.Keep) > maxKeep:
		return fmt.Errorf("keep: at most %d headers", maxKeep)
	}
	h.keep = nil
	for _, k := range h.Keep {
		if !httpguts.ValidHeaderFieldName(k) {
			return fmt.Errorf("keep: %q is not the name of a header", k)
		}
		k = http.CanonicalHeaderKey(k)
		if slices.Contains(aboutBody, k) {
			return fmt.Errorf("keep: %s belongs to the answer that is replaced, and would spoil the page", k)
		}
		h.keep = append(h.keep, k)
	}
	return nil
}

// ServeHTTP implements caddyhttp.MiddlewareHandler. It asks, in this order:
// is it a path of ours, is it exempt, is the service held back and this visitor
// not let through, does this visitor rehearse, is this the error of a request
// that has already failed?
// Everything else goes on, and is watched.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	path := originalPath(r)
	svc := h.service
	if svc == nil {
		svc = h.app.serviceFor(r.Host)
	}
	if rest, ok := h.app.ownPath(path); ok {
		h.serveOwn(w, r, svc, rest, next)
		return nil
	}
	read := statusclient.ReadingsOf(path)
	if h.exempt.MatchAll(&read) {
		hideCookies(r)
		return next.ServeHTTP(w, r)
	}
	key := svc.presentsKey(r)
	var past way
	if held := h.app.holding(svc, &read, r.Method); held != nil {
		if past = h.wayPast(r, svc, key); past == nil {
			h.serveHeld(w, r, svc, held, &read)
			return nil
		}
	}
	if d := h.app.rehearsing(r, svc); d != nil {
		h.serveDrill(w, r, svc, d)
		return nil
	}
	hideCookies(r)
	if err, ok := r.Context().Value(caddyhttp.ErrorCtxKey).(error); ok {
		return h.serveError(w, r, svc, past, err, next)
	}
	return h.watch(w, r, svc, past, next)
}

// watch lets the handlers below answer, unless they fail.
func (h *Handler) watch(w http.ResponseWriter, r *http.Request, svc *service, past way, next caddyhttp.Handler) error {
	x, r := h.begin(w, r, svc, past)
	if past == nil {
		x.running = svc.tally.Enter(x.lane)
		x.upcoming = h.app.announced(svc)
	}
	defer func() {
		if x.state.is(replaced) {
			// The page is complete; whoever was cut off below may say so.
			if p := recover(); p != nil {
				x.spoiled = true
				if p != http.ErrAbortHandler {
					defer panic(p)
				}
			}
		} else if !x.returned {
			x.spoiled = true
		}
		x.end()
	}()
	err := next.ServeHTTP(x, r)
	x.returned = true
	return x.finish(err)
}

// timeoutFor says how long nothing may happen to r; 0 is for ever.
func (h *Handler) timeoutFor(r *http.Request) time.Duration {
	switch {
	case h.Timeout > 0:
		return time.Duration(h.Timeout)
	case h.Timeout < 0 || h.rules.replace == replaceNone:
		return 0
	case errorpages.Negotiate(r) == errorpages.FormatHTML:
		return defaultTimeout
	}
	return 0
}

// originalPath is the path that the visitor asked for, whatever has rewritten it.
func originalPath(r *http.Request) string {
	if or, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request); ok && or.URL != nil {
		return or.URL.Path
	}
	return r.URL.Path
}

// originalURI is the same with the query, as it was sent.
func originalURI(r *http.Request) string {
	if or, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request); ok {
		return or.RequestURI
	}
	return r.RequestURI
}

// Interface guards
var (
	_ caddy.Provisioner           = (*Handler)(nil)
	_ caddyhttp.MiddlewareHandler = (*Handler)(nil)
)
