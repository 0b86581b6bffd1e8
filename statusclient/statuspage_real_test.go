package statusclient

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStatuspageReadsRealPages reads recorded pages where a checkout has them
// beside it.
func TestStatuspageReadsRealPages(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../../shared/fixtures/statuspage-v2/summary_*.json")
	if len(files) == 0 {
		t.Skip("no recorded pages")
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var doc summary
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		checkReal(t, filepath.Base(f), &doc)
	}
}

// TestStatuspageReadsRealIncidents wraps recorded incidents into a summary.
func TestStatuspageReadsRealIncidents(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../../shared/fixtures/statuspage-v2/incident_*.json")
	if len(files) == 0 {
		t.Skip("no recorded incidents")
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var one struct {
			Page     json.RawMessage `json:"page"`
			Incident json.RawMessage `json:"incident"`
		}
		if err := json.Unmarshal(body, &one); err != nil {
			t.Fatal(err)
		}
		var doc summary
		if err := json.Unmarshal(fmt.Appendf(nil, `{"page":%s,"incidents":[%s]}`, one.Page, one.Incident), &doc); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		checkReal(t, filepath.Base(f), &doc)
	}
}

func checkReal(t *testing.T, name string, doc *summary) {
	t.Helper()
	st := doc.status("https://home.example")
	st.Clean()
	groups := 0
	for _, c := range doc.Components.items {
		if c.Group {
			groups++
		}
	}
	if len(st.Components) != len(doc.Components.items)-groups {
		t.Errorf("%s: %d components of %d rows, %d of them groups", name, len(st.Components), len(doc.Components.items), groups)
	}
	for _, c := range st.Components {
		if c.ID == "" || c.Name == "" || c.Status == ComponentUnknown {
			t.Errorf("%s: component %+v", name, c)
		}
	}
	if len(st.Incidents) != len(doc.Incidents.items) || len(st.Maintenances) != len(doc.Maintenances.items) {
		t.Errorf("%s: %d incidents, %d maintenances", name, len(st.Incidents), len(st.Maintenances))
	}
	for _, n := range st.Incidents {
		if n.State == StateUnknown || n.Impact == ImpactUnknown || n.Started.IsZero() || !strings.HasSuffix(n.URL, "/incidents/"+n.ID) ||
			len(n.Updates) == 0 || (n.State == Resolved) == n.Resolved.IsZero() {
			t.Errorf("%s: incident %+v", name, n)
		}
		for _, u := range n.Updates {
			if u.State == "unknown" || u.At.IsZero() || u.Text.Plain == "" || u.Text.HTML == "" {
				t.Errorf("%s: update %+v", name, u)
			}
			checkHTML(t, u.Text.HTML)
		}
	}
	for _, m := range st.Maintenances {
		if m.State == MaintenanceUnknown || m.From.IsZero() || !m.Until.After(m.From) {
			t.Errorf("%s: maintenance %+v", name, m)
		}
	}
}
