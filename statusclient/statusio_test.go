package statusclient

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

const statusioPage = "6a1f000000000000000000ff"

func TestStatusio(t *testing.T) {
	conform(t, conformance{
		typ: "statusio", fixtures: "testdata/statusio/*.json",
		url:   "https://api.status.example.edu/" + secretPath + "/1.0/status/" + statusioPage,
		hosts: []string{"api.status.example.edu:443"},
	})
}

func TestStatusioFindsTheAPIFromWhateverHasTheID(t *testing.T) {
	for give, want := range map[string][2]string{
		"https://api.status.io/1.0/status/" + statusioPage:                    {"", "api.status.io/1.0/status/" + statusioPage},
		"https://status.example.edu/pages/history/" + statusioPage:            {"https://status.example.edu", "api.status.io/1.0/status/" + statusioPage},
		"https://status.example.edu/pages/incident/" + statusioPage + "/6b2f": {"https://status.example.edu", "api.status.io/1.0/status/" + statusioPage},
		"http://proxy.example.edu/status/" + statusioPage:                     {"", "proxy.example.edu/status/" + statusioPage},
	} {
		asked, page := askedFor(t, "statusio", give)
		if len(asked) != 1 || asked[0] != want[1] || page != want[0] {
			t.Errorf("%s: asked for %v, page is %q", give, asked, page)
		}
	}
	for _, url := range []string{"https://status.example.edu", "https://status.example.edu/pages/history/6a1f"} {
		cfg := BackendConfig{Name: "campus", Type: "statusio", URL: url}
		if err := cfg.Validate(); err == nil {
			t.Errorf("%s: no error", url)
		}
	}
}

func TestStatusioSaysThatNobodyHasTheID(t *testing.T) {
	l := new(life)
	h := l.documents(map[string]func() any{statusioPage: func() any { return object{"error": "status page not found"} }})
	follow(t, BackendConfig{Type: "statusio", URL: "https://api.status.io/1.0/status/" + statusioPage}, h, []event{
		{want: "answered JSON with an error: there may be no public page of this id"},
	})
}

// TestStatusioThroughADay has the API on a host of its own, and only what is not
// resolved in it.
func TestStatusioThroughADay(t *testing.T) {
	l := new(life)
	states := map[string]int{"investigating": 100, "identified": 200, "monitoring": 300, "scheduled": 100, "in_progress": 200}
	said := func(i *lifeItem, code int) array {
		var out array
		for _, w := range i.said {
			out = append(out, object{"details": w.text, "state": states[w.state], "status": code, "datetime": w.at.Format("2006-01-02T15:04:05.000Z")})
		}
		return out
	}
	h := l.documents(map[string]func() any{"/1.0/status/" + statusioPage: func() any {
		portal, mail := 100, 100
		incidents, active, upcoming := array{}, array{}, array{}
		if i := l.incident; i != nil {
			portal = 500
			incidents = append(incidents, object{
				"_id": "i1", "name": i.title, "datetime_open": i.from, "messages": said(i, 500),
				"components_affected": array{object{"_id": "c1", "name": "Portal"}},
			})
		}
		if p := l.plan; p != nil {
			plan := object{
				"_id": "m1", "name": p.title, "messages": said(p, 200), "components_affected": array{object{"_id": "c2"}},
				"datetime_planned_start": p.from, "datetime_planned_end": p.until,
			}
			if p.from.After(time.Now()) {
				upcoming = append(upcoming, plan)
			} else {
				mail, active = 200, append(active, plan)
			}
		}
		return object{"result": object{
			"status":    array{object{"id": "c1", "name": "Portal", "status_code": portal}, object{"id": "c2", "name": "Mail", "status_code": mail}},
			"incidents": incidents, "maintenance": object{"active": active, "upcoming": upcoming},
		}}
	}})
	cfg := BackendConfig{Type: "statusio", URL: "https://status.example.edu/pages/history/" + statusioPage}
	l.follow(t, cfg, h, [8]string{
		"",
		"Portal=major_outage; Portal down investigating critical [c1] 1 We look into it.",
		"Portal=major_outage; Portal down identified critical [c1] 2 A disk is full.",
		"Portal=major_outage; Portal down monitoring critical [c1] 3 Freed.",
		"",
		"Mail moves scheduled 1h0m0s [c2] Mail will be away.",
		"Mail=maintenance; Mail moves in_progress 1h0m0s [c2] Begun.",
		"",
	})
}

