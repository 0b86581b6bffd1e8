package statusclient_test

import (
	"cmp"
	"strings"
	"testing"
	"unicode/utf8"

	sc "github.com/candor-edge/candor/statusclient"
)

func TestPathsMatchWholeSegmentsOfWhatIsMeant(t *testing.T) {
	for pattern, paths := range map[string]string{
		"/enrol/*": "+/enrol +/enrol/ +/enrol/2026 +//enrol//x +/x/../enrol/y +/./enrol -/enrolment -/enrol.html -/ -/x/enrol -/enrol/../x",
		"/enrol":   "+/enrol +/enrol/ -/enrol/2026 -/enrolment",
		"/*":       "+/ +/x +/x/y",
		"*":        "+/ +/x",
		"/a/b/*":   "+/a/b +/a/b/c -/a/bc -/a",
		"/élan/*":  "+/élan/1 -/elan/1",
	} {
		ps := sc.Paths{"/never", pattern}
		if err := ps.Check(); err != nil {
			t.Error(err)
		}
		for path := range strings.FieldsSeq(paths) {
			read := sc.ReadingsOf(path[1:])
			if got := ps.MatchAny(&read); got != (path[0] == '+') || got != ps.MatchAll(&read) {
				t.Errorf("%s matches %s: %v", pattern, path[1:], got)
			}
		}
	}
}

func TestCaseIsNoDifference(t *testing.T) {
	for pattern, paths := range map[string]string{
		"/enrol/*":     "+/Enrol +/ENROL/X +/eNROl/2026 -/ENROLMENT",
		"/Enrol/*":     "+/enrol +/ENROL/x",
		"/élan/*":      "+/ÉLAN +/Élan/x -/Elan",
		"/kurs":        "+/KURS +/\u212aurs -/\u212a -/\u212aur", // the sign of Kelvin is a k
		"/stra\u017fe": "+/strase +/STRASE",
		"/\xff":        "+/\xff -/\xfe -/\ufffd -/",
		"/\ufffd":      "+/\ufffd -/\xff",
	} {
		ps := sc.Paths{pattern}
		for path := range strings.FieldsSeq(paths) {
			read := sc.ReadingsOf(path[1:])
			if got := ps.MatchAny(&read); got != (path[0] == '+') {
				t.Errorf("%q matches %q: %v", pattern, path[1:], got)
			}
		}
	}
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"", "", true}, {"/a", "/A", true}, {"/a /b", "/B /A", true}, {"/a", "/a /b", false}, {"/a", "", false}, {"/a /b", "/a /c", false},
	} {
		if got := sc.Paths(strings.Fields(c.a)).Same(strings.Fields(c.b)); got != c.same {
			t.Errorf("%q is the same as %q: %v", c.a, c.b, got)
		}
	}
}

// Servers of Java's take parameters out of segments, and some apps take escapes out
// twice. Nothing may lead them into what is closed, nor out of what is open.
func TestAPathIsWhatAnyAppReads(t *testing.T) {
	for _, c := range []struct{ path, pattern, matches string }{
		{"/shop/x", "/shop/*", "all"},
		{"/shop;jsessionid=1/x", "/shop/*", "any"},
		{"/shop;a;b/x;c", "/shop/x", "any"},
		{"/;/shop", "/shop", "any"},
		{"/shop;", "/shop", "any"},
		{"/a/..;/shop", "/shop", "any"},
		{"/a/..;x=/shop", "/a/*", "any"},
		{`/a\..;\shop`, "/shop", "any"},
		{"/a/;/../shop", "/a/*", "any"},
		{";", "/", "any"},
		{"", "/", "all"},
		{"/shop/%2e%2e/x", "/shop/*", "any"},
		{"/shop/%2e%2e/x", "/x", "any"},
		{"/shop/%252e%252E%252fx", "/x", "any"},
		{"/%73ho%70", "/shop", "any"},
		{"/a;%2f..%2fb", "/a", "any"},
		{"/a;%2f..%2fb", "/b", "any"},
		{"/a%3bx/b", "/a/b", "any"},
		{"/shop%2", "/shop", ""},
		{"/shop%", "/shop", ""},
		{"/shop/100%", "/shop/*", "all"},
		{"/shop/100%25", "/shop/*", "all"},
		{"/shop/%zz", "/shop/*", "all"},
		{"/shop/x%2fy", "/shop/*", "all"},
		{"/x", "/shop", ""},
	} {
		ps, read := sc.Paths{"/never", c.pattern}, sc.ReadingsOf(c.path)
		matches := ""
		if ps.MatchAny(&read) {
			matches = "any"
		}
		if ps.MatchAll(&read) {
			matches = "all"
		}
		if matches != c.matches {
			t.Errorf("%s matches %s: %q, want %q", c.pattern, c.path, matches, c.matches)
		}
	}
}

// FuzzPaths looks for paths that are matched by half a segment, or that a longer
// way of writing them leads around.
func FuzzPaths(f *testing.F) {
	f.Add("/enrol/*", "/enrol/../enrol//x;a=1")
	f.Add("/a", `\a\..;\a`)
	f.Add("/", `\a\..;a`)
	f.Add("/ENROL/*", "/%2565nrol/%2e;x/..")
	f.Fuzz(func(t *testing.T, pattern, path string) {
		ps := sc.Paths{pattern}
		if ps.Check() != nil || !utf8.ValidString(pattern) || !utf8.ValidString(path) {
			return
		}
		root := strings.TrimSuffix(strings.TrimSuffix(pattern, "*"), "/") // "" for / itself
		below := strings.HasSuffix(pattern, "*")
		matches := func(clean string) bool {
			n := strings.Count(root, "/")
			cut := strings.SplitAfterN(clean, "/", n+2)
			front := strings.TrimSuffix(strings.Join(cut[:min(n+1, len(cut))], ""), "/")
			return strings.EqualFold(clean, cmp.Or(root, "/")) || below && len(cut) == n+2 && strings.EqualFold(front, root)
		}
		read := sc.ReadingsOf(path)
		plain := sc.CleanPath(path)
		if sc.CleanPath(plain) != plain || plain[0] != '/' || read.Plain() != plain {
			t.Fatalf("%q is cleaned to %q", path, plain)
		}
		all, any := ps.MatchAll(&read), ps.MatchAny(&read)
		if want := matches(plain); all && !any || all && !want || want && !any {
			t.Fatalf("%q matches %q: any %v, all %v", pattern, path, any, all)
		}
		if !strings.ContainsAny(path, ";%") && all != any {
			t.Fatalf("%q is read in several ways", path)
		}
	})
}

func TestWhatIsNoPatternIsRefused(t *testing.T) {
	for _, pattern := range []string{"", "enrol", "/enrol/", "/a/*/b", "/a*", "/a/../b", "//a", "/a/./b", "a/*", "**", "https://x.example/a"} {
		if (sc.Paths{"/fine", pattern}).Check() == nil {
			t.Errorf("%q is taken", pattern)
		}
	}
}
