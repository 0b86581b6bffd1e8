package console

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

const (
	logShown  = 100 // entries on a page
	logLooked = 500 // among which are those of a department
)

// logEntry is a line of the log as the page shows it.
type logEntry struct {
	At      errorpages.Moment
	Who     string
	Claimed bool // nobody has checked who it was
	From    string
	What    string
	Titles  string
	Lines   []logLine
	Outcome string // in words; empty where it was made and counts
}

type logLine struct{ Name, Old, New string }

type logBody struct {
	Entries []logEntry
	Service string // the one that it is about; empty is all
}

// log shows who changed what. It is not kept up to date: reading it asks the
// storage for a lot.
func (v *visit) log() {
	service := v.r.URL.Query().Get("service")
	if service != "" && !v.rights.may(view, service) {
		v.refuse(http.StatusNotFound, "refused.missing")
		return
	}
	q := url.Values{"limit": {strconv.Itoa(logShown)}}
	if !v.rights.whole() {
		q.Set("limit", strconv.Itoa(logLooked))
	}
	b := logBody{}
	if service != "" {
		q.Set("service", service)
		b.Service = v.title(service)
	}
	var entries []board.Entry
	if !v.get("log?"+q.Encode(), &entries) {
		return
	}
	for i := range entries {
		// What names no service may be about any.
		if e := &entries[i]; v.rights.whole() || len(e.Services) > 0 && v.rights.concerned(e.Services) {
			b.Entries = append(b.Entries, v.viewEntry(e))
		}
	}
	b.Entries = b.Entries[:min(len(b.Entries), logShown)]
	v.show(v.sheet("log", "log", v.say("log.title"), b))
}

// actions and fields are those that have words of their own; others are shown as
// the admin API calls them.
var actions = map[string]bool{
	"maintenance.create": true, "maintenance.edit": true, "maintenance.extend": true, "maintenance.end": true,
	"maintenance.cancel": true, "maintenance.on": true, "maintenance.off": true,
	"incident.open": true, "incident.update": true, "incident.resolve": true, "incident.reopen": true,
	"pass.link": true, "pass.revoke": true, "drill.start": true, "drill.end": true, "component.set": true,
}

var fieldKeys = map[string]string{
	"title": "field.title", "message": "field.text", "from": "field.start", "until": "field.end", "state": "field.state",
	"impact": "field.impact", "next_update": "field.next", "services": "field.services",
	"components": "field.components",
}

func (v *visit) viewEntry(e *board.Entry) logEntry {
	out := logEntry{
		At: v.words.Moment(e.At), Who: e.Who, Claimed: e.Claimed, From: e.From, What: e.Action, Titles: v.titles(e.Services),
	}
	if actions[e.Action] {
		out.What = v.say("action." + strings.ReplaceAll(e.Action, ".", "_"))
	}
	if e.Outcome != "" {
		out.Outcome = v.say("outcome." + string(e.Outcome))
	}
	if e.Outcome == board.Unreadable {
		out.What, out.Outcome = out.Outcome, "" // nothing else is known
	}
	if at, _, _ := strings.Cut(e.Subject, "/"); v.reads[at] {
		out.Lines = append(out.Lines, logLine{Name: v.say("field.at"), New: at})
	}
	names := slices.Collect(maps.Keys(e.Old))
	for name := range e.New {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if name == "services" || name == "started" || name == "resolved" || e.Old[name] == e.New[name] {
			continue // said already, or as it was
		}
		line := logLine{Name: name, Old: v.value(name, e.Old[name]), New: v.value(name, e.New[name])}
		if key := fieldKeys[name]; key != "" {
			line.Name = v.say(key)
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// value is one of a log entry in the words of the rest of the console.
func (v *visit) value(name, s string) string {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return v.words.Moment(t).Text
	}
	if word := v.words.Text(name + "." + s); (name == "state" || name == "impact") && word != "" {
		return word
	}
	if name == "state" && slices.Contains(rehearsable, statusclient.State(s)) {
		return v.say("state." + s)
	}
	return s
}

var rehearsable = []statusclient.State{statusclient.StateFault, statusclient.StateIncident, statusclient.StateMaintenance}
