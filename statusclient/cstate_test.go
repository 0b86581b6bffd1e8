package statusclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCstate(t *testing.T) {
	conform(t, conformance{
		typ: "cstate", fixtures: "testdata/cstate/*.json", serve: serveTree,
		now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
	})
}

func TestCstateTellsTheLifeOfASite(t *testing.T) {
	f := &fakeCstate{asked: make(map[string]int)}
	now := time.Date(2026, 12, 31, 21, 30, 0, 0, time.UTC)
	down := &fakeCstateIssue{file: "portal", title: `Portal says "no"`, severity: "down", system: "Portal"}
	plan := &fakeCstateIssue{file: "mail", title: "Mail maintenance", severity: "notice", system: "Mail"}
	title := `Portal=major_outage; Portal says "no" `
	quiet := func() { time.Sleep(10 * time.Minute) }
	followFrom(t, now, BackendConfig{Type: "cstate", URL: "https://status.example.edu/issues/portal/"}, f, []event{
		{f.build(func() {}), ""},
		{f.build(func() {
			down.created = time.Now()
			f.say(down, "Investigating", "We look into it.")
			f.issues = append(f.issues, down)
		}), title + "investigating critical [Portal] 1 We look into it."},
		{f.build(func() { f.say(down, "Identified", "A disk is full.") }), title + "identified critical [Portal] 2 A disk is full."},
		{f.build(func() { f.say(down, "Update", "Still.") }), title + "identified critical [Portal] 3 Still."},
		{quiet, title + "identified critical [Portal] 3 Still."},
		{f.build(func() { down.resolved = true }), ""},
		{f.build(func() {
			plan.created, plan.body = time.Now().Add(time.Hour), "<p>Mail moves.</p>"
			f.issues = append(f.issues, plan)
		}), "Mail maintenance scheduled endless [Mail] Mail moves."},
		{quiet, "Mail maintenance scheduled endless [Mail] Mail moves."},
		{func() { time.Sleep(time.Hour) }, "Mail=maintenance; Mail maintenance in_progress endless [Mail] Mail moves."},
		{f.build(func() { plan.resolved = true }), ""},
	})
	if got := fmt.Sprint(f.asked); got != "map[/index.json:5 /issues/mail/index.json:1 /issues/portal/index.json:3]" {
		t.Errorf("asked for %s", got)
	}
}

func TestCstateAsksForFewPages(t *testing.T) {
	f := &fakeCstate{asked: make(map[string]int)}
	for i := range 100 {
		f.issues = append(f.issues, &fakeCstateIssue{file: fmt.Sprint(i), title: "T", severity: "down", system: "Portal"})
	}
	conformance{typ: "cstate"}.use(t, http.StripPrefix("/"+secretPath, f), func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		if st, err := b.Fetch(t.Context()); err != nil || len(st.Incidents) != 100 || len(f.asked) != 1+maxIssues {
			t.Errorf("%v, asked for %v", err, f.asked)
		}
	})
}

func TestCstateAsksForPagesBelowTheSiteOnly(t *testing.T) {
	t.Parallel()
	const base = "https://status.example.edu/it/"
	for _, tc := range []struct{ permalink, file, want string }{
		{base + "issues/a/", "a.md", "/issues/a/index.json"},
		{base + "issues/störung/", "x.md", "/issues/st%C3%B6rung/index.json"},
		{base + "issues/a%20b/?x=1#y", "x.md", "/issues/a%20b/index.json"},
		{"https://other.example/issues/a/", "b.md", "/issues/b/index.json"},
		{"", "b.md", "/issues/b/index.json"},
		{base + "../../admin/", "b.md", ""},
		{base + "issues/%2e%2e/%2e%2e/x/", "b.md", ""},
		{"", "../../b.md", ""},
		{"", "", ""},
	} {
		if got := (&cstateIssue{Permalink: tc.permalink, Filename: tc.file}).ref(base); got != tc.want {
			t.Errorf("%s %s: %q, want %q", tc.permalink, tc.file, got, tc.want)
		}
	}
}

