package console

import (
	"slices"
	"strings"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// What one page shows at most; the rest is found by name, or has a page of its own.
const (
	maxListed  = 60 // services
	maxTrouble = 6  // of these, before anything else
	maxRunning = 20 // windows in force
	maxPlanned = 5  // windows
	maxPosted  = 10 // incidents
	maxWindows = 200
)

type overviewBody struct {
	Troubled int
	Trouble  []*serviceView
	Services []*serviceView // the others
	Hidden   int            // that are not listed
	Count    int            // of those that may be seen
	Found    int
	Query    string // that was looked for
	Search   bool   // there are so many that one has to look for them
	Windows  []*windowView
	Later    int // windows that are not shown
	Posted   []*incidentView
	More     int // incidents that are not shown
	Backends []backendView
}

// overview shows everything at one glance.
func (v *visit) overview() {
	windows, ok := v.windows()
	if !ok {
		return
	}
	posted, ok := v.posted(false)
	if !ok {
		return
	}
	backends, ok := v.backends()
	if !ok {
		return
	}
	b := overviewBody{Query: strings.TrimSpace(v.r.URL.Query().Get("q"))}
	list, found := v.services(view, b.Query, maxListed)
	posted = newestFirst(slices.Concat(posted, v.atBackends(backends), v.heard(list, posted)))
	b.Count, b.Found, b.Troubled, b.Search = found.All, found.Found, found.Troubled, found.All > maxListed || b.Query != ""
	b.Hidden = found.Found - len(list)
	for _, s := range list {
		if s := v.viewService(s); b.Query == "" && s.troubled() && len(b.Trouble) < maxTrouble {
			b.Trouble = append(b.Trouble, s)
		} else {
			b.Services = append(b.Services, s)
		}
	}
	for _, w := range windows {
		if w.Overdue || w.Forgotten {
			b.Troubled++
		}
	}
	b.Windows, b.Later = someWindows(windows)
	b.Posted = posted[:min(len(posted), maxPosted)]
	b.More = len(posted) - len(b.Posted)
	b.Backends = v.viewBackends(backends)
	v.show(v.sheet("overview", "overview", v.say("overview.title"), b))
}

// troubled reports whether it is in trouble that nobody has planned.
func (s *serviceView) troubled() bool {
	return s.State == statusclient.StateFault || s.State == statusclient.StateIncident
}

// someWindows are those in force, and the next ones; the others are counted.
func someWindows(all []*windowView) (some []*windowView, more int) {
	running, planned := 0, 0
	for _, w := range all {
		if w.Running {
			running++
		} else {
			planned++
		}
		if w.Running && running <= maxRunning || !w.Running && planned <= maxPlanned {
			some = append(some, w)
		}
	}
	return some, len(all) - len(some)
}

// allWindows shows what is offline and planned, as far as a page goes.
func (v *visit) allWindows() {
	windows, ok := v.windows()
	if !ok {
		return
	}
	var b struct {
		Windows []*windowView
		Later   int
	}
	b.Windows = windows[:min(len(windows), maxWindows)]
	b.Later = len(windows) - len(b.Windows)
	v.show(v.sheet("windows", "overview", v.say("overview.windows"), b))
}

type backendView struct {
	backend
	Last errorpages.Moment
	Down errorpages.Moment
}

func (v *visit) viewBackends(list []backend) []backendView {
	var out []backendView
	for _, s := range list {
		out = append(out, backendView{s, v.words.Moment(s.Fetched), v.words.Moment(s.Failing)})
	}
	return out
}
