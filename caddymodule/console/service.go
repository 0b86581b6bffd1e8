package console

import (
	"net/http"
	"slices"
	"strings"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/statusclient"
)

type serviceBody struct {
	*serviceView
	Windows  []*windowView
	Later    int // windows that are not shown
	Posted   []*incidentView
	Backends []backendView
	Holds    bool        // something is in force
	Form     *windowForm // to take it offline; nil where the user may not, or it is

	// To let testers in, and to rehearse; nil where the user may not.
	Pass     *passForm
	Rehearse *drillForm
}

// service shows one service, and lets those who may take it offline.
func (v *visit) service() {
	var one service
	if a := v.one("services", v.name(), &one); !a.OK() || !v.rights.may(view, one.Name) {
		// What is not theirs does not exist for them.
		v.refuse(http.StatusNotFound, "refused.missing")
		return
	}
	windows, ok := v.windows()
	if !ok {
		return
	}
	posted, ok := v.posted(false)
	if !ok {
		return
	}
	concerns := func(services []string) bool {
		return slices.Contains(services, one.Name) || slices.Contains(services, all)
	}
	b := serviceBody{
		serviceView: v.viewService(&one), Backends: v.viewBackends(one.Backends),
		Windows: slices.DeleteFunc(windows, func(w *windowView) bool { return !concerns(w.Services) }),
		Posted:  slices.DeleteFunc(posted, func(in *incidentView) bool { return !concerns(in.Services) }),
	}
	backends, ok := v.backends()
	if !ok {
		return
	}
	for _, in := range v.atBackends(backends) {
		if slices.ContainsFunc(one.Incidents, in.is) {
			b.Posted = append(b.Posted, in)
		}
	}
	b.Posted = newestFirst(append(b.Posted, v.heard([]*service{&one}, posted)...))
	b.Windows, b.Later = someWindows(b.Windows)
	held := slices.ContainsFunc(b.Windows, func(w *windowView) bool { return w.Running })
	b.Holds = held
	if v.rights.may(operate, one.Name) {
		b.Pass = v.passForm(one.Name, "4h", "")
		b.Rehearse = v.drillForm(one.Name, string(statusclient.StateFault), "")
		if !held {
			b.Form = v.blankWindow(one.Name)
		}
	}
	s := v.sheet("service", "overview", one.Title, b)
	v.show(s)
}

// scope is the services that something is about, to choose from.
type scope struct {
	Options []option
	All     bool   // whether all of them can be chosen at once
	Whole   bool   // they are
	Search  bool   // there are so many that one has to look for them
	Find    string // what was looked for
	Found   int    // how many there are of that
	Hidden  int    // that are not listed
}

type option struct {
	Value, Text string
	On          bool
}

// choose lists the services that the user may do something with; where they are
// many, those that are chosen and those that find has the words of.
func (v *visit) choose(l level, chosen []string, find string) scope {
	list, found := v.services(l, find, maxListed)
	s := scope{All: v.rights.everywhere >= l, Whole: slices.Contains(chosen, all), Search: found.All > maxListed, Find: find}
	if s.Search {
		for _, name := range chosen {
			if name != all {
				s.Options = append(s.Options, option{name, v.title(name), true})
			}
		}
		if find == "" {
			return s
		}
		s.Found, s.Hidden = found.Found, found.Found-len(list)
	}
	slices.SortFunc(list, func(a, b *service) int { return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)) })
	for _, one := range list {
		on := slices.Contains(chosen, one.Name)
		if s.Search && on || !on && one.Name == config.DefaultService && len(list) > 1 {
			continue
		}
		s.Options = append(s.Options, option{one.Name, one.Title, on})
	}
	return s
}

// chosen are the services that a form names: those that are ticked, and those whose
// names were typed. Other words are looked for, and the form is shown once more.
func (v *visit) chosen() (names []string, find string) {
	names = slices.DeleteFunc(slices.Clone(v.r.PostForm["services"]), func(s string) bool { return s == "" })
	find = strings.TrimSpace(v.r.PostForm.Get("find"))
	typed := strings.FieldsFunc(find, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\r' })
	switch {
	case !slices.ContainsFunc(typed, func(name string) bool { _, known := v.called[name]; return !known && name != all }):
		names, find = append(names, typed...), ""
	case find == v.r.PostForm.Get("sought") && v.step() == stepReview: // what there is of that was shown
		if len(names) > 0 {
			find = ""
		}
	case v.step() != stepStale:
		v.r.PostForm.Set("step", stepChange)
	}
	if slices.Contains(names, all) {
		return []string{all}, find
	}
	slices.Sort(names)
	return slices.Compact(names), find
}
