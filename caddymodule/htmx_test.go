package caddymodule

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestHtmxShowsWhatFails runs both majors: the older one shows nothing of an
// error unless the app asks it to, the newer one puts it where an answer belongs.
func TestHtmxShowsWhatFails(t *testing.T) {
	for name, attributes := range map[string]string{
		"htmx-2": `hx-boost="true"`,
		"htmx-4": `hx-boost:inherited="true"`,
	} {
		t.Run(name, func(t *testing.T) {
			script, err := os.ReadFile("../.ci/axe/node_modules/" + name + "/dist/htmx.min.js")
			if err != nil {
				t.Skip("htmx is not installed; npm ci --prefix .ci/axe brings it")
			}
			e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/htmx.js":
					w.Header().Set("Content-Type", "text/javascript")
					_, _ = w.Write(script)
				case "/app":
					w.Header().Set("Content-Type", "text/html")
					fmt.Fprintf(w, `<!DOCTYPE html><title>App</title><script src="/htmx.js"></script>
						<script>addEventListener("htmx:beforeSwap", e => { e.detail.shouldSwap = true })</script>
						<body %s><a id="link" href="/broken?term=5">Exams</a>
						<form hx-post="/broken" hx-target="#out" hx-select="#rows"><input name="name" value="typed"><button id="send">Send</button></form>
						<div id="out">nothing yet</div></body>`, attributes)
				default:
					failing(500)(w, r)
				}
			}))
			v := tab{t, browser(t)}
			v.open(e.plain("/app"))
			v.sees("htmx", `"htmx" in window`)
			eval[chromedp.Void](v, `document.getElementById("send").click()`)
			v.sees("the sentence", `document.getElementById("out").innerText.includes("We cannot tell whether")`)
			if form := eval[string](v, `document.title + " " + document.querySelector("input").value + " " + document.querySelectorAll("[role=alert]").length`); form != "App typed 1" {
				t.Errorf("the app has become %q", form)
			}

			v.open(e.plain("/app"))
			v.sees("htmx", `"htmx" in window`)
			eval[chromedp.Void](v, `document.getElementById("link").click()`)
			v.sees("the page", `document.getElementById("stay") !== null && !document.getElementById("stay").hidden`)
			if at := eval[string](v, `location.href`); !strings.HasSuffix(at, "/broken?term=5") {
				t.Errorf("the visitor is at %s", at)
			}
		})
	}
}

func TestHtmxIsSentToThePageOnlyWhereItFollowsALink(t *testing.T) {
	e := startEdge(t, "", "uri strip_prefix /app\ncandor portal\nreverse_proxy "+deadAddr(t))
	for name, c := range map[string]struct {
		method, path string
		header       header
		want         string
	}{
		"a link":               {"GET", "/app/x?a=%2F&b", header{"HX-Request": "true", "HX-Boosted": "true"}, "/app/x?a=%2F&b"},
		"going back":           {"GET", "/app/x", header{"HX-Request": "true", "HX-History-Restore-Request": "true"}, "/app/x"},
		"a form":               {"POST", "/app/x", header{"HX-Request": "true", "HX-Boosted": "true"}, ""},
		"a part":               {"GET", "/app/x", header{"HX-Request": "true"}, ""},
		"not htmx":             {"GET", "/app/x", header{"HX-Boosted": "true"}, ""},
		"an address elsewhere": {"GET", "//evil.example/x", header{"HX-Request": "true", "HX-Boosted": "true"}, ""},
		"an address like one":  {"GET", "/%5Cevil.example", header{"HX-Request": "true", "HX-Boosted": "true"}, "/%5Cevil.example"},
	} {
		a := e.do(e.h1, c.method, c.path, nil, c.header)
		if got := a.Header.Get("Hx-Redirect"); got != c.want || a.StatusCode != 502 {
			t.Errorf("%s: %d, sent to %q, want %q", name, a.StatusCode, got, c.want)
		}
	}
	h := header{"HX-Request": "true", "HX-Boosted": "true"}
	e.load("", "candor portal {\ntimeout 50ms\n}\nreverse_proxy "+upstream(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	wait(t, "the new configuration", func() bool { return e.get(e.h2, "/slow", h).StatusCode == 504 }) // the old one may take one more
	if a := e.get(e.h2, "/slow?x=1", h); a.StatusCode != 504 || a.Header.Get("Hx-Redirect") != "/slow?x=1" || !strings.Contains(a.body, "<main>") {
		t.Errorf("a timer: %d, sent to %q", a.StatusCode, a.Header.Get("Hx-Redirect"))
	}
	e.hold("portal", time.Hour)
	if a := e.get(e.h1, "/x?y", h); a.StatusCode != 503 || a.Header.Get("Hx-Redirect") != "/x?y" {
		t.Errorf("held back: %d, sent to %q", a.StatusCode, a.Header.Get("Hx-Redirect"))
	}
}
