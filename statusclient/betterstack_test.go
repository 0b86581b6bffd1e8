package statusclient

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestBetterStack(t *testing.T) {
	conform(t, conformance{
		typ: "better-stack", fixtures: "testdata/better-stack/*.json",
		now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC),
	})
}

func TestBetterStackReadsTheIndexBelowWhateverWasCopied(t *testing.T) {
	for _, give := range []string{"", "/", "/index.json", "/incidents", "/incident/500", "/maintenance/502?x#y"} {
		asked, page := askedFor(t, "better-stack", "https://status.example.edu"+give)
		if len(asked) != 1 || asked[0] != "status.example.edu/index.json" || page != "https://status.example.edu" {
			t.Errorf("%s: asked for %v, page is %s", give, asked, page)
		}
	}
}

// TestBetterStackThroughADay leaves ends_at null also when a report is resolved.
func TestBetterStackThroughADay(t *testing.T) {
	l := new(life)
	var old *lifeItem
	h := l.documents(map[string]func() any{"/index.json": func() any {
		included := array{object{"id": "5", "type": "status_page_section", "attributes": object{"name": "Teaching"}}}
		mail := "operational"
		report := func(id string, i *lifeItem, attributes object) {
			var refs array
			for j, w := range i.said {
				u := fmt.Sprint(id, "-", j)
				refs = append(refs, object{"id": u, "type": "status_update"})
				included = append(included, object{"id": u, "type": "status_update", "attributes": object{"message": w.text, "published_at": w.at}})
			}
			attributes["title"], attributes["starts_at"] = i.title, i.from
			included = append(included, object{
				"id": id, "type": "status_report", "attributes": attributes,
				"relationships": object{"status_updates": object{"data": refs}},
			})
		}
		if l.incident != nil {
			old = l.incident
			report("100", old, object{"report_type": "manual", "aggregate_state": "downtime", "ends_at": nil, "affected_resources": array{object{"status_page_resource_id": "1"}}})
		} else if old != nil {
			report("100", old, object{"report_type": "manual", "aggregate_state": "resolved", "ends_at": nil})
		}
		if l.plan != nil {
			if !l.plan.from.After(time.Now()) {
				mail = "maintenance"
			}
			report("200", l.plan, object{"report_type": "maintenance", "aggregate_state": "maintenance", "ends_at": l.plan.until, "affected_resources": array{object{"status_page_resource_id": "2"}}})
		}
		resource := func(id, name, status string) object {
			return object{"id": id, "type": "status_page_resource", "attributes": object{"public_name": name, "status": status, "status_page_section_id": 5}}
		}
		included = append(included, resource("1", "Portal", l.portal("downtime", "operational")), resource("2", "Mail", mail))
		return object{"data": object{"type": "status_page", "attributes": object{"announcement": nil}}, "included": included}
	}})
	l.follow(t, BackendConfig{Type: "better-stack", URL: "https://status.example.edu"}, h, [8]string{
		"",
		"Portal=major_outage; Portal down investigating major [1] 1 We look into it.",
		"Portal=major_outage; Portal down investigating major [1] 2 A disk is full.",
		"Portal=major_outage; Portal down investigating major [1] 3 Freed.",
		"",
		"Mail moves scheduled 1h0m0s [2] Mail will be away.",
		"Mail=maintenance; Mail moves in_progress 1h0m0s [2] Begun.",
		"",
	})
}

// TestAMaintenanceBeginsWithoutAByteOfNews: what only the clock changes is known
// when it is time.
func TestAMaintenanceBeginsWithoutAByteOfNews(t *testing.T) {
	l := new(life)
	var from time.Time
	h := l.documents(map[string]func() any{"/index.json": func() any {
		return object{"data": object{"type": "status_page"}, "included": array{object{
			"id": "1", "type": "status_report",
			"attributes": object{"report_type": "maintenance", "title": "Mail moves", "starts_at": from, "ends_at": from.Add(time.Hour)},
		}}}
	}})
	follow(t, BackendConfig{Type: "better-stack", URL: "https://status.example.edu"}, h, []event{
		{do: l.do(func() { from = time.Now().Add(time.Hour) }), want: "Mail moves scheduled 1h0m0s [] -"},
		{do: func() { time.Sleep(time.Hour) }, want: "Mail moves in_progress 1h0m0s [] -"},
		{do: func() { time.Sleep(time.Hour) }, want: "Mail moves completed 1h0m0s [] -"},
	})
}

