package statusclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// quirk is one thing that is particular about a system: what it answers, by path,
// and what is known then, as brief says it.
type quirk struct {
	tree object
	want string
	now  time.Time // the default is noon of 20 November 2026
}

var quirkNoon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// hold runs quirks by name.
func (c conformance) hold(t *testing.T, quirks map[string]quirk) {
	t.Helper()
	if c.url == "" {
		c.url = "http://status.example.edu"
	}
	for _, name := range slices.Sorted(maps.Keys(quirks)) {
		q := quirks[name]
		if c.now = q.now; c.now.IsZero() {
			c.now = quirkNoon
		}
		t.Run(name, func(t *testing.T) {
			c.use(t, serveTree(must(json.Marshal(q.tree))), func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
				var s Input
				st, err := b.Fetch(t.Context())
				var fe *FetchError
				switch {
				case errors.As(err, &fe):
					st, s.Error = new(Status), fe.Error()
				case err != nil:
					t.Fatal(err)
				}
				st.Clean()
				s.Status = st
				if got := brief(s); got != q.want {
					t.Errorf("\ngot  %s\nwant %s", got, q.want)
				}
			})
		})
	}
}

// each makes one row of each word, and says what is known as one line: what, a
// format, gets the word and what it means here.
func each(words [][2]string, what string, row func(n int, word string) any) (rows array, want string) {
	var said []string
	for i, w := range words {
		rows = append(rows, row(i+1, w[0]))
		if w[1] != "" {
			said = append(said, fmt.Sprintf(what, i+1, w[1]))
		}
	}
	return rows, strings.Join(said, "; ")
}

// raw is a document as text.
func raw(s string) json.RawMessage { return json.RawMessage(s) }

// TestAnswersOfTheWrongKindAreRefused: what speaks JSON and is another system must
// not seem to be one on which all is well.
func TestAnswersOfTheWrongKindAreRefused(t *testing.T) {
	for _, tc := range []struct{ typ, url, answer string }{
		{"statuspage", "", `{"page":{"id":"x"}}`},
		{"statuspage", "", `{"incidents":[]}`},
		{"better-stack", "", `{"data":{"type":"status_page"}}`},
		{"better-stack", "", `{"data":{"type":"x"},"included":[]}`},
		{"gatus", "", `{"version":1}`},
		{"uptime-kuma", "http://status.example.edu/status/x", `{"config":{}}`},
		{"uptime-kuma", "http://status.example.edu/status/x", `{"publicGroupList":[]}`},
		{"cstate", "", `{"is":"index"}`},
		{"cstate", "", `{"systems":[]}`},
		{"alertmanager", "", `[{"labels":{"alertname":"x"}}]`},
		{"alertmanager", "", `[{"fingerprint":"x"}]`},
	} {
		c := conformance{typ: tc.typ, url: tc.url}
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(tc.answer)) })
		c.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
			if st, err := b.Fetch(t.Context()); err == nil || !strings.Contains(err.Error(), "answered JSON that is no") {
				t.Errorf("%s takes %s: %+v, %v", tc.typ, tc.answer, st, err)
			}
		})
	}
}
