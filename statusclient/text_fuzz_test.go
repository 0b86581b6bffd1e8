package statusclient

import (
	"html/template"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"<b>x", "a < b", "<a href=javascript:x>y</a>", "\u202e&#x202e;", "<ul>\n<li>a\n</ul>", "[a](b)", "\xff",
		"<p><table><a href='https://x'>", "```\n<script>\n```", "https://a.example/).", "<pre>\n\nx</pre>",
	} {
		for i := range uint8(4) {
			f.Add(s, i)
		}
	}
	f.Fuzz(func(t *testing.T, s string, m uint8) {
		checkText(t, []Markup{Plain, Markdown, HTML, Mixed}[m%4], s)
	})
}

// checkText holds what is true of every cleaned text.
func checkText(t *testing.T, m Markup, source string) {
	t.Helper()
	x := Text{Source: source, Markup: m}
	x.Clean()
	again := x
	again.HTML, again.Plain = "stale", "stale"
	again.Clean()
	if again != x {
		t.Errorf("cleaning twice changes\n%+v\nto\n%+v", x, again)
	}
	if len(x.Source) > maxText || len(x.HTML) > 2*maxHTML || len(x.Plain) > 2*maxHTML {
		t.Errorf("sizes %d, %d, %d", len(x.Source), len(x.HTML), len(x.Plain))
	}
	for _, s := range []string{x.Source, string(x.HTML), x.Plain} {
		if !utf8.ValidString(s) {
			t.Errorf("%q is not UTF-8", s)
		}
		if i := strings.IndexFunc(s, func(r rune) bool { return forbidden(r) && r != '\n' && r != '\t' }); i >= 0 {
			t.Errorf("%q holds a forbidden character", s[i:])
		}
	}
	if i := strings.IndexFunc(x.Plain, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }); i >= 0 {
		t.Errorf("plain %q holds a control character", x.Plain[i:])
	}
	checkHTML(t, x.HTML)
}

// checkHTML reads tags as a browser does and wants each allowed, bare and closed.
func checkHTML(t *testing.T, h template.HTML) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(string(h)))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("%v not closed in %.300q", open, h)
			}
			return
		case html.StartTagToken:
			tok := z.Token()
			if _, ok := kept[tok.DataAtom]; !ok {
				t.Errorf("tag %s in %.300q", tok.Data, h)
			}
			for _, a := range tok.Attr {
				link := a.Key == "href" && cleanHref(a.Val) || a.Key == "rel" && a.Val == linkRel
				if tok.Data != "a" || !link {
					t.Errorf("attribute %s=%q", a.Key, a.Val)
				}
			}
			if tok.Data != "br" {
				open = append(open, tok.Data)
			}
		case html.EndTagToken:
			tok := z.Token()
			if len(open) == 0 || open[len(open)-1] != tok.Data {
				t.Errorf("</%s> closes %v in %.300q", tok.Data, open, h)
				return
			}
			open = open[:len(open)-1]
		case html.TextToken:
		default:
			t.Errorf("something else than tags and text in %.300q", h)
		}
	}
}

func cleanHref(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "mailto:")
}
