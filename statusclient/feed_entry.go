package statusclient

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
)

const (
	// openFor is how long an entry that says nothing of its state is taken for
	// something that goes on. Its author will not say when it ends.
	openFor = 24 * time.Hour

	maxEntry = 256 << 10 // bytes of one entry that are looked at
)

// entry is one entry of a feed.
type entry struct {
	id, title, link    string
	published, updated time.Time
	content            string
	closed             bool // its title or a category says so

	event   bool // an announcement with its time, or an end
	from    time.Time
	until   time.Time
	updates []feedUpdate // newest first; none if the content has no timeline
}

func newEntry(item *gofeed.Item, at *url.URL) *entry {
	e := &entry{
		id: item.GUID, title: oneLine(item.Title), link: entryLink(item.Link, at),
		content: item.Content,
	}
	if strings.TrimSpace(e.content) == "" {
		e.content = item.Description
	}
	e.content = cutSource(e.content, maxEntry)
	if t := item.PublishedParsed; t != nil {
		e.published = *t
	}
	if t := item.UpdatedParsed; t != nil {
		e.updated = *t
	}
	if e.published.IsZero() {
		e.published = e.updated
	}
	if e.updated.IsZero() {
		e.updated = e.published
	}
	if e.id == "" {
		e.id = item.Link
	}
	if e.id == "" {
		sum := sha256.Sum256([]byte(e.title + "\x00" + e.published.String()))
		e.id = hex.EncodeToString(sum[:8])
	}
	e.closed = saysClosed(e.title)
	for _, c := range item.Categories {
		e.closed = e.closed || closedWords[strings.ToLower(strings.TrimSpace(c))]
	}
	if end := item.Custom["maintenanceEndDate"]; end != "" {
		e.event, e.from = true, e.published
		if t, ok := mailTime(end); ok && t.After(e.from) {
			e.until = t
		}
	}
	e.timeline()
	return e
}

// mailTime reads a time as RSS writes it.
func mailTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, time.RFC3339} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// oneLine is a title without the markup that some feeds have in it.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	t := Text{Source: s, Markup: Mixed}
	t.Clean()
	return t.Plain
}

// planned reports whether the entry is about a maintenance.
func (e *entry) planned() bool {
	if e.event {
		return true
	}
	for _, u := range e.updates {
		if maintenanceState(MaintenanceState(u.state)) != MaintenanceUnknown {
			return true
		}
	}
	return false
}

// state is the newest that the timeline names. Once something was resolved it
// stays so: vendors add the cause later, under whatever label comes to hand.
func (e *entry) state() (state string, since time.Time) {
	for _, u := range e.updates {
		if u.state == string(Resolved) || u.state == string(Completed) {
			return u.state, u.at
		}
	}
	for _, u := range e.updates {
		if u.state != "" {
			return u.state, u.at
		}
	}
	return "", e.updated
}

// relevant reports whether the entry is worth showing as an incident: it says how
// far it is, or it is so new that it may go on.
func (e *entry) relevant(now time.Time) bool {
	state, _ := e.state()
	if e.closed || incidentState(IncidentState(state)) != StateUnknown {
		return true
	}
	at := e.updated
	if e.published.After(at) {
		at = e.published
	}
	return !at.IsZero() && now.Sub(at) < openFor && at.Sub(now) < time.Hour
}

func (e *entry) incident() Incident {
	n := Incident{ID: e.id, Title: e.title, Impact: ImpactMinor, URL: e.link, Updates: e.texts(), Started: e.started()}
	state, since := e.state()
	n.State = IncidentState(state)
	if e.closed && n.State.Open() {
		n.State, since = Resolved, e.updated
	}
	if n.State == Resolved {
		n.Resolved = since
	}
	return n
}

func (e *entry) maintenance() Maintenance {
	m := Maintenance{ID: e.id, Title: e.title, URL: e.link, Updates: e.texts(), From: e.from, Until: e.until}
	state, _ := e.state()
	switch m.State = MaintenanceState(state); {
	case m.State == MaintenanceState(Resolved), e.closed:
		m.State = Completed
	case state == "":
		m.State = Scheduled
	}
	for _, u := range e.updates {
		if m.From.IsZero() && u.state == string(InProgress) {
			m.From = u.at
		}
	}
	if m.From.IsZero() {
		m.From = e.published
	}
	return m
}

func (e *entry) started() time.Time {
	if n := len(e.updates); n > 0 && !e.updates[n-1].at.IsZero() && e.updates[n-1].at.Before(e.published) {
		return e.updates[n-1].at
	}
	return e.published
}

// texts are the updates, or the whole content as one.
func (e *entry) texts() []Update {
	var out []Update
	for _, u := range e.updates {
		out = append(out, Update{State: u.state, Text: Text{Source: u.text, Markup: HTML}, At: u.at})
	}
	if len(out) == 0 && e.content != "" {
		markup := Mixed
		if hasElements.MatchString(e.content) {
			markup = HTML
		}
		out = []Update{{Text: Text{Source: e.content, Markup: markup}, At: e.updated}}
	}
	return out
}
