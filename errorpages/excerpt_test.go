package errorpages

import (
	"bytes"
	"html/template"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/language"

	"github.com/candor-edge/candor/statusclient"
)

func TestExcerptKeepsShortTextsAndCutsLongOnes(t *testing.T) {
	sentence := "Nobody loses a place because of this. "
	for _, c := range []struct {
		give  statusclient.Text
		rich  string
		plain string
		isCut bool
	}{
		{statusclient.Text{HTML: "<p>a <b>b</b></p>", Plain: "a b"}, "<p>a <b>b</b></p>", "a b", false},
		{statusclient.Text{Plain: "a <b>\nb\n\nc"}, "<p>a &lt;b&gt;<br>b</p><p>c</p>", "a <b>\nb\n\nc", false},
		{statusclient.Text{HTML: "<h1>Title</h1><ul><li>x<br/>y</ul>", Plain: "Title"}, "<p><b>Title</b></p><ul><li>x<br>y</li></ul>", "Title", false},
		{statusclient.Text{HTML: "</p></div><p>unclosed <em>tags", Plain: "x"}, "<p>unclosed <em>tags</em></p>", "x", false},
		{statusclient.Text{}, "", "", false},
		{
			statusclient.Text{HTML: template.HTML("<p>" + strings.Repeat(sentence, 100) + "</p>"), Plain: strings.Repeat(sentence, 100)},
			"<p>" + strings.Repeat(sentence, 26) + "Nobody…</p>", strings.Repeat(sentence, 26) + "Nobody…", true,
		},
	} {
		plain, rich, isCut := excerpt(c.give)
		if string(rich) != c.rich || plain != c.plain || isCut != c.isCut {
			t.Errorf("%.80s:\n got %q %q %v\nwant %q %q %v", c.give.HTML, rich, plain, isCut, c.rich, c.plain, c.isCut)
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("<p>a <b>b</p>", "plain")
	f.Add("<a href='"+strings.Repeat("x", 2000)+"'>link</a>", "\xff\u202e")
	f.Add(strings.Repeat("<ul><li>", 3000), strings.Repeat("考", 3000))
	f.Fuzz(func(t *testing.T, source, plain string) {
		text := statusclient.Text{Source: source, Markup: statusclient.HTML}
		text.Clean()
		text.Plain = plain
		short, rich, _ := excerpt(text)
		if n := utf8.RuneCountInString(short); n > maxRunes+1 {
			t.Errorf("%d characters", n)
		}
		if len(rich) > 2*maxBytes {
			t.Errorf("%d bytes", len(rich))
		}
		// What a parser makes of it stays inside the element that it is put in.
		doc, err := html.Parse(strings.NewReader("<main><div>" + string(rich) + "</div></main><footer></footer>"))
		check(t, err)
		var b bytes.Buffer
		check(t, html.Render(&b, doc))
		if !strings.HasSuffix(b.String(), "</div></main><footer></footer></body></html>") {
			t.Errorf("breaks out: %s", b.String())
		}
	})
}

func TestHostileTextDoesNothingButLookOdd(t *testing.T) {
	hostile := []string{
		`<script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style>`,
		`[click](javascript:alert(1)) <a href="javascript:alert(1)">x</a> <a href="data:text/html,x">y</a>`,
		`</div></main></body><h1>unclosed <b><i><table><tr><td>`,
		"right\u202eto left\u2066 \x00\x1b[2J bell\x07 nothing\ufeff",
		"invalid \xff\xfe\xc3( UTF-8",
		`{{.Headline}} {{template "page.js"}} ${alert(1)}`,
		strings.Repeat("a long line without an end ", 1<<20/27),
		strings.Repeat("<b>", 1<<18),
		"\uE000\uE001 " + strings.Repeat("x\u0301", 5000),
	}
	tt := builtinPages(t)
	for _, source := range hostile {
		for _, markup := range []statusclient.Markup{statusclient.Plain, statusclient.Markdown, statusclient.HTML, statusclient.Mixed} {
			u := statusclient.Text{Source: source, Markup: markup}
			u.Clean()
			in := statusclient.Incident{
				Title: source, URL: "javascript:alert(1)", State: "<b>", Impact: "<i>", Components: []string{source},
				Updates: []statusclient.Update{{State: source, Text: u, At: ago(1)}, {Text: u}},
			}
			cfg := campus()
			p := page(brand(t, cfg), incidents(in))
			p.Service.Title = source
			p.Inputs["campus"].Status.Components[0] = statusclient.Component{ID: source, Name: source}
			harmless(t, tt, p, source)
		}
	}
}

// harmless renders a page and looks for what only a template may write.
func harmless(t *testing.T, tt *templates, p *Page, source string) {
	t.Helper()
	v, err := tt.view(p, language.English)
	check(t, err)
	b, err := tt.render(FormatHTML, v)
	check(t, err)
	if len(b) > 64<<10 || !utf8.Valid(b) {
		t.Errorf("%.40q: %d bytes, valid: %v", source, len(b), utf8.Valid(b))
	}
	shown := bytes.Map(func(r rune) rune { // an update may hold what is a mark elsewhere
		if r == '\uE000' || r == '\uE001' {
			return '.'
		}
		return r
	}, b)
	if i := bytes.IndexFunc(shown, func(r rune) bool { return r != '\n' && visible(r) != r }); i >= 0 {
		t.Errorf("%.40q: has %q", source, b[max(i-20, 0):i+8])
	}
	count := map[string]int{}
	z := html.NewTokenizer(bytes.NewReader(b))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		tok := z.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		count[tok.Data]++
		for _, a := range tok.Attr {
			if strings.HasPrefix(a.Key, "data-") {
				continue // the script takes these for text
			}
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.Contains(strings.ToLower(a.Val), "javascript:") || a.Key == "href" && strings.HasPrefix(a.Val, "data:text") {
				t.Errorf("%.40q: has %s=%q", source, a.Key, a.Val)
			}
		}
	}
	for tag, want := range map[string]int{"script": 1, "style": 1, "h1": 1, "main": 1, "img": 1, "table": 0, "iframe": 0} {
		if count[tag] != want {
			t.Errorf("%.40q: has %d <%s>", source, count[tag], tag)
		}
	}
	text, err := tt.render(FormatText, v)
	check(t, err)
	if i := bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && visible(r) != r }); i >= 0 || !utf8.Valid(text) || len(text) > 16<<10 {
		t.Errorf("%.40q: the text page has %d bytes, something invisible at %d", source, len(text), i)
	}
}
