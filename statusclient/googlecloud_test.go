package statusclient

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestGoogleCloud(t *testing.T) {
	conform(t, conformance{typ: "google-cloud", fixtures: "testdata/google-cloud/*.json", serve: serveTree})
}

func TestGoogleCloudReadsTheDashboardBelowWhateverWasCopied(t *testing.T) {
	for give, want := range map[string]string{
		"https://status.cloud.google.com":                             "https://status.cloud.google.com",
		"https://status.cloud.google.com/summary":                     "https://status.cloud.google.com",
		"https://status.cloud.google.com/incidents/nWx1":              "https://status.cloud.google.com",
		"https://status.cloud.google.com/incidents.json":              "https://status.cloud.google.com",
		"https://status.cloud.google.com/en/feed.atom":                "https://status.cloud.google.com",
		"https://www.google.com/appsstatus/dashboard/":                "https://www.google.com/appsstatus/dashboard",
		"https://www.google.com/appsstatus/dashboard/incidents/nWx1":  "https://www.google.com/appsstatus/dashboard",
		"https://www.google.com/appsstatus/dashboard/summary?hl=de#x": "https://www.google.com/appsstatus/dashboard",
	} {
		asked, page := askedFor(t, "google-cloud", give)
		if len(asked) != 1 || "https://"+asked[0] != want+"/incidents.json" || page != want {
			t.Errorf("%s: asked for %v, page is %s", give, asked, page)
		}
	}
}

// TestGoogleCloudThroughADay keeps what is over in the list, as the real one
// does for months.
func TestGoogleCloudThroughADay(t *testing.T) {
	l := new(life)
	closed := array{}
	impact := map[string]string{"investigating": "SERVICE_OUTAGE", "identified": "SERVICE_OUTAGE", "monitoring": "AVAILABLE"}
	h := l.documents(map[string]func() any{
		"/incidents.json": func() any {
			if l.incident == nil {
				return closed
			}
			var said array
			for _, w := range l.incident.newestFirst() {
				said = append(said, object{"when": w.at.Format("2006-01-02T15:04:05+00:00"), "text": w.text, "status": impact[w.state]})
			}
			e := object{
				"id": "i1", "begin": l.incident.from, "external_desc": l.incident.title, "status_impact": "SERVICE_OUTAGE",
				"affected_products": array{object{"id": "c1", "title": "Portal"}}, "uri": "incidents/i1", "updates": said,
			}
			over := object{"id": "i0", "begin": l.incident.from, "end": time.Now(), "external_desc": "Over"}
			closed = array{over}
			return array{e, over}
		},
		"/products.json": func() any {
			return object{"products": array{object{"id": "c1", "title": "Portal"}, object{"id": "c2", "title": "Mail"}}}
		},
	})
	l.follow(t, BackendConfig{Type: "google-cloud", URL: "https://status.example.edu/summary"}, h, [8]string{
		"",
		"Portal=major_outage; Portal down investigating critical [c1] 1 We look into it.",
		"Portal=major_outage; Portal down investigating critical [c1] 2 A disk is full.",
		"Portal=major_outage; Portal down monitoring critical [c1] 3 Freed.",
	})
}

func TestGoogleCloudReadsRealIncidents(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../../shared/fixtures/google-cloud/incidents_*.json")
	if len(files) == 0 {
		t.Skip("no recorded incidents")
	}
	for _, f := range files {
		var incidents []googleIncident
		if err := json.Unmarshal(must(os.ReadFile(f)), &incidents); err != nil {
			t.Fatal(err)
		}
		if st := googleStatus(incidents, nil, "https://status.cloud.google.com"); len(st.Incidents) != 0 {
			t.Errorf("%s: %d incidents that are over", f, len(st.Incidents))
		}
		for i := range incidents {
			incidents[i].End = instant{}
		}
		st := googleStatus(incidents, nil, "https://status.cloud.google.com")
		checkPublishable(t, st)
		if len(st.Incidents) != len(incidents) || len(st.Components) == 0 {
			t.Fatalf("%s: %d incidents, %d products", f, len(st.Incidents), len(st.Components))
		}
		for _, n := range st.Incidents {
			if n.Title == "" || n.Impact == ImpactUnknown || len(n.Components) == 0 || len(n.Updates) < 2 || n.Started.IsZero() ||
				!slices.IsSortedFunc(n.Updates, func(a, b Update) int { return b.At.Compare(a.At) }) {
				t.Errorf("%s: incident %+v", f, n)
			}
			for _, u := range n.Updates {
				if u.Text.Plain == "" || u.At.IsZero() {
					t.Errorf("%s: update %+v", f, u)
				}
			}
		}
	}
}

