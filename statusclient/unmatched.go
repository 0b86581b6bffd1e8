package statusclient

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Unmatched is a component of a service that is not exactly one of a backend. Most
// often nothing is known of it for a slip of the pen, and the service misses what is
// said about it. Or it is the name of several, and the service hears of all.
type Unmatched struct {
	Service   string
	Component string   // as the configuration has it
	Backend   string   // its part before the slash
	NoBackend bool     // there is no backend of that name
	Nearest   string   // what may have been meant, as the configuration would have it; often empty
	Several   int      // how many components there are of that name; 0: none
	Either    []string // what to call each of the first of these, as the configuration would have it
}

// String says it in one line, for a warning.
func (u Unmatched) String() string {
	s := fmt.Sprintf("service %s: backend %s has no component %q", u.Service, u.Backend, u.Component)
	if u.NoBackend {
		s = fmt.Sprintf("service %s: component %q: there is no backend %q", u.Service, u.Component, u.Backend)
	}
	if u.Several > 0 {
		s = fmt.Sprintf("service %s: backend %s has %d components %q, and all are meant", u.Service, u.Backend, u.Several, u.Component)
		for i, other := range u.Either {
			s += fmt.Sprintf("%s%q", [...]string{"; write ", " or ", " or "}[min(i, 2)], other)
		}
	}
	if u.Nearest != "" {
		s += fmt.Sprintf("; did you mean %q?", u.Nearest)
	}
	return s
}

// Unmatched returns the components of services that no backend knows, or of which
// one has several, in the order of the services. Backends that have not been fetched yet are given the
// benefit of the doubt; so is the board, whose components are what people name
// in its incidents. Only the first few answers of a backend come with the
// nearest name, since looking for it takes time.
func (k *Knowledge) Unmatched(services []Service) []Unmatched {
	var (
		found []Unmatched
		known = make(map[string]*vocabulary)
	)
	for i := range services {
		s := &services[i]
		for _, ref := range s.Components {
			backend, name, slash := strings.Cut(ref, "/")
			src, ok := k.Inputs[backend]
			if !ok {
				u := Unmatched{Service: s.Name, Component: ref, Backend: backend, NoBackend: true}
				if near := k.nearestBackend(backend); near != "" {
					u.Nearest = near + "/" + name
				}
				found = append(found, u)
				continue
			}
			if src.Fetched.IsZero() || src.Holds || name == "*" {
				continue
			}
			v := known[backend]
			if v == nil {
				v = newVocabulary(src.Status)
				known[backend] = v
			}
			u := Unmatched{Service: s.Name, Component: ref, Backend: backend}
			if name := norm.NFC.String(name); slash && v.names[name] {
				if u.Several = len(v.sharing[name]); u.Several > 0 {
					u.Either = v.either(backend, name)
					found = append(found, u)
				}
				continue
			}
			if near := v.nearest(name); near != "" {
				u.Nearest = backend + "/" + near
			} else if !slash {
				u.Nearest = backend + "/*"
			}
			found = append(found, u)
		}
	}
	return found
}

// nearestBackend is the name of a backend that is spelled nearly as name.
func (k *Knowledge) nearestBackend(name string) string {
	best, distance := "", len(name)/3+1
	for other := range k.Inputs {
		d := editDistance([]rune(fold(name)), []rune(fold(other)), distance)
		if d < distance || d == distance && best != "" && other < best {
			best, distance = other, d
		}
	}
	return best
}
