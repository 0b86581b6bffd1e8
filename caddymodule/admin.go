package caddymodule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"

	"github.com/candor-edge/candor/statusclient/board"
)

func init() {
	caddy.RegisterModule(new(Admin))
}

// Admin is what operators, their scripts and the commands talk to: everything
// below /candor/ on Caddy's admin endpoint, under its access rules. JSON goes in
// and out; errors are Caddy's {"error": "…"}.
//
// It holds no state. A reload that fails keeps the routers it brought, so the app
// that serves is looked up for every call.
type Admin struct{}

// CaddyModule returns the Caddy module information.
func (*Admin) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "admin.api.candor",
		New: func() caddy.Module { return new(Admin) },
	}
}

// Routes implements caddy.AdminRouter. It is one route, because those of a mux
// answer in plain text when the path or the method is wrong.
func (a *Admin) Routes() []caddy.AdminRoute {
	return []caddy.AdminRoute{{Pattern: adminBase, Handler: caddy.AdminHandlerFunc(a.serve)}}
}

const adminBase = "/candor/"

// call is one request to the admin endpoint.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	app   *App
	name  string // what stands for the first * in the route
	below string // and for the second

	// later is what is left to do when the app is free to stop.
	later func() error

	given    []byte // the body
	givenErr error

	code int // of the answer
	body []byte
}

// adminRoutes are the paths below adminBase, with * for a name.
var adminRoutes = map[string]map[string]func(*call) error{
	"services":          {http.MethodGet: (*call).listServices},
	"services/*":        {http.MethodGet: (*call).showService},
	"services/*/passes": {http.MethodPost: (*call).makeLink, http.MethodDelete: (*call).endPasses},
	"services/*/drill": {
		http.MethodGet: (*call).showDrill, http.MethodPost: (*call).startDrill, http.MethodDelete: (*call).endDrill,
	},
	"log":      {http.MethodGet: (*call).listLog},
	"backends": {http.MethodGet: (*call).listBackends},

	"maintenance": {http.MethodGet: (*call).listWindows, http.MethodPost: (*call).putOn},
	"maintenance/*": {
		http.MethodGet: (*call).showWindow, http.MethodPut: (*call).editWindow, http.MethodDelete: (*call).endWindow,
	},

	"incidents":           {http.MethodGet: (*call).listIncidents, http.MethodPost: (*call).openIncident},
	"incidents/*":         {http.MethodGet: (*call).showIncident},
	"incidents/*/updates": {http.MethodPost: (*call).updateIncident},

	"backends/*/incidents": {
		http.MethodGet: (*call).listBackendIncidents, http.MethodPost: (*call).openBackendIncident,
	},
	"backends/*/incidents/*":         {http.MethodGet: (*call).showBackendIncident},
	"backends/*/incidents/*/updates": {http.MethodPost: (*call).updateBackendIncident},
	"backends/*/components":          {http.MethodPatch: (*call).setComponents},
}

func (a *Admin) serve(w http.ResponseWriter, r *http.Request) error {
	return a.serveAs(w, r, adminActor(r))
}

// serveAs makes a call in the name of somebody.
func (a *Admin) serveAs(w http.ResponseWriter, r *http.Request, by board.Actor) error {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, adminBase), "/")
	var names [2]string
	for i := range names {
		if at := 2*i + 1; len(parts) > at && parts[at] != "" {
			names[i], parts[at] = parts[at], "*"
		}
	}
	methods, ok := adminRoutes[strings.Join(parts, "/")]
	if !ok {
		return refuse(http.StatusNotFound,
			"there is nothing at %s; there are services, maintenance, incidents, backends and log", r.URL.Path)
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	serve, ok := methods[method]
	if !ok {
		allowed := slices.Sorted(maps.Keys(methods))
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return refuse(http.StatusMethodNotAllowed, "%s is not for %s; it takes %s",
			r.URL.Path, r.Method, strings.Join(allowed, ", "))
	}
	r = r.WithContext(board.ActingAs(r.Context(), by))
	c := &call{w: w, r: r, name: names[0], below: names[1]}
	// Whoever writes slowly must not keep an app from stopping, either.
	c.given, c.givenErr = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	err := running.serve(func(app *App) error {
		if app == nil {
			return refuse(http.StatusServiceUnavailable,
				"no configuration with Candor is running; put the candor directive into a site block and load it")
		}
		c.app = app
		return serve(c)
	})
	if err == nil && c.later != nil {
		err = c.later()
	}
	if err != nil {
		return err
	}
	// Whoever reads slowly must not keep an app from stopping.
	w.WriteHeader(c.code)
	_, _ = w.Write(c.body)
	return nil
}

// answer is v as JSON, with the ETag if there is one.
func (c *call) answer(code int, etag string, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	if etag != "" {
		h.Set("ETag", `"`+etag+`"`)
	}
	c.code, c.body = code, b.Bytes()
	return nil
}

// refuse is an error with the status code that the caller gets to see.
func refuse(code int, format string, args ...any) error {
	return caddy.APIError{HTTPStatus: code, Err: fmt.Errorf(format, args...)}
}

// refusedAs is refuse for an error whose details are for the log alone.
func refusedAs(code int, err error, message string) error {
	return caddy.APIError{HTTPStatus: code, Err: errors.Join(errors.New(message), err), Message: message}
}

// Interface guards
var _ caddy.AdminRouter = (*Admin)(nil)
