package caddymodule

import (
	"net"
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
		own := hosts
		for _, set := range routes[i].MatcherSets {
			for _, m := range set {
				if h, ok := m.(*caddyhttp.MatchHost); ok {
					own = append(own[:len(own):len(own)], *h...)
				}
			}
		}
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
