package console

import (
	"slices"
	"strings"

	"github.com/candor-edge/candor/errorpages"
)

// maxListed bounds how many services one page shows; the rest is found by name.
const maxListed = 60

type overviewBody struct {
	Services []*serviceView
	Hidden   int    // that are not listed
	Query    string // that was looked for
	Search   bool   // there are so many that one has to look for them
	Troubled int
	Windows  []*windowView
	Posted   []*incidentView
	Sources  []sourceView
}

// overview shows everything at one glance.
func (v *visit) overview() {
	services, ok := v.services()
	if !ok {
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
	b := overviewBody{Windows: windows, Posted: posted, Search: len(services) > maxListed}
	for _, s := range services {
		if s.rank() < 2 {
			b.Troubled++
		}
	}
	for _, w := range windows {
		if w.Overdue || w.Forgotten {
			b.Troubled++
		}
	}
	if b.Search {
		b.Query = strings.TrimSpace(v.r.URL.Query().Get("q"))
		q := strings.ToLower(b.Query)
		services = slices.DeleteFunc(services, func(s *serviceView) bool {
			return !strings.Contains(strings.ToLower(s.Title), q) && !strings.Contains(s.Name, q)
		})
	}
	b.Hidden = max(0, len(services)-maxListed)
	b.Services = services[:len(services)-b.Hidden]
	if v.rights.whole() {
		var sources []source
		if !v.get("backends", &sources) {
			return
		}
		b.Sources = v.viewSources(sources)
	}
	s := v.sheet("overview", "overview", v.say("overview.title"), b)
	s.Live = true
	v.show(s)
}

type sourceView struct {
	source
	Last errorpages.Moment
	Down errorpages.Moment
}

func (v *visit) viewSources(list []source) []sourceView {
	var out []sourceView
	for _, s := range list {
		out = append(out, sourceView{s, v.words.Moment(s.Fetched), v.words.Moment(s.Failing)})
	}
	return out
}
