package statusclient

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestStatuskit(t *testing.T) {
	conform(t, conformance{
		typ: "statuskit", fixtures: "testdata/statuskit/*.json", serve: serveTree,
		url: "http://status.example.edu/" + secretPath + "/status",
	})
}

func TestStatuskitIsFollowedThroughADay(t *testing.T) {
	for _, token := range []string{"", fakeToken} {
		repo := newFakeGitHub()
		repo.commit(map[string]string{"site/config.toml": "[params]\nsystems = [\"Portal\", \"Mail\"]"})
		front := func(severity, resolved string) string {
			return "+++\ntitle = \"Portal down\"\ndate = 1999-12-31T08:00:00Z\nseverity = \"" + severity +
				"\"\naffectedsystems = [\"Portal\"]\nresolved = " + resolved + "\n+++\n"
		}
		post := func(text string) func() {
			return func() { repo.commit(map[string]string{"site/content/incidents/portal down.md": text}) }
		}
		first, second := "We *look*.\n\n", "**Identified**: A disk. {{< track \"1999-12-31T9:00:00.000Z\" >}}\n\n"
		third := "---\nReplaced. {{< track \"1999-12-31T09:30:00.000Z\" >}}\n"
		read := 0
		follow(t, BackendConfig{Type: "statuskit", URL: "https://github.com/o/r", Token: token}, repo, []event{
			{nil, ""},
			{post(front("major-outage", "false") + first), "Portal=major_outage; Portal down investigating critical [Portal] 1 We look."},
			{
				post(front("partial-outage", "false") + first + second),
				"Portal=partial_outage; Portal down identified major [Portal] 2 Identified: A disk.",
			},
			{
				post(front("partial-outage", "false") + first + second + third),
				"Portal=partial_outage; Portal down investigating major [Portal] 3 Replaced.",
			},
			{
				func() { read = repo.asked["portal down.md"]; repo.commit(map[string]string{"site/static/x.css": "y"}) },
				"Portal=partial_outage; Portal down investigating major [Portal] 3 Replaced.",
			},
			{post(front("partial-outage", "true") + first + second + third), ""},
			{
				post(front("under-maintenance", "false") + "We swap it."),
				"Portal=maintenance; Portal down in_progress endless [Portal] We swap it.",
			},
			{post(""), ""},
		})
		if read != 3 || repo.asked["portal down.md"] != 5 {
			t.Errorf("token %q: the file was read %d times, then %d, of 3 and 5 versions", token, read, repo.asked["portal down.md"])
		}
	}
}

func TestStatuskitThatIsNone(t *testing.T) {
	follow(t, BackendConfig{Type: "statuskit", URL: "https://github.com/o/r"}, newFakeGitHub(), []event{
		{nil, "answered JSON that is no StatusKit: nothing is below site"},
	})
}

func TestStatuskitReadsRealIncidents(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../../shared/fixtures/statuskit/*_*-*.md")
	if len(files) == 0 {
		t.Skip("no recorded incidents")
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n := readStatuskit("x", string(body))
		if n.title == "x" || n.severity == "" || n.date.IsZero() || len(n.systems) == 0 || !n.resolved || n.public(time.Now()) {
			t.Errorf("%s: read as %+v", file, n)
		}
		if len(n.updates) < 2 {
			t.Errorf("%s: %d updates", file, len(n.updates))
		}
		for _, u := range n.updates {
			if u.At.IsZero() || strings.Contains(u.Text.Source, "{{") {
				t.Errorf("%s: update %+v", file, u)
			}
		}
	}
	if body, err := os.ReadFile("../../shared/fixtures/statuskit/spearhead_config.toml"); err == nil {
		if s := statuskitSystems(string(body)); len(s) != 5 {
			t.Errorf("systems are %q", s)
		}
	}
}

func FuzzStatuskit(f *testing.F) {
	fuzzTree(f, "testdata/statuskit/*.json", func(b []byte) *Status {
		n := readStatuskit("slug", string(b))
		return statuskitStatus(statuskitSystems(string(b)), []statuskitIncident{n})
	})
}
