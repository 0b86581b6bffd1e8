package caddymodule

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// roster is all services that a configuration knows. It does not change.
type roster struct {
	byName  []*service
	byTitle []*service
}

// services are those of the roster, sorted by name.
func (a *App) services() []*service { return a.roster().byName }

// roster is made anew when directives have named more of them: none ever goes.
func (a *App) roster() *roster {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if known := a.listed.Load(); known != nil && len(known.byName) == len(a.named) {
		return known
	}
	r := &roster{byName: slices.Collect(maps.Values(a.named))}
	slices.SortFunc(r.byName, func(x, y *service) int { return strings.Compare(x.name, y.name) })
	r.byTitle = slices.Clone(r.byName)
	slices.SortStableFunc(r.byTitle, func(x, y *service) int { return strings.Compare(x.sought, y.sought) })
	a.listed.Store(r)
	return r
}

// soughtAs is what people look for a service by, in small letters.
func soughtAs(title, name string) string { return strings.ToLower(cmp.Or(title, name) + "\n" + name) }
