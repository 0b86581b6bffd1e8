package caddymodule

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestALinkLeadsToNoOtherSite(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond in")
	link := e.link("portal", time.Hour)
	for _, c := range []struct{ query, want string }{
		{"", "/"},
		{"to=", "/"},
		{"to=/enrol", "/enrol"},
		{"to=/enrol%3Fterm=5%26x=%252F", "/enrol?term=5&x=%2F"},
		{"to=/a//b", "/a//b"},
		{"to=/%C3%BCbung", "/%C3%BCbung"},
		{"to=/a%23b", "/a"},
		{"to=enrol", "/"},
		{"to=//evil.example", "/"},
		{"to=%2f%2fevil.example", "/"},
		{"to=%2F%2Fevil.example", "/"},
		{"to=/%2fevil.example", "/"},
		{"to=/%252fevil.example", "/"},
		{"to=/%5Cevil.example", "/"},
		{"to=/\\evil.example", "/"},
		{"to=\\\\evil.example", "/"},
		{"to=/%255Cevil.example", "/"},
		{"to=https://evil.example/", "/"},
		{"to=HTTPS:evil.example", "/"},
		{"to=javascript:alert(1)", "/"},
		{"to=data:text/html,x", "/"},
		{"to=///evil.example", "/"},
		{"to=/%09/evil.example", "/"},
		{"to=%09//evil.example", "/"},
		{"to=/%0d%0aSet-Cookie:%20x=y", "/"},
		{"to=/x%0aLocation:%20//evil.example", "/"},
		{"to=/%00", "/"},
		{"to=/%250d%250aX:%20y", "/"},
		{"to=/%7F", "/"},
		{"to=%20//evil.example", "/"},
		{"to=/@evil.example", "/@evil.example"}, // a path
		{"to=@evil.example", "/"},
		{"to=user@evil.example:80", "/"},
		{"to=/.candor/pass/x", "/"}, // around in a circle
		{"to=/x/../.candor/lang", "/"},
		{"to=/" + strings.Repeat("x", 5000), "/"},
		{"to=/one&to=//evil.example", "/one"},
		{"to=//evil.example&to=/two", "/"},
		{"TO=/one", "/"},
	} {
		a := rawGet(t, e, link+"?"+c.query, "")
		got := a.Header.Get("Location")
		if a.StatusCode != 303 || len(a.Header.Values("Location")) != 1 || got != c.want {
			t.Errorf("?%.60s: %d to %q, want %q", c.query, a.StatusCode, got, c.want)
		}
		base, _ := url.Parse(e.url(link))
		if to, err := base.Parse(got); err != nil || to.Host != base.Host || to.Scheme != base.Scheme {
			t.Errorf("?%.60s leads to %v", c.query, to)
		}
		for _, ck := range a.Cookies() {
			if ck.Name != "candor_pass_portal" {
				t.Errorf("?%.60s sets %s", c.query, ck.Name)
			}
		}
	}
}

// rawGet asks the site without TLS for a target exactly as it is written.
func rawGet(t *testing.T, e *edge, target, fields string) *http.Response {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("localhost:%d", e.http))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", target, fields)
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	defer resp.Body.Close()
	return resp
}

