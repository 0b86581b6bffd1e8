package statusclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestOpenStatus(t *testing.T) {
	conform(t, conformance{
		typ: "openstatus", fixtures: "testdata/openstatus/*.json", serve: serveTree,
		now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC),
	})
}

func TestOpenStatusReadsTheFeedBelowWhateverWasCopied(t *testing.T) {
	for give, want := range map[string]string{
		"": "", "/": "", "/events": "", "/de/events/report/20": "", "/monitors/71": "", "/feed/rss": "", "/api/status/summary.json": "",
		"/university": "/university", "/university/events/maintenance/30?x#y": "/university",
	} {
		asked, page := askedFor(t, "openstatus", "https://status.example.edu"+give)
		if len(asked) != 1 || asked[0] != "status.example.edu"+want+"/feed/json" || page != "https://status.example.edu"+want {
			t.Errorf("%s: asked for %v, page is %s", give, asked, page)
		}
	}
}

// TestOpenStatusThroughADay has a feed that tells the time, so that no two
// answers are the same, and keeps what is resolved in it.
func TestOpenStatusThroughADay(t *testing.T) {
	l := new(life)
	var old *lifeItem
	report := func(i *lifeItem, state string) object {
		var said array
		for n, w := range i.newestFirst() {
			said = append(said, object{"id": n, "status": w.state, "message": w.text, "date": w.at})
		}
		return object{"id": 20, "title": i.title, "status": state, "pageComponents": array{1}, "statusReportUpdates": said}
	}
	h := l.documents(map[string]func() any{
		"/feed/json": func() any {
			reports, plans := array{}, array{}
			if l.incident != nil {
				old = l.incident
				reports = append(reports, report(old, old.state))
			} else if old != nil {
				reports = append(reports, report(old, "resolved"))
			}
			if p := l.plan; p != nil {
				var said array
				for _, w := range p.newestFirst() {
					said = append(said, object{"message": w.text, "date": w.at})
				}
				plans = append(plans, object{
					"id": 30, "name": p.title, "message": p.said[0].text, "from": p.from, "to": p.until,
					"pageComponents": array{2}, "maintenanceUpdates": said,
				})
			}
			return object{
				"updatedAt": time.Now(), "pageComponents": array{object{"id": 1, "name": "Portal"}, object{"id": 2, "name": "Mail"}},
				"statusReports": reports, "maintenances": plans,
			}
		},
		"/api/status/summary.json": func() any {
			mail := "operational"
			if l.plan != nil && !l.plan.from.After(time.Now()) {
				mail = "under_maintenance"
			}
			return object{"components": array{
				object{"name": "Portal", "status": l.portal("major_outage", "operational")}, object{"name": "Mail", "status": mail},
			}}
		},
	})
	l.follow(t, BackendConfig{Type: "openstatus", URL: "https://status.example.edu"}, h, [8]string{
		"",
		"Portal=major_outage; Portal down investigating unknown [1] 1 We look into it.",
		"Portal=major_outage; Portal down identified unknown [1] 2 A disk is full.",
		"Portal=major_outage; Portal down monitoring unknown [1] 3 Freed.",
		"",
		"Mail moves scheduled 1h0m0s [2] Mail will be away.",
		"Mail=maintenance; Mail moves in_progress 1h0m0s [2] Begun.",
		"",
	})
}

func TestOpenStatusHasNothingNewWhenOnlyTheTimeIs(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/feed/json") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprintf(w, `{"title":"x","updatedAt":%q,"pageComponents":[{"id":1,"name":"Portal"}],"statusReports":[]}`, time.Now())
	})
	conformance{typ: "openstatus"}.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		for i := range 3 {
			if _, err := b.Fetch(t.Context()); errors.Is(err, ErrNotModified) != (i > 0) {
				t.Errorf("call %d: %v", i, err)
			}
			time.Sleep(time.Minute)
		}
	})
}

