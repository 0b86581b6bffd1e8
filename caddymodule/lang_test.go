package caddymodule

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/candor-edge/candor/caddymodule/config"
)

const twoLanguages = "[brand]\nlanguages = [\"en\", \"zh-Hant\"]"

func TestVisitorsChooseTheirLanguage(t *testing.T) {
	e := startEdge(t, "candor "+tomlFile(t, twoLanguages), "candor portal\nreverse_proxy "+deadAddr(t))
	h := header{"Accept-Language": "en"}
	for k, v := range navigation {
		h[k] = v
	}
	page := e.get(e.h1, "/grades?year=3", h)
	if page.Header.Get("Content-Language") != "en" || !strings.Contains(page.body, `href="/.candor/lang?to=zh-Hant" hreflang="zh-Hant"`) {
		t.Fatalf("%v %s", page.Header, page.body)
	}
	a := e.get(e.h1, "/.candor/lang?to=zh-Hant", header{"Referer": e.url("/grades?year=3")})
	if a.StatusCode != 303 || a.Header.Get("Location") != "/grades?year=3" || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", a.StatusCode, a.Header)
	}
	cookies := a.Cookies()
	if len(cookies) != 1 || !cookies[0].Secure || !cookies[0].HttpOnly || cookies[0].Path != "/" {
		t.Fatalf("%v", a.Header["Set-Cookie"])
	}
	h["Cookie"] = "sid=1; " + cookies[0].Name + "=" + cookies[0].Value
	page = e.get(e.h1, "/grades?year=3", h)
	if page.Header.Get("Content-Language") != "zh-Hant" || !strings.Contains(strings.Join(page.Header.Values("Vary"), ", "), "Cookie") {
		t.Errorf("%v", page.Header)
	}
	if a := e.get(e.h1, e.plain("/.candor/lang?to=en"), nil); len(a.Cookies()) != 1 || a.Cookies()[0].Secure || a.Header.Get("Location") != "/" {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	for _, to := range []string{"", "de", "zh-Hant;x", "en%0d%0aSet-Cookie:%20a=b", strings.Repeat("e", 5000)} {
		if a := e.get(e.h1, "/.candor/lang?to="+to, nil); a.StatusCode != 404 || len(a.Header["Set-Cookie"]) > 0 {
			t.Errorf("to %q: %d %v", to, a.StatusCode, a.Header)
		}
	}
	if a := e.do(e.h1, "POST", "/.candor/lang?to=en", nil, nil); a.StatusCode != 405 {
		t.Errorf("POST: %d", a.StatusCode)
	}
	post := e.do(e.h1, "POST", "/grades", strings.NewReader("x"), h)
	if strings.Contains(post.body, "/lang?to=") {
		t.Error("whoever has sent something is offered a link that loses it")
	}
}

func TestWithOneLanguageThereIsNothingToChoose(t *testing.T) {
	e := startEdge(t, "", "candor portal\nreverse_proxy "+deadAddr(t))
	if a := e.get(e.h1, "/.candor/lang?to=en", nil); a.StatusCode != 404 {
		t.Errorf("%d", a.StatusCode)
	}
	page := e.get(e.h1, "/", navigation)
	if strings.Contains(page.body, "/lang?to=") || strings.Contains(strings.Join(page.Header.Values("Vary"), ", "), "Cookie") {
		t.Errorf("%v %s", page.Header, page.body)
	}
}

func wayBackApp() *App { return &App{conf: &config.Config{Public: config.Public{Path: "/.candor"}}} }

func TestTheWayBackStaysOnTheSite(t *testing.T) {
	a := wayBackApp()
	for _, c := range []struct{ referer, back, want string }{
		{"", "", "/"},
		{"https://portal.example.edu/a/b?c=d#e", "", "/a/b?c=d"},
		{"https://PORTAL.example.edu/a", "", "/a"},
		{"https://portal.example.edu", "", "/"},
		{"https://portal.example.edu/a", "/x?y=%2F", "/x?y=%2F"},
		{"https://evil.example/a", "", "/"},
		{"https://portal.example.edu.evil.example/a", "", "/"},
		{"https://portal.example.edu@evil.example/a", "", "/"},
		{"https://portal.example.edu//evil.example", "", "/"},
		{"https://portal.example.edu/.candor/lang?to=en", "", "/"},
		{"javascript://portal.example.edu/%0aalert(1)", "", "/"},
		{"about:client", "", "/"},
		{"", "https://evil.example/", "/"},
		{"", "//evil.example/", "/"},
		{"", `/\evil.example/`, "/"},
		{"", `\\evil.example/`, "/"},
		{"", "/\t/evil.example/", "/"},
		{"", "/a\r\nSet-Cookie: a=b", "/"},
		{"", "javascript:alert(1)", "/"},
		{"", "evil.example", "/"},
		{"", "/.candor/lang?to=de&back=%2F", "/"},
		{"", "/x/../.candor/lang?to=de", "/"},
		{"", "/" + strings.Repeat("a", maxBack), "/"},
		{"", "/%2F/evil.example", "/"},
		{"", "/prüfung?tag=%C3%A4", "/pr%C3%BCfung?tag=%C3%A4"},
		{"", "/a?tag=ä b", "/"},
	} {
		r := httptest.NewRequest("GET", "https://portal.example.edu/.candor/lang", nil)
		r.Header.Set("Referer", c.referer)
		if got := a.wayBack(r, c.back); got != c.want {
			t.Errorf("from %q back to %q: %q, want %q", c.referer, c.back, got, c.want)
		}
	}
}

func FuzzWayBack(f *testing.F) {
	f.Add("https://portal.example.edu/a", "/b?c")
	f.Add("https://portal.example.edu//x", `/\x`)
	a := wayBackApp()
	base, _ := url.Parse("https://portal.example.edu/.candor/lang?to=de")
	f.Fuzz(func(t *testing.T, referer, back string) {
		r := httptest.NewRequest("GET", base.String(), nil)
		r.Header.Set("Referer", referer)
		got := a.wayBack(r, back)
		to, err := base.Parse(got)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme {
			t.Errorf("leads to %q", got)
		}
		if strings.HasPrefix(got, "//") || !strings.HasPrefix(got, "/") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("%q can be read as another site", got)
		}
	})
}
