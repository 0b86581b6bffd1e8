package console

import (
	"slices"
	"strings"
)

type serviceBody struct {
	*serviceView
	Windows  []*windowView
	Later    int // windows that are not shown
	Posted   []*incidentView
	Backends []backendView
	Holds    bool        // something is in force
	Pass     *passForm   // to let testers in; nil where the user may not
	Form     *windowForm // to take it offline; nil where the user may not, or it is
}

// service shows one service, and lets those who may take it offline.
func (v *visit) service() {
	var one service
	if a := v.one("services", v.name(), &one); !a.OK() || !v.rights.may(view, one.Name) {
		// What is not theirs does not exist for them.
		v.refuse(404, "refused.missing")
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
	All     bool // whether all of them can be chosen at once
	Whole   bool // they are
	Typed   bool // there are so many that names have to be typed
	Names   string
}

type option struct {
	Value, Text string
	On          bool
}

// choose lists the services that the user may do something with.
func (v *visit) choose(l level, chosen []string) scope {
	list, found := v.services(l, "", maxListed)
	slices.SortFunc(list, func(a, b *service) int { return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)) })
	s := scope{All: v.rights.everywhere >= l, Whole: slices.Contains(chosen, all), Names: strings.Join(chosen, " ")}
	for _, one := range list {
		on := slices.Contains(chosen, one.Name)
		if on || one.Name != "default" || len(list) == 1 {
			s.Options = append(s.Options, option{one.Name, one.Title, on})
		}
	}
	if found.Found > maxListed {
		s.Options, s.Typed = nil, true
	}
	return s
}

// chosen are the services that a form names.
func (v *visit) chosen() []string {
	names := slices.DeleteFunc(slices.Clone(v.r.PostForm["services"]), func(s string) bool { return s == "" })
	names = append(names, strings.FieldsFunc(v.r.PostForm.Get("names"), func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\r' })...)
	if slices.Contains(names, all) {
		return []string{all}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
