package statusclient

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

func TestJayfk(t *testing.T) {
	conform(t, conformance{
		typ: "jayfk-statuspage", fixtures: "testdata/jayfk-statuspage/*.json", serve: serveTree,
		url: "http://status.example.edu/" + secretPath + "/status",
	})
}

func TestJayfkIsFollowedThroughADay(t *testing.T) {
	for _, token := range []string{"", fakeToken} {
		repo := newFakeGitHub()
		number := 0
		follow(t, BackendConfig{Type: "jayfk-statuspage", URL: "https://github.com/o/r/issues", Token: token}, repo, []event{
			{nil, ""},
			{
				func() {
					repo.open("Not by us", "x", "NONE", false, "Portal:171717", "down:ff4d4d")
					repo.open("A pull request", "x", "OWNER", true, "Portal:171717", "down:ff4d4d")
					number = repo.open("Portal down", "We *look*.", "OWNER", false, "Portal:171717", "down:FF4D4D")
					repo.open("Later", nil, "OWNER", true)
				},
				"Portal=major_outage; Portal down identified critical [Portal] 1 We look.",
			},
			{
				func() { repo.comment(number, "OWNER", "A disk."); repo.comment(number, "NONE", "Me too!") },
				"Portal=major_outage; Portal down identified critical [Portal] 2 A disk.",
			},
			{
				func() { repo.comment(number, "MEMBER", "Replaced."); repo.comment(number, "MEMBER", "Watching.") },
				"Portal=major_outage; Portal down identified critical [Portal] 4 Watching.",
			},
			{func() { repo.close(number) }, ""},
		})
	}
}

func TestJayfkOfSomebodyElseSaysSo(t *testing.T) {
	cfg := BackendConfig{Type: "jayfk-statuspage", URL: "https://github.com/o/r", Token: "wr0ng-token"}
	follow(t, cfg, newFakeGitHub(), []event{{nil, "answered with status code 401"}})
	follow(t, BackendConfig{Type: "jayfk-statuspage", URL: "https://github.com/no/where"}, newFakeGitHub(), []event{
		{nil, "answered with status code 404"},
	})
}

// TestGitHubIsAskedNoMoreThanItGrants: sixty requests an hour are enough for an
// incident that is commented on every minute.
func TestGitHubIsAskedNoMoreThanItGrants(t *testing.T) {
	for backends, want := range map[int]struct {
		old      time.Duration // the longest without an answer
		comments int           // read, at least
	}{
		1: {3 * time.Minute, 100},
		3: {12 * time.Minute, 70},
		9: {40 * time.Minute, 20},
	} {
		t.Run(fmt.Sprint(backends, " without a token"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				repo := newFakeGitHub()
				n := newFakeNet(repo)
				defer n.shutdown()
				open := func() int {
					return repo.open("Portal down", "x", "OWNER", false, "Portal:171717", "down:ff4d4d")
				}
				number := open()
				var all []*Poller
				for i := range backends {
					cfg := BackendConfig{Name: fmt.Sprint("campus", i), Type: "jayfk-statuspage", URL: "https://github.com/o/r"}
					if i == 1 {
						cfg.Type = "auto"
					}
					p := NewPoller(cfg, must(build(cfg, zerolog.Nop(), n.transport)), zerolog.Nop())
					p.Start()
					defer p.Stop()
					all = append(all, p)
				}
				worst := time.Duration(0)
				for minute := range 6 * 60 {
					time.Sleep(time.Minute)
					if minute%60 == 59 {
						repo.close(number)
						number = open()
					}
					if minute%5 == 0 {
						repo.comment(number, "OWNER", "Still.")
					}
					for _, p := range all {
						worst = max(worst, time.Since(p.Snapshot().Fetched))
					}
				}
				if repo.refused != 0 || worst > want.old || repo.asked["comments"] < want.comments {
					t.Errorf("%d requests refused, %s without an answer, asked %v", repo.refused, worst, repo.asked)
				}
			})
		})
	}
}

