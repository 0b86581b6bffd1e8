package caddymodule

import "strings"

// cookies reads the values of one name out of a request's Cookie lines, one after
// the other. It allocates nothing.
type cookies struct {
	name  string
	lines []string
	rest  string
	read  int
}

// blank is what net/http trims around cookies.
const blank = " \t\r\n"

// maxCookie bounds how much of Cookie is looked at, in bytes.
const maxCookie = 16 << 10

// next returns the next value, without quotes; ok is false when there is none.
func (c *cookies) next() (value string, ok bool) {
	for {
		for c.rest != "" {
			var pair string
			pair, c.rest, _ = strings.Cut(c.rest, ";")
			if name, value, ok := strings.Cut(strings.Trim(pair, blank), "="); ok && strings.TrimRight(name, blank) == c.name {
				return unquote(value), true
			}
		}
		if len(c.lines) == 0 || c.read == maxCookie {
			return "", false
		}
		c.rest, c.lines = c.lines[0], c.lines[1:]
		c.rest = c.rest[:min(len(c.rest), maxCookie-c.read)]
		c.read += len(c.rest)
	}
}

func unquote(s string) string {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}
