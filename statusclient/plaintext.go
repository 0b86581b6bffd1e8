package statusclient

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxIndent bounds how far nested lists move to the right.
const maxIndent = 4

// plainText turns safe HTML into text as one would type it in a mail.
func plainText(safe string) string {
	nodes, err := parseFragment(safe)
	if err != nil {
		return ""
	}
	var w plainWriter
	for _, n := range nodes {
		w.node(n)
	}
	return strings.TrimSpace(emptyLines.ReplaceAllString(w.b.String(), "\n\n"))
}

var emptyLines = regexp.MustCompile(`[ \n]*\n[ ]*\n`)

type plainWriter struct {
	b     strings.Builder
	lists []int // one per open list: the next number, or -1
	pre   int
	begun bool // the line has words
	space bool // a space is due before the next word
}

func (w *plainWriter) node(n *html.Node) {
	if n.Type == html.TextNode {
		w.text(n.Data)
		return
	}
	switch n.DataAtom {
	case atom.Br:
		w.newline()
	case atom.P, atom.Blockquote, atom.Pre:
		first := n.PrevSibling == nil && n.Parent != nil && n.Parent.DataAtom == atom.Li
		if !first {
			w.paragraph()
		}
		if n.DataAtom == atom.Pre {
			w.pre++
			defer func() { w.pre-- }()
		}
		w.children(n)
		w.paragraph()
	case atom.Ul, atom.Ol:
		next := -1
		if n.DataAtom == atom.Ol {
			next = 1
		}
		w.endLine()
		w.lists = append(w.lists, next)
		w.children(n)
		w.lists = w.lists[:len(w.lists)-1]
		w.endLine()
	case atom.Li:
		w.item()
		w.children(n)
		w.endLine()
	case atom.A:
		w.link(n)
	default:
		w.children(n)
	}
}

func (w *plainWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

func (w *plainWriter) text(s string) {
	for _, r := range s {
		switch {
		case w.pre > 0 && r == '\n':
			w.newline()
		case unicode.IsSpace(r) && w.pre == 0, r == '\t':
			w.space = true
		default:
			if w.space && w.begun {
				w.b.WriteByte(' ')
			}
			w.space, w.begun = false, true
			w.b.WriteRune(r)
		}
	}
}

// link says where a link leads, unless its words do.
func (w *plainWriter) link(n *html.Node) {
	start := w.b.Len()
	w.children(n)
	words := strings.TrimSpace(w.b.String()[start:])
	href := attr(n, "href")
	if short := strings.TrimPrefix(href, "mailto:"); href != "" && words != href && words != short {
		w.text(" (" + short + ")")
	}
}

func (w *plainWriter) item() {
	w.endLine()
	if len(w.lists) == 0 {
		w.lists = append(w.lists, -1)
	}
	top := &w.lists[len(w.lists)-1]
	w.b.WriteString(strings.Repeat("  ", min(len(w.lists)-1, maxIndent)))
	if *top < 0 {
		w.b.WriteString("- ")
		return
	}
	w.b.WriteString(strconv.Itoa(*top) + ". ")
	*top++
}

func (w *plainWriter) newline() {
	w.b.WriteByte('\n')
	w.begun, w.space = false, false
}

func (w *plainWriter) endLine() {
	if w.begun {
		w.newline()
	}
}

func (w *plainWriter) paragraph() {
	w.endLine()
	if w.b.Len() > 0 {
		w.newline()
	}
}
