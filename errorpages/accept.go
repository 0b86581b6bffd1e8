package errorpages

import "strings"

// acceptLimit bounds how much of a header is looked at. Browsers send 200 bytes.
const acceptLimit = 4096

// acceptItem takes the first element off a list such as Accept, and its weight
// in thousandths; an element whose weight cannot be read has weight -1. name has
// neither parameters nor spaces around it, and its letters are as they were sent.
func acceptItem(list string) (name string, weight int, rest string) {
	item := list
	for i, quoted := 0, false; i < len(list); i++ {
		switch c := list[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			item, rest = list[:i], list[i+1:]
			i = len(list)
		}
	}
	name, params, _ := strings.Cut(item, ";")
	return trim(name), weightOf(params), rest
}

// weightOf finds q among the parameters of an element.
func weightOf(params string) int {
	for params != "" {
		p := params
		params = ""
		if i := strings.LastIndexByte(p, ';'); i >= 0 { // q is the last one as a rule
			params, p = p[:i], p[i+1:]
		}
		if p = trim(p); len(p) >= 2 && p[0]|0x20 == 'q' && p[1] == '=' {
			return thousandths(p[2:])
		}
	}
	return 1000
}

// thousandths reads 0, 1, 0.5 or 0.125, and -1 for what is no weight.
func thousandths(s string) int {
	if s == "" || s[0] != '0' && s[0] != '1' {
		return -1
	}
	n := int(s[0]-'0') * 1000
	if len(s) == 1 {
		return n
	}
	if s[1] != '.' {
		return -1
	}
	for i, unit := 2, 100; i < len(s); i, unit = i+1, unit/10 {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n += int(s[i]-'0') * unit
	}
	return min(n, 1000)
}

func trim(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

// bounded is the part of a header value that is looked at.
func bounded(s string) string {
	return s[:min(len(s), acceptLimit)]
}

// acceptsGzip reads Accept-Encoding: gzip when the client wants it at least as
// much as identity, and says so. Without the header, and for "*" alone,
// identity is as good.
func acceptsGzip(lines []string) bool {
	switch first(lines) {
	case "":
		return false
	case "gzip, deflate, br, zstd", "gzip, deflate, br", "gzip, deflate", "gzip":
		return true // nearly every client; the rest of this function finds the same
	}
	const unsaid = -1
	gzip, identity, star := unsaid, unsaid, unsaid
	for _, list := range lines {
		for list = bounded(list); list != ""; {
			var name string
			var q int
			if name, q, list = acceptItem(list); q < 0 {
				continue
			}
			switch {
			case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
				gzip = max(gzip, q)
			case strings.EqualFold(name, "identity"):
				identity = q
			case name == "*":
				star = q
			}
		}
	}
	if gzip != unsaid {
		return gzip > 0 && gzip >= identity
	}
	if identity == unsaid {
		return false
	}
	return star > identity
}

// hasToken reports whether a list header such as Connection holds a token.
func hasToken(lines []string, token string) bool {
	for _, list := range lines {
		for list = bounded(list); list != ""; {
			var name string
			name, list, _ = strings.Cut(list, ",")
			if strings.EqualFold(trim(name), token) {
				return true
			}
		}
	}
	return false
}