func TestBetterStackQuirks(t *testing.T) {
	resources, known := each([][2]string{
		{"operational", ""}, {"degraded", "degraded"}, {"downtime", "major_outage"}, {"maintenance", "maintenance"}, {"not_monitored", "unknown"}, {"odd", "unknown"},
	}, "R%d=%s", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "type": "status_page_resource", "attributes": object{"public_name": fmt.Sprint("R", n), "status": word}}
	})
	reports, told := each([][2]string{
		{"operational", "none"}, {"degraded", "minor"}, {"downtime", "major"}, {"maintenance", "maintenance"}, {"odd", "unknown"}, {"resolved", ""},
	}, "I%d investigating %s [] 0 -", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "type": "status_report", "attributes": object{"title": fmt.Sprint("I", n), "report_type": "manual", "aggregate_state": word}}
	})
	tree := func(included any) object {
		return object{"/index.json": object{"data": object{"type": "status_page", "attributes": object{"announcement": nil}}, "included": included}}
	}
	plan := func(from, until string) any {
		return array{object{"id": "1", "type": "status_report", "attributes": object{
			"title": "M", "report_type": "maintenance", "aggregate_state": "maintenance", "starts_at": from, "ends_at": until,
			"affected_resources": array{object{"status_page_resource_id": "7"}, object{"status_page_resource_id": "7"}},
		}}}
	}
	long := tree(array{})
	long["/index.json"].(object)["data"].(object)["attributes"] = object{"announcement": strings.Repeat("word ", 100)}
	conformance{typ: "better-stack"}.hold(t, map[string]quirk{
		"every status of a resource": {tree: tree(resources), want: known},
		"every state of a report":    {tree: tree(reports), want: told},
		"maintenance that is ahead":  {tree: tree(plan("2026-11-20T13:00:00Z", "2026-11-20T14:00:00Z")), want: "M scheduled 1h0m0s [7] -"},
		"maintenance that runs":      {tree: tree(plan("2026-11-20T11:00:00Z", "2026-11-20T14:00:00Z")), want: "M in_progress 3h0m0s [7] -"},
		"an announcement that is too long for a title is also a text": {
			tree: long,
			want: strings.TrimSpace(strings.Repeat("word ", 60)) + "… unknown none [] 1 " + strings.TrimSpace(strings.Repeat("word ", 100)),
		},
	})
}

func FuzzBetterStack(f *testing.F) {
	fuzzTree(f, "testdata/better-stack/*.json", func(b []byte) *Status {
		var doc betterStackDoc
		if json.Unmarshal(b, &doc) != nil {
			return nil
		}
		return doc.status(time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC))
	})
}

func BenchmarkBetterStack(b *testing.B) {
	var included array
	for i := range 200 {
		included = append(included, object{"id": fmt.Sprint(i), "type": "status_page_resource", "attributes": object{"public_name": fmt.Sprint("Component ", i), "status": "operational"}})
	}
	for i := range 20 {
		var refs array
		for j := range 10 {
			id := fmt.Sprint(i, "-", j)
			refs = append(refs, object{"id": id})
			included = append(included, object{"id": id, "type": "status_update", "attributes": object{"message": benchText, "published_at": fmt.Sprintf("2026-11-20T0%d:00:00Z", j)}})
		}
		included = append(included, object{
			"id": fmt.Sprint("r", i), "type": "status_report", "attributes": object{"title": "Incident", "aggregate_state": "downtime"},
			"relationships": object{"status_updates": object{"data": refs}},
		})
	}
	body := must(json.Marshal(object{"data": object{"type": "status_page"}, "included": included}))
	benchDecoder(b, body, func(body []byte) *Status {
		var doc betterStackDoc
		if json.Unmarshal(body, &doc) != nil {
			return nil
		}
		return doc.status(time.Time{})
	})
}