func TestOpenStatusQuirks(t *testing.T) {
	words := [][2]string{
		{"operational", ""}, {"degraded_performance", "degraded"}, {"partial_outage", "partial_outage"}, {"major_outage", "major_outage"},
		{"under_maintenance", "maintenance"}, {"incident", "unknown"}, {"unknown", "unknown"},
	}
	components, known := each(words, "C%d=%s", func(n int, _ string) any { return object{"id": n, "name": fmt.Sprint("C", n)} })
	named, _ := each(words, "", func(n int, word string) any { return object{"name": fmt.Sprint("C", n), "status": word} })
	old := [][2]string{{"success", ""}, {"degraded", "degraded"}, {"error", "major_outage"}, {"info", "maintenance"}, {"odd", "unknown"}}
	watched, knownOfMonitors := each(old, "C%d=%s", func(n int, _ string) any { return object{"id": n, "name": fmt.Sprint("C", n), "monitorId": 10 + n} })
	monitors, _ := each(old, "", func(n int, word string) any { return object{"id": 10 + n, "name": "x", "status": word} })
	reports, told := each([][2]string{
		{"investigating", "investigating"}, {"identified", "identified"}, {"monitoring", "monitoring"}, {"resolved", ""}, {"odd", "unknown"},
	}, "I%d %s unknown [] 0 -", func(n int, word string) any { return object{"id": n, "title": fmt.Sprint("I", n), "status": word} })
	tree := func(components, monitors, reports, summary any) object {
		return object{
			"/feed/json":               object{"pageComponents": components, "monitors": monitors, "statusReports": reports, "updatedAt": "x"},
			"/api/status/summary.json": object{"components": summary},
		}
	}
	conformance{typ: "openstatus"}.hold(t, map[string]quirk{
		"every status of a component":    {tree: tree(components, nil, array{}, named), want: known},
		"every status of an old monitor": {tree: tree(watched, monitors, array{}, array{}), want: knownOfMonitors},
		"every state of a report":        {tree: tree(array{}, nil, reports, array{}), want: told},
		"two of one name, which differ": {
			tree: tree(raw(`[{"id":1,"name":"C","monitorId":11},{"id":2,"name":"C"}]`), raw(`[{"id":11,"status":"error"}]`), array{},
				raw(`[{"name":"C","status":"operational"},{"name":"C","status":"major_outage"}]`)),
			want: "C=major_outage; C=unknown",
		},
		"two of one name, which do not": {
			tree: tree(raw(`[{"id":1,"name":"C"},{"id":2,"name":"C"}]`), nil, array{}, raw(`[{"name":"C","status":"partial_outage"},{"name":"C","status":"partial_outage"}]`)),
			want: "C=partial_outage; C=partial_outage",
		},
	})
}

func FuzzOpenStatus(f *testing.F) {
	fuzzTree(f, "testdata/openstatus/*.json", func(b []byte) *Status {
		var feed openStatusFeed
		var sum openStatusSummary
		if json.Unmarshal(b, &feed) != nil {
			return nil
		}
		json.Unmarshal(b, &sum)
		return feed.status(&sum, "https://status.example.edu", time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC))
	})
}

func BenchmarkOpenStatus(b *testing.B) {
	var components, reports array
	for i := range 200 {
		components = append(components, object{"id": i, "name": fmt.Sprint("Component ", i), "groupId": nil})
	}
	for i := range 20 {
		var said array
		for j := range 10 {
			said = append(said, object{"status": "identified", "message": benchText, "date": fmt.Sprintf("2026-11-20T0%d:00:00Z", j)})
		}
		reports = append(reports, object{"id": i, "title": "Incident", "status": "identified", "pageComponents": array{1}, "statusReportUpdates": said})
	}
	benchDecoder(b, must(json.Marshal(object{"pageComponents": components, "statusReports": reports})), func(body []byte) *Status {
		var feed openStatusFeed
		if json.Unmarshal(body, &feed) != nil {
			return nil
		}
		return feed.status(new(openStatusSummary), "https://status.example.edu", time.Time{})
	})
}
