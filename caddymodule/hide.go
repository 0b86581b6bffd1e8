package caddymodule

import (
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// cookiesHidden remembers in the request's variables the Cookie lines that came, for
// a directive further in.
const cookiesHidden = "candor_cookies"

// cookieLines are the Cookie lines of a request as they came.
func cookieLines(r *http.Request) []string {
	if lines, ok := caddyhttp.GetVar(r.Context(), cookiesHidden).([]string); ok {
		return lines
	}
	return r.Header["Cookie"]
}

// hideCookies takes passes and rehearsals, of whatever service, out of what the app
// gets: they are secrets between visitors and the edge. All other cookies stay
// byte for byte.
func hideCookies(r *http.Request) {
	lines := r.Header["Cookie"]
	for _, line := range lines {
		if !strings.Contains(line, "candor_") {
			continue
		}
		left, found := withoutOurs(lines)
		if !found {
			return
		}
		caddyhttp.SetVar(r.Context(), cookiesHidden, lines)
		if r.Header["Cookie"] = left; len(left) == 0 {
			delete(r.Header, "Cookie")
		}
		return
	}
}

// withoutOurs returns what is left of Cookie lines, and whether it is less.
func withoutOurs(lines []string) (left []string, found bool) {
	for _, line := range lines {
		var kept strings.Builder
		cut, rest := false, line
		for more := true; more; {
			var pair string
			pair, rest, more = strings.Cut(rest, ";")
			name, _, _ := strings.Cut(pair, "=")
			switch {
			case isOurs(strings.Trim(name, blank)):
				cut = true
				continue
			case kept.Len() > 0:
				kept.WriteByte(';')
			case cut:
				pair = strings.TrimLeft(pair, blank)
			}
			kept.WriteString(pair)
		}
		switch {
		case !cut:
			left = append(left, line)
		case kept.Len() > 0:
			left = append(left, kept.String())
		}
		found = found || cut
	}
	return left, found
}

// isOurs reports whether a cookie of that name lets somebody through, or takes part
// in a rehearsal.
func isOurs(name string) bool {
	name = strings.TrimPrefix(name, "__Host-")
	return strings.HasPrefix(name, "candor_pass_") || strings.HasPrefix(name, "candor_drill_")
}
