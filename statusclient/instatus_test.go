package statusclient

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestInstatus(t *testing.T) {
	conform(t, conformance{typ: "instatus", fixtures: "testdata/instatus/*.json", serve: serveTree})
}

func TestInstatusReadsTheSummaryBelowWhateverWasCopied(t *testing.T) {
	for _, give := range []string{"", "/", "/history", "/history.rss", "/de/history/2", "/summary.json", "/v3/components.json", "/incident/cl4?x#y"} {
		asked, page := askedFor(t, "instatus", "https://status.example.edu"+give)
		if len(asked) != 1 || asked[0] != "status.example.edu/summary.json" || page != "https://status.example.edu" {
			t.Errorf("%s: asked for %v, page is %s", give, asked, page)
		}
	}
}

// fakeInstatus leaves out lists that are empty, and has what people write in the
// feed of its history only.
func fakeInstatus(l *life) map[string]func() any {
	word := map[string]string{"investigating": "INVESTIGATING", "identified": "IDENTIFIED", "monitoring": "MONITORING", "scheduled": "NOTSTARTEDYET", "in_progress": "INPROGRESS"}
	shown := map[string]string{"investigating": "Investigating", "identified": "Identified", "monitoring": "Monitoring", "scheduled": "Not started yet", "in_progress": "In progress"}
	item := func(b *strings.Builder, id, kind, components string, i *lifeItem) {
		fmt.Fprintf(b, "<item><title>%s</title><guid>https://status.example.edu/%s</guid><description><![CDATA[Type: %s<br/>Affected Components: %s<br/>", i.title, id, kind, components)
		for _, w := range i.said {
			fmt.Fprintf(b, "<small>%s GMT+0</small> - <strong>%s</strong> - %s<br/>", w.at.Format("Jan 2, 15:04:05"), shown[w.state], w.text)
		}
		b.WriteString("]]></description></item>")
	}
	return map[string]func() any{
		"/summary.json": func() any {
			doc := object{"page": object{"status": l.portal("HASISSUES", "UP")}}
			if i := l.incident; i != nil {
				doc["activeIncidents"] = array{object{"id": "i1", "name": i.title, "started": i.from.Format(time.RFC3339), "status": word[i.state], "impact": "MAJOROUTAGE"}}
			}
			if p := l.plan; p != nil {
				doc["activeMaintenances"] = array{object{"id": "m1", "name": p.title, "start": p.from.Format(time.RFC3339), "status": word[p.state], "duration": "60"}}
			}
			return doc
		},
		"/v2/components.json": func() any {
			return object{"components": array{
				object{"id": "c1", "name": "Portal", "status": l.portal("MAJOROUTAGE", "OPERATIONAL"), "group": nil},
				object{"id": "c2", "name": "Mail", "status": "OPERATIONAL", "group": nil},
			}}
		},
		"/history.rss": func() any {
			var b strings.Builder
			b.WriteString(`<rss version="2.0"><channel>`)
			if l.incident != nil {
				item(&b, "incident/i1", "Incident", "Portal", l.incident)
			}
			if l.plan != nil {
				item(&b, "maintenance/m1", "Maintenance", "Mail", l.plan)
			}
			b.WriteString(`</channel></rss>`)
			return b.String()
		},
	}
}

func TestInstatusThroughADay(t *testing.T) {
	l := new(life)
	h := l.documents(fakeInstatus(l))
	l.follow(t, BackendConfig{Type: "instatus", URL: "https://status.example.edu"}, h, [8]string{
		"",
		"Portal=major_outage; Portal down investigating critical [c1] 1 We look into it.",
		"Portal=major_outage; Portal down identified critical [c1] 2 A disk is full.",
		"Portal=major_outage; Portal down monitoring critical [c1] 3 Freed.",
		"",
		"Mail moves scheduled 1h0m0s [c2] Mail will be away.",
		"Mail moves in_progress 1h0m0s [c2] Begun.",
		"",
	})
	if l.asked["/history.rss"] >= l.asked["/summary.json"] {
		t.Errorf("the feed was read while nothing went on: %v", l.asked)
	}
}

