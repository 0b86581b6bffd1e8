package statusclient

import (
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// kept are the elements that may stand in a text, with those that begin a line
// of their own marked true.
var kept = map[atom.Atom]bool{
	atom.P: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Pre: true, atom.Blockquote: true, atom.Br: true,
	atom.Strong: false, atom.Em: false, atom.B: false, atom.I: false, atom.Code: false, atom.A: false,
}

// lines are elements that are not kept, but whose words stand on their own line.
var lines = map[atom.Atom]bool{
	atom.Div: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true, atom.Aside: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Hr: true,
	atom.Table: true, atom.Tr: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Figure: true,
	atom.Address: true, atom.Details: true, atom.Summary: true, atom.Fieldset: true, atom.Form: true,
}

// silent are elements whose content is not words.
var silent = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Iframe: true, atom.Noscript: true,
	atom.Noframes: true, atom.Noembed: true, atom.Object: true, atom.Svg: true, atom.Math: true, atom.Head: true,
	atom.Title: true, atom.Textarea: true, atom.Select: true, atom.Xmp: true, atom.Plaintext: true,
}

// policy has the last word on what leaves this package as HTML.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	for a := range kept {
		p.AllowElements(a.String())
	}
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile("^" + linkRel + "$")).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	return p
})

// fragment makes safe and balanced HTML of whatever raw is. With breaks, a
// newline is a line break. It is false when the result would be absurd.
func fragment(raw string, breaks bool) (string, bool) {
	nodes, err := parseFragment(raw)
	if err != nil {
		return "", false
	}
	w := writer{breaks: breaks}
	for _, n := range nodes {
		w.node(n, place{})
	}
	if w.full() {
		return "", false
	}
	return policy().Sanitize(string(w.b)), true
}

func parseFragment(s string) ([]*html.Node, error) {
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(s), root)
	for _, n := range nodes {
		root.AppendChild(n) // so that neighbours at the top know each other
	}
	return nodes, err
}
