package caddymodule

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// link makes a link to a pass and returns its path.
func (e *edge) link(service string, span time.Duration) string {
	e.t.Helper()
	app := running.newest()
	link, _, err := app.passes.Link(e.t.Context(), app.storage, service, span, time.Now())
	if err != nil {
		e.t.Fatal(err)
	}
	return "/.candor/pass/" + link
}

// open opens a link and returns the cookie that it sets.
func (e *edge) open(c *http.Client, path string) *http.Cookie {
	e.t.Helper()
	a := e.get(c, path, navigation)
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		e.t.Fatalf("%d with %d cookies: %s", a.StatusCode, len(a.Cookies()), a.body)
	}
	return a.Cookies()[0]
}

func cookieOf(c *http.Cookie) header { return header{"Cookie": c.Name + "=" + c.Value} }

func TestALinkLetsWhoeverOpensItThrough(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond in")
	e.hold("portal", time.Hour)
	for name, c := range map[string]*http.Client{"h1": e.h1, "h2": e.h2, "h3": e.h3} {
		t.Run(name, func(t *testing.T) {
			a := e.get(c, e.link("portal", 4*time.Hour), navigation)
			if a.StatusCode != 303 || a.Header.Get("Location") != "/" || a.Header.Get("Cache-Control") != "no-store" ||
				a.Header.Get("Referrer-Policy") != "no-referrer" || len(a.Cookies()) != 1 {
				t.Fatalf("%d %v %s", a.StatusCode, a.Header, a.body)
			}
			ck := a.Cookies()[0]
			if ck.Name != "__Host-candor_pass_portal" || !ck.Secure || !ck.HttpOnly || ck.SameSite != http.SameSiteLaxMode ||
				ck.Path != "/" || ck.Domain != "" || ck.MaxAge < 4*3600-60 || ck.MaxAge > 4*3600 {
				t.Errorf("%+v", ck)
			}
			if in := e.get(c, "/", cookieOf(ck)); in.body != "in" || in.Header.Get("Candor-Bypass") != "pass" {
				t.Errorf("%d %v", in.StatusCode, in.Header)
			}
			if out := e.get(c, "/", navigation); out.StatusCode != 503 || out.Header.Get("Candor-Bypass") != "" {
				t.Errorf("without it: %d %v", out.StatusCode, out.Header)
			}
		})
	}
	plain := e.open(e.h1, e.plain(e.link("portal", time.Hour)))
	if plain.Name != "candor_pass_portal" || plain.Secure || !plain.HttpOnly || plain.SameSite != http.SameSiteLaxMode {
		t.Errorf("over plain HTTP: %+v", plain)
	}
	if in := e.get(e.h1, e.plain("/"), cookieOf(plain)); in.body != "in" {
		t.Errorf("over plain HTTP: %d", in.StatusCode)
	}
	if out := e.get(e.h1, "/", cookieOf(plain)); out.StatusCode != 503 {
		t.Error("a cookie that anybody on the way can set is a pass over HTTPS")
	}
}

func TestNobodyIsToldThatTheyAreLetThroughWhereEverybodyIs(t *testing.T) {
	e := startEdge(t, "", "candor portal {\nexempt /open\n}\nheader Cache-Control \"public, max-age=60\"\nrespond in")
	ck := e.open(e.h1, e.link("portal", time.Hour))
	untouched := func(when, path string) {
		t.Helper()
		if a := e.get(e.h1, path, cookieOf(ck)); a.body != "in" || a.Header.Get("Candor-Bypass") != "" || a.Header.Get("Cache-Control") != "public, max-age=60" {
			t.Errorf("%s: %d %v", when, a.StatusCode, a.Header)
		}
	}
	untouched("without maintenance", "/")
	e.hold("portal", time.Hour)
	untouched("an exempt path", "/open")
}

func TestALinkWorksForServicesByHostAndInsideHandleErrors(t *testing.T) {
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, "[[service]]\nname = \"one\"\nhosts = [\"localhost\"]")), "candor\nrespond in")
	e.hold("one", time.Hour)
	if a := e.get(e.h1, "/", cookieOf(e.open(e.h1, e.link("one", time.Hour)))); a.body != "in" {
		t.Errorf("by host: %d", a.StatusCode)
	}
	e.load("", "error /broken 502\nerror /gone 410\nerror 404\nhandle_errors {\ncandor portal\nrespond \"not here\" {err.status_code}\n}")
	e.hold("portal", time.Hour)
	ck := e.open(e.h1, e.link("portal", time.Hour))
	if a := e.get(e.h1, "/gone", cookieOf(ck)); a.StatusCode != 410 || a.body != "not here" || a.Header.Get("Candor-Bypass") != "pass" || a.Header.Get("Cache-Control") != "private" {
		t.Errorf("inside handle_errors: %d %v", a.StatusCode, a.Header)
	}
	a := e.get(e.h1, "/broken", cookieOf(ck))
	a.isPage(t, 502)
	if a.Header.Get("Candor-Bypass") != "pass" {
		t.Error("a page does not say that its reader was let through")
	}
	e.get(e.h1, "/gone", nil).isPage(t, 503)
}

