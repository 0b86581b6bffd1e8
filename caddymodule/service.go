package caddymodule

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/traffic"
)

// service is one service as requests meet it.
type service struct {
	name     string
	about    statusclient.Service
	page     *errorpages.Service
	zone     string // on whose clocks weekly work is planned
	upstream string
	hosts    []string
	implied  bool // nobody has configured it: it takes what the others leave
	ledTo    bool // by a directive that names it; guarded by App.mu
	bypass   bypass
	passes   [2]string // names of the cookie over HTTP and HTTPS
	pages    *pageCounts
	tally    *traffic.Tally
	sought   string                        // its title and its name, see soughtAs
	status   atomic.Pointer[encodedStatus] // what scripts were told last
	upcoming atomic.Pointer[upcoming]
	links    seldom                  // complaints about some that do not open
	initial  *statusclient.Situation // until the first merge that knows it
}

// provisionServices makes the services that the configuration names, and the one
// that takes every other host.
func (a *App) provisionServices() error {
	a.named = make(map[string]*service, len(a.conf.Services)+1)
	a.byHost = make(map[string]*service)
	var err error
	if a.brand, err = errorpages.NewBrand(a.conf.Brand); err != nil {
		return fmt.Errorf("brand.%w", err)
	}
	if err = a.renderer.CheckLanguages(a.brand); err != nil {
		return fmt.Errorf("brand.%w", err)
	}
	a.shapes = map[string]*errorpages.JSONTemplate{"": nil}
	if err = a.readShape(a.conf.Pages.JSON); err != nil {
		return fmt.Errorf("pages.json: %w", err)
	}
	for i := range a.conf.Services {
		s := &a.conf.Services[i]
		if err = a.readShape(s.Pages.JSON); err != nil {
			return fmt.Errorf("service[%d].pages.json: %w", i, err)
		}
		brand := a.brand
		if !sameBrand(&s.Brand) {
			if brand, err = errorpages.NewBrand(a.conf.BrandFor(s)); err != nil {
				return fmt.Errorf("service[%d].brand.%w", i, err)
			}
			if err = a.renderer.CheckLanguages(brand); err != nil {
				return fmt.Errorf("service[%d].brand.%w", i, err)
			}
		}
		svc := a.newService(s, brand)
		a.named[s.Name] = svc
		for _, h := range s.Hosts {
			a.byHost[h] = svc
		}
	}
	if a.fallback = a.named[config.DefaultService]; a.fallback == nil {
		a.fallback = a.newService(&config.Service{Name: config.DefaultService}, a.brand)
		a.fallback.implied = true
		a.named[config.DefaultService] = a.fallback
	}
	return nil
}

// readShape reads a template for errors in JSON, once for all that name it.
func (a *App) readShape(path string) (err error) {
	if _, known := a.shapes[path]; !known {
		a.shapes[path], err = a.renderer.NewJSONTemplate(path)
	}
	return err
}

// sameBrand reports whether a service says nothing of its own about its brand.
func sameBrand(b *errorpages.BrandConfig) bool {
	return b.Name == "" && b.Logo == "" && b.Accent == "" && b.StatusURL == "" && b.Timezone == "" &&
		len(b.Languages) == 0 && len(b.Contacts) == 0
}

func (a *App) newService(s *config.Service, brand *errorpages.Brand) *service {
	m := a.conf.MaintenanceFor(s)
	name, value := m.Header()
	svc := &service{
		name:  s.Name,
		about: statusclient.Service{Name: s.Name, Components: s.Components, Follow: s.FollowMaintenance},
		page: &errorpages.Service{
			Name: s.Name, Title: s.Title, Brand: brand, Alternatives: s.Alternatives,
			JSON: a.shapes[cmp.Or(s.Pages.JSON, a.conf.Pages.JSON)],
		},
		zone:     a.conf.BrandFor(s).Timezone,
		upstream: s.Upstream,
		hosts:    s.Hosts,
		bypass:   bypass{networks: m.Networks(), header: name, value: []byte(value)},
		passes:   passCookies(s.Name),
		pages:    pageCountsOf(s.Name),
		tally:    a.traffic.Open(s.Name),
		initial:  &statusclient.Situation{Service: s.Name},
	}
	if svc.page.Title == "" && s.Name != config.DefaultService {
		svc.page.Title = s.Name
	}
	svc.sought = soughtAs(svc.page.Title, svc.name)
	return svc
}

// leadTo returns the service that a directive names; nil is whichever has the host
// of the request. One that the configuration does not know is made on the spot:
// everything concerns it.
func (a *App) leadTo(name string) (*service, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if name == "" {
		a.byHosts = true
		return nil, nil
	}
	if err := config.CheckName(name); err != nil {
		return nil, fmt.Errorf("service: %w", err)
	}
	svc := a.named[name]
	if svc == nil {
		svc = a.newService(&config.Service{Name: name}, a.brand)
		svc.initial = a.situationOf(svc)
		a.named[name] = svc
	}
	svc.ledTo = true
	return svc, nil
}

// service is the one with this name, nil if there is none.
func (a *App) service(name string) *service {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.named[name]
}

// leads reports whether any directive leads to svc.
func (a *App) leads(svc *service) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return svc.ledTo || a.byHosts && (svc == a.fallback || len(svc.hosts) > 0)
}

// situationOf merges for one service alone.
func (a *App) situationOf(svc *service) *statusclient.Situation {
	know := statusclient.Merge([]statusclient.Service{svc.about}, a.inputs(), nil, timeNow())
	return know.Situations[svc.name]
}

// situation is what is known about svc now.
func (a *App) situation(svc *service) *statusclient.Situation {
	if sit := a.knowledge.Load().Situations[svc.name]; sit != nil {
		return sit
	}
	return svc.initial
}

// serviceFor looks a service up by the host of a request, in one or two map
// look-ups however many hosts there are.
func (a *App) serviceFor(host string) *service {
	if svc := a.claimant(host); svc != nil {
		return svc
	}
	return a.fallback
}

// claimant is the service that names host, nil if none does.
func (a *App) claimant(host string) *service {
	if len(a.byHost) == 0 {
		return nil
	}
	host = hostname(host)
	if svc := a.byHost[host]; svc != nil {
		return svc
	}
	if _, parent, ok := strings.Cut(host, "."); ok {
		var buf [256]byte
		if wild := append(append(buf[:0], "*."...), parent...); len(wild) <= len(buf) {
			return a.byHost[string(wild)]
		}
	}
	return nil
}

// hostname is the host of an authority in the form that names are kept in.
func hostname(authority string) string {
	host := authority
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// zoneOf is the time zone of services: their own where it is one, else that of
// [brand].
func (a *App) zoneOf(names []string) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	zone := a.conf.Brand.Timezone
	for i, name := range names {
		svc := a.named[name]
		switch {
		case svc == nil || i > 0 && svc.zone != zone:
			return a.conf.Brand.Timezone
		default:
			zone = svc.zone
		}
	}
	return zone
}

// shown are the services that people are told of, sorted by name.
func (a *App) shown() []*service {
	if !a.hidden(a.fallback) {
		return a.services()
	}
	return slices.DeleteFunc(slices.Clone(a.services()), a.hidden)
}

// hidden is a "default" that nobody has configured and nothing leads to.
func (a *App) hidden(svc *service) bool { return svc.implied && !a.leads(svc) }
