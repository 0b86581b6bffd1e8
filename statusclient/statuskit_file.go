package statusclient

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// githubFile is a file in a list of the contents of a directory.
type githubFile struct {
	Name string `json:"name"`
	SHA  string `json:"sha"`
	Type string `json:"type"`
}

// statuskitIncident is one file below content/incidents.
type statuskitIncident struct {
	slug, title, severity string
	date                  time.Time
	systems               []string
	updates               []Update // newest first
	draft, resolved       bool
	unreadable            bool // Hugo publishes nothing while there is such a file
}

// public reports whether it is on the site, and not yet over.
func (n *statuskitIncident) public(now time.Time) bool {
	return !n.unreadable && !n.draft && !n.resolved && !n.date.After(now)
}

// state is what the newest update begins with, where that is a state; that of an
// incident is only ever open or not.
func (n *statuskitIncident) state() IncidentState {
	if len(n.updates) > 0 {
		switch s := IncidentState(n.updates[0].State); s {
		case Identified, Monitoring:
			return s
		case Resolved:
			return Monitoring // says the text, and the site that it goes on
		}
	}
	return Investigating
}

// statuskitSystems are the names in a site's configuration. Some stand outside of
// the table where they belong.
func statuskitSystems(config string) []string {
	var c struct {
		Systems []string `toml:"systems"`
		Params  struct {
			Systems []string `toml:"systems"`
		} `toml:"params"`
	}
	if decodeTOML(config, &c) != nil {
		return nil
	}
	var systems []string
	for _, s := range append(c.Params.Systems, c.Systems...) {
		if s != "" && !slices.Contains(systems, s) {
			systems = append(systems, s)
		}
	}
	return first(systems, keepComponents)
}

func readStatuskit(slug, file string) statuskitIncident {
	fields, text := frontMatter(file)
	n := statuskitIncident{
		slug: slug, title: fieldString(fields["title"]), severity: fieldString(fields["severity"]),
		date: fieldTime(fields["date"]), systems: fieldStrings(fields["affectedsystems"]),
		draft: fields["draft"] == true, resolved: fields["resolved"] == true, unreadable: fields == nil,
	}
	if n.title == "" {
		n.title = slug
	}
	n.updates = statuskitUpdates(text, n.date)
	return n
}

var (
	statuskitTrack = regexp.MustCompile(`\{\{[<%]\s*track\s+"?([^">]*?)"?\s*[>%]\}\}`)
	statuskitCode  = regexp.MustCompile(`\{\{[<%].*?[>%]\}\}`)
	statuskitRule  = regexp.MustCompile(`(?m)^[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$`)
	statuskitWord  = regexp.MustCompile(`(?m)^[ \t]*(?:\*\*|__)([A-Za-z]+)(?::(?:\*\*|__)|(?:\*\*|__)[ \t]*:)`)
)

// statuskitUpdates splits the text of an incident, which has no structure but
// habits: an update comes after a rule or begins with a word in bold, and ends
// with the time it is of. The oldest is first, as a rule.
func statuskitUpdates(text string, began time.Time) []Update {
	type piece struct {
		Update
		order time.Time
	}
	var pieces []piece
	last := began
	for _, part := range statuskitParts(text) {
		p := piece{}
		if m := statuskitTrack.FindStringSubmatch(part); m != nil {
			p.At = looseTime(m[1])
		} else if len(pieces) == 0 {
			p.At = began
		}
		if p.order = p.At; p.order.IsZero() {
			p.order = last // said after what stands before it
		}
		last = p.order
		if m := statuskitWord.FindStringSubmatch(part); m != nil {
			if s := IncidentState(strings.ToLower(m[1])); incidentState(s) != StateUnknown {
				p.State = string(s)
			}
		}
		part = strings.TrimSpace(statuskitCode.ReplaceAllString(part, ""))
		if p.Text = (Text{Source: part, Markup: Markdown}); part != "" {
			pieces = append(pieces, p)
		}
	}
	slices.Reverse(pieces)
	slices.SortStableFunc(pieces, func(a, b piece) int { return b.order.Compare(a.order) })
	var out []Update
	for _, p := range pieces {
		out = append(out, p.Update)
	}
	return out
}

// statuskitParts cuts at rules, before words in bold and after times. Where only
// the time says that there is an update, it is the paragraph before it.
func statuskitParts(text string) []string {
	var parts []string
	for _, section := range statuskitRule.Split(text, -1) {
		var cuts []int
		for _, m := range statuskitWord.FindAllStringIndex(section, -1) {
			cuts = append(cuts, m[0])
		}
		for _, m := range statuskitTrack.FindAllStringIndex(section, -1) {
			cuts = append(cuts, m[1])
		}
		slices.Sort(cuts)
		from := 0
		for _, to := range append(cuts, len(section)) {
			part := section[from:to]
			from = to
			if i := strings.LastIndex(strings.TrimSpace(part), "\n\n"); i > 0 && len(parts) == 0 && statuskitTrack.MatchString(part) {
				part = strings.TrimSpace(part)
				parts = append(parts, part[:i])
				part = part[i:]
			}
			parts = append(parts, part)
		}
	}
	return slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
}
