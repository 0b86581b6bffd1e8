package statusclient

import (
	"strings"
	"testing"
	"time"
)

func TestCleanTurnsEveryMarkupIntoHTMLAndPlain(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		markup     Markup
		give       string
		html, text string
	}{
		"plain text is taken literally": {
			Plain, "<b>5 & 6</b>", "&lt;b&gt;5 &amp; 6&lt;/b&gt;", "<b>5 & 6</b>",
		},
		"plain newlines are line breaks": {"", "a\r\nb\n\n\n\nc", "a<br>b<br><br>c", "a\nb\n\nc"},
		"mixed keeps bare less-than": {
			Mixed, "Errors < 2%, now <1% & falling", "Errors &lt; 2%, now &lt;1% &amp; falling", "Errors < 2%, now <1% & falling",
		},
		"mixed keeps allowed tags and escapes the others": {
			Mixed, "<strong>Down</strong> <span>x</span>",
			"<strong>Down</strong> &lt;span&gt;x&lt;/span&gt;", "Down <span>x</span>",
		},
		"mixed lists do not gain breaks": {
			Mixed, "Affected:\n<ul>\n<li>Mail</li>\n<li>Login</li>\n</ul>\nSorry.",
			"Affected:<ul><li>Mail</li><li>Login</li></ul>Sorry.", "Affected:\n- Mail\n- Login\nSorry.",
		},
		"mixed entities are read once": {Mixed, "R&amp;D &lt;b&gt; AT&T &copy=2", "R&amp;D &lt;b&gt; AT&amp;T &amp;copy=2", "R&D <b> AT&T &copy=2"},
		"bare URLs become links without the sentence around them": {
			Mixed, "See (https://a.example/x?a=1&copy=2).",
			`See (<a href="https://a.example/x?a=1&amp;copy=2" rel="nofollow noopener">https://a.example/x?a=1&amp;copy=2</a>).`,
			"See (https://a.example/x?a=1&copy=2).",
		},
		"a link ends where writing without spaces goes on": {
			Plain, "詳細はhttps://a.example/をご覧ください",
			`詳細は<a href="https://a.example/" rel="nofollow noopener">https://a.example/</a>をご覧ください`, "詳細はhttps://a.example/をご覧ください",
		},
		"emoji stay whole": {Plain, "👩‍👩‍👧‍👦 ok 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍👩‍👧‍👦 ok 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍👩‍👧‍👦 ok 🏴󠁧󠁢󠁥󠁮󠁧󠁿"},
		"markdown": {
			Markdown, "**Down** since *noon*\n\n1. mail\n2. web\n\n[more](https://a.example)",
			"<p><strong>Down</strong> since <em>noon</em></p><ol><li>mail</li><li>web</li></ol>" +
				`<p><a href="https://a.example" rel="nofollow noopener">more</a></p>`,
			"Down since noon\n\n1. mail\n2. web\n\nmore (https://a.example)",
		},
		"markdown headings become strong words":  {Markdown, "# Update\ntext", "<strong>Update</strong><p>text</p>", "Update\n\ntext"},
		"markdown keeps the words of raw HTML":   {Markdown, "<div>words</div>", "words", "words"},
		"markdown images are their description":  {Markdown, "![a graph](https://a.example/x.png)", "<p>a graph</p>", "a graph"},
		"html tables are readable":               {HTML, "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b <br>c ", "a b\nc"},
		"html unclosed tags are closed":          {HTML, "<p>a<b>b<p>c", "<p>a<b>b</b></p><p><b>c</b></p>", "ab\n\nc"},
		"html elements without words are gone":   {HTML, "<p></p>a<b><i></i></b>", "a", "a"},
		"mail links stay":                        {HTML, `<a href="mailto:it@a.example">it@a.example</a>`, `<a href="mailto:it@a.example" rel="nofollow noopener">it@a.example</a>`, "it@a.example"},
		"script, style and handlers are gone":    {HTML, `<script>x()</script><style>p{}</style><b onclick="x()" style="x">b</b>`, "<b>b</b>", "b"},
		"javascript links are only words":        {HTML, `<a href="JaVa&#10;Script:alert(1)">click</a>`, "click", "click"},
		"data and relative links are only words": {HTML, `<a href="data:text/html,x">a</a> <a href="/x">b</a> <a href="//x">c</a>`, "a b c", "a b c"},
		"images are their description":           {HTML, `<img src=x onerror=x() alt="pic">`, "pic", "pic"},
		"overrides are gone, typed or as entity": {HTML, "a\u202eb&#x202e;c&#8294;d", "abcd", "abcd"},
		"controls are gone":                      {Plain, "a\x00b\x1b[31mc\u009bd\ufeffe", "ab[31mcde", "ab[31mcde"},
		"invalid UTF-8 is replaced":              {Plain, "a\xff\xfeb", "a\ufffdb", "a\ufffdb"},
		"pre keeps its lines":                    {Mixed, "<pre>a\n  b</pre>", "<pre>a\n  b</pre>", "a\n  b"},
		"nothing stays nothing":                  {Mixed, " \n ", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := Text{Source: tc.give, Markup: tc.markup}
			x.Clean()
			if string(x.HTML) != tc.html {
				t.Errorf("HTML\n got %q\nwant %q", x.HTML, tc.html)
			}
			if x.Plain != tc.text {
				t.Errorf("Plain\n got %q\nwant %q", x.Plain, tc.text)
			}
			checkText(t, tc.markup, tc.give)
		})
	}
}

func TestCleanSurvivesHostileText(t *testing.T) {
	t.Parallel()
	rep := strings.Repeat
	for name, give := range map[string]string{
		"a megabyte":              rep("disk full ", 100_000),
		"a megabyte of less-than": rep("<", 1<<20),
		"a megabyte of emoji":     rep("💥", 1<<18),
		"deep nesting":            rep("<blockquote>", 5000),
		"deep lists":              rep("<ul><li>", 5000) + "x",
		"deep quotes":             rep(">", 20_000) + "x",
		"deep brackets":           rep("[", 20_000),
		"many stars":              rep("*a_", 7000),
		"formatting to repeat":    rep("<b><i><em><strong><code>", 4) + rep("<p>x", 6000),
		"tags cut in the middle":  rep("x", maxText-10) + `<a href="https://a.example/long">x</a>`,
		"characters cut":          rep("語", maxText),
		"every link":              rep("http://a ", 4000),
		"quotes to escape":        rep(`"'&`, 10_000),
		"half entities":           rep("&#x;&#;&a;&#99999999;", 1000),
		"overrides":               rep("\u202e\u2066x", 1000),
		"backticks":               rep("`a``", 5000),
		"broken comment":          "<!-- " + rep("-", 10_000) + "<b>x",
		"foreign content":         "<svg><style><img src=x onerror=alert(1)></style></svg><math><mtext><table><mglyph><style><a href=javascript:x>",
		"null":                    rep("\x00", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, m := range []Markup{Plain, Markdown, HTML, Mixed, "no such"} {
				start := time.Now()
				checkText(t, m, give)
				if d := time.Since(start); d > 10*time.Second {
					t.Errorf("%s took %s", m, d)
				}
			}
		})
	}
}

func TestCleanCutsLongTextAtACharacter(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"a", "é", "語", "💥"} {
		x := Text{Source: strings.Repeat(c, maxText+1)}
		x.Clean()
		if n := len(x.Source); n > maxText || n < maxText-8 || !strings.HasSuffix(x.Source, c+"…") {
			t.Errorf("%s: %d bytes, end %q", c, n, x.Source[max(0, n-12):])
		}
	}
}
