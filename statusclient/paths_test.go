package statusclient_test

import (
	"cmp"
	"strings"
	"testing"

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
			if got := ps.Match(sc.CleanPath(path[1:])); got != (path[0] == '+') {
				t.Errorf("%s matches %s: %v", pattern, path[1:], got)
			}
		}
	}
}

func TestParametersOfSegmentsAreNoPartOfTheirNames(t *testing.T) {
	for path, want := range map[string]string{
		"/shop/x": "/shop/x", "/shop;jsessionid=1/x": "/shop/x", "/shop;a;b/x;c": "/shop/x", "/;/shop": "/shop", "/shop;": "/shop",
		"/a/..;/shop": "/shop", "/a/..;x=/shop": "/shop", `/a\..;\shop`: "/shop", "/a/;/../shop": "/shop", ";": "/", "": "/", "/a;x": "/a",
	} {
		if got := sc.BarePath(path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

// FuzzPaths looks for paths that are matched by half a segment, or that a longer
// way of writing them leads around.
func FuzzPaths(f *testing.F) {
	f.Add("/enrol/*", "/enrol/../enrol//x;a=1")
	f.Add("/a", `\a\..;\a`)
	f.Add("/", `\a\..;a`)
	f.Fuzz(func(t *testing.T, pattern, path string) {
		if (sc.Paths{pattern}).Check() != nil {
			return
		}
		root := strings.TrimSuffix(strings.TrimSuffix(pattern, "*"), "/") // "" for / itself
		for _, clean := range []string{sc.CleanPath(path), sc.BarePath(path)} {
			if sc.CleanPath(clean) != clean || clean[0] != '/' {
				t.Fatalf("%q is cleaned to %q", path, clean)
			}
			below := strings.HasSuffix(pattern, "*")
			want := clean == cmp.Or(root, "/") || below && strings.HasPrefix(clean, root+"/")
			if got := (sc.Paths{pattern}).Match(clean); got != want {
				t.Fatalf("%q matches %q: %v", pattern, clean, got)
			}
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
