package statusclient

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestUpptime(t *testing.T) {
	conform(t, conformance{
		typ: "upptime", fixtures: "testdata/upptime/*.json", serve: serveTree,
		url: "http://status.example.edu/" + secretPath + "/upptime",
		now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
	})
}

// fakeUpptime is a repository in which the robot of an Upptime commits a summary,
// later than it opens issues.
type fakeUpptime struct {
	*fakeGitHub
	mu      sync.Mutex
	summary map[string]string // slug to status
	strange string            // instead of the summary
}

func (f *fakeUpptime) sum(slug, status string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.summary[slug] = status
}

func (f *fakeUpptime) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/history/summary.json") {
		f.fakeGitHub.ServeHTTP(w, r)
		return
	}
	anonymous := r.Host == "raw.githubusercontent.com" && r.URL.Path == "/o/r/HEAD/history/summary.json" && r.Header.Get("Authorization") == ""
	signed := r.Host == "api.github.com" && r.URL.RequestURI() == "/repos/o/r/contents/history/summary.json?ref=HEAD" &&
		strings.Contains(r.Header.Get("Accept"), "raw") && r.Header.Get("Authorization") == "Bearer "+fakeToken
	if !anonymous && !signed {
		http.NotFound(w, r)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var sites []any
	for _, slug := range []string{"moodle", "mail"} {
		sites = append(sites, map[string]any{"name": slug, "url": "https://" + slug + ".internal", "slug": slug, "status": f.summary[slug], "uptime": "99.41%"})
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if f.strange != "" {
		fmt.Fprint(w, f.strange)
		return
	}
	w.Write(must(json.MarshalIndent(sites, "", "  ")))
}

func TestUpptimeTellsTheLifeOfARepository(t *testing.T) {
	robot := "In [`abc1234`](https://github.com/o/r/commit/abc1234), moodle (https://moodle.internal) was **down**:\n- HTTP code: 503\n- Response time: 123 ms\n"
	for _, token := range []string{"", fakeToken} {
		f := &fakeUpptime{fakeGitHub: newFakeGitHub(), summary: map[string]string{"moodle": "up", "mail": "up"}}
		now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
		down, plan := 0, 0
		stamp := func(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }
		issue := "moodle is down investigating major [moodle] "
		followFrom(t, now, BackendConfig{Type: "upptime", URL: "https://github.com/o/r", Token: token}, f, []event{
			{want: ""},
			{func() {
				f.open("🛑 A pull request", "x", "OWNER", true, "status:000000")
				down = f.open("🛑 moodle is down", robot, "NONE", false, "status:000000", "moodle:000000")
			}, issue + "0 -"},
			{func() { f.sum("moodle", "down") }, "moodle=major_outage; " + issue + "0 -"},
			{func() { f.comment(down, "MEMBER", "A *disk* is full."); f.comment(down, "NONE", "Me too!") }, "moodle=major_outage; " + issue + "1 A disk is full."},
			{func() { f.comment(down, "OWNER", "Freed.") }, "moodle=major_outage; " + issue + "2 Freed."},
			{
				func() { f.comment(down, "NONE", "**Resolved:** moodle is back up in [`abc1235`](x) after 2 hours.") },
				"moodle=major_outage; moodle is down resolved major [moodle] 2 Freed.",
			},
			{func() { f.close(down); f.sum("moodle", "up") }, ""},
			{func() {
				plan = f.open("Mail moves", "<!--\nstart: "+stamp(time.Hour)+"\nend: "+stamp(2*time.Hour)+"\nexpectedDown: mail\n-->\nIt is slow.", "OWNER", false, "maintenance:000000")
			}, "Mail moves scheduled 1h0m0s [mail] It is slow."},
			{func() { time.Sleep(time.Until(now.Add(time.Hour))) }, "mail=maintenance; Mail moves in_progress 1h0m0s [mail] It is slow."},
			{func() { time.Sleep(time.Until(now.Add(2 * time.Hour))) }, "Mail moves completed 1h0m0s [mail] It is slow."},
			{func() { f.close(plan) }, ""},
		})
		if f.refused != 0 || token == "" && f.used > 60 {
			t.Errorf("%d requests refused, %d made in an hour", f.refused, f.used)
		}
	}
}

func TestUpptimeSaysWhatIsWrongWithTheSummary(t *testing.T) {
	for give, want := range map[string]string{
		"<html>":            "answered HTML instead of JSON (status code 200)",
		`[{"name":"Moodle"`: "answer ends in the middle of the JSON",
		`{"name":"Moodle"}`: "answered JSON of another shape than expected",
	} {
		f := &fakeUpptime{fakeGitHub: newFakeGitHub(), strange: give}
		follow(t, BackendConfig{Type: "upptime", URL: "https://github.com/o/r"}, f, []event{{want: want}})
	}
}

func TestUpptimeReadsRealSummaries(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../../shared/fixtures/upptime/*_summary*.json")
	if len(files) == 0 {
		t.Skip("no recorded summaries")
	}
	for _, f := range files {
		var sites []upptimeSite
		if err := json.Unmarshal(must(os.ReadFile(f)), &sites); err != nil {
			t.Fatal(err)
		}
		st := upptimeStatus(sites, nil, nil, time.Now())
		for _, c := range st.Components {
			if want := strings.Contains(f, "seklfreak") && (c.ID == "broken-site" || c.ID == "secret-site"); (c.Status == MajorOutage) != want || c.Name == "" || c.Status == ComponentUnknown {
				t.Errorf("%s: %+v", f, c)
			}
		}
	}
	template := must(os.ReadFile("../../shared/fixtures/upptime/maintenance_issue_template.md"))
	n := githubIssue{Body: string(template), Author: "OWNER", Labels: []githubLabel{{Name: "maintenance"}}}
	m, ok := n.upptimePlan(nil, time.Now())
	if !ok || m.Until.Sub(m.From) != time.Hour || fmt.Sprint(m.Components) != "[google hacker-news]" {
		t.Errorf("%+v", m)
	}
}

func TestUpptimeQuirks(t *testing.T) {
	issue := func(members string) any {
		return array{raw(`{"number":1,"title":"I","state":"open","body":null,"html_url":"https://github.com/o/r/issues/1","created_at":"2026-11-20T08:00:00Z",` + members + `}`)}
	}
	tree := func(sites, issues, comments any) object {
		text := string(must(json.Marshal(sites)))
		return object{"/history/summary.json?ref=HEAD": text, "/issues?state=open&per_page=100": issues, "/issues/1/comments?per_page=100": comments}
	}
	sites, known := each([][2]string{{"up", ""}, {"degraded", "degraded"}, {"down", "major_outage"}, {"odd", "unknown"}}, "S%d=%s", func(n int, word string) any {
		return object{"name": fmt.Sprint("S", n), "slug": fmt.Sprint("s", n), "status": word, "url": "$SECRET"}
	})
	none := array{}
	labels := func(names string) string {
		return `"labels":[{"name":"` + strings.ReplaceAll(names, ",", `"},{"name":"`) + `"}]`
	}
	portal := array{object{"name": "Portal", "slug": "portal", "status": "up"}}
	plan := func(author, window string) any {
		return issue(labels("maintenance") + `,"author_association":"` + author + `","body":"<!--\nstart: ` + strings.ReplaceAll(window, "/", `\nend: `) + `\nexpectedDown: portal\n-->\nWork."`)
	}
	conformance{typ: "upptime", url: "http://git.example.edu/o/r"}.hold(t, map[string]quirk{
		"every status of a site":     {tree: tree(sites, none, none), want: known},
		"an issue of the robot":      {tree: tree(portal, issue(labels("status,portal,x")+`,"title":"🛑 Portal is down","body":"In [`+"`abc1234`"+`](https://github.com/o/r/commit/abc), Portal (https://portal.internal) was **down**:\n- HTTP code: 503\n- Response time: 12 ms"`), none), want: "Portal is down investigating major [portal] 0 -"},
		"an issue of what is slow":   {tree: tree(portal, issue(labels("status,portal")+`,"title":"⚠️ Portal has degraded performance"`), none), want: "Portal has degraded performance investigating minor [portal] 0 -"},
		"an issue without the label": {tree: tree(portal, issue(labels("bug")), none)},
		"a pull request is no issue": {tree: tree(portal, issue(labels("status")+`,"pull_request":{"url":"x"}`), none)},
		"what staff add is told, and nobody else": {
			tree: tree(portal, issue(labels("status")+`,"comments":2,"body":"First."`), raw(`[{"body":"Second.","author_association":"MEMBER"},{"body":"Me too.","author_association":"NONE"}]`)),
			want: "I investigating major [] 2 Second.",
		},
		"what the robot resolved is": {
			tree: tree(portal, issue(labels("status")+`,"comments":1`), raw(`[{"body":"**Resolved:** Portal is back up","author_association":"COLLABORATOR"}]`)), want: "I resolved major [] 0 -",
		},
		"work that is ahead":           {tree: tree(portal, plan("OWNER", "2026-11-20T13:00:00.220Z/2026-11-20T14:00:00.220Z"), none), want: "I scheduled 1h0m0s [portal] Work."},
		"work that runs":               {tree: tree(portal, plan("OWNER", "2026-11-20 11:00/2026-11-20T14:00:00+01:00"), none), want: "Portal=maintenance; I in_progress 2h0m0s [portal] Work."},
		"work that is over":            {tree: tree(portal, plan("OWNER", "2026-11-20 10:00 UTC/2026-11-20 11:00 UTC"), none), want: "I completed 1h0m0s [portal] Work."},
		"work that a stranger planned": {tree: tree(portal, plan("NONE", "2026-11-20T11:00:00Z/2026-11-20T14:00:00Z"), none)},
		"work without an end":          {tree: tree(portal, plan("OWNER", "2026-11-20T11:00:00Z/soon"), none)},
	})
}

func FuzzUpptime(f *testing.F) {
	fuzzTree(f, "testdata/upptime/*.json", func(b []byte) *Status {
		var sites []upptimeSite
		var issues []githubIssue
		var comments []githubComment
		if json.Unmarshal(b, &sites) != nil {
			return nil
		}
		_ = json.Unmarshal(b, &issues)
		_ = json.Unmarshal(b, &comments)
		said := make(map[int64][]githubComment)
		for _, n := range issues {
			said[n.Number] = comments
		}
		return upptimeStatus(sites, issues, said, time.Unix(1795262400, 0))
	})
}
