package errorpages

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/language"
)

func TestGzipIsSentToWhomWantsIt(t *testing.T) {
	tests := []struct {
		give string
		want bool
	}{
		{"gzip, deflate, br, zstd", true},
		{"gzip,deflate,br", true},
		{"gzip", true},
		{"GZIP;q=0.5", true},
		{"x-gzip", true},
		{"br;q=1.0, gzip;q=0.8, *;q=0.1", true},
		{"identity;q=0, *", true},
		{"*;q=0.5, identity;q=0.2", true},
		{"gzip;q=0", false},
		{"gzip; q=0.000", false},
		{"gzip;q=0, *", false},
		{"gzip;q=0.5, identity", false},
		{"identity", false},
		{"*", false},
		{"*;q=0", false},
		{"identity;q=0", false},
		{"gzip;q=0, identity;q=0", false},
		{"gzipped, ungzip", false},
		{"br", false},
		{"gzip;q=much", false},
		{"", false},
	}
	for _, tt := range tests {
		if got := acceptsGzip([]string{tt.give}); got != tt.want {
			t.Errorf("%q: got %v", tt.give, got)
		}
	}
	if acceptsGzip(nil) {
		t.Error("gzip without Accept-Encoding")
	}
	if !acceptsGzip([]string{"br", "gzip"}) {
		t.Error("the second line was not read")
	}
}

func TestMatcherFindsTheLanguage(t *testing.T) {
	m := newMatcher(tags("en", "zh-Hans", "de", "ja"))
	for give, want := range map[string]int{
		"de":                         2,
		"de-CH,de;q=0.9,en;q=0.8":    2,
		"zh-CN,zh;q=0.9":             1,
		"fr-FR,fr;q=0.9,ja;q=0.2":    3,
		"en-GB":                      0,
		"fr":                         0,
		"":                           0,
		"*":                          0,
		"!!":                         0,
		strings.Repeat("x", 100_000): 0,
		"de," + strings.Repeat("fr;q=0.1,", 1000): 2,
	} {
		for range 2 { // found, then known
			if got := m.index([]string{give}); got != want {
				t.Errorf("%.30q: got %d, want %d", give, got, want)
			}
		}
	}
	if got := m.index([]string{"fr", "ja"}); got != 3 {
		t.Errorf("two lines: got %d", got)
	}
	if got := newMatcher(tags("de")).index([]string{"en"}); got != 0 {
		t.Errorf("one language: got %d", got)
	}
}

func TestMatcherKeepsABoundedNumberOfHeaders(t *testing.T) {
	m := newMatcher(tags("en", "de"))
	for i := range 3 * maxKnown {
		m.index([]string{fmt.Sprintf("de;q=0.%d", i)})
	}
	if n := len(*m.known.Load()); n > maxKnown {
		t.Errorf("%d headers are kept", n)
	}
	header := []string{"de-AT,de;q=0.7"}
	m.index(header)
	if n := testing.AllocsPerRun(100, func() { m.index(header) }); n != 0 {
		t.Errorf("%v allocations for a known header", n)
	}
}

func tags(names ...string) []language.Tag {
	var list []language.Tag
	for _, name := range names {
		list = append(list, language.MustParse(name))
	}
	return list
}
