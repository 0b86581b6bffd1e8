package errorpages

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// vary names what Negotiate, the matcher and acceptsGzip look at. It is the same
// for every format, because every answer is the result of that look.
const vary = "Accept, Accept-Encoding, Accept-Language, Hx-Request, Sec-Fetch-Dest, Sec-Fetch-Mode"

// varyOf adds the cookie where a visitor can choose a language.
func varyOf(b *Brand) string {
	if len(b.languages) > 1 {
		return vary + ", Cookie"
	}
	return vary
}

// header is one line, its key canonical.
type header struct{ key, value string }

// common are the lines of all answers.
var common = []header{
	{"Cache-Control", "no-store"},
	{"Referrer-Policy", "same-origin"}, // an app that checks Referer still gets it on the way back
	{"X-Content-Type-Options", "nosniff"},
	{"X-Robots-Tag", "noindex"},
}

// wholeSeconds rounds up: nobody is to come back too early.
func wholeSeconds(d time.Duration) int {
	d = min(max(d, 0), maxRetryAfter*time.Second)
	return int((d + time.Second - 1) / time.Second)
}

// keptSeconds reads a Retry-After that somebody else has set, a number or a date; ok
// says that it is one.
func keptSeconds(value string, now time.Time) (n int, ok bool) {
	if n, err := strconv.Atoi(value); err == nil {
		return min(n, maxRetryAfter), n >= 0
	}
	t, err := http.ParseTime(value)
	return wholeSeconds(t.Sub(now)), err == nil
}

// mergeVary adds ours to what others vary by.
func mergeVary(old []string, ours string) []string {
	lines := slices.Clone(old)
	if hasToken(old, "*") {
		return lines
	}
	for ours != "" {
		var name string
		name, ours, _ = strings.Cut(ours, ", ")
		if !hasToken(old, name) {
			lines = append(lines, name)
		}
	}
	return []string{strings.Join(lines, ", ")}
}

// proxyStatus is the value of Proxy-Status (RFC 9209): what went wrong, and
// nothing about where.
func proxyStatus(p *Page) string {
	const name = "candor"
	if p.Link {
		return name + "; error=http_request_denied"
	}
	switch p.Cause {
	case CauseMaintenance:
		return name + "; error=proxy_internal_response"
	case CauseUnreachable:
		return name + "; error=destination_unavailable"
	case CauseTimeout:
		return name + "; error=http_response_timeout"
	case CauseUpload:
		return name + "; error=http_request_error"
	case CauseUpstream, CauseClient:
		code := p.Upstream
		if code == 0 {
			code = p.Code
		}
		return name + "; received-status=" + strconv.Itoa(code)
	}
	return name + "; error=proxy_internal_error"
}
