package caddymodule

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/caddyserver/caddy/v2"

	"github.com/candor-edge/candor/caddymodule/command/gallery"
	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient/traffic"
)

// previewConfig implements command.Previewer: it makes the services of a
// configuration as the edge does, and nothing else of it. named are the services
// that directives name, "" where one names none.
func previewConfig(cfg *config.Config, named []string) (*gallery.Show, error) {
	// Backends are not asked, and their tokens need not be on a designer's machine.
	stripped := *cfg
	stripped.Backends = nil
	stripped.Maintenance = config.Maintenance{}
	stripped.Services = slices.Clone(cfg.Services)
	for i := range stripped.Services {
		s := &stripped.Services[i]
		s.Components, s.Upstream, s.BypassNetworks, s.BypassHeader = nil, "", nil, ""
		s.FollowMaintenance, s.MaintenanceFile = false, ""
	}
	a := &App{Config: stripped, logger: caddy.Log(), traffic: traffic.NewRegistry()}
	defer func() { _ = a.traffic.Destruct() }()
	a.inner = newInnerLog(a.logger)
	repl := caddy.NewReplacer()
	var err error
	if a.conf, err = a.Resolve(func(s string) (string, error) { return repl.ReplaceOrErr(s, true, true) }); err != nil {
		return nil, err
	}
	if a.renderer, err = errorpages.NewRenderer(a.conf.Pages, a.conf.Public.Path, a.inner); err != nil {
		return nil, fmt.Errorf("pages.%w", err)
	}
	if err = a.provisionServices(); err != nil {
		return nil, err
	}

	show := &gallery.Show{Renderer: a.renderer, Base: a.conf.Public.Path}
	var services []*service
	for _, s := range a.conf.Services {
		services = append(services, a.named[s.Name])
	}
	for _, name := range named {
		if name != "" && a.named[name] == nil {
			a.named[name] = a.newService(&config.Service{Name: name}, a.brand)
		}
		if svc := a.named[name]; svc != nil && !slices.Contains(services, svc) {
			services = append(services, svc)
		}
	}
	if !slices.Contains(services, a.fallback) && (len(services) == 0 || slices.Contains(named, "")) {
		services = append(services, a.fallback)
	}
	for _, svc := range services {
		show.Services = append(show.Services, svc.page)
	}
	show.Own = func(w http.ResponseWriter, r *http.Request, name string) bool {
		for _, svc := range services {
			if _, _, logo := svc.page.Brand.Logo(); logo != "" && name == logo {
				serveLogo(w, r, svc)
				return true
			}
		}
		asset := a.asset(name)
		if asset != nil {
			asset.ServeHTTP(w, r)
		}
		return asset != nil
	}
	return show, nil
}
