package errorpages

import (
	"strings"
	"unicode/utf8"

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
		line = collapse(line)
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
	if columns(word) == utf8.RuneCountInString(word) {
		return []string{word}
	}
	var parts []string
	start, wasWide := 0, false
	for i, r := range word {
		wide := isWide(r)
		if i > start && (wide || wasWide) && !strings.ContainsRune("、。，．！？）」』】", r) {
			parts = append(parts, word[start:i])
			start = i
		}
		wasWide = wide
	}
	return append(parts, word[start:])
}

func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if isWide(r) {
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
