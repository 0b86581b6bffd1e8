package caddymodule

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCookiesThatLetPeopleThroughAreTakenOutOfOthers(t *testing.T) {
	for _, c := range []struct{ lines, want string }{
		{"a=b", "a=b"},
		{"", ""},
		{"candor_pass_portal=x", "-"},
		{"a=b; candor_pass_portal=x", "a=b"},
		{"candor_pass_portal=x; a=b", "a=b"},
		{"a=b; candor_pass_portal=x; c=d", "a=b; c=d"},
		{"a=b;candor_pass_portal=x;c=d", "a=b;c=d"},
		{"__Host-candor_pass_portal=x; __Host-candor_drill_portal=y; candor_drill_library=z;a", "a"},
		{"a=b; \tcandor_pass_portal =x", "a=b"},
		{"  a=b ;; c = d ;", "  a=b ;; c = d ;"},
		{"  a=b ;; candor_pass_=x; c = d ;", "  a=b ;; c = d ;"},
		{"candor_lang=de; xcandor_pass_p=1; candor_passage=2; Candor_pass_p=3; a=candor_pass_p=4", "candor_lang=de; xcandor_pass_p=1; candor_passage=2; Candor_pass_p=3; a=candor_pass_p=4"},
		{"a=b\ncandor_pass_p=1\nc=d", "a=b\nc=d"},
		{strings.Repeat("x=y; ", maxCookie) + "candor_pass_p=1; z=\x00", strings.Repeat("x=y; ", maxCookie) + "z=\x00"},
	} {
		lines := strings.Split(c.lines, "\n")
		came := slices.Clone(lines)
		got, found := withoutOurs(lines)
		if !slices.Equal(lines, came) {
			t.Errorf("%.60q is written over", c.lines)
		}
		if want := strings.Split(c.want, "\n"); c.want == "-" && len(got) != 0 || c.want != "-" && !slices.Equal(got, want) || found != (c.want != c.lines) {
			t.Errorf("%.60q becomes %.60q (%v), want %.60q", c.lines, got, found, c.want)
		}
	}
}

// FuzzHiddenCookies looks for cookies of ours that are left, and for others that are not.
func FuzzHiddenCookies(f *testing.F) {
	for _, s := range []string{"a=b; candor_pass_portal=1; c=d", "__Host-candor_drill_x=\"", ";; ;candor_pass_=;=", "\tcandor_pass_p\t=x;\x00"} {
		f.Add(s)
	}
	names := func(lines ...string) (ours, others []string) {
		for _, c := range (&http.Request{Header: http.Header{"Cookie": lines}}).Cookies() {
			if isOurs(c.Name) {
				ours = append(ours, c.String())
			} else {
				others = append(others, c.String())
			}
		}
		return ours, others
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\r\n") {
			t.Skip() // no header has them
		}
		left, found := withoutOurs([]string{line})
		if !found && (len(left) != 1 || left[0] != line) {
			t.Fatalf("%q becomes %q", line, left)
		}
		ours, others := names(left...)
		if _, before := names(line); len(ours) > 0 || !slices.Equal(others, before) {
			t.Errorf("%q becomes %q", line, left)
		}
	})
}

func TestTheAppNeverSeesAPassNorARehearsal(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Saw"] = r.Header["Cookie"]
		typed(200, "text/html", "the app")(w, r)
	})
	e := startEdge(t, "", "candor portal {\nexempt /open/*\n}\nhandle /nested/* {\ncandor portal\nreverse_proxy "+up+"\n}\nhandle {\nreverse_proxy "+up+"\n}")
	e.hold("portal", time.Hour)
	for name, c := range map[string]*http.Client{"h1": e.h1, "h2": e.h2, "h3": e.h3} {
		pass := e.open(c, e.url(e.link("portal", time.Hour)))
		for _, path := range []string{"/", "/nested/x", "/open/x"} {
			mine := pass.Name + "=" + pass.Value
			for _, cookies := range []string{mine, pass.Name + "=made up; " + mine, mine + "; candor_drill_library=x; __Host-candor_pass_library=y"} {
				a := e.get(c, path, header{"Cookie": `theme="dark" ; ` + cookies + "; x=1=2"})
				if a.StatusCode != 200 || a.Header.Get("Saw") != `theme="dark" ; x=1=2` {
					t.Errorf("%s %s: %d, the app saw %q", name, path, a.StatusCode, a.Header.Get("Saw"))
				}
			}
			if a := e.get(c, path, header{"Cookie": mine}); a.StatusCode != 200 || len(a.Header["Saw"]) > 0 {
				t.Errorf("%s %s: %d, the app saw %q", name, path, a.StatusCode, a.Header["Saw"])
			}
		}
	}
}
