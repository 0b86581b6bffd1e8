package caddymodule

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func read(name string, lines ...string) (values []string) {
	for jar := (cookies{name: name, lines: lines}); ; {
		v, ok := jar.next()
		if !ok {
			return values
		}
		values = append(values, v)
	}
}

func TestCookiesAreFoundAmongOthers(t *testing.T) {
	for _, c := range []struct {
		lines string
		want  []string
	}{
		{"", nil},
		{"p=1", []string{"1"}},
		{"a=b; p=1; c=d", []string{"1"}},
		{"xp=1; p.x=2; px=3; P=4", nil},
		{"a=p=1; p", nil},
		{`p="1"; p=; p="`, []string{"1", "", `"`}},
		{";; ;p=1;;p=2", []string{"1", "2"}},
		{"a=b\np=1\np=2;p=3", []string{"1", "2", "3"}},
		{strings.Repeat("x", maxCookie) + "; p=1", nil},
		{strings.Repeat("x=y; ", maxCookie) + "\np=1", nil},
	} {
		if got := read("p", strings.Split(c.lines, "\n")...); !slices.Equal(got, c.want) {
			t.Errorf("%.60q: %q, want %q", c.lines, got, c.want)
		}
	}
}

// FuzzCookies compares with net/http, which reads fewer: what it finds in a cookie, we find.
func FuzzCookies(f *testing.F) {
	for _, s := range []string{"p=1", "a=b; p=1; p=2", `p="x"; =; ;p`, "p =1; p= 1 ", "p=\x00;p=é", "a=b;\np=1;\r p=2"} {
		f.Add(s, "p")
	}
	f.Add("__Host-candor_pass_portal=x", "__Host-candor_pass_portal")
	f.Fuzz(func(t *testing.T, line, name string) {
		if len(line) > maxCookie || name == "" || strings.ContainsAny(name, "=; \t") {
			t.Skip()
		}
		ours := read(name, line)
		r := http.Request{Header: http.Header{"Cookie": {line}}}
		for _, c := range r.CookiesNamed(name) {
			if c.Value != "" && !slices.Contains(ours, c.Value) {
				t.Errorf("%q: %q is not among %q", line, c.Value, ours)
			}
		}
	})
}
