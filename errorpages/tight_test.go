package errorpages

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestStylesAndScriptsAreTightened(t *testing.T) {
	for _, c := range []struct{ name, give, want string }{
		{"page.css", "a,\n b:hover {\n\tcolor: red;\n}\n\n@media (x: y) {\n  a { b: c, d; }\n}\n", "a,b:hover{color:red}@media (x:y){a{b:c,d}}"},
		{"page.js", "(function () {\n  // why\n  a(\"// b\"); // c\n\n  /* d\n  e */\n})();\n", "(function () {\na(\"// b\"); // c\n})();\n"},
		{"page.html", "  <p>\n\n", "  <p>\n\n"},
	} {
		if got := string(tight(c.name, []byte(c.give))); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// A browser reads the same rules out of the style sheet as it stands and out of
// what a page has of it.
func TestATightStyleSheetSaysTheSame(t *testing.T) {
	ctx := openBrowser(t)
	css, err := builtinTemplates.ReadFile("templates/page.css")
	check(t, err)
	rules := func(text []byte) []string {
		t.Helper()
		text = regexp.MustCompile(`\{\{.*?\}\}`).ReplaceAll(text, []byte("#123456"))
		quoted, err := json.Marshal(string(text))
		check(t, err)
		got, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](
			`(s => { s.replaceSync(`+string(quoted)+`); return [...s.cssRules].map(r => r.cssText) })(new CSSStyleSheet())`))
		check(t, err)
		return got
	}
	want, got := rules(css), rules(tight("page.css", css))
	if len(want) < 50 || !slices.Equal(want, got) {
		t.Errorf("%d rules became %d:\n%q\n%q", len(want), len(got), want, got)
	}
}
