package caddymodule

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Four who work at the console. Their passwords are their names.
const staff = `basic_auth {
	mueller $2a$04$9GpQSmHSSSPaJuXI3keNJ.nQuwrlWaBarHDLrOuMdJbWxFAXtoHfm
	student1 $2a$04$8Wj3tw8Rc/c/5L8R2iNlNOs9UIH.LS4bWXnt9csTNYolpPCymJcoi
	librarian $2a$04$flhWNftsBR9APl9ACCfWn.3zjrUomnGui6ipmJSUxeCa7JToaqcUq
	head-of-it $2a$04$K.nHFcx3iEMMkvG1ua0l7.8yGG97IGR9MPlDrqpiFqo/JfbzEyKFa
}
`

const staffed = `
[brand]
name = "Example University IT"
timezone = "Europe/Zurich"
languages = ["en", "de", "ar"]
[console]
operators = ["mueller"]
publishers = ["student1"]
viewers = ["head-of-it"]
[[service]]
name = "portal"
title = "Student portal"
[[service]]
name = "library"
title = "Library catalogue"
operators = ["librarian"]
`

// desks is an edge with a console below /console/, and the services of staffed.
func desks(t *testing.T) *edge {
	t.Helper()
	return startEdge(t, "candor "+tomlFile(t, staffed), "handle_path /console/* {\n"+staff+"candor_console\n}\n"+
		"handle {\nroute {\ncandor portal\nrespond \"the portal\"\n}\n}\n"+
		"handle /library/* {\nroute {\ncandor library\nrespond \"the library\"\n}\n}\n")
}

// hand is somebody at the console.
type hand struct {
	*edge
	t    *testing.T
	name string
}

func (e *edge) as(t *testing.T, name string) hand { return hand{e, t, name} }

// sheet is one page of the console.
type sheet struct {
	*answer
	t   *testing.T
	doc *html.Node
}

func (h hand) send(method, path string, form url.Values, more header) sheet {
	h.t.Helper()
	all := header{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(h.name+":"+h.name)), "Accept-Language": "en"}
	if form != nil {
		all["Content-Type"], all["Sec-Fetch-Site"], all["Origin"] = "application/x-www-form-urlencoded", "same-origin", h.plain("")
	}
	for k, v := range more {
		if all[k] = v; v == "" {
			delete(all, k)
		}
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	a := h.do(h.h1, method, h.plain("/console"+path), body, all)
	doc, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		h.t.Fatal(err)
	}
	return sheet{a, h.t, doc}
}

func (h hand) open(path string) sheet { h.t.Helper(); return h.send("GET", path, nil, nil) }

// wants checks the status code.
func (s sheet) wants(code int) sheet {
	s.t.Helper()
	if s.StatusCode != code {
		s.t.Fatalf("%s %s: %d, want %d:\n%s", s.Request.Method, s.Request.URL.Path, s.StatusCode, code, s.text())
	}
	return s
}

// each calls f for every element of the page.
func (s sheet) each(f func(*html.Node)) {
	for n := range s.doc.Descendants() {
		if n.Type == html.ElementNode {
			f(n)
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what a person reads.
func (s sheet) text() string {
	var b strings.Builder
	for n := range s.doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "script" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (s sheet) reads(words ...string) sheet {
	s.t.Helper()
	for _, w := range words {
		if !strings.Contains(s.text(), w) {
			s.t.Errorf("%s does not say %q:\n%s", s.Request.URL.Path, w, s.text())
		}
	}
	return s
}

func (s sheet) lacks(words ...string) sheet {
	s.t.Helper()
	for _, w := range words {
		if strings.Contains(s.body, w) {
			s.t.Errorf("%s says %q:\n%s", s.Request.URL.Path, w, s.text())
		}
	}
	return s
}

// form is what would be sent by the form with this action, as it was filled in by
// the console; none if there is no such form.
func (s sheet) form(action string) url.Values {
	var found url.Values
	s.each(func(n *html.Node) {
		if n.Data != "form" || !strings.HasSuffix(attr(n, "action"), action) || found != nil {
			return
		}
		found = url.Values{}
		for in := range n.Descendants() {
			if in.Type != html.ElementNode {
				continue
			}
			name, kind, checked := attr(in, "name"), attr(in, "type"), false
			for _, a := range in.Attr {
				checked = checked || a.Key == "checked"
			}
			switch {
			case in.Data == "textarea":
				text := ""
				if in.FirstChild != nil {
					text = in.FirstChild.Data
				}
				found.Set(name, text)
			case in.Data == "option" && slices.ContainsFunc(in.Attr, func(a html.Attribute) bool { return a.Key == "selected" }):
				found.Set(attr(in.Parent, "name"), attr(in, "value"))
			case in.Data != "input", (kind == "radio" || kind == "checkbox") && !checked:
			default:
				found.Add(name, attr(in, "value"))
			}
		}
	})
	return found
}

// fill is form with some fields filled in otherwise.
func (s sheet) fill(action string, fields ...string) url.Values {
	s.t.Helper()
	f := s.form(action)
	if f == nil {
		s.t.Fatalf("%s has no form for %s:\n%s", s.Request.URL.Path, action, s.text())
	}
	for i := 0; i+1 < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	return f
}

// preview is the page of visitors in the page.
func (s sheet) preview() string {
	s.t.Helper()
	page := ""
	s.each(func(n *html.Node) {
		if n.Data == "iframe" {
			page = attr(n, "srcdoc")
		}
	})
	if page == "" {
		s.t.Fatalf("there is no preview:\n%s", s.text())
	}
	return page
}

// takeOffline takes the portal offline in the console, and returns the window.
func (h hand) takeOffline(service, message string) heldWindow {
	h.t.Helper()
	review := h.send("POST", "/maintenance/new", h.open("/services/"+service).wants(200).fill("/maintenance/new", "message", message, "step", "review"), nil).wants(200)
	h.send("POST", "/maintenance/new", review.fill("/maintenance/new", "step", "confirm"), nil).wants(303)
	return h.windowOf(service)
}

func (h hand) windowOf(service string) heldWindow {
	h.t.Helper()
	for _, w := range running.newest().pooled.board.Windows() {
		if fmt.Sprint(w.Services) == "["+service+"]" {
			return heldWindow{ID: w.ID, ETag: w.ETag, Message: w.Message, Until: w.Until.String()}
		}
	}
	h.t.Fatalf("%s has no window", service)
	return heldWindow{}
}

// visit is the status code that visitors of a service get.
func (e *edge) visit(service string) int {
	return e.do(e.h1, "GET", e.plain("/"+service+"/"), nil, navigation).StatusCode
}

// heldWindow is a window as far as it matters here.
type heldWindow struct{ ID, ETag, Message, Until string }
