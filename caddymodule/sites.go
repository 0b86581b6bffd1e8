package caddymodule

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// siteOf is where visitors find a service: at the first host that it names, else
// at the first of the site blocks that front it. It is empty if neither tells.
func (a *App) siteOf(svc *service) string {
	for _, host := range svc.hosts {
		if isName(host) {
			return "https://" + host
		}
	}
	app, err := a.ctx.AppIfConfigured("http")
	if err != nil {
		return ""
	}
	plain := ""
	for _, srv := range app.(*caddyhttp.App).Servers {
		host := frontedHost(srv.Routes, nil, svc)
		if host == "" && srv.Errors != nil {
			host = frontedHost(srv.Errors.Routes, nil, svc)
		}
		switch {
		case host == "":
		case len(srv.TLSConnPolicies) > 0:
			return "https://" + withPort(host, srv, "443")
		case plain == "" || "http://"+host < plain: // the servers are in no order
			plain = "http://" + withPort(host, srv, "80")
		}
	}
	return plain
}

// frontedHost is the first host among routes whose handlers front svc. hosts are
// those that the routes are for.
func frontedHost(routes caddyhttp.RouteList, hosts caddyhttp.MatchHost, svc *service) string {
	for i := range routes {
		own := hostsOf(&routes[i], hosts)
		for _, handler := range routes[i].Handlers {
			switch h := handler.(type) {
			case *caddyhttp.Subroute:
				if host := frontedHost(h.Routes, own, svc); host != "" {
					return host
				}
			case *Handler:
				for _, host := range own {
					if isName(host) && (h.service == svc || h.service == nil && h.app.serviceFor(host) == svc) {
						return host
					}
				}
			}
		}
	}
	return ""
}

// elsewhere warns of an origin at which no directive here leads to svc; another
// edge may have one.
func (a *App) elsewhere(svc *service, origin string) string {
	u, err := url.Parse(origin)
	app, missing := a.ctx.AppIfConfigured("http")
	if err != nil || missing != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	for _, srv := range app.(*caddyhttp.App).Servers {
		if fronts(srv.Routes, nil, svc, host) || srv.Errors != nil && fronts(srv.Errors.Routes, nil, svc, host) {
			return ""
		}
	}
	return fmt.Sprintf("no site here leads to %s at %s; the link works only where one does", svc.name, host)
}

// fronts reports whether routes, which are for hosts, or for all of them where that
// is nil, lead to svc at host.
func fronts(routes caddyhttp.RouteList, hosts caddyhttp.MatchHost, svc *service, host string) bool {
	for i := range routes {
		own := hostsOf(&routes[i], hosts)
		here := own == nil || slices.ContainsFunc(own, func(pattern string) bool {
			_, parent, _ := strings.Cut(host, ".")
			return strings.EqualFold(strings.Trim(pattern, "[]"), host) || strings.EqualFold(pattern, "*."+parent) || strings.Contains(pattern, "{")
		})
		for _, handler := range routes[i].Handlers {
			switch h := handler.(type) {
			case *caddyhttp.Subroute:
				if fronts(h.Routes, own, svc, host) {
					return true
				}
			case *Handler:
				if here && (h.service == svc || h.service == nil && h.app.serviceFor(host) == svc) {
					return true
				}
			}
		}
	}
	return false
}

// hostsOf are the hosts that a route is for, beside those of the routes around it.
func hostsOf(route *caddyhttp.Route, around caddyhttp.MatchHost) caddyhttp.MatchHost {
	for _, set := range route.MatcherSets {
		for _, m := range set {
			if h, ok := m.(*caddyhttp.MatchHost); ok {
				around = append(around[:len(around):len(around)], *h...)
			}
		}
	}
	return around
}

// isName reports whether host is one that can be visited: no pattern, no placeholder.
func isName(host string) bool { return host != "" && !strings.ContainsAny(host, "*{") }

// withPort adds the port that srv listens on, unless it is the usual one.
func withPort(host string, srv *caddyhttp.Server, usual string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	for _, listen := range srv.Listen {
		addr, err := caddy.ParseNetworkAddress(listen)
		if err != nil || addr.IsUnixNetwork() {
			continue
		}
		if port := strconv.Itoa(int(addr.StartPort)); port != usual && addr.StartPort != 0 {
			return net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		break
	}
	return host
}
