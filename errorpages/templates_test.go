package errorpages

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"
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
		{"503.html", "x{{if .Work}}\n\n{{.Works}}{{end}}", "503.html:3"},
		{"503.html", "{{with .Incidents}}x{{end}}\n", "503.html: the page is empty"},
		{"404.html", "<p>\n{{if eq .Code 404}}{{index .Advice 7}}{{end}}", "404.html:2"},
		{"5xx.html", "x{{if eq .Code 599}}\n{{.Codes}}{{end}}", "5xx.html:2"},
		{"4xx.html", "x{{if eq .Code 499}}\n{{.Codes}}{{end}}", "4xx.html:2"},
		{"503.html", "{{template \"nothing\" .}}", "503.html:1"},
		{"503.html", "{{define \"update\"}}{{.Nothing}}{{end}}{{template \"page.html\" .}}", "503.html:1"},
		{"page.html", "<script>'{{.Reference}}'</script>", "cannot stand in a script"},
		{"page.html", "\n<img src=\"{{.Asset \"photo.jpg\"}}\">", "there is no file \"photo.jpg\" in the folder assets"},
		{"index.html", "", "index.html: is not a template of any page"},
		{"304.html", "", "304.html: is not a template of any page"},
		{"50x.html", "", "50x.html: is not a template of any page"},
		{"5xx.txt", "", "5xx.txt: is not a template of any page"},
	} {
		dir := folder(t, map[string]string{c.name: c.content})
		_, err := NewRenderer(PagesConfig{Templates: dir}, "/.candor", zerolog.Nop())
		var at *KeyError
		if !errors.As(err, &at) || at.Key != "templates" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %q: %v, want … %s …", c.name, c.content, err, c.says)
		} else if strings.HasPrefix(c.says, c.name+":") && !strings.Contains(err.Error(), filepath.Join(dir, c.says)) {
			t.Errorf("%s: %v does not say in which folder", c.name, err)
		}
	}
}

func TestAStatusCodeHasItsOwnPageOrThatOfItsClass(t *testing.T) {
	r := rendererOf(t, PagesConfig{Templates: folder(t, map[string]string{
		"503.html": "503: {{.Headline}}",
		"5xx.html": `{{define "update"}}one update{{end}}{{define "header"}}top{{end}}{{define "notice"}}hint{{end}}{{define "footer"}}bottom{{end}}{{template "page.html" .}}`,
		"404.html": "404: {{.Headline}}",
	})})
	b := brand(t, campus())
	for _, c := range []struct {
		page       *Page
		has, lacks string
	}{
		{page(b, hold(upgrade())), "503: Sorry, Student portal is not", "<main>"},
		{page(b, incidents(registration())), "one update", "<p class=\"when\"><b>Investigating"},
		{page(b, incidents(registration())), "top\n<main>", "<footer>"},
		{page(b, incidents(registration())), "</div>hint\n<section", "<header>"},
		{page(b, cause(CauseUpstream, 599), incidents(registration())), "one update", "503: "},
		{page(b, cause(CauseClient, 404)), "404: ", "<main>"},
		{page(b, cause(CauseClient, 410)), "<main>", "404: "},
		{page(b, cause(CauseEdge, 799)), "<main>", "503: "},
	} {
		got := serve(t, r, c.page, "GET", oneOfEach[FormatHTML]).Body.String()
		if !strings.Contains(got, c.has) || strings.Contains(got, c.lacks) {
			t.Errorf("%d: want %q and no %q in %s", c.page.Code, c.has, c.lacks, got)
		}
	}
}

func TestATemplateThatFailsAtRunTimeIsReplacedByTheBuiltInOneAndLoggedOnce(t *testing.T) {
	var log strings.Builder
	dir := folder(t, map[string]string{"502.html": "\n{{if gt (len .Incidents) 1}}{{index .Incidents 5}}{{end}}ours"})
	r, err := NewRenderer(PagesConfig{Templates: dir}, "/.candor", zerolog.New(&log))
	check(t, err)
	b := brand(t, campus())
	for range 3 {
		p := page(b, incidents(registration(), signOn()))
		if got := serve(t, r, p, "GET", oneOfEach[FormatHTML]); !strings.Contains(got.Body.String(), "Exam registration fails") || got.Code != 502 {
			t.Errorf("got %d %s", got.Code, got.Body)
		}
	}
	if got := serve(t, r, page(b, incidents(registration())), "GET", oneOfEach[FormatHTML]).Body.String(); got != "\nours" {
		t.Errorf("got %q", got)
	}
	if s := log.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, filepath.Join(dir, "502.html:2")) {
		t.Errorf("the log has %s", s)
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
