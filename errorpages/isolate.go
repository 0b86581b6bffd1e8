package errorpages

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Between these two, text is ordered by itself: a Latin title in an Arabic
// sentence does not carry the full stop away, and the other way round.
const (
	startIsolate = "\u2068" // first strong isolate
	endIsolate   = "\u2069"
)

// isolate keeps what is filled into a sentence from changing its order. Where all
// is written from left to right, there is nothing to keep apart.
func (l *locale) isolate(s string) string {
	if s == "" || l.dir == "ltr" && !strings.ContainsFunc(s, isRightToLeft) {
		return s
	}
	return startIsolate + s + endIsolate
}

func isRightToLeft(r rune) bool {
	if r < 0x0590 { // before Hebrew there is none
		return false
	}
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

var isolates = strings.NewReplacer(startIsolate, "", endIsolate, "")

func withoutIsolates(s string) string { return isolates.Replace(s) }

// balanced reports whether all isolates of a line end on it, so that nothing
// outside of them is moved.
func balanced(line string) bool {
	depth := 0
	for _, r := range line {
		switch string(r) {
		case startIsolate:
			depth++
		case endIsolate:
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}
