package errorpages

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

const terminalColumns = 78

// terminal makes a text fit for one: lines wrapped, keeping the indentation they
// begin with; no character that a terminal would act on; never two empty lines
// in a row.
func terminal(s string) string {
	var b strings.Builder
	empty := true
	for line := range strings.Lines(strings.ToValidUTF8(s, "\uFFFD")) {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		line = tidy(line)
		if line == "" {
			if !empty {
				b.WriteByte('\n')
			}
			empty = true
			continue
		}
		empty = false
		wrap(&b, line, indent)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// tidy is collapse that keeps what our own texts need: spaces that do not break,
// and isolates as long as they end.
func tidy(line string) string {
	keep := balanced(line)
	line = strings.Map(func(r rune) rune {
		switch string(r) {
		case startIsolate, endIsolate:
			if keep {
				return r
			}
		case "\u00A0", "\u202F":
			return '\u00A0'
		}
		return visible(r)
	}, line)
	return strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r == ' ' }), " ")
}

// wrap breaks between words, and between the characters of scripts that have no
// spaces. A word that is longer than the line, such as a URL, stays whole.
func wrap(b *strings.Builder, line, indent string) {
	indent = indent[:min(len(indent), terminalColumns/2)]
	column := 0
	for word := range strings.SplitSeq(line, " ") {
		for i, part := range wideParts(word) {
			space := ""
			if i == 0 {
				space = " "
			}
			n := columns(part)
			switch {
			case column == 0:
				space = indent
			case column+len(space)+n > terminalColumns:
				b.WriteByte('\n')
				column, space = 0, indent
			}
			b.WriteString(space + part)
			column += len(space) + n
		}
	}
	b.WriteByte('\n')
}

// wideParts splits a word where a line may break inside it.
func wideParts(word string) []string {
	if !strings.ContainsFunc(word, isWide) {
		return []string{word}
	}
	var parts []string
	const closing, opening = "、。，．！？：；）」』】〉》”’…", "（「『【〈《“‘"
	start, wasWide, before := 0, false, rune(0)
	for i, r := range word {
		wide := isWide(r) && !unicode.Is(unicode.Hangul, r) // Korean has spaces
		if i > start && (wide || wasWide) && !strings.ContainsRune(closing, r) && !strings.ContainsRune(opening, before) {
			parts = append(parts, word[start:i])
			start = i
		}
		wasWide, before = wide, r
	}
	return append(parts, word[start:])
}

func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case isWide(r):
			n += 2
		case string(r) != startIsolate && string(r) != endIsolate:
			n++
		}
	}
	return n
}

func isWide(r rune) bool {
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

// short is a text on one line, cut after n characters; templates call it.
func short(n int, s string) string {
	s, _ = cutRunes(collapse(s), n)
	return s
}