func TestTheEndOfAllPassesIsTheEndOfEveryPass(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond in")
	e.hold("portal", time.Hour)
	link := e.link("portal", time.Hour)
	ck := e.open(e.h1, link)
	e.load("", "candor portal\nheader X-New yes\nrespond in") // a reload ends nothing
	if a := e.get(e.h1, "/", cookieOf(ck)); a.body != "in" {
		t.Errorf("after a reload: %d", a.StatusCode)
	}
	app := running.newest()
	if err := app.passes.Revoke(t.Context(), app.storage, "portal"); err != nil {
		t.Fatal(err)
	}
	e.get(e.h1, "/", cookieOf(ck)).isPage(t, 503)
	if a := e.get(e.h1, link, nil); a.StatusCode != 410 || len(a.Cookies()) != 0 || !strings.Contains(a.body, "cannot be opened any more") {
		t.Errorf("the link: %d %s", a.StatusCode, a.body)
	}
}

func TestLinksAreInNoLog(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond in")
	e.hold("portal", time.Hour)
	link := e.link("portal", time.Hour)
	ck := e.open(e.h1, link)
	forged := link[:len(link)-2] + "AA"
	for _, path := range []string{forged, forged + "/x", "/.candor/pass", "/.candor/pass/", "/.candor/pass?x=" + forged} {
		if a := e.get(e.h1, path, nil); a.StatusCode != 410 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	if a := e.get(e.h1, forged, navigation); a.Header.Get("Referrer-Policy") != "no-referrer" || strings.Contains(a.Header.Get("Proxy-Status"), "received") {
		t.Errorf("%v", a.Header)
	}
	if a := e.do(e.h1, "POST", link, nil, nil); a.StatusCode != 405 {
		t.Errorf("POST: %d", a.StatusCode)
	}
	e.get(e.h1, "/seen", cookieOf(ck))
	e.logs.handled(t, 1)
	if n := len(e.logs.lines("handled request")); n != 1 {
		t.Errorf("%d lines in the access log, want the one of /seen", n)
	}
	log := e.logs.String()
	secret := strings.TrimPrefix(link, "/.candor/pass/")
	for what, s := range map[string]string{"the link": secret, "a forged one": forged[20:], "the pass": ck.Value} {
		if strings.Contains(log, s) {
			t.Errorf("%s is logged", what)
		}
	}
	levels := ""
	for _, line := range e.logs.lines("answer replaced") {
		levels += line["level"].(string) + " "
	}
	if levels != "info debug debug debug debug debug " {
		t.Errorf("links that do not open are logged as %s", levels)
	}
	if len(e.logs.lines("pass given")) != 1 {
		t.Error("nothing tells that a pass was given")
	}
}

func TestMatchersOfCaddyLetPeopleThrough(t *testing.T) {
	e := startEdge(t, "", `
		@staff header X-Staff yes
		@testers {
			query test=1
			not header X-Staff no
		}
		candor portal {
			bypass @staff @testers
		}
		respond in`)
	e.hold("portal", time.Hour)
	for _, c := range []struct {
		path string
		h    header
		in   bool
	}{
		{"/", nil, false},
		{"/", header{"X-Staff": "yes"}, true},
		{"/", header{"X-Staff": "no"}, false},
		{"/?test=1", nil, true},
		{"/?test=1", header{"X-Staff": "no"}, false},
	} {
		a := e.get(e.h1, c.path, c.h)
		if in := a.body == "in"; in != c.in || in && a.Header.Get("Candor-Bypass") != "matcher" {
			t.Errorf("%s %v: %d %v", c.path, c.h, a.StatusCode, a.Header)
		}
	}
	if err := (&Handler{BypassRaw: caddyhttp.RawMatcherSets{{}}}).judge(); err == nil || !strings.Contains(err.Error(), "everybody") {
		t.Errorf("a set that matches everybody: %v", err)
	}
}

// TestGettingPastAllocatesLittle is about what the edge adds to an answer for a
// tester: the exchange is pooled, Cache-Control is written anew.
func TestGettingPastAllocatesLittle(t *testing.T) {
	if racing() {
		t.Skip("the race detector makes pools forget")
	}
	h, r := holder(t)
	w := newSilence()
	if w.ask(t, h, r, answersOK); w.header.Get("Candor-Bypass") != "pass" {
		t.Fatal("not let through")
	}
	if n := testing.AllocsPerRun(1000, func() { w.ask(t, h, r, answersOK) }); n > 3 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkPast is an answer for somebody with a pass, and a look at the passes of
// a service alone.
func BenchmarkPast(b *testing.B) {
	h, r := holder(b)
	b.Run("answer", func(b *testing.B) {
		w := newSilence()
		b.ReportAllocs()
		for b.Loop() {
			w.ask(b, h, r, answersOK)
		}
	})
	b.Run("pass", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !h.app.hasPass(r, h.service) {
				b.Fatal("none")
			}
		}
	})
}

// holder is a request with a pass to a service that is held back.
func holder(tb testing.TB) (*Handler, *http.Request) {
	c := newCounter(tb, "")
	c.hold("portal")
	h := c.handler(tb, Handler{Service: "portal"})
	link, _, err := c.app.passes.Link(tb.Context(), c.app.storage, "portal", time.Hour, time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	pass, _, err := c.app.passes.Open(tb.Context(), c.app.storage, "portal", link, time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	return h, c.request(header{"Accept": "*/*", "Cookie": "session=1234; candor_pass_portal=" + pass + "; theme=dark"})
}
