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
