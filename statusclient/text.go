package statusclient

import "html/template"

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