// TestInstatusKeepsWhatItReadWhenTheFeedFails: titles and states are known
// without it, and texts that were known stay.
func TestInstatusKeepsWhatItReadWhenTheFeedFails(t *testing.T) {
	l := &life{incident: &lifeItem{title: "Portal down"}}
	fake := l.documents(fakeInstatus(l))
	var broken bool
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken && r.URL.Path == "/history.rss" {
			http.Error(w, "<html>", http.StatusOK)
			return
		}
		fake.ServeHTTP(w, r)
	})
	follow(t, BackendConfig{Type: "instatus", URL: "https://status.example.edu"}, h, []event{
		{
			do: l.do(func() {
				l.incident.from = time.Now()
				l.incident.say("investigating", "We look into it.")
			}), want: "Portal=major_outage; Portal down investigating critical [c1] 1 We look into it.",
		},
		{do: func() { broken = true }, want: "Portal=major_outage; Portal down investigating critical [c1] 1 We look into it."},
		{
			do:   l.do(func() { l.incident.say("identified", "Not to be read.") }),
			want: "Portal=major_outage; Portal down identified critical [c1] 1 We look into it.",
		},
	})
}

func TestInstatusMomentsAreReadInAnyZoneAndYear(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)
	for give, want := range map[string]string{
		"Dec 31, 23:30:00 GMT+0":    "2026-12-31T23:30:00Z",
		"Jan 1, 05:30:00 GMT+5:30":  "2027-01-01T00:00:00Z",
		"Jan 01, 00:10:00 GMT-3":    "2027-01-01T03:10:00Z",
		"Dec 1, 00:00:00 GMT+10":    "2026-11-30T14:00:00Z",
		"Dec 1, 00:00:00 MEZ":       "0001-01-01T00:00:00Z",
		"Someday, 00:00:00 GMT+0":   "0001-01-01T00:00:00Z",
		"Feb 29, 00:00:00 GMT+0":    "2027-03-01T00:00:00Z",
		"Dec 1, 00:00:00 GMT+99:99": "0001-01-01T00:00:00Z",
	} {
		s := instatusStory{entries: []instatusEntry{{at: instatusMoment(give)}}}
		got := s.updates(began, func(string) string { return "" })[0].At
		if got.Format(time.RFC3339) != want {
			t.Errorf("%s is %s, want %s", give, got.Format(time.RFC3339), want)
		}
	}
}