func TestCstateReadsRealSites(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../../shared/fixtures/cstate/*index*.json")
	if len(files) == 0 {
		t.Skip("no recorded sites")
	}
	want := map[string]string{
		"v6.0.1_index_INVALID_JSON_title_quote.json": `5 systems, Login says "try again" critical [API Website], Exam week freeze none [], Planned network work scheduled [Gateway]`,
		"v6.0.1_index_example_site.json":             "5 systems, API DNS resolution error! critical [API]",
		"v6.0_tor_index_with_issues.json":            "15 systems, Made up problem with v3 Onion Service major [metrics.torproject.org v3 Onion Services Directory Authorities]",
	}
	for _, f := range files {
		var home cstateHome
		if err := unmarshalCstate(must(os.ReadFile(f)), &home); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		got := fmt.Sprintf("%d systems", len(home.Systems.items))
		st := home.status(home.issues(), time.Date(2026, 11, 21, 19, 0, 0, 0, time.UTC))
		st.Clean()
		for _, n := range st.Incidents {
			got += fmt.Sprintf(", %s %s %s", n.Title, n.Impact, n.Components)
			if n.Started.IsZero() || n.URL == "" {
				t.Errorf("%+v", n)
			}
		}
		for _, m := range st.Maintenances {
			got += fmt.Sprintf(", %s %s %s", m.Title, m.State, m.Components)
		}
		if w := want[filepath.Base(f)]; got != w {
			t.Errorf("%s:\ngot  %s\nwant %s", f, got, w)
		}
	}
}

func TestCstateReadsTheTextOfRealPages(t *testing.T) {
	t.Parallel()
	const dir = "../../shared/fixtures/cstate/v6.0.1_issue_"
	if _, err := os.Stat(dir + "open.json"); err != nil {
		t.Skip("no recorded pages")
	}
	for name, want := range map[string]string{
		"open":       "[2024-12-27 09:44]",
		"postmortem": "postmortem[0001-01-01 00:00] [2018-04-13 17:30] monitoring[2018-04-13 16:50] investigating[2018-04-13 15:54]",
	} {
		var n cstateIssue
		if err := json.Unmarshal(must(os.ReadFile(dir+name+".json")), &n); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range n.updates() {
			u.Text.Clean()
			if u.Text.Plain == "" {
				t.Errorf("%s: %+v", name, u)
			}
			got = append(got, u.State+u.At.Format("[2006-01-02 15:04]"))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %s", name, s)
		}
	}
}

func TestCstateQuirks(t *testing.T) {
	issue := func(members string) string {
		return `{"is":"issue","title":"I","createdAt":"2026-11-20 08:00:00 +0000 UTC","resolved":false,"filename":"i.md","permalink":"https://status.example.edu/issues/i/",` + members + `}`
	}
	tree := func(status, unresolved, pinned, body string) object {
		return object{
			"/index.json": raw(`{"is":"index","baseURL":"https://status.example.edu/","systems":[{"name":"S","category":"Uncategorized","status":"` + status + `",
				"unresolvedIssues":[` + unresolved + `]}],"pinnedIssues":[` + pinned + `]}`),
			"/issues/i/index.json": object{"body": body},
		}
	}
	quirks := map[string]quirk{
		"a notice that is planned leaves its system well": {
			tree: tree("notice", issue(`"severity":"notice","createdAt":"2026-11-21 08:00:00 +0000 UTC"`), "", ""), want: "I scheduled endless [S] -",
		},
		"a notice that calls itself so and has begun": {
			tree: tree("notice", issue(`"severity":"notice","title":"Scheduled work"`), "", ""), want: "S=maintenance; Scheduled work in_progress endless [S] -",
		},
		"a notice beside planned work": {
			tree: tree("notice", issue(`"severity":"notice","title":"Slow"`)+","+issue(`"severity":"notice","title":"Maintenance","filename":"m.md","permalink":""`), "", ""),
			want: "S=degraded; Slow investigating minor [S] 0 -; Maintenance in_progress endless [S] -",
		},
		"a notice about which nobody says anything": {tree: tree("notice", "", "", ""), want: "S=degraded"},
		"an outage of maintenance is an outage":     {tree: tree("down", issue(`"severity":"down","title":"Maintenance failed"`), "", ""), want: "S=major_outage; Maintenance failed investigating critical [S] 0 -"},
		"what is pinned is news":                    {tree: tree("ok", "", issue(`"severity":"<no value>"`), "x"), want: "I unknown none [] 1 x"},
		"what is pinned and called maintenance":     {tree: tree("ok", "", issue(`"severity":"notice","title":"Maintenance"`), ""), want: "Maintenance unknown none [] 0 -"},
		"the word on top is the state": {
			tree: tree("down", issue(`"severity":"down"`), "", "<p><em>Monitoring</em> - b</p><p><em>Identified</em> - a</p>"),
			want: "S=major_outage; I monitoring critical [S] 2 b",
		},
		"an update leaves the state": {
			tree: tree("down", issue(`"severity":"down"`), "", "<p><em>Update</em> - c</p><p><em>Identified</em> - a</p><p><em>Monitoring</em> - z</p>"),
			want: "S=major_outage; I identified critical [S] 3 c",
		},
		"emphasis is no word": {
			tree: tree("down", issue(`"severity":"down"`), "", "<p><em>Careful</em> - c</p>"), want: "S=major_outage; I investigating critical [S] 1 Careful - c",
		},
	}
	for status, want := range map[string]string{"ok": "", "disrupted": "S=partial_outage", "down": "S=major_outage", "<no value>": "S=unknown"} {
		quirks["a system that is "+status] = quirk{tree: tree(status, "", "", ""), want: want}
	}
	for severity, impact := range map[string]string{"down": "critical", "disrupted": "major", "notice": "minor", "<no value>": "unknown"} {
		quirks["an issue that is "+severity] = quirk{tree: tree("ok", issue(`"severity":"`+severity+`"`), "", ""), want: "I investigating " + impact + " [S] 0 -"}
	}
	for word, state := range map[string]string{
		"Investigating": "investigating", "Resolved": "resolved", "Fixed": "resolved", "Post-mortem": "postmortem", "Postmortem": "postmortem",
	} {
		n := &cstateIssue{Body: "<p><em>" + word + "</em> - x</p>"}
		if u := n.updates(); len(u) != 1 || u[0].State != state {
			t.Errorf("%s: %+v", word, u)
		}
	}
	conformance{typ: "cstate", url: "https://status.example.edu"}.hold(t, quirks)
	for give, want := range map[string]string{
		"2024-12-27 09:43:40.482 +0000 UTC": "2024-12-27T09:43:40Z", "2025-09-12 19:20:02 +0200 +0200": "2025-09-12T17:20:02Z",
		"2026-03-01T12:30:00+08:00": "2026-03-01T04:30:00Z", "2018-04-13 17:30:00": "2018-04-13T17:30:00Z", "<no value>": "0001-01-01T00:00:00Z",
	} {
		if got := (&cstateIssue{CreatedAt: give}).created().UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s is %s", give, got)
		}
	}
}

func FuzzCstate(f *testing.F) {
	fuzzTree(f, "testdata/cstate/*.json", func(b []byte) *Status {
		var home cstateHome
		if unmarshalCstate(b, &home) != nil {
			return nil
		}
		var page cstateIssue
		_ = unmarshalCstate(b, &page)
		issues := append(home.issues(), &page)
		for _, n := range issues {
			ref := n.ref(home.BaseURL)
			if u, err := url.Parse(ref); ref != "" && (err != nil || u.Host != "" || u.Path[0] != '/' || path.Clean(u.Path) != u.Path) {
				panic("asks for " + ref)
			}
		}
		return home.status(issues, time.Unix(1795000000, 0))
	})
}
