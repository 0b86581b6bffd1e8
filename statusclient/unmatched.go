package statusclient

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Unmatched is a component of a service that nothing is known of, most often for
// a slip of the pen. The service then misses what is said about that component.
type Unmatched struct {
	Service   string
	Component string // as the configuration has it
	Backend   string // its part before the slash
	NoBackend bool   // there is no backend of that name
	Nearest   string // what may have been meant, as the configuration would have it; often empty
}

// String says it in one line, for a warning.
func (u Unmatched) String() string {
	s := fmt.Sprintf("service %s: backend %s has no component %q", u.Service, u.Backend, u.Component)
	if u.NoBackend {
		s = fmt.Sprintf("service %s: component %q: there is no backend %q", u.Service, u.Component, u.Backend)
	}
	if u.Nearest != "" {
		s += fmt.Sprintf("; did you mean %q?", u.Nearest)
	}
	return s
}

// Unmatched returns the components of services that no backend knows, in the
// order of the services. Backends that have not been fetched yet are given the
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
			if slash && v.names[norm.NFC.String(name)] {
				continue
			}
			u := Unmatched{Service: s.Name, Component: ref, Backend: backend}
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
