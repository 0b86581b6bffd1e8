package caddymodule

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/candor-edge/candor/statusclient/board"
)

// hostile is text that wants out of wherever it stands.
const hostile = `</textarea></title></style></script>"'><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>{{.Token}}` +
	"`${alert(1)}`" + `javascript:alert(1) <iframe srcdoc="<script>alert(1)</script>"> <a href="javascript:alert(1)">x</a> &lt;script&gt;alert(1)&lt;/script&gt;` + "\u202e\u2066"

func TestHostileTextIsHarmlessWhereverItIsShown(t *testing.T) {
	e := desks(t)
	m, l := e.as(t, "mueller"), e.as(t, "librarian")
	a := running.newest()
	w, err := a.pooled.board.CreateWindow(t.Context(), a.storage, board.Window{Services: []string{"library"}, Title: hostile[:150], Message: hostile, Until: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	in, err := a.pooled.board.OpenIncident(t.Context(), a.storage, board.Draft{Title: hostile[:150], Message: hostile, Services: []string{"library"}})
	if err != nil {
		t.Fatal(err)
	}
	a.merge()
	pages := map[string]sheet{}
	for _, path := range []string{"/", "/services/library", "/incidents", "/incidents/" + in.ID, "/maintenance/" + w.ID, "/log", "/log?service=library"} {
		pages[path] = m.open(path).wants(200)
	}
	edit := pages["/maintenance/"+w.ID].form("/maintenance/" + w.ID)
	if edit.Get("message") != hostile {
		t.Errorf("the text is not what was typed: %q", edit.Get("message"))
	}
	edit.Set("step", "review")
	pages["review"] = m.send("POST", "/maintenance/"+w.ID, edit, nil).wants(200)
	edit.Set("etag", "0-other")
	pages["conflict"] = m.send("POST", "/maintenance/"+w.ID, edit, nil).wants(412)
	form := m.open("/incidents/new").fill("/incidents/new", "services", "library", "title", hostile[:150], "message", hostile, "step", "review")
	pages["new incident"] = m.send("POST", "/incidents/new", form, nil).wants(200)
	for _, k := range []string{"message", "title", "services", "state", "impact", "next", "next_at", "etag"} {
		bad := url.Values{"token": form["token"], "step": {"review"}, "title": {"x"}, "services": {"library"}, "next": {"pick"}}
		bad.Set(k, hostile)
		pages["incident with a bad "+k] = m.send("POST", "/incidents/new", bad, nil)
	}
	for _, k := range []string{"message", "title", "services", "start", "from", "end", "until", "etag", "find"} {
		bad := url.Values{"token": form["token"], "step": {"review"}, "services": {"library"}, "end": {"pick"}, "start": {"pick"}}
		bad.Set(k, hostile)
		pages["window with a bad "+k] = l.send("POST", "/maintenance/new", bad, nil)
	}
	q := url.QueryEscape(hostile)
	for _, path := range []string{"/?done=" + q, "/?q=" + q, "/log?service=" + q, "/maintenance/new?service=" + q, "/incidents/new?service=" + q, "/services/" + url.PathEscape(hostile), "/incidents/" + url.PathEscape(hostile), "/language?to=" + q + "&back=" + q} {
		pages[path] = m.open(path)
	}
	for name, p := range pages {
		p.harmless(t, name)
	}
}

// harmless fails when a page has a script or a style that is not the console's,
// an event handler, a style of an element, or a link to anywhere but the console.
func (s sheet) harmless(t *testing.T, name string) {
	t.Helper()
	scripts, styles := 0, 0
	s.each(func(n *html.Node) {
		switch n.Data {
		case "script":
			scripts++
		case "style":
			styles++
		case "img", "object", "embed", "base", "link":
			if n.Data != "link" || attr(n, "href") != "data:," {
				t.Errorf("%s: has an element %s", name, n.Data)
			}
		case "svg":
			if attr(n, "class") != "spark" {
				t.Errorf("%s: has another svg", name)
			}
		case "iframe":
			sandbox := false
			for _, a := range n.Attr {
				sandbox = sandbox || a.Key == "sandbox" && a.Val == "allow-same-origin" // to load its files; nothing runs
			}
			if !sandbox || attr(n, "src") != "" {
				t.Errorf("%s: the preview is not kept apart", name)
			}
			inner, _ := html.Parse(strings.NewReader(attr(n, "srcdoc")))
			for in := range inner.Descendants() {
				for _, a := range in.Attr {
					if strings.HasPrefix(a.Key, "on") || strings.Contains(strings.ToLower(a.Val), "javascript:") {
						t.Errorf("%s: the preview has %s=%q", name, a.Key, a.Val)
					}
				}
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
			}
			if (a.Key == "href" || a.Key == "action" || a.Key == "formaction") && a.Val != "data:," && a.Val != "#main" && !strings.HasPrefix(a.Val, "/console/") {
				t.Errorf("%s: <%s %s=%q> leads out of the console", name, n.Data, a.Key, a.Val)
			}
		}
	})
	if s.body != "" && (scripts != 1 || styles != 1) {
		t.Errorf("%s: %d scripts and %d styles:\n%s", name, scripts, styles, s.body)
	}
}
