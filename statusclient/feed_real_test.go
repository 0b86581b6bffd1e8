package statusclient

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFeedReadsRealFeeds(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../../shared/fixtures/feeds/*")
	if len(files) == 0 {
		t.Skip("no recorded feeds")
	}
	want := map[string]string{
		"history_2022-11-25_open_incident.atom":        "23 of 25 incidents, open: Incident with Copilot",
		"history_2024-12-03_open_incident.atom":        "25 of 25 incidents, open: Disruption with some GitHub services",
		"history_2025-05-27_upcoming_maintenance.atom": "21 of 25 incidents, Codespaces Scheduled Maintenance scheduled 24h0m0s",
		"history_github_2022-03-16.rss":                "25 of 25 incidents",
	}
	at, _ := url.Parse("https://www.githubstatus.com/history.atom")
	for _, f := range files {
		body := must(os.ReadFile(f))
		st, ok := readFeed(must(decodeXML(body, "")), at, time.Now())
		if !ok {
			t.Fatalf("%s is no feed", f)
		}
		st.Clean()
		got := fmt.Sprintf("%d of %d incidents", len(st.Incidents), bytes.Count(body, []byte("<published>"))+bytes.Count(body, []byte("<item>")))
		for _, n := range st.Incidents {
			if n.State.Open() {
				got += ", open: " + n.Title
			}
			checkRealEntry(t, n)
		}
		for _, m := range st.Maintenances {
			if m.State != Completed {
				got += fmt.Sprintf(", %s %s %s", m.Title, m.State, m.Until.Sub(m.From))
			}
		}
		if got != want[filepath.Base(f)] {
			t.Errorf("%s: %s", filepath.Base(f), got)
		}
	}
}

func checkRealEntry(t *testing.T, n Incident) {
	t.Helper()
	if n.State == StateUnknown || n.Started.IsZero() || len(n.Updates) == 0 || !strings.HasPrefix(n.URL, "https://www.githubstatus.com/incidents/") {
		t.Errorf("%+v", n)
	}
	for i, u := range n.Updates {
		if u.State == "unknown" || u.At.IsZero() || u.Text.Plain == "" || u.At.Before(n.Started) || i > 0 && u.At.After(n.Updates[i-1].At.Add(24*time.Hour)) {
			t.Errorf("%s: %+v", n.Title, u)
		}
		checkHTML(t, u.Text.HTML)
	}
	if d := n.Updates[0].At.Sub(n.Started); d > 90*24*time.Hour {
		t.Errorf("%s took %s", n.Title, d)
	}
}
