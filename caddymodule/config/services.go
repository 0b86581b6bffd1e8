package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/candor-edge/candor/errorpages"
)

func (v *validator) services() {
	names := make(map[string]bool, len(v.config.Services))
	hosts := make(map[string]string, len(v.config.Services))
	backends, all := map[string]bool{}, true
	for _, b := range v.config.Backends {
		backends[b.Name] = true
		all = all && !v.later(b.Name)
	}
	for i := range v.config.Services {
		s := &v.config.Services[i]
		if !v.later(s.Name) {
			if err := CheckName(s.Name); err != nil {
				v.add(at("service", i, "name"), "%v", err)
			} else if names[s.Name] {
				v.add(at("service", i, "name"), "a service %q is already there", s.Name)
			}
			names[s.Name] = true
		}
		if !v.later(s.Title) && !oneLine(s.Title) {
			v.add(at("service", i, "title"), "must be one line of text")
		}
		for j, component := range s.Components {
			if v.later(component) {
				continue
			}
			if text := componentProblem(component, backends, all); text != "" {
				v.add(at("service", i, fmt.Sprintf("components[%d]", j)), "%s", text)
			}
		}
		v.hosts(i, s, hosts)
		if s.Upstream != "" && !v.later(s.Upstream) {
			if err := checkUpstream(s.Upstream); err != nil {
				v.add(at("service", i, "upstream"), "%v", err)
			}
		}
		if !reflect.ValueOf(&s.Brand).Elem().IsZero() {
			v.brand(func() string { return at("service", i, "brand") }, &s.Brand)
		}
		v.alternatives(i, s)
		if len(s.Operators) > 0 || len(s.Publishers) > 0 {
			v.users(at("service", i, "operators"), s.Operators)
			v.users(at("service", i, "publishers"), s.Publishers)
		}
		if s.FollowMaintenance && len(s.Components) == 0 {
			v.add(at("service", i, "follow_maintenance"), "takes components: whose maintenance is to be followed?")
		}
		header := s.BypassHeader
		if header == noHeader {
			header = ""
		}
		if len(s.BypassNetworks) > 0 || header != "" {
			v.maintenance(fmt.Sprintf("service[%d]", i), s.BypassNetworks, header)
		}
	}
}

// alternatives judges those of service i.
func (v *validator) alternatives(i int, s *Service) {
	if len(s.Alternatives) > errorpages.MaxAlternatives {
		v.add(at("service", i, "alternative"), "there are more than %d: a page of their own would say more", errorpages.MaxAlternatives)
	}
	for j, a := range s.Alternatives {
		if v.later(a.Label) {
			a.Label = "known later"
		}
		if v.later(a.URL) {
			a.URL = ""
		}
		var wrong *errorpages.KeyError
		if errors.As(a.Check(), &wrong) {
			v.add(at("service", i, fmt.Sprintf("alternative[%d].%s", j, wrong.Key)), "%v", wrong.Err)
		}
	}
}

// hosts judges those of service i; owners are the services of all hosts so far.
func (v *validator) hosts(i int, s *Service, owners map[string]string) {
	for j, h := range s.Hosts {
		if v.later(h) {
			continue
		}
		host, err := hostPattern(h)
		if err != nil {
			v.add(at("service", i, fmt.Sprintf("hosts[%d]", j)), "%v", err)
			continue
		}
		if owner, taken := owners[host]; taken {
			v.add(at("service", i, fmt.Sprintf("hosts[%d]", j)), "%s of service %q already belongs to service %q", host, s.Name, owner)
			continue
		}
		owners[host] = s.Name
	}
}

// componentProblem says what is wrong with one of a service's components. all
// is false when not every backend's name is known yet.
func componentProblem(component string, backends map[string]bool, all bool) string {
	backend, name, ok := strings.Cut(component, "/")
	switch {
	case !ok || backend == "" || strings.TrimSpace(name) == "":
		return fmt.Sprintf("%q is not BACKEND/NAME, BACKEND/ID or BACKEND/*", component)
	case backends[backend] || !all:
		return ""
	case backend == boardName:
		return "the board has no components: what is published on it names services"
	}
	known := slices.Sorted(maps.Keys(backends))
	if best := Nearest(backend, known); best != "" {
		return fmt.Sprintf("there is no backend %q; did you mean %q?", backend, best)
	}
	return fmt.Sprintf("there is no backend %q", backend)
}
