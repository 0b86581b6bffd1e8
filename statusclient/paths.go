package statusclient

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Paths are patterns that match whole segments of cleaned paths: "/a" is /a
// alone, "/a/*" is /a and everything below it, "/*" is everything. Never the
// query, never half a segment. Upper and lower case are the same, as to Caddy's own
// matcher: some apps read paths so.
type Paths []string

// Check reports the first that is not a pattern.
func (ps Paths) Check() error {
	for _, s := range ps {
		p, below := cutPattern(s)
		if !below && p == "" || strings.Contains(p, "*") || p != "" && (p[0] != '/' || path.Clean(p) != p) {
			return fmt.Errorf("%.100q is not a path such as /hooks or /hooks/*", s)
		}
	}
	return nil
}

// Same reports whether two lists without duplicates match the same.
func (ps Paths) Same(o Paths) bool {
	return len(ps) == len(o) && !slices.ContainsFunc(ps, func(p string) bool {
		return !slices.ContainsFunc(o, func(q string) bool { return strings.EqualFold(p, q) })
	})
}

// MatchAny reports whether a path is one of them however it is read: so is what
// closes something.
func (ps Paths) MatchAny(r *Readings) bool { return slices.ContainsFunc(r.paths[:r.n], ps.match) }

// MatchAll reports whether a path is one of them, however it is read: so is what
// opens something.
func (ps Paths) MatchAll(r *Readings) bool {
	for _, clean := range r.paths[:r.n] {
		if !ps.match(clean) {
			return false
		}
	}
	return true
}

func (ps Paths) match(clean string) bool {
	for _, s := range ps {
		p, below := cutPattern(s)
		if rest, ok := cutFold(clean, p); ok && (rest == "" || below && rest[0] == '/') {
			return true
		}
	}
	return false
}

// cutFold is strings.CutPrefix for which upper and lower case are the same, in the
// letters of all languages.
func cutFold(s, prefix string) (rest string, ok bool) {
	for prefix != "" {
		if s == "" {
			return "", false
		}
		if s[0] < utf8.RuneSelf && prefix[0] < utf8.RuneSelf {
			if s[0] != prefix[0] && lower(s[0]) != lower(prefix[0]) {
				return "", false
			}
			s, prefix = s[1:], prefix[1:]
			continue
		}
		_, n := utf8.DecodeRuneInString(s)
		_, m := utf8.DecodeRuneInString(prefix)
		if s[:n] != prefix[:m] && (n == 1 && s[0] >= utf8.RuneSelf || m == 1 && prefix[0] >= utf8.RuneSelf || !strings.EqualFold(s[:n], prefix[:m])) {
			return "", false // what is no UTF-8 is only like itself
		}
		s, prefix = s[n:], prefix[m:]
	}
	return s, true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// cutPattern takes the star off that stands for everything below.
func cutPattern(s string) (p string, below bool) {
	if s == "*" {
		return "", true
	}
	return strings.CutSuffix(s, "/*")
}

// CleanPath resolves dots and doubled slashes; a slash at the end goes. A backslash
// counts as a slash: apps that take it for one must not be reached around a pattern.
func CleanPath(p string) string {
	if strings.IndexByte(p, '\\') >= 0 {
		p = strings.ReplaceAll(p, `\`, "/")
	}
	if p == "" || p[0] != '/' {
		p = "/" + p
	}
	return path.Clean(p)
}

// bare is CleanPath for apps that first take parameters out of segments, as
// Java's do: to them "/a;x=1/b" is /a/b, and "/a/..;/b" is /b.
func bare(p string) string {
	b := make([]byte, 0, len(p))
	parameter := false
	for i := range len(p) {
		switch c := p[i]; {
		case c == ';':
			parameter = true
		case c == '/' || c == '\\':
			parameter = false
			b = append(b, '/')
		case !parameter:
			b = append(b, c)
		}
	}
	return CleanPath(string(b))
}
