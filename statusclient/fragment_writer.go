package statusclient

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// place says inside what a node stands.
type place struct{ pre, code, link bool }

// writer writes a tree with nothing in it but kept elements and words.
type writer struct {
	b      []byte
	breaks bool // a newline is a line break
	edge
}

// edge is where the writer stands between two lines.
type edge struct {
	fresh   bool // the last thing written began or ended a line
	pending bool // a line must end before the next words
}

func (w *writer) full() bool { return len(w.b) > maxHTML }

func (w *writer) node(n *html.Node, in place) {
	switch {
	case w.full():
	case n.Type == html.TextNode:
		w.text(n, in)
	case n.Type == html.ElementNode && n.Namespace == "" && !silent[n.DataAtom]:
		w.element(n, in)
	}
}

func (w *writer) children(n *html.Node, in place) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, in)
	}
}

func (w *writer) element(n *html.Node, in place) {
	a := n.DataAtom
	switch a {
	case atom.Br:
		w.tag("<br>", true)
	case atom.Img:
		w.words(cleanLine(attr(n, "alt"), 200), true)
	case atom.Td, atom.Th:
		w.children(n, in)
		w.words(" ", true)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.pending = true
		w.wrap(n, in, "<strong>", "</strong>", false)
		w.pending = true
	case atom.A:
		href := safeHref(attr(n, "href"))
		if href == "" || in.link {
			w.children(n, in)
			return
		}
		in.link = true
		w.wrap(n, in, openLink(href), "</a>", false)
	default:
		if block, keep := kept[a]; keep {
			in.pre = in.pre || a == atom.Pre
			in.code = in.code || a == atom.Pre || a == atom.Code
			w.wrap(n, in, "<"+a.String()+">", "</"+a.String()+">", block)
			return
		}
		w.pending = w.pending || lines[a]
		w.children(n, in)
		w.pending = w.pending || lines[a]
	}
}

// wrap writes an element, or nothing where it has no content.
func (w *writer) wrap(n *html.Node, in place, begin, end string, block bool) {
	length, before := len(w.b), w.edge
	w.tag(begin, block)
	inner := len(w.b)
	w.children(n, in)
	if len(w.b) == inner {
		w.b, w.edge = w.b[:length], before
		return
	}
	w.b = append(w.b, end...)
	if block {
		w.edge = edge{fresh: true}
	}
}

func (w *writer) tag(tag string, block bool) {
	if !block && w.pending && !w.fresh && len(w.b) > 0 {
		w.b = append(w.b, "<br>"...)
	}
	w.b = append(w.b, tag...)
	w.edge = edge{fresh: block}
}

var newlines = regexp.MustCompile(`[ \t]*\n[ \t\n]*`)

func (w *writer) text(n *html.Node, in place) {
	s := cleanLines(n.Data) // entities bring back what was cleaned out of the source
	if !w.breaks || in.pre {
		w.words(s, in.code || in.link)
		return
	}
	if beginsLine(n.PrevSibling, n.Parent) {
		s = strings.TrimLeft(s, " \t\n")
	}
	if beginsLine(n.NextSibling, n.Parent) {
		s = strings.TrimRight(s, " \t\n")
	}
	for s != "" {
		gap := newlines.FindStringIndex(s)
		if gap == nil {
			break
		}
		w.words(s[:gap[0]], in.code || in.link)
		w.tag("<br>", true)
		if strings.Count(s[gap[0]:gap[1]], "\n") > 1 {
			w.tag("<br>", true)
		}
		s = s[gap[1]:]
	}
	w.words(s, in.code || in.link)
}

// beginsLine reports whether a newline beside n, or beside the edge of parent
// where n is nil, is only how the source is laid out.
func beginsLine(n, parent *html.Node) bool {
	if n == nil {
		n = parent
	}
	return n != nil && (kept[n.DataAtom] || lines[n.DataAtom])
}

// words writes text; literal text gets no links.
func (w *writer) words(s string, literal bool) {
	if s == "" || (w.fresh || w.pending) && strings.TrimSpace(s) == "" {
		return
	}
	w.tag("", false)
	if literal {
		w.b = append(w.b, html.EscapeString(s)...)
		return
	}
	w.b = appendLinked(w.b, s)
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

const linkRel = "nofollow noopener"

func openLink(href string) string {
	return `<a href="` + html.EscapeString(href) + `" rel="` + linkRel + `">`
}

func safeHref(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxURL || strings.ContainsFunc(s, forbidden) {
		return ""
	}
	if u, err := url.Parse(s); err == nil && u.Scheme == "mailto" && u.Opaque != "" {
		return u.String()
	}
	return cleanURL(s)
}
