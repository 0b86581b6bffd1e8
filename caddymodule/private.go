package caddymodule

import (
	"net/http"
	"strings"
)

// makePrivate keeps an answer out of shared caches, whatever the upstream said of
// it: it is for somebody who was let through, and everybody else gets a page.
// no-store stays, and so does what is said to the visitor's own browser.
func makePrivate(h http.Header) {
	h["Cache-Control"] = []string{private(h["Cache-Control"])}
	for k := range h {
		// What is said to a CDN alone counts more there than Cache-Control.
		if strings.HasSuffix(k, "-Cache-Control") || k == "Surrogate-Control" || k == "Edge-Control" {
			h[k] = noStore
		}
	}
	if _, ok := h["X-Accel-Expires"]; ok {
		h["X-Accel-Expires"] = []string{"0"}
	}
}

// private is a Cache-Control with private in place of what invites shared caches.
func private(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		for line != "" {
			var directive string
			directive, line = nextDirective(line)
			name, _, _ := strings.Cut(directive, "=")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "", "public", "s-maxage", "private": // with field names it is about these alone
			default:
				b.WriteString(directive)
				b.WriteString(", ")
			}
		}
	}
	b.WriteString("private")
	return b.String()
}

// nextDirective returns the first directive of a list, and what follows it. There
// may be commas in quotes; a quote without an end is none.
func nextDirective(list string) (directive, rest string) {
	quoted := false
	for i := range len(list) {
		switch c := list[i]; {
		case c == '"':
			quoted = !quoted && strings.IndexByte(list[i+1:], '"') >= 0
		case c == ',' && !quoted:
			return strings.TrimSpace(list[:i]), list[i+1:]
		}
	}
	return strings.TrimSpace(list), ""
}
