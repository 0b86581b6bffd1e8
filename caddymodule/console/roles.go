package console

import (
	"slices"

	"github.com/candor-edge/candor/caddymodule/config"
)

// level is how much a user may do with a service; each includes those before it.
type level int

const (
	closed  level = iota
	view          // see
	publish       // and post incident texts
	operate       // and take offline
)

// all stands for every service, as in the board's lists.
const all = "*"

// roles says who may do what. They are as configured and do not change.
type roles struct {
	everywhere map[string]level
	services   map[string]map[string]level // by user, then service
}

func newRoles(c *config.Config) *roles {
	r := &roles{everywhere: map[string]level{}, services: map[string]map[string]level{}}
	for l, users := range map[level][]string{view: c.Console.Viewers, publish: c.Console.Publishers, operate: c.Console.Operators} {
		for _, u := range users {
			r.everywhere[u] = max(r.everywhere[u], l)
		}
	}
	for i := range c.Services {
		s := &c.Services[i]
		for l, users := range map[level][]string{publish: s.Publishers, operate: s.Operators} {
			for _, u := range users {
				if r.services[u] == nil {
					r.services[u] = map[string]level{}
				}
				r.services[u][s.Name] = max(r.services[u][s.Name], l)
			}
		}
	}
	return r
}

func (r *roles) nobody() bool { return len(r.everywhere) == 0 && len(r.services) == 0 }

// of is what a user may do.
func (r *roles) of(user string) rights {
	if user == "" {
		return rights{}
	}
	return rights{r.everywhere[user], r.services[user]}
}

// rights is what one user may do.
type rights struct {
	everywhere level
	services   map[string]level
}

func (r rights) none() bool { return r.everywhere == closed && len(r.services) == 0 }

// whole reports whether all services are theirs to see.
func (r rights) whole() bool { return r.everywhere >= view }

// may reports whether a user may do something with all of these services, which
// are names or the one that stands for all.
func (r rights) may(l level, services ...string) bool {
	if r.everywhere >= l {
		return true
	}
	return len(services) > 0 && !slices.ContainsFunc(services, func(s string) bool { return s == all || r.services[s] < l })
}

// ever reports whether there is any service that a user may do something with.
func (r rights) ever(l level) bool {
	if r.everywhere >= l {
		return true
	}
	for _, have := range r.services {
		if have >= l {
			return true
		}
	}
	return false
}

// concerned reports whether what names these services is for a user to see: it
// does when one of them is theirs. Where it names none, it concerns all.
func (r rights) concerned(services []string) bool {
	if r.whole() || len(services) == 0 {
		return true
	}
	return slices.ContainsFunc(services, func(s string) bool { return s == all || r.services[s] >= view })
}
