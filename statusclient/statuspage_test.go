package statusclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

func TestStatuspage(t *testing.T) {
	conform(t, conformance{typ: "statuspage", fixtures: "testdata/statuspage/*.json"})
}

func TestStatuspageReadsTheSummaryBelowWhateverWasCopied(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]string{
		"":                          "/api/v2/summary.json",
		"/":                         "/api/v2/summary.json",
		"/?utm=x#top":               "/api/v2/summary.json",
		"/history":                  "/api/v2/summary.json",
		"/history.atom":             "/api/v2/summary.json",
		"/uptime/":                  "/api/v2/summary.json",
		"/incidents/abc":            "/api/v2/summary.json",
		"/api":                      "/api/v2/summary.json",
		"/api/v2/summary.json":      "/api/v2/summary.json",
		"/status":                   "/status/api/v2/summary.json",
		"/a%20b/api/v2/status.json": "/a%20b/api/v2/summary.json",
	} {
		var got string
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RequestURI }))
		b, err := New(BackendConfig{Name: "campus", Type: "statuspage", URL: srv.URL + give}, zerolog.Nop())
		if err != nil {
			t.Fatal(err)
		}
		b.Fetch(t.Context())
		srv.Close()
		if got != want {
			t.Errorf("%s: asked for %s, want %s", give, got, want)
		}
		home := srv.URL + strings.TrimSuffix(want, "/api/v2/summary.json")
		if got := b.(pageOwner).PageURL(); got != home {
			t.Errorf("%s: page is %s, want %s", give, got, home)
		}
	}
}

func TestStatuspageQuirks(t *testing.T) {
	components, known := each([][2]string{
		{"operational", ""}, {"degraded_performance", "degraded"}, {"partial_outage", "partial_outage"}, {"major_outage", "major_outage"},
		{"under_maintenance", "maintenance"}, {"full_outage", "unknown"}, {"", "unknown"},
	}, "C%d=%s", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "name": fmt.Sprint("C", n), "status": word}
	})
	states, told := each([][2]string{
		{"investigating", "investigating"}, {"identified", "identified"}, {"monitoring", "monitoring"}, {"resolved", "resolved"},
		{"postmortem", "postmortem"}, {"odd", "unknown"},
	}, "I%d %s minor [] 0 -", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "name": fmt.Sprint("I", n), "status": word, "impact": "minor"}
	})
	impacts, weighed := each([][2]string{
		{"none", "none"}, {"minor", "minor"}, {"major", "major"}, {"critical", "critical"}, {"maintenance", "maintenance"}, {"odd", "unknown"},
	}, "I%d investigating %s [] 0 -", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "name": fmt.Sprint("I", n), "status": "investigating", "impact": word}
	})
	plans, planned := each([][2]string{
		{"scheduled", "scheduled"}, {"in_progress", "in_progress"}, {"verifying", "verifying"}, {"completed", "completed"}, {"odd", "unknown"},
	}, "M%d %s endless [] -", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "name": fmt.Sprint("M", n), "status": word, "impact": "none"}
	})
	tree := func(components, incidents, maintenances any) object {
		return object{"/api/v2/summary.json": object{
			"page": object{"id": "x"}, "components": components, "incidents": incidents, "scheduled_maintenances": maintenances,
		}}
	}
	group := raw(`[{"id":"g","name":"G","group":true,"components":["a"]},{"id":"a","name":"A","status":"operational"},
		{"id":"b","name":"B","status":"operational","group_id":"g"},{"id":"c","name":"C","status":"operational"}]`)
	conformance{typ: "statuspage"}.hold(t, map[string]quirk{
		"every status of a component":  {tree: tree(components, nil, nil), want: known},
		"every state of an incident":   {tree: tree(nil, states, nil), want: told},
		"every impact":                 {tree: tree(nil, impacts, nil), want: weighed},
		"every state of a maintenance": {tree: tree(nil, array{}, plans), want: planned},
		"a group stands for what it lists and for what names it": {
			tree: tree(group, raw(`[{"id":"1","name":"I","status":"identified","impact":"major","components":[{"id":"g"}]}]`), nil),
			want: "I identified major [a b] 0 -",
		},
		"who is affected by any update, by code, in whatever order": {
			tree: tree(group, raw(`[{"id":"1","name":"I","status":"identified","impact":"major","components":[{"id":"c"}],"incident_updates":[
				{"status":"identified","body":"new","created_at":"2026-11-20T10:00:00+01:00","affected_components":null},
				{"status":"investigating","body":"old","created_at":"2026-11-20T08:30:00Z","affected_components":[{"code":"b","name":"G - B"},{"code":"c"}]}]}]`), nil),
			want: "I identified major [c b] 2 new",
		},
		"times have the offset of the page, and may be mixed": {
			tree: tree(nil, array{}, raw(`[{"id":"1","name":"M","status":"scheduled","scheduled_for":"2026-11-20T21:00:00.000-07:00","scheduled_until":"2026-11-21T05:30:00.000Z"}]`)),
			want: "M scheduled 1h30m0s [] -",
		},
	})
}

func FuzzStatuspage(f *testing.F) {
	files, _ := filepath.Glob("testdata/statuspage/*.json")
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var doc summary
		if json.Unmarshal(b, &doc) != nil || doc.Page == nil {
			return
		}
		st := doc.status("https://home.example")
		st.Clean()
		once, err := json.Marshal(st)
		if err != nil {
			t.Fatal(err)
		}
		snap, err := DecodeSnapshot(must(EncodeSnapshot(Snapshot{Status: st, Fetched: time.Unix(1, 0)})))
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(snap.Status); !bytes.Equal(once, again) {
			t.Errorf("kept as\n%s\nread as\n%s", once, again)
		}
		for _, n := range st.Incidents {
			for _, u := range n.Updates {
				checkHTML(t, u.Text.HTML)
			}
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// BenchmarkStatuspage decodes and cleans a page of 200 components and 20
// incidents with ten updates each.
func BenchmarkStatuspage(b *testing.B) {
	body := bigSummary(200, 20, 10)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var doc summary
		if err := json.Unmarshal(body, &doc); err != nil {
			b.Fatal(err)
		}
		doc.status("https://home.example").Clean()
	}
}

func bigSummary(components, incidents, updates int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"page":{"id":"p","url":"https://status.example.edu"},"components":[`)
	for i := range components {
		fmt.Fprintf(&b, `{"id":"c%d","name":"Component %d","status":"operational","group_id":null,"group":false},`, i, i)
	}
	b.WriteString(`{"id":"last","name":"Last","status":"major_outage"}],"incidents":[`)
	for i := range incidents {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"i%d","name":"Incident","status":"investigating","impact":"major","created_at":"2026-11-20T08:27:41.530-07:00","incident_updates":[`, i)
		for j := range updates {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"status":"investigating","body":"We see errors for < %d%% of requests.\n<ul><li>mail</li><li>web</li></ul> More at https://wiki.example.edu/x.","created_at":"2026-11-20T0%d:00:00Z","affected_components":[{"code":"c%d"}]}`, j, j%10, j)
		}
		b.WriteString(`],"components":[{"id":"c1"}]}`)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}
