package statusclient

import (
	"bytes"
	"html"
	"html/template"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
)

// Markup says how the text of a backend is written.
type Markup string

// The markups that backends use.
const (
	Plain    Markup = "plain"
	Markdown Markup = "markdown"
	HTML     Markup = "html"
	Mixed    Markup = "mixed" // plain text with some HTML and bare "<" in it, as Statuspage has
)

// Text is what people wrote about an incident. An adapter fills Source and
// Markup; Clean fills the rest, once per change.
type Text struct {
	Source string `json:"source"`
	Markup Markup `json:"markup,omitempty"` // empty means Plain

	HTML  template.HTML `json:"-"` // safe: an allow-list of tags, no images, http(s) and mailto links only
	Plain string        `json:"-"` // the same for terminals and programs: valid UTF-8, no control or bidi-override characters
}

// maxText bounds the source of one text in bytes, maxHTML what it may become:
// some markup grows when it is made well-formed.
const (
	maxText = 20 << 10
	maxHTML = 8 * maxText
)

// Clean bounds Source and fills HTML and Plain from it, whatever it holds. The
// same source always gives the same result, and a cleaned text stays as it is.
func (t *Text) Clean() { t.clean(nil) }

// texts are those that were cleaned before, by what they were made of.
type texts map[textSource]*Text

type textSource struct {
	source string
	markup Markup
}

// clean takes what comes out from known, where it is there.
func (t *Text) clean(known texts) {
	t.Source = cutSource(cleanLines(t.Source), maxText)
	if same := known[textSource{t.Source, t.Markup}]; same != nil {
		*t = *same
		return
	}
	raw, breaks := t.Source, false
	switch t.Markup {
	case HTML:
	case Markdown:
		raw = fromMarkdown(t.Source)
	case Mixed:
		raw, breaks = fromMixed(t.Source), true
	default:
		raw, breaks = html.EscapeString(t.Source), true
	}
	safe, ok := fragment(raw, breaks)
	if !ok {
		// So deep or so tangled that no person wrote it: show it as it is typed.
		safe, _ = fragment(html.EscapeString(t.Source), true)
	}
	t.HTML = template.HTML(safe) //nolint:gosec // fragment ends with the allow-list
	t.Plain = plainText(safe)
}

// markdown lets raw HTML through, which fragment then judges like any other:
// leaving it out would lose the words in it.
var markdown = goldmark.New(goldmark.WithRendererOptions(
	goldmarkhtml.WithUnsafe(), goldmarkhtml.WithHardWraps(),
))

// deep is a line that opens more quotes and lists than anybody reads.
var deep = regexp.MustCompile(`(?m)^(?:[ \t]*(?:>|[-+*][ \t]|[0-9]{1,9}[.)][ \t])){24}`)

// maxDelimiters is how many characters that may open or close something a text
// has before parsing it takes longer than it is worth.
const maxDelimiters = 2000

func fromMarkdown(s string) string {
	delimiters := 0
	for i := range len(s) {
		if strings.IndexByte("*_[]`~<", s[i]) >= 0 {
			delimiters++
		}
	}
	var b bytes.Buffer
	if delimiters > maxDelimiters || deep.MatchString(s) {
		return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>")
	}
	if err := markdown.Convert([]byte(s), &b); err != nil {
		return html.EscapeString(s)
	}
	return b.String()
}

var (
	mixedTag    = regexp.MustCompile(`^(?i)</?(?:p|br|ul|ol|li|strong|em|b|i|code|pre|a|blockquote)(?:\s[^<>]*)?/?>`)
	mixedEntity = regexp.MustCompile(`^&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});`)
)

// fromMixed keeps the tags and entities of the allow-list and takes every other
// "<" and "&" for what it looks like: less than, and.
func fromMixed(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, "<&")
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		keep := mixedTag.FindString(s)
		if keep == "" {
			keep = mixedEntity.FindString(s)
		}
		if keep == "" {
			b.WriteString(html.EscapeString(s[:1]))
			s = s[1:]
		}
		b.WriteString(keep)
		s = s[len(keep):]
	}
	b.WriteString(s)
	return b.String()
}