func TestAPassThatIsTamperedWithIsNone(t *testing.T) {
	e := startEdge(t, "", "handle /library {\ncandor library\nrespond in\n}\nhandle {\ncandor portal\nrespond in\n}")
	e.hold("*", time.Hour)
	ck := e.open(e.h1, e.link("portal", time.Hour))
	link := strings.TrimPrefix(e.link("portal", time.Hour), "/.candor/pass/")
	name, good := ck.Name, ck.Value
	app := running.newest()
	expired, _, err := app.passes.Open(t.Context(), app.storage, "portal", link, time.Now().Add(-2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	mid := len(good) / 2
	flipped := []byte(good)
	flipped[mid] ^= 1
	for what, c := range map[string]struct {
		path, cookies string
		in            bool
	}{
		"the pass":                          {"/", name + "=" + good, true},
		"among others":                      {"/", "a=b; " + name + "=" + good + "; c=d", true},
		"behind planted ones":               {"/", name + "=x; " + name + "=; " + name + "=" + strings.Repeat("A", len(good)) + "; " + name + "=" + good, true},
		"none":                              {"/", "", false},
		"empty":                             {"/", name + "=", false},
		"no value":                          {"/", name, false},
		"one letter more":                   {"/", name + "=" + good + "A", false},
		"one letter less":                   {"/", name + "=" + good[1:], false},
		"one bit":                           {"/", name + "=" + string(flipped), false},
		"signature of nothing":              {"/", name + "=" + good[:38] + strings.Repeat("A", len(good)-38), false},
		"all zero":                          {"/", name + "=" + strings.Repeat("A", len(good)), false},
		"another alphabet":                  {"/", name + "=" + strings.NewReplacer("-", "+", "_", "/").Replace(good) + "==", false},
		"escaped":                           {"/", name + "=%" + fmt.Sprintf("%x", good[0]) + good[1:], false},
		"not text":                          {"/", name + "=\xff\xfe" + good[2:], false},
		"very long":                         {"/", name + "=" + strings.Repeat(good, 100), false},
		"very many":                         {"/", strings.Repeat(name+"=x; ", 20) + name + "=" + good, false},
		"the link itself":                   {"/", name + "=" + link, false},
		"expired":                           {"/", name + "=" + expired, false},
		"for another service":               {"/library", name + "=" + good, false},
		"under another service's name":      {"/library", "__Host-candor_pass_library=" + good, false},
		"under the plain name, over TLS":    {"/", "candor_pass_portal=" + good, false},
		"another case":                      {"/", strings.ToLower(name) + "=" + good, false},
		"in a value":                        {"/", "x=" + name + "=" + good, false},
		"with a name that ends in the name": {"/", "x" + name + "=" + good, false},
	} {
		for _, client := range []*http.Client{e.h1, e.h2, e.h3} {
			h := header{}
			if c.cookies != "" {
				h["Cookie"] = c.cookies
			}
			if what == "not text" && client != e.h1 {
				continue
			}
			a := e.get(client, c.path, h)
			if in := a.StatusCode == 200 && a.body == "in"; in != c.in || !in && (a.StatusCode != 503 || a.Header.Get("Candor-Bypass") != "") {
				t.Errorf("%s: %d %v", what, a.StatusCode, a.Header)
			}
		}
	}
}

func TestNobodyCanGiveSomebodyElseAPassOfTheirChoice(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond in")
	e.hold("portal", time.Hour)
	link := e.link("portal", time.Hour)
	planted := e.open(e.h1, link)
	a := e.get(e.h1, link, header{"Cookie": planted.Name + "=" + planted.Value})
	if fresh := a.Cookies()[0]; fresh.Value == planted.Value {
		t.Error("opening a link keeps the pass that was there")
	}
	// What does not open neither takes a pass from an address nor sets a cookie.
	for _, path := range []string{
		"/.candor/pass/" + planted.Value, "/.candor/pass?" + planted.Name + "=" + planted.Value,
		"/.candor/pass/x?to=/", "/.candor/pass/" + link, "/.candor/pass//" + strings.TrimPrefix(link, "/.candor/pass/"),
	} {
		if a := e.get(e.h1, path, nil); a.StatusCode != 410 || len(a.Cookies()) != 0 || a.Header.Get("Location") != "" {
			t.Errorf("%.40s: %d %v", path, a.StatusCode, a.Header)
		}
	}
	if a := e.get(e.h1, "/?"+planted.Name+"="+planted.Value, header{planted.Name: planted.Value}); a.StatusCode != 503 {
		t.Errorf("a pass in the address: %d", a.StatusCode)
	}
}

func TestHeadersFromOutsideLetNobodyThrough(t *testing.T) {
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, `
		[maintenance]
		bypass_networks = ["10.1.0.0/16"]
		bypass_header = "X-Deploy-Key: s3cret"`)), "candor portal\nrespond in")
	e.hold("portal", time.Hour)
	for _, fields := range []string{
		"X-Forwarded-For: 10.1.2.3", "X-Real-Ip: 10.1.2.3", "Forwarded: for=10.1.2.3", "True-Client-Ip: 10.1.2.3", "Cf-Connecting-Ip: 10.1.2.3",
		"X-Forwarded-For: 10.1.2.3\r\nX-Forwarded-For: 10.1.2.3", "Client-Ip: 10.1.2.3", "X-Remote-User: mueller", "Remote-User: mueller",
		"Candor-Bypass: network", "Candor-Bypass: pass", "Candor-Pass: 1", "X-Deploy-Key: S3CRET", "X-Deploy-Key: s3cret, s3cret",
		"X-Deploy-Key: wrong\r\nX-Deploy-Key: s3cret", "X_Deploy_Key: s3cret", "X-Deploy-Key\t: s3cret", "X-Deploy-Key: \"s3cret\"",
		"X-Original-Url: /.candor/status", "X-Rewrite-Url: /.well-known/acme-challenge/x", "X-Forwarded-Prefix: /.well-known/acme-challenge",
		"X-Http-Method-Override: GET", "X-Forwarded-Host: other.example", "X-Forwarded-Proto: https",
	} {
		if a := rawGet(t, e, "/", fields+"\r\n"); a.StatusCode == 200 || a.Header.Get("Candor-Bypass") != "" {
			t.Errorf("%q: %d", fields, a.StatusCode)
		}
	}
	if a := rawGet(t, e, "/", "X-Deploy-Key: s3cret\r\n"); a.StatusCode != 200 {
		t.Errorf("the key: %d", a.StatusCode)
	}
}

