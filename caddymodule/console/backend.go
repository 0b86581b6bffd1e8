package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// boardName is what the admin API calls Candor's own board among backends.
const boardName = board.Name

// backend is one as the admin API tells how it does.
type backend struct {
	Name      string    `json:"name"`
	Type      string    `json:"type"`
	URL       string    `json:"url"`
	Fetched   time.Time `json:"fetched"`
	Failing   time.Time `json:"failing"`
	Error     string    `json:"error"`
	Writable  bool      `json:"writable"`
	Incidents int       `json:"incidents"` // open
}

// backends are all that there are; only who sees everything sees them.
func (v *visit) backends() ([]backend, bool) {
	if !v.rights.whole() {
		return nil, true
	}
	var list []backend
	ok := v.get("backends", &list)
	return list, ok
}

// writable are the backends that the user may write to: what stands at another
// status system is for all who read it, whatever service they use.
func (v *visit) writable() []string {
	var list []backend
	if !v.rights.may(publish, all) || !v.call(Call{Method: http.MethodGet, Path: "backends"}).into(&list) {
		return nil
	}
	var names []string
	for _, s := range list {
		if s.Writable && s.Name != boardName {
			names = append(names, s.Name)
		}
	}
	return names
}

// message is an incident as a backend says it, and a situation tells of it.
type message struct {
	ID         string                     `json:"id"`
	Title      string                     `json:"title"`
	State      statusclient.IncidentState `json:"state"`
	Impact     statusclient.Impact        `json:"impact"`
	Started    time.Time                  `json:"started"`
	NextUpdate time.Time                  `json:"next_update"`
	URL        string                     `json:"url"`
	Updates    []struct {
		State statusclient.IncidentState `json:"state"`
		Text  string                     `json:"text"`
		At    time.Time                  `json:"at"`
	} `json:"updates"`
}

// atBackends are the incidents that are open at backends.
func (v *visit) atBackends(backends []backend) []*incidentView {
	writable := v.writable()
	views := []*incidentView{}
	for _, s := range backends {
		var list []*message
		if s.Name == boardName || s.Incidents == 0 || !v.call(Call{Method: http.MethodGet, Path: "backends/" + s.Name + "/incidents"}).into(&list) {
			continue
		}
		for _, m := range list {
			views = append(views, v.viewMessage(s.Name, m, slices.Contains(writable, s.Name)))
		}
	}
	return views
}

// heard are the incidents of these services that are not posted here: what those
// get to see of other status systems who do not see everything.
func (v *visit) heard(services []*service, posted []*incidentView) []*incidentView {
	if v.rights.whole() {
		return nil
	}
	var views []*incidentView
	for _, s := range services {
		for _, m := range s.Incidents {
			known := func(in *incidentView) bool { return in.is(m) }
			if !slices.ContainsFunc(posted, known) && !slices.ContainsFunc(views, known) {
				views = append(views, v.viewMessage("", m, false))
			}
		}
	}
	return views
}

// is reports whether a message tells of it.
func (in *incidentView) is(m *message) bool { return m.ID == in.ID && m.Title == in.Title }

// newestFirst sorts what comes from several.
func newestFirst(list []*incidentView) []*incidentView {
	slices.SortStableFunc(list, func(a, b *incidentView) int { return b.Started.Compare(a.Started) })
	return list
}

// viewMessage shows what a backend says as if it stood on the board.
func (v *visit) viewMessage(backend string, m *message, mine bool) *incidentView {
	in := &board.Incident{
		ID: m.ID, Title: m.Title, State: m.State, Impact: m.Impact, Started: m.Started, NextUpdate: m.NextUpdate, ETag: m.etag(),
	}
	for _, u := range m.Updates {
		in.Updates = append(in.Updates, board.Update{State: u.State, Message: u.Text, At: u.At})
	}
	out := v.viewIncident(in)
	out.Backend, out.Mine, out.Titles, out.Path = backend, mine, "", nil
	if u, err := url.Parse(m.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		out.URL = m.URL
	}
	if backend != "" && m.ID == strings.Trim(m.ID, "./") && !strings.Contains(m.ID, "/") && m.ID != "new" {
		out.Path = []string{"backends", backend, "incidents", m.ID}
	}
	return out
}

// etag changes with what the backend says.
func (m *message) etag() string {
	h := xxhash.New()
	for _, s := range []string{m.Title, string(m.State), string(m.Impact)} {
		_, _ = h.WriteString(s + "\x00")
	}
	for _, u := range m.Updates {
		_, _ = h.WriteString(string(u.State) + "\x00" + u.Text + "\x00")
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// affectedBy are the services that an incident of a backend concerns. Hosts that
// nobody claims come last.
func (v *visit) affectedBy(in *incidentView) []string {
	list, _ := v.services(view, "", maxListed) // they come first
	var names []string
	for _, s := range list {
		if slices.ContainsFunc(s.Incidents, in.is) {
			names = append(names, s.Name)
		}
	}
	if len(names) > 1 && names[0] == "default" {
		names = append(names[1:], "default")
	}
	return names
}