func TestGitHubURLsAreRepositories(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]string{
		"https://github.com/o/r":                   "https://api.github.com /repos/o/r https://github.com/o/r",
		"https://www.GitHub.com/o/r.git":           "https://api.github.com /repos/o/r https://www.GitHub.com/o/r",
		"https://github.com/o/r.io/issues?q=is#x":  "https://api.github.com /repos/o/r.io https://github.com/o/r.io",
		"https://git.example.edu:8443/o-x/r/tree/": "https://git.example.edu:8443/api/v3 /repos/o-x/r https://git.example.edu:8443/o-x/r",
		"https://github.com/o":                     "",
		"https://github.com/":                      "",
	} {
		cfg := BackendConfig{Name: "campus", Type: "jayfk-statuspage", URL: give}
		b, err := New(cfg, zerolog.Nop())
		if (err != nil) != (want == "") {
			t.Errorf("%s: %v", give, err)
		}
		if err != nil {
			continue
		}
		if g := b.(*jayfk).repo; g.api.base.String()+" "+g.repo+" "+g.home != want {
			t.Errorf("%s: %s %s %s", give, g.api.base, g.repo, g.home)
		}
	}
}

func TestJayfkReadsRealIssues(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("../../shared/fixtures/jayfk-statuspage/github_issues_page1.json")
	if err != nil {
		t.Skip("no recorded issues")
	}
	var issues []githubIssue
	if err := json.Unmarshal(body, &issues); err != nil {
		t.Fatal(err)
	}
	for _, n := range issues {
		if n.Number == 0 || n.Title == "" || n.CreatedAt.IsZero() || !n.Author.staff() || jayfkSeverity(&n) != "" {
			t.Errorf("read as %+v", n)
		}
	}
}

func TestJayfkQuirks(t *testing.T) {
	label := func(name, color string) string { return `{"name":"` + name + `","color":"` + color + `"}` }
	issue := func(labels, members string) any {
		return array{raw(`{"number":1,"title":"I","state":"open","body":null,"author_association":"OWNER","created_at":"2026-11-20T08:00:00Z","labels":[` + labels + `]` + members + `}`)}
	}
	tree := func(issues, labels, comments any) object {
		return object{"/issues?state=open&per_page=100": issues, "/labels?per_page=100": labels, "/issues/1/comments?per_page=100": comments}
	}
	portal, none := label("Portal", "171717"), array{}
	quirks := map[string]quirk{
		"labels are known by their colour": {tree: tree(none, raw(`[`+portal+`,`+label("Mail", "171717")+`,`+label("bug", "d73a4a")+`]`), none)},
		"a system that has no label any more": {
			tree: tree(issue(portal+","+label("x", "FF4D4D"), ""), none, none), want: "Portal=major_outage; I identified critical [Portal] 0 -",
		},
		"two of a colour: the first counts": {
			tree: tree(issue(portal+","+label("x", "ffa500")+","+label("y", "ff4d4d"), ""), none, none), want: "Portal=degraded; I identified minor [Portal] 0 -",
		},
		"without a system":   {tree: tree(issue(label("x", "ff4d4d"), ""), none, none)},
		"without a severity": {tree: tree(issue(portal, ""), none, none)},
		"by a stranger":      {tree: tree(issue(portal+","+label("x", "ff4d4d"), `,"author_association":"CONTRIBUTOR"`), none, none)},
		"a pull request":     {tree: tree(issue(portal+","+label("x", "ff4d4d"), `,"pull_request":{}`), none, none)},
		"what staff add is told, and nobody else": {
			tree: tree(issue(portal+","+label("x", "1192FC"), `,"comments":2,"body":"First."`), none, raw(`[{"body":"Second.","author_association":"MEMBER"},{"body":"Me too.","author_association":"NONE"}]`)),
			want: "Portal=degraded; I investigating minor [Portal] 2 Second.",
		},
	}
	conformance{typ: "jayfk-statuspage", url: "http://git.example.edu/o/r"}.hold(t, quirks)
}

func FuzzJayfk(f *testing.F) {
	fuzzTree(f, "testdata/jayfk-statuspage/*.json", func(b []byte) *Status {
		var issues []githubIssue
		var labels []githubLabel
		var comments []githubComment
		if json.Unmarshal(b, &issues) != nil {
			return nil
		}
		json.Unmarshal(b, &labels)
		json.Unmarshal(b, &comments)
		all := make(map[int64][]githubComment)
		for _, n := range issues {
			all[n.Number] = comments
		}
		return jayfkStatus(issues, labels, all)
	})
}
