package statusclient

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// forbidden are characters that move or hide what stands around them: controls
// (tab and newline are not asked about), bidi embeddings, overrides and
// isolates, byte order marks, interlinear and deprecated formatting. Marks that
// right-to-left text needs, and joiners that emoji need, are not among them.
func forbidden(r rune) bool {
	switch {
	case unicode.Is(unicode.Cc, r):
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x206F:
		return true
	case r >= 0xFFF9 && r <= 0xFFFB, r == 0xFEFF:
		return true
	}
	return false
}

// cleanLines makes s valid UTF-8 without forbidden characters, with \n as the
// only line end.
func cleanLines(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return '\n'
		case forbidden(r):
			return -1
		}
		return r
	}, s)
}

// cleanLine is cleanLines for what must be one line, of at most limit characters.
func cleanLine(s string, limit int) string {
	if len(s) > 4*limit+utf8.UTFMax {
		s = s[:4*limit+utf8.UTFMax] // whatever follows cannot be in the result
	}
	s = strings.Join(strings.Fields(cleanLines(s)), " ")
	n := 0
	for i := range s {
		if n == limit-1 && utf8.RuneCountInString(s[i:]) > 1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
		n++
	}
	return s
}

// cutSource shortens s to at most limit bytes, neither inside a character nor,
// as far as one can see, inside a tag.
func cutSource(s string, limit int) string {
	s = strings.TrimRight(strings.TrimLeft(s, "\n"), " \t\n")
	if len(s) <= limit {
		return s
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	s = s[:end]
	if i := strings.LastIndexByte(s, '<'); i > strings.LastIndexByte(s, '>') && len(s)-i < 2048 {
		s = s[:i]
	}
	return strings.TrimRight(s, " \t\n") + "…"
}

// maxURL is the most bytes that a link may have.
const maxURL = 2048

// cleanURL returns s as a link that is safe to follow, or "".
func cleanURL(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxURL || strings.ContainsFunc(s, forbidden) || !utf8.ValidString(s) {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return ""
	}
	if s = u.String(); len(s) > maxURL { // it is longer once it is escaped
		return ""
	}
	return s
}