func TestInstatusQuirks(t *testing.T) {
	words := [][3]string{
		{"OPERATIONAL", "operational", "none"}, {"UNDERMAINTENANCE", "maintenance", "maintenance"}, {"DEGRADEDPERFORMANCE", "degraded", "minor"},
		{"PARTIALOUTAGE", "partial_outage", "major"}, {"MINOROUTAGE", "partial_outage", "major"}, {"MAJOROUTAGE", "major_outage", "critical"}, {"ODD", "unknown", "unknown"},
	}
	var statuses, impacts [][2]string
	for _, w := range words {
		status := w[1]
		if status == "operational" {
			status = ""
		}
		statuses, impacts = append(statuses, [2]string{w[0], status}), append(impacts, [2]string{w[0], w[2]})
	}
	components, known := each(statuses, "C%d=%s", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "name": fmt.Sprint("C", n), "status": word}
	})
	weights, weighed := each(impacts, "I%d investigating %s [] 0 -", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "name": fmt.Sprint("I", n), "status": "INVESTIGATING", "impact": word}
	})
	states, told := each([][2]string{
		{"INVESTIGATING", "investigating"}, {"IDENTIFIED", "identified"}, {"MONITORING", "monitoring"}, {"RESOLVED", "resolved"}, {"ODD", "unknown"},
	}, "I%d %s minor [] 0 -", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "name": fmt.Sprint("I", n), "status": word, "impact": "DEGRADEDPERFORMANCE"}
	})
	plans, planned := each([][2]string{
		{"NOTSTARTEDYET", "scheduled"}, {"INPROGRESS", "in_progress"}, {"VERIFYING", "verifying"}, {"COMPLETED", "completed"}, {"ODD", "unknown"},
	}, "M%d %s 1h0m0s [] -", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "name": fmt.Sprint("M", n), "status": word, "start": "2026-11-20T08:00:00Z", "duration": "60"}
	})
	plan := func(members string) any {
		return array{raw(`{"id":"1","name":"M","status":"INPROGRESS",` + members + `}`)}
	}
	tree := func(components, incidents, maintenances any) object {
		doc := object{"page": object{"status": "UP"}}
		if incidents != nil {
			doc["activeIncidents"] = incidents
		}
		if maintenances != nil {
			doc["activeMaintenances"] = maintenances
		}
		return object{"/summary.json": doc, "/components.json": components}
	}
	started := `"start":"2026-11-20T08:00:00Z"`
	conformance{typ: "instatus"}.hold(t, map[string]quirk{
		"every status of a component":              {tree: tree(components, nil, nil), want: known},
		"every impact":                             {tree: tree(array{}, weights, nil), want: weighed},
		"every state of an incident":               {tree: tree(array{}, states, nil), want: told},
		"every state of a maintenance":             {tree: tree(array{}, nil, plans), want: planned},
		"minutes as a number":                      {tree: tree(array{}, nil, plan(started+`,"duration":90`)), want: "M in_progress 1h30m0s [] -"},
		"minutes that are none":                    {tree: tree(array{}, nil, plan(started+`,"duration":"soon"`)), want: "M in_progress endless [] -"},
		"minutes that nobody means":                {tree: tree(array{}, nil, plan(started+`,"duration":"99999999"`)), want: "M in_progress endless [] -"},
		"minutes of what begins nobody knows when": {tree: tree(array{}, nil, plan(`"duration":"60"`)), want: "M in_progress endless [] -"},
	})
}

func FuzzInstatus(f *testing.F) {
	fuzzTree(f, "testdata/instatus/*.json", func(b []byte) *Status {
		var doc instatusSummary
		var rows instatusComponents
		json.Unmarshal(b, &rows)
		story := parseInstatusStory(string(b))
		told := &instatusHistory{items: map[string]instatusStory{"": story}}
		if h := parseInstatusHistory(b); h != nil {
			told = h
		}
		if json.Unmarshal(b, &doc) != nil {
			doc.Incidents = []instatusEvent{{Started: instatusTime{time.Unix(1, 0)}}}
		}
		return doc.status(rows, told)
	})
}

func BenchmarkInstatus(b *testing.B) {
	var rows, incidents array
	var feed strings.Builder
	feed.WriteString("<rss><channel>")
	for i := range 200 {
		rows = append(rows, object{"id": fmt.Sprint("c", i), "name": fmt.Sprint("Component ", i), "status": "OPERATIONAL"})
	}
	for i := range 20 {
		incidents = append(incidents, object{"id": fmt.Sprint("i", i), "name": "Incident", "started": "2026-11-20T00:00:00Z", "status": "IDENTIFIED"})
		fmt.Fprintf(&feed, "<item><guid>i%d</guid><description><![CDATA[Affected Components: Component 1<br/>", i)
		for j := range 10 {
			fmt.Fprintf(&feed, "Nov 20, 0%d:00:00 GMT+0 - Identified - We see errors for some requests.<br/>", j)
		}
		feed.WriteString("]]></description></item>")
	}
	feed.WriteString("</channel></rss>")
	list := must(json.Marshal(rows))
	benchDecoder(b, must(json.Marshal(object{"page": object{"status": "UP"}, "activeIncidents": incidents})), func(body []byte) *Status {
		var doc instatusSummary
		var rows instatusComponents
		if json.Unmarshal(body, &doc) != nil || json.Unmarshal(list, &rows) != nil {
			return nil
		}
		return doc.status(rows, parseInstatusHistory([]byte(feed.String())))
	})
}
