package statusclient

import (
	"fmt"
	"path"
	"strings"
)

// Paths are patterns that match whole segments of cleaned paths: "/a" is /a
// alone, "/a/*" is /a and everything below it, "/*" is everything. Never the
// query, never half a segment.
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

// Match reports whether a path as CleanPath returns it is one of them.
func (ps Paths) Match(clean string) bool {
	for _, s := range ps {
		p, below := cutPattern(s)
		if !below {
			if clean == p {
				return true
			}
		} else if strings.HasPrefix(clean, p) && (len(clean) == len(p) || clean[len(p)] == '/') {
			return true
		}
	}
	return false
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

// BarePath is CleanPath for apps that first take parameters out of segments, as
// Java's do: to them "/a;x=1/b" is /a/b, and "/a/..;/b" is /b.
func BarePath(p string) string {
	if strings.IndexByte(p, ';') < 0 {
		return CleanPath(p)
	}
	bare := make([]byte, 0, len(p))
	parameter := false
	for i := range len(p) {
		switch c := p[i]; {
		case c == ';':
			parameter = true
		case c == '/' || c == '\\':
			parameter = false
			bare = append(bare, '/')
		case !parameter:
			bare = append(bare, c)
		}
	}
	return CleanPath(string(bare))
}
