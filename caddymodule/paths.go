package caddymodule

import (
	"fmt"
	"path"
	"strings"
)

// paths matches whole segments of cleaned paths: "/a" is /a alone, "/a/*" is /a
// and everything below it. Never the query, never half a segment.
type paths []pathPattern

type pathPattern struct {
	path  string
	below bool
}

func newPaths(option string, patterns []string) (paths, error) {
	ps := make(paths, 0, len(patterns))
	for _, s := range patterns {
		p, below := strings.CutSuffix(s, "/*")
		if s == "*" {
			p, below = "", true
		}
		if !below && p == "" || strings.Contains(p, "*") || p != "" && (p[0] != '/' || path.Clean(p) != p) {
			return nil, fmt.Errorf("%s: %q is not a path such as /hooks or /hooks/*", option, s)
		}
		ps = append(ps, pathPattern{p, below})
	}
	return ps, nil
}

func (ps paths) match(p string) bool {
	if len(ps) == 0 {
		return false
	}
	p = cleanPath(p)
	for _, pp := range ps {
		if !pp.below {
			if p == pp.path {
				return true
			}
		} else if strings.HasPrefix(p, pp.path) && (len(p) == len(pp.path) || p[len(pp.path)] == '/') {
			return true
		}
	}
	return false
}

// cleanPath resolves dots and doubled slashes; a slash at the end goes.
func cleanPath(p string) string {
	if p == "" || p[0] != '/' {
		p = "/" + p
	}
	return path.Clean(p)
}
