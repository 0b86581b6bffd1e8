package errorpages

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/language"
)

func TestTemplatesFolderIsLayeredOverTheBuiltIn(t *testing.T) {
	tt, err := newTemplates(PagesConfig{Templates: folder(t, map[string]string{
		".gitkeep": "", "page.css": "body { color: {{.Brand.Accent}} }", "page.txt": "{{.Headline}}\n",
	})}, "/.candor")
	check(t, err)
	v, err := tt.view(page(brand(t, campus())), language.English)
	check(t, err)
	html, err := tt.render(FormatHTML, v)
	check(t, err)
	if s := string(html); !strings.Contains(s, "<style>body { color: #8a1538 }</style>") || !strings.Contains(s, "<main>") {
		t.Errorf("got %s", s)
	}
	text, err := tt.render(FormatText, v)
	check(t, err)
	if string(text) != "Sorry, there is a problem with Student portal\n" {
		t.Errorf("got %q", text)
	}
}

func TestTemplatesThatFailOnAnyPageAreRefusedAtLoad(t *testing.T) {
	for _, c := range []struct{ name, content, says string }{
		{"page.html", "<p>\n{{.Headline}\n", "page.html:2"},
		{"page.html", "<p>\n{{.Heading}}\n", "page.html:2"},
		{"page.html", "<p>\n\n{{range .Incidents}}{{.Name}}{{end}}", "page.html:3"},
		{"page.html", "{{.T \"label.unheard\"}}", "there is no text \"label.unheard\""},
		{"page.html", "<a href={{.Headline}} {{if .Retry}}'{{end}}>", "page.html: "},
		{"page.css", "body {\n{{.Colour}}", "page.css:2"},
		{"page.txt", "{{range .Work}}\n{{.Title.HTML}}{{end}}", "page.txt:2"},
		{"index.html", "", "index.html: is not a template of any page"},
	} {
		_, err := newTemplates(PagesConfig{Templates: folder(t, map[string]string{c.name: c.content})}, "/.candor")
		var at *KeyError
		if !errors.As(err, &at) || at.Key != "templates" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %q: %v, want … %s …", c.name, c.content, err, c.says)
		}
	}
}

func TestTerminalTextStaysWithinItsColumns(t *testing.T) {
	for give, want := range map[string]string{
		"one\n\n\n\ntwo":                         "one\n\ntwo\n",
		"  in dent \t ed":                        "  in dent ed\n",
		"a\x1b[31mb\x07\r\u202ec\u200d":          "a[31mb c\u200d\n",
		"bad \xff byte":                          "bad \uFFFD byte\n",
		strings.Repeat("word ", 17):              strings.TrimSuffix(strings.Repeat("word ", 15), " ") + "\nword word\n",
		"  " + strings.Repeat("考", 45) + "。":     "  " + strings.Repeat("考", 38) + "\n  " + strings.Repeat("考", 7) + "。\n",
		"see https://" + strings.Repeat("a", 90): "see\nhttps://" + strings.Repeat("a", 90) + "\n",
	} {
		if got := terminal(give); got != want {
			t.Errorf("terminal(%q)\n got %q\nwant %q", give, got, want)
		}
	}
}

func TestTextPagesFitATerminal(t *testing.T) {
	tt := builtinPages(t)
	pages := strainedPages(t)
	for i := range len(pages) * len(tt.words.locales) {
		p, tag := pages[i%len(pages)], tt.words.locales[i/len(pages)].tag
		v, err := tt.view(p.Page, tag)
		check(t, err)
		b, err := tt.render(FormatText, v)
		check(t, err)
		lines := strings.Split(string(b), "\n")
		for _, line := range lines {
			// A marker is wider than what it is replaced by.
			if columns(line) > 80 && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%s in %s has a line of %d columns: %s", p.name, tag, columns(line), line)
			}
		}
		if len(lines) > 50 {
			t.Errorf("%s in %s has %d lines", p.name, tag, len(lines))
		}
		if i := strings.IndexFunc(string(b), func(r rune) bool {
			return !strings.ContainsRune("\n\u00A0"+startIsolate+endIsolate, r) && visible(r) != r
		}); i >= 0 {
			t.Errorf("%s in %s has %q", p.name, tag, string(b)[i:i+8])
		}
	}
}
