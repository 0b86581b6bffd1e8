package errorpages

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/candor-edge/candor/statusclient"
)

// What one update may take on a page, and all of them together: a page stays
// within 14 kB however much was written.
const (
	maxRunes     = 1000
	maxBytes     = 4 << 10
	maxPageBytes = 5568    // compressed, which is what counts
	maxTagBytes  = 1 << 10 // a link longer than that is left out, its text stays
	maxLine      = 200     // runes of a title or a name
)

// excerpt returns the beginning of a text in both shapes, and whether something
// was left out. The HTML is well-formed, whatever it was before.
func excerpt(t statusclient.Text) (plain string, rich template.HTML, isCut bool) {
	plain, isCut = excerptPlain(t.Plain)
	if t.HTML == "" {
		return plain, paragraphs(plain), isCut
	}
	rich, richCut := excerptHTML(string(t.HTML))
	return plain, rich, isCut || richCut
}

func excerptPlain(s string) (string, bool) {
	s = strings.TrimSpace(s)
	return cutRunes(s, maxRunes)
}

// cutRunes takes up to n runes, ending between words where that is near.
func cutRunes(s string, n int) (string, bool) {
	end, spaces := 0, -1
	for ; n > 0 && end < len(s); n-- {
		r, size := utf8.DecodeRuneInString(s[end:])
		if unicode.IsSpace(r) {
			spaces = end
		}
		end += size
	}
	if end == len(s) {
		return s, false
	}
	if spaces > end/2 {
		end = spaces
	}
	return strings.TrimRightFunc(s[:end], unicode.IsSpace) + "…", true
}

// excerptHTML cuts safe HTML and closes what is open then. Headings become
// paragraphs, so that they do not mix with those of the page.
func excerptHTML(s string) (template.HTML, bool) {
	var (
		out   strings.Builder
		open  []string
		left  = maxRunes
		isCut bool
		z     = html.NewTokenizer(strings.NewReader(s))
	)
	for !isCut {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		raw := string(z.Raw())
		switch kind {
		case html.TextToken:
			text := string(z.Text())
			if n := utf8.RuneCountInString(text); n <= left && out.Len()+len(text) <= maxBytes {
				left -= n
			} else {
				text, _ = cutRunes(text, min(left, max(maxBytes-out.Len(), 0)/utf8.UTFMax))
				isCut = true
			}
			out.WriteString(html.EscapeString(text))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := string(name)
			if out.Len()+len(raw) > maxBytes {
				isCut = true
				continue
			}
			switch {
			case len(raw) > maxTagBytes:
			case atom.Lookup(name) == atom.Br || atom.Lookup(name) == atom.Hr:
				out.WriteString("<" + tag + ">")
			case isHeading(tag):
				out.WriteString("<p><b>")
				open = append(open, tag)
			default:
				out.WriteString(raw)
				open = append(open, tag)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if i := len(open) - 1; i >= 0 && open[i] == string(name) {
				out.WriteString(closing(open[i]))
				open = open[:i]
			}
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		out.WriteString(closing(open[i]))
	}
	return template.HTML(out.String()), isCut
}

func isHeading(tag string) bool {
	return len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6'
}

func closing(tag string) string {
	if isHeading(tag) {
		return "</b></p>"
	}
	return "</" + tag + ">"
}

func paragraphs(plain string) template.HTML {
	if plain == "" {
		return ""
	}
	s := template.HTMLEscapeString(plain)
	s = strings.ReplaceAll(s, "\n\n", "</p><p>")
	return template.HTML("<p>" + strings.ReplaceAll(s, "\n", "<br>") + "</p>")
}

// oneLine makes a title or a name fit to stand in a sentence: valid, bounded,
// without line breaks, control characters and such as turn the reading order.
func oneLine(s string) string {
	s, _ = cutRunes(strings.TrimSpace(s), maxLine)
	return collapse(strings.ToValidUTF8(s, "\uFFFD"))
}

// collapse makes one line of visible words.
func collapse(s string) string {
	return strings.Join(strings.Fields(strings.Map(visible, s)), " ")
}

// visible drops characters that show nothing and change how others look:
// controls, bidirectional overrides and embeddings, and what this package marks
// places with. Joiners stay, which emoji and some scripts need.
func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), r == '\uFEFF',
		r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r >= '\uE000' && r <= '\uE00F':
		return -1
	}
	return r
}
