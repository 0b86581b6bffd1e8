package errorpages

import (
	"net/http"
	"strings"
)

// Format is the shape of one answer.
type Format uint8

// The formats.
const (
	FormatHTML     Format = iota // the page
	FormatProblem                // application/problem+json
	FormatText                   // plain text, one screen
	FormatNone                   // no body: a script, an image, a font…
	FormatGRPC                   // HTTP 200 with grpc-status 14
	FormatUpgrade                // the code and a line of text
	FormatFragment               // HTML to be put into a page, as htmx does
	formats
)

// String is the format's name in metrics and logs.
func (f Format) String() string {
	return [...]string{"html", "json", "text", "none", "grpc", "upgrade", "fragment", "invalid"}[min(f, formats)]
}

// Negotiate chooses the format for a request. It allocates nothing, and looks at
// a bounded part of every header.
func Negotiate(r *http.Request) Format {
	h := r.Header
	if isUpgrade(r) {
		return FormatUpgrade
	}
	if r.Method == http.MethodPost && isGRPC(first(h["Content-Type"])) {
		return FormatGRPC
	}
	if first(h["Hx-Request"]) == "true" {
		return forHtmx(r.Method, h)
	}
	fetched := false
	if dest := h["Sec-Fetch-Dest"]; len(dest) > 0 {
		switch dest[0] {
		case "document", "iframe", "frame", "embed", "object", "fencedframe":
			return FormatHTML
		case "script", "style", "image", "font", "audio", "video", "track", "manifest", "json", "xslt", "report",
			"worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet":
			return FormatNone
		case "empty":
			fetched = true
		}
	}
	switch first(h["Sec-Fetch-Mode"]) {
	case "navigate":
		if !fetched {
			return FormatHTML
		}
	case "cors":
		fetched = true
	}
	return byAccept(h["Accept"], fetched)
}

// forHtmx decides for htmx: it puts what it asked for into the page, as HTML,
// whatever its Accept says. Where it follows a link in place of the browser, the
// page itself is wanted.
func forHtmx(method string, h http.Header) Format {
	switch {
	case method != http.MethodPost && FollowsLink(h):
		return FormatHTML
	case byAccept(h["Accept"], false) == FormatProblem:
		return FormatProblem // an extension makes HTML of JSON
	}
	return FormatFragment
}

// FollowsLink reports whether htmx asks in place of the browser: because of a
// link, or to go back.
func FollowsLink(h http.Header) bool {
	return first(h["Hx-Boosted"]) == "true" || first(h["Hx-History-Restore-Request"]) == "true"
}

// byAccept decides for clients that do not say what the answer is for: programs,
// terminals and browsers before 2020 or 2023. fetched says that a script asks:
// it gets JSON where everything is equally good.
func byAccept(lines []string, fetched bool) Format {
	var html, json, text, other preference
	for _, list := range lines {
		for list = bounded(list); list != ""; {
			var name string
			var q int
			name, q, list = acceptItem(list)
			if q < 0 {
				continue
			}
			kind, sub, ok := strings.Cut(name, "/")
			switch {
			case !ok:
			case sub == "*" && kind == "*":
				html.is(q, anything)
				json.is(q, anything)
				text.is(q, anything)
			case strings.EqualFold(kind, "text"):
				switch {
				case sub == "*":
					html.is(q, family)
					text.is(q, family)
				case strings.EqualFold(sub, "html"):
					html.is(q, exact)
				case strings.EqualFold(sub, "plain"):
					text.is(q, exact)
				case strings.EqualFold(sub, "json"):
					json.is(q, named)
				case strings.EqualFold(sub, "css"), strings.EqualFold(sub, "javascript"):
					other.is(q, exact)
				}
			case strings.EqualFold(kind, "application"):
				switch {
				case sub == "*":
					json.is(q, family)
				case strings.EqualFold(sub, "problem+json"):
					json.is(q, exact)
				case strings.EqualFold(sub, "json"), suffixFold(sub, "+json"):
					json.is(q, named)
				case strings.EqualFold(sub, "xhtml+xml"):
					html.is(q, named)
				}
			case strings.EqualFold(kind, "image"), strings.EqualFold(kind, "audio"),
				strings.EqualFold(kind, "video"), strings.EqualFold(kind, "font"):
				other.is(q, exact)
			}
		}
	}
	switch {
	case html.at >= named && html.q > 0 && html.q >= max(json.q, text.q):
		return FormatHTML
	case other.q > max(html.q, json.q, text.q) && !fetched:
		return FormatNone
	case json.at >= family && json.q > 0 && json.q >= text.q:
		return FormatProblem
	case text.at >= family && text.q > 0:
		return FormatText
	case fetched && (json.at == unnamed || json.q > 0):
		return FormatProblem
	}
	return FormatText
}

// preference is how much a client wants one of our types.
type preference struct {
	q  int
	at specificity
}

// specificity is how closely a media range names a type; the closest one counts.
type specificity uint8

const (
	unnamed  specificity = iota
	anything             // */*
	family               // text/*
	named                // a type that is read the same way: application/json for application/problem+json
	exact
)

func (p *preference) is(q int, at specificity) {
	switch {
	case at > p.at:
		p.q, p.at = q, at
	case at == p.at:
		p.q = max(p.q, q)
	}
}

// isUpgrade reports whether the client wants to leave HTTP. An offer of HTTP/2
// or of TLS does not count: there a plain answer is expected.
func isUpgrade(r *http.Request) bool {
	if r.Method == http.MethodConnect {
		return len(r.Header[":protocol"]) > 0 // WebSocket over HTTP/2 and 3
	}
	up := r.Header["Upgrade"]
	if len(up) == 0 || r.ProtoMajor > 1 || !hasToken(r.Header["Connection"], "upgrade") {
		return false
	}
	return !prefixFold(up[0], "h2c") && !prefixFold(up[0], "tls/")
}

// isGRPC reports whether a content type is gRPC's or gRPC-Web's.
func isGRPC(contentType string) bool {
	const grpc = "application/grpc"
	if !prefixFold(contentType, grpc) {
		return false
	}
	rest := contentType[len(grpc):]
	return rest == "" || rest[0] == '+' || rest[0] == ';' || rest[0] == '-' || rest[0] == ' '
}

func first(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}

func prefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func suffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}