func TestGoogleCloudQuirks(t *testing.T) {
	tree := func(incidents, products any) object {
		return object{"/incidents.json": incidents, "/products.json": object{"products": products}}
	}
	words := [][2]string{{"SERVICE_INFORMATION", "minor"}, {"SERVICE_DISRUPTION", "major"}, {"SERVICE_OUTAGE", "critical"}, {"ODD", "unknown"}}
	incidents, told := each(words, "I%d investigating %s [] 0 -", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "external_desc": fmt.Sprint("I", n), "status_impact": word, "end": nil}
	})
	conformance{typ: "google-cloud"}.hold(t, map[string]quirk{
		"every impact": {tree: tree(incidents, array{}), want: told},
		"a product does as badly as the worst incident says": {
			tree: tree(raw(`[{"id":"1","external_desc":"a","status_impact":"SERVICE_INFORMATION","affected_products":[{"id":"p"},{"id":"q"},{"id":"r"}]},
				{"id":"2","external_desc":"b","status_impact":"SERVICE_OUTAGE","affected_products":[{"id":"p"}]},
				{"id":"3","external_desc":"c","status_impact":"SERVICE_DISRUPTION","affected_products":[{"id":"p"},{"id":"q"}]},
				{"id":"4","external_desc":"d","status_impact":"ODD","affected_products":[{"id":"r"},{"id":"s","title":"S"}]}]`),
				raw(`[{"id":"p","title":"P"},{"id":"q","title":"Q"},{"id":"r","title":"R"}]`)),
			want: "P=major_outage; Q=partial_outage; R=degraded; S=unknown; a investigating minor [p q r] 0 -; b investigating critical [p] 0 -; " +
				"c investigating major [p q] 0 -; d investigating unknown [r s] 0 -",
		},
		"updates in any order, and what is available again": {
			tree: tree(raw(`[{"id":"1","external_desc":"a","status_impact":"SERVICE_OUTAGE","updates":[
				{"when":"2026-11-20T08:00:00+00:00","text":"old","status":"SERVICE_OUTAGE"},
				{"when":"2026-11-20T09:00:00+00:00","text":"new","status":"AVAILABLE"}]}]`), array{}),
			want: "a monitoring critical [] 2 new",
		},
		"headings before a title": {
			tree: tree(raw(`[{"id":"1","external_desc":"**Title:**\nMail is **slow**"},{"id":"2","external_desc":"**Summary**\n\n  Chat"},
				{"id":"3","external_desc":"**Summary:** Docs"},{"id":"4","external_desc":"**Title** Meet"}]`), array{}),
			want: "Mail is slow investigating unknown [] 0 -; Chat investigating unknown [] 0 -; Docs investigating unknown [] 0 -; Meet investigating unknown [] 0 -",
		},
	})
}

func FuzzGoogleCloud(f *testing.F) {
	fuzzTree(f, "testdata/google-cloud/*.json", func(b []byte) *Status {
		var incidents []googleIncident
		if json.Unmarshal(b, &incidents) != nil {
			return nil
		}
		return googleStatus(incidents, nil, "https://status.example.edu")
	})
}

func BenchmarkGoogleCloud(b *testing.B) {
	var products []googleProduct
	for i := range 200 {
		products = append(products, googleProduct{fmt.Sprint("c", i), fmt.Sprint("Product ", i)})
	}
	var incidents array
	for i := range 20 {
		var said array
		for j := range 10 {
			said = append(said, object{"when": fmt.Sprintf("2026-11-20T0%d:00:00+00:00", j), "text": benchText, "status": "SERVICE_OUTAGE"})
		}
		incidents = append(incidents, object{
			"id": fmt.Sprint("i", i), "begin": "2026-11-20T00:00:00+00:00", "external_desc": "Incident", "status_impact": "SERVICE_OUTAGE",
			"affected_products": array{object{"id": "c1"}}, "updates": said,
		})
	}
	benchDecoder(b, must(json.Marshal(incidents)), func(body []byte) *Status {
		var incidents []googleIncident
		if json.Unmarshal(body, &incidents) != nil {
			return nil
		}
		return googleStatus(incidents, products, "https://status.example.edu")
	})
}
