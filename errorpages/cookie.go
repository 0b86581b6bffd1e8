package errorpages

import (
	"net/http"
	"strings"
)

// languageCookie keeps the language that a visitor has chosen on a page.
const languageCookie = "candor_lang"

const (
	cookieLimit = 16 << 10           // bytes of Cookie that are looked at
	cookieAge   = 180 * 24 * 60 * 60 // seconds
)

// blank is what net/http trims around cookies.
const blank = " \t\r\n"

// LanguageCookie is what remembers that a visitor wants pages of b in a
// language. Nobody can choose one that b does not have: then ok is false.
func LanguageCookie(b *Brand, tag string, secure bool) (c *http.Cookie, ok bool) {
	i := indexFold(b.names, tag)
	if i < 0 || len(b.names) < 2 {
		return nil, false
	}
	return &http.Cookie{
		Name: languageCookie, Value: b.names[i], Path: "/", MaxAge: cookieAge,
		Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}, true
}

// chosen returns which of these languages the cookies of a request name, -1 when
// none does. It allocates nothing.
func chosen(names []string, lines []string) int {
	left := cookieLimit
	for _, line := range lines {
		line = line[:min(len(line), left)]
		left -= len(line)
		for line != "" {
			var pair string
			if pair, line = nextLanguageCookie(line); pair == "" {
				break
			}
			if i := indexFold(names, strings.Trim(strings.Trim(pair, blank), `"`)); i >= 0 {
				return i
			}
		}
	}
	return -1
}

// nextLanguageCookie returns the value of the next cookie of that name, and what
// follows it.
func nextLanguageCookie(line string) (value, rest string) {
	const key = languageCookie + "="
	for from := 0; ; {
		i := strings.Index(line[from:], key)
		if i < 0 {
			return "", ""
		}
		i += from
		from = i + len(key)
		before := strings.TrimRight(line[:i], blank)
		if before != "" && before[len(before)-1] != ';' {
			continue // the end of another name, or part of a value
		}
		value, rest, _ = strings.Cut(line[from:], ";")
		if value == "" {
			value = " " // found, and names nothing
		}
		return value, rest
	}
}

func indexFold(list []string, s string) int {
	for i, v := range list {
		if strings.EqualFold(v, s) {
			return i
		}
	}
	return -1
}