func TestStatusioReadsRealPages(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../../shared/fixtures/statusio/*.json")
	if len(files) == 0 {
		t.Skip("no recorded pages")
	}
	for _, f := range files {
		var doc statusioDoc
		if err := json.Unmarshal(must(os.ReadFile(f)), &doc); err != nil || doc.Result == nil {
			t.Fatalf("%s: %v", f, err)
		}
		st := doc.Result.status(&statusio{home: "https://status.example.edu", id: statusioPage})
		checkPublishable(t, st)
		if len(st.Components) == 0 || len(st.Components) != len(doc.Result.Components.items) {
			t.Errorf("%s: %d components", f, len(st.Components))
		}
		for _, c := range st.Components {
			if c.Status == ComponentUnknown || c.ID == "" || c.Name == "" {
				t.Errorf("%s: component %+v", f, c)
			}
		}
		for _, n := range st.Incidents {
			if n.State == StateUnknown || n.Impact == ImpactUnknown || n.Started.IsZero() || len(n.Updates) < 2 || n.Updates[0].At.Before(n.Updates[1].At) {
				t.Errorf("%s: incident %+v", f, n)
			}
		}
		for _, m := range st.Maintenances {
			if m.State == MaintenanceUnknown || !m.Until.After(m.From) || len(m.Components) == 0 {
				t.Errorf("%s: maintenance %+v", f, m)
			}
		}
	}
}

func TestStatusioQuirks(t *testing.T) {
	components, known := each([][2]string{
		{"100", ""}, {"200", "maintenance"}, {"300", "degraded"}, {"400", "partial_outage"}, {"500", "major_outage"}, {"600", "unknown"}, {"700", "unknown"},
	}, "C%d=%s", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "name": fmt.Sprint("C", n), "status": "Operational", "status_code": raw(word)}
	})
	message := func(state, code string) any {
		return array{object{"details": "x", "state": raw(state), "status": raw(code), "datetime": "2026-11-20T08:00:00Z"}}
	}
	states, told := each([][2]string{
		{"100", "investigating"}, {"200", "identified"}, {"300", "monitoring"}, {"400", "resolved"}, {"500", "unknown"},
	}, "I%d %s minor [] 1 x", func(n int, word string) any {
		return object{"_id": fmt.Sprint(n), "name": fmt.Sprint("I", n), "messages": message(word, "300")}
	})
	impacts, weighed := each([][2]string{
		{"100", "none"}, {"200", "maintenance"}, {"300", "minor"}, {"400", "major"}, {"500", "critical"}, {"600", "critical"}, {"700", "unknown"},
	}, "I%d investigating %s [] 1 x", func(n int, word string) any {
		return object{"_id": fmt.Sprint(n), "name": fmt.Sprint("I", n), "messages": message("100", word)}
	})
	plans, planned := each([][2]string{
		{"100", "in_progress"}, {"200", "in_progress"}, {"300", "verifying"}, {"400", "completed"}, {"500", "in_progress"},
	}, "M%d %s endless [] x", func(n int, word string) any {
		return object{"_id": fmt.Sprint(n), "name": fmt.Sprint("M", n), "messages": message(word, "200")}
	})
	tree := func(components, incidents, active any) object {
		return object{"/1.0/status/51f6f2088643809b7200000d": object{"result": object{
			"status": components, "incidents": incidents, "maintenance": object{"active": active, "upcoming": nil},
		}}}
	}
	none := array{}
	conformance{typ: "statusio", url: "https://api.status.io/1.0/status/51f6f2088643809b7200000d"}.hold(t, map[string]quirk{
		"every status of a component, by its code": {tree: tree(components, none, none), want: known},
		"every state of an incident":               {tree: tree(none, states, none), want: told},
		"every impact":                             {tree: tree(none, impacts, none), want: weighed},
		"every state of a maintenance":             {tree: tree(none, none, plans), want: planned},
		"a component does as badly as the worst place where it runs": {
			tree: tree(raw(`[{"id":"1","name":"C","status_code":100,"containers":[{"id":"a","status_code":100},{"id":"b","status_code":400}]}]`), none, none),
			want: "C=partial_outage",
		},
	})
}

func FuzzStatusio(f *testing.F) {
	fuzzTree(f, "testdata/statusio/*.json", func(b []byte) *Status {
		var doc statusioDoc
		if json.Unmarshal(b, &doc) != nil || doc.Result == nil {
			return nil
		}
		return doc.Result.status(&statusio{home: "https://status.example.edu", id: statusioPage})
	})
}

func BenchmarkStatusio(b *testing.B) {
	var components, incidents array
	for i := range 200 {
		components = append(components, object{"id": fmt.Sprint("c", i), "name": fmt.Sprint("Component ", i), "status_code": 100, "containers": array{object{"id": "x", "status_code": 100}}})
	}
	for i := range 20 {
		var said array
		for j := range 10 {
			said = append(said, object{"details": benchText, "state": 100, "status": 500, "datetime": fmt.Sprintf("2026-11-20T0%d:00:00.000Z", j)})
		}
		incidents = append(incidents, object{"_id": fmt.Sprint("i", i), "name": "Incident", "messages": said, "components_affected": array{object{"_id": "c1"}}})
	}
	body := must(json.Marshal(object{"result": object{"status": components, "incidents": incidents, "maintenance": object{}}}))
	benchDecoder(b, body, func(body []byte) *Status {
		var doc statusioDoc
		if json.Unmarshal(body, &doc) != nil {
			return nil
		}
		return doc.Result.status(new(statusio))
	})
}
