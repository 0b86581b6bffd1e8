package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
	"github.com/caddyserver/caddy/v2/modules/caddytls"
)

func init() {
	caddy.RegisterModule(new(Upstreams))
	caddy.RegisterModule(new(Permission))
}

// Upstreams sends a request to the upstream that the service of its host names,
// so that one site block serves any number of services:
//
//	reverse_proxy {
//		dynamic candor
//	}
//
// A host that no service claims, or whose service names no upstream, has none.
type Upstreams struct{ app *App }

// CaddyModule returns the Caddy module information.
func (*Upstreams) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.reverse_proxy.upstreams.candor",
		New: func() caddy.Module { return new(Upstreams) },
	}
}

// Provision implements caddy.Provisioner.
func (u *Upstreams) Provision(ctx caddy.Context) (err error) {
	u.app, err = appOf(ctx)
	return err
}

// GetUpstreams implements reverseproxy.UpstreamSource.
func (u *Upstreams) GetUpstreams(r *http.Request) ([]*reverseproxy.Upstream, error) {
	svc := u.app.serviceFor(r.Host)
	if svc.upstream == "" {
		return nil, nil
	}
	return []*reverseproxy.Upstream{{Dial: svc.upstream}}, nil
}

// UnmarshalCaddyfile takes no options. Syntax:
//
//	dynamic candor
func (*Upstreams) UnmarshalCaddyfile(d *caddyfile.Dispenser) error { return alone(d) }

// Permission lets certificates be obtained on demand for the hosts that services
// name, and for nothing else:
//
//	on_demand_tls {
//		permission candor
//	}
type Permission struct{ app *App }

// CaddyModule returns the Caddy module information.
func (*Permission) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "tls.permission.candor",
		New: func() caddy.Module { return new(Permission) },
	}
}

// Provision implements caddy.Provisioner.
func (p *Permission) Provision(ctx caddy.Context) (err error) {
	p.app, err = appOf(ctx)
	return err
}

// CertificateAllowed implements caddytls.OnDemandPermission.
func (p *Permission) CertificateAllowed(_ context.Context, name string) error {
	if p.app.claimant(name) == nil {
		return fmt.Errorf("%s: %w", strings.ToLower(name), errUnclaimed)
	}
	return nil
}

var errUnclaimed = errors.Join(caddytls.ErrPermissionDenied, errors.New("no service names this host"))

// UnmarshalCaddyfile sets up the permission. Syntax:
//
//	permission candor
func (*Permission) UnmarshalCaddyfile(d *caddyfile.Dispenser) error { return alone(d) }

// alone accepts a module's name with nothing behind it.
func alone(d *caddyfile.Dispenser) error {
	d.Next()
	if d.NextArg() {
		return d.ArgErr()
	}
	if d.NextBlock(0) {
		return d.Errf("unrecognized option '%s'", d.Val())
	}
	return nil
}

// Interface guards
var (
	_ reverseproxy.UpstreamSource = (*Upstreams)(nil)
	_ caddyfile.Unmarshaler       = (*Upstreams)(nil)
	_ caddytls.OnDemandPermission = (*Permission)(nil)
	_ caddyfile.Unmarshaler       = (*Permission)(nil)
)