// TestNoPathLeadsAroundMaintenance sends targets as no client library would.
func TestNoPathLeadsAroundMaintenance(t *testing.T) {
	e := startEdge(t, "", "candor portal {\nexempt /api/* /hook\nhealth /healthz 204\n}\nrespond in")
	e.hold("portal", time.Hour)
	for target, code := range map[string]int{
		"/api/x": 200, "/api": 200, "/hook": 200, "/healthz": 204,
		"/":                        503,
		"/apixyz":                  503,
		"/api%2e%2e/":              503,
		"/api/..":                  503,
		"/api/../admin":            503,
		"/api/%2e%2e/admin":        503,
		"/api/..%5cadmin":          503, // some apps take it for a slash
		"/api/x%5c..%5c..%5cadmin": 503,
		"/api/%2E%2E%2fadmin":      503,
		"/api/..%2fadmin":          503,
		"/api/x/../../admin":       503,
		"/api/./../admin":          503,
		"/api//../admin":           503,
		"/%2e%2e/api/../admin":     503,
		"/admin?/api/":             503,
		"/admin?x=/../api/x":       503,
		"/admin%3F/../x":           503,
		"/API/x":                   200, // Caddy's own matcher reads paths so, too
		"/api/%252e%252e/admin":    503, // some apps take escapes out twice
		"/api/%25252e%25252e/adm":  503,
		"/api/x%252f..%252f..%2fy": 503,
		"/api/..%253bx/admin":      503,
		"/api/100%25":              200,
		"/api/%252e":               200,
		"/hook/":                   200, // a slash at the end is no other path
		"/hook/x":                  503,
		"/hook;x":                  503,
		"/hookx":                   503,
		"/api/..;/admin":           503, // Java's servers take parameters out first
		"/api/..;x=1/admin":        503,
		"/api/%2e%2e;/admin":       503,
		"/api/..%3b/admin":         503,
		"/api/..;%5cadmin":         503,
		"/admin/;/../api/x":        503, // and others do not
		"/api;v=1/x":               503,
		"/api/x;v=1":               200,
		"/hook%00":                 503,
		"/healthz/x":               503,
		"/healthz%2e":              503,
		"/.candor/../admin":        404, // is answered by the edge alone
		"/.candorx":                503,
		"/.candor%2f..%2fadmin":    404,
		"/x/.candor/status":        503,
		"//.candor/status":         503,
		"//api/../x":               503,
		"///":                      503,
		"/.well-known/acme-chal/x": 503,
		"http://localhost/":        503,
		"http://localhost/api/x":   200,
		"http://other.example/":    0, // no such site
	} {
		a := rawGet(t, e, target, "")
		if code == 0 {
			continue
		}
		if a.StatusCode != code {
			t.Errorf("%s: %d, want %d", target, a.StatusCode, code)
		}
	}
}
