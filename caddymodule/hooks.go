package caddymodule

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/candor-edge/candor/statusclient"
)

func init() { caddy.RegisterModule(new(Hooks)) }

// What a webhook may be.
const (
	maxHookBody  = 1 << 20
	hookBodyTime = 10 * time.Second
)

// Hooks takes webhooks of backends that have a hook_secret, wherever it is
// mounted: POST /BACKEND, signed, and POST /BACKEND/SECRET. One that is genuine
// has the backend asked at once, and what it says by itself is known before it is
// answered. Everything else is refused; nothing is handed on.
//
// A path that may hold a secret is in no log: its requests have no line in the
// access log.
type Hooks struct {
	logger   *zap.Logger
	hooks    map[string]hook // by the backend's name
	patience time.Duration   // with a body
}

type hook struct {
	poller *pooledPoller
	key    *statusclient.HookKey
}

// CaddyModule returns the Caddy module information.
func (*Hooks) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.candor_hooks",
		New: func() caddy.Module { return new(Hooks) },
	}
}

// Provision implements caddy.Provisioner.
func (h *Hooks) Provision(ctx caddy.Context) error {
	h.logger, h.patience = ctx.Logger(), hookBodyTime
	app, err := appOf(ctx)
	if err != nil {
		return err
	}
	h.hooks = make(map[string]hook)
	for i, b := range app.conf.Backends {
		if b.HookSecret != "" {
			h.hooks[b.Name] = hook{app.pooled.pollers[i], statusclient.NewHookKey(b.HookSecret)}
		}
	}
	if len(h.hooks) == 0 {
		h.logger.Warn("no backend has a hook_secret: candor_hooks takes no webhook")
	}
	return nil
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (h *Hooks) ServeHTTP(w http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	claim(w)
	w.Header().Set("Cache-Control", "no-store")
	k, proven, bare := h.find(r.URL.Path)
	if !bare {
		caddyhttp.SetVar(r.Context(), caddyhttp.LogSkipVar, true)
	}
	code := http.StatusNotFound
	if k.key != nil {
		code = h.take(w, r, k, proven, bare)
		k.poller.hooks.count(code)
	}
	switch {
	case code == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case code == http.StatusForbidden && k.poller.hooks.complaints.now():
		h.logger.Warn("webhook refused: its secret or signature is wrong", zap.String("backend", k.poller.config.Name),
			zap.String("client_ip", clientAddress(r)))
	}
	if code == http.StatusNoContent {
		w.WriteHeader(code)
	} else {
		http.Error(w, http.StatusText(code), code)
	}
	return nil
}

// find reads a path from wherever a backend is named in it. The secret may follow;
// bare is a path in which none can.
func (h *Hooks) find(path string) (k hook, proven, bare bool) {
	rest, slashed := strings.CutSuffix(path, "/")
	for more := true; more; {
		var name string
		name, rest, more = strings.Cut(rest, "/")
		switch at, ok := h.hooks[name]; {
		case !ok:
		case !more:
			return at, false, true
		case at.key.Is(rest), slashed && at.key.Is(rest+"/"): // it may be what the secret ends in
			return at, true, false
		case k.key == nil:
			k = at
		}
	}
	return k, false, false
}

// take returns the status code that answers a webhook.
func (h *Hooks) take(w http.ResponseWriter, r *http.Request, k hook, proven, bare bool) int {
	switch {
	case !proven && (!bare || r.Method == http.MethodPost && !statusclient.MaySign(r.Header)):
		return http.StatusForbidden
	case r.Method != http.MethodPost:
		return http.StatusMethodNotAllowed
	case r.ContentLength > maxHookBody:
		return http.StatusRequestEntityTooLarge
	}
	body, err := h.read(w, r, proven)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, errGivenUp):
		w.Header().Set("Retry-After", "10")
		return http.StatusServiceUnavailable
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case err != nil:
		return http.StatusRequestTimeout
	}
	hook := &statusclient.Webhook{Header: r.Header, Query: r.URL.Query(), Body: body}
	if !proven && !k.key.Signed(hook, time.Now()) {
		return http.StatusForbidden
	}
	k.poller.Hook(hook)
	return http.StatusNoContent
}

var errGivenUp = errors.New("there are too many others")

func (h *Hooks) read(w http.ResponseWriter, r *http.Request, proven bool) (body []byte, err error) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.patience))
	if !proven {
		turn := unproven.enter(w)
		defer func() {
			if !unproven.leave(turn) && err != nil {
				err = errGivenUp
			}
		}()
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxHookBody))
}

// hookSecretsOut takes secrets out of paths. Those of webhooks get where another
// handler logs them when candor_hooks stands inside of candor.
func hookSecretsOut(backends []statusclient.BackendConfig) *strings.Replacer {
	var pairs []string
	for _, b := range backends {
		if b.HookSecret != "" {
			pairs = append(pairs, b.HookSecret, "REDACTED")
		}
	}
	return strings.NewReplacer(pairs...)
}

func parseHooks(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	hooks := new(Hooks)
	return hooks, hooks.UnmarshalCaddyfile(h.Dispenser)
}

// UnmarshalCaddyfile sets up the handler. Syntax:
//
//	candor_hooks [<matcher>]
func (*Hooks) UnmarshalCaddyfile(d *caddyfile.Dispenser) error { return alone(d) }

// Interface guards
var (
	_ caddy.Provisioner           = (*Hooks)(nil)
	_ caddyhttp.MiddlewareHandler = (*Hooks)(nil)
	_ caddyfile.Unmarshaler       = (*Hooks)(nil)
)
