package statusclient

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// bareURL takes ASCII only, so that a link ends where Chinese or Japanese
// writing, which has no spaces, goes on.
var bareURL = regexp.MustCompile(`(?i)\bhttps?://[a-z0-9\[][a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*`)

// appendLinked appends s as HTML, with the URLs in it made links.
func appendLinked(b []byte, s string) []byte {
	for s != "" {
		at := bareURL.FindStringIndex(s)
		if at == nil {
			break
		}
		found := trimURL(s[at[0]:at[1]])
		end := at[0] + len(found)
		b = append(b, html.EscapeString(s[:at[0]])...)
		if href := cleanURL(found); href != "" {
			b = append(b, openLink(href)...)
			b = append(b, html.EscapeString(found)...)
			b = append(b, "</a>"...)
		} else {
			b = append(b, html.EscapeString(found)...)
		}
		s = s[end:]
	}
	return append(b, html.EscapeString(s)...)
}

// trimURL drops what belongs to the sentence around a URL.
func trimURL(s string) string {
	for {
		short := strings.TrimRight(s, ".,;:!?'*")
		for closing, opening := range map[string]string{")": "(", "]": "["} {
			if strings.HasSuffix(short, closing) && strings.Count(short, closing) > strings.Count(short, opening) {
				short = short[:len(short)-1]
			}
		}
		if short == s {
			return s
		}
		s = short
	}
}
