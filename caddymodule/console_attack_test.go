package caddymodule

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

func TestWithoutAnAuthenticatedUserTheConsoleIsClosed(t *testing.T) {
	claims := header{
		"Remote-User": "mueller", "X-Remote-User": "mueller", "X-Forwarded-User": "mueller", "X-Webauth-User": "mueller",
		"X-Auth-Request-User": "mueller", "Http.auth.user.id": "mueller", "Http-Auth-User-Id": "mueller", "Candor-As": "mueller",
		"Authorization": "Basic bXVlbGxlcjptdWVsbGVy", "Cookie": "http.auth.user.id=mueller; user=mueller",
	}
	e := startEdge(t, "candor "+tomlFile(t, staffed), "candor_console /console/*\nrespond \"the app\"")
	for _, path := range []string{"/console/", "/console/services/portal", "/console/log", "/console/nothing", "/console/?http.auth.user.id=mueller"} {
		for _, h := range []header{nil, claims} {
			a := e.get(e.h1, path, h)
			if a.StatusCode != 403 || !strings.Contains(a.body, "basic_auth") || strings.Contains(a.body, "Student portal") {
				t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
			}
		}
	}
	h := header{"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
	for k, v := range claims {
		h[k] = v
	}
	if a := e.do(e.h1, "POST", "/console/maintenance/new", strings.NewReader("services=portal&end=1h&start=now&step=confirm"), h); a.StatusCode != 403 {
		t.Errorf("%d", a.StatusCode)
	}
	nothingChanged(t)
}

func TestWhoIsInNoListSeesNothing(t *testing.T) {
	e := startEdge(t, "candor "+tomlFile(t, "[[service]]\nname = \"portal\"\ntitle = \"Student portal\"\n"), "handle_path /console/* {\n"+staff+"candor_console\n}")
	e.as(t, "mueller").open("/").wants(403).reads("signed in as mueller", "candor.toml").lacks("Student portal")
	if len(e.logs.lines("the console is closed to everybody: name users in operators, publishers or viewers of [console] in candor.toml")) == 0 {
		t.Error("nobody is told that nobody can use it")
	}
}

// Behind forward_auth the gateway's answer counts, never what came from outside.
func TestTheUserBehindAGatewayIsWhoTheGatewaySaid(t *testing.T) {
	gateway := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("Cookie") {
		case "session=m":
			w.Header().Set("Remote-User", "mueller")
		case "session=s":
			w.Header().Set("Remote-User", "student1")
		case "session=none": // signed in, and the gateway does not say as whom
		default:
			w.WriteHeader(401)
		}
	})
	for _, copied := range []string{"", "copy_headers Remote-User"} {
		e := startEdge(t, "candor "+tomlFile(t, staffed), "forward_auth "+gateway+" {\nuri /verify\n"+copied+"\n}\n"+
			"candor_console {\nuser {http.reverse_proxy.header.remote-user}\n}")
		for cookie, want := range map[string]struct {
			code int
			says string
		}{
			"session=m": {200, "mueller"}, "session=s": {200, "student1"}, "session=none": {403, "Nobody is signed in"}, "": {401, ""},
		} {
			a := e.get(e.h1, "/", header{"Cookie": cookie, "Remote-User": "mueller", "Accept-Language": "en"})
			if a.StatusCode != want.code || !strings.Contains(a.body, want.says) || cookie != "session=m" && strings.Contains(a.body, "mueller") {
				t.Errorf("%q: %d %s", cookie, a.StatusCode, a.body)
			}
		}
	}
}

// nothingChanged fails when anything is on the board.
func nothingChanged(t *testing.T) {
	t.Helper()
	b := running.newest().pooled.board
	if w, in := b.Windows(), b.Incidents(true); len(w)+len(in) > 0 {
		t.Fatalf("changed: %+v %+v", w, in)
	}
}

func TestAFormOfAnotherSiteDoesNothing(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	good := m.open("/services/portal").fill("/maintenance/new", "message", "x", "step", "confirm")
	for name, more := range map[string]header{
		"another site":                     {"Sec-Fetch-Site": "cross-site"},
		"another host of the site":         {"Sec-Fetch-Site": "same-site"},
		"the address bar":                  {"Sec-Fetch-Site": "none"},
		"something new":                    {"Sec-Fetch-Site": "x"},
		"an old browser at another site":   {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
		"an old browser, in a frame":       {"Sec-Fetch-Site": "", "Origin": "null"},
		"a name that begins like ours":     {"Sec-Fetch-Site": "", "Origin": m.plain("") + ".evil.example"},
		"a name that ends like ours":       {"Sec-Fetch-Site": "", "Origin": "http://evil-localhost"},
		"our name in the path":             {"Sec-Fetch-Site": "", "Origin": "https://evil.example/" + m.plain("")},
		"our name as the user's":           {"Sec-Fetch-Site": "", "Origin": strings.Replace(m.plain(""), "://", "://x@", 1) + ".evil.example"},
		"a form that needs no preflight":   {"Content-Type": "text/plain"},
		"a form that uploads":              {"Content-Type": "multipart/form-data; boundary=x"},
		"JSON as if it were the admin API": {"Content-Type": "application/json"},
	} {
		if a := m.send("POST", "/maintenance/new", good, more); a.StatusCode != 403 && a.StatusCode != 415 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
		nothingChanged(t)
	}
	// The browser of the day proves it; one of yesterday by its origin; and what
	// sends neither has the token.
	for _, more := range []header{nil, {"Sec-Fetch-Site": ""}, {"Sec-Fetch-Site": "", "Origin": ""}} {
		m.send("POST", "/maintenance/new", good, more).wants(303)
		m.send("POST", "/maintenance/"+m.windowOf("portal").ID+"/end", m.open("/").fill("/end"), more).wants(303)
		nothingChanged(t)
	}
}

func TestAFormNeedsTheTokenOfWhoSendsIt(t *testing.T) {
	e := desks(t)
	m, l := e.as(t, "mueller"), e.as(t, "librarian")
	good := m.open("/services/library").fill("/maintenance/new", "message", "x", "step", "confirm")
	theirs := l.open("/services/library").tokenOf()
	mine := good.Get("token")
	if theirs == mine || len(mine) < 40 {
		t.Fatalf("tokens %q and %q", mine, theirs)
	}
	for name, token := range map[string]string{
		"none": "", "somebody else's": theirs, "made up": strings.Repeat("A", len(mine)), "cut": mine[:len(mine)-1],
		"lengthened": mine + "A", "another's end": mine[:20] + theirs[20:], "long": strings.Repeat("A", 5000), "no text": "\x00\xff",
	} {
		f := url.Values{}
		for k, v := range good {
			f[k] = v
		}
		f.Set("token", token)
		if a := m.send("POST", "/maintenance/new", f, nil); a.StatusCode != 422 || !strings.Contains(a.body, "open for too long") {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.text())
		}
		// In the address it does not count.
		m.send("POST", "/maintenance/new?token="+url.QueryEscape(mine), f, nil).wants(422)
		nothingChanged(t)
	}
	// What takes one tap has nothing that could be shown once more.
	w := m.takeOffline("library", "x")
	for _, what := range []string{"end", "extend"} {
		m.send("POST", "/maintenance/"+w.ID+"/"+what, url.Values{"etag": {w.ETag}, "by": {"1h"}, "token": {theirs}}, nil).wants(403)
	}
	if now := m.windowOf("library"); now != w {
		t.Errorf("%+v", now)
	}
	// A reload of the configuration lets forms stand.
	form := m.open("/services/library").fill("/end")
	e.load("candor "+tomlFile(t, staffed+"\n[[service]]\nname = \"mail\"\n"), "handle_path /console/* {\n"+staff+"candor_console\n}")
	m.send("POST", "/maintenance/"+w.ID+"/end", form, nil).wants(303)
}

func TestAFormThatIsTooLargeOrBrokenDoesNothing(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	good := m.open("/services/portal").fill("/maintenance/new", "message", "x", "step", "confirm")
	good.Set("message", strings.Repeat("ü", 200_000))
	if a := m.send("POST", "/maintenance/new", good, nil); a.StatusCode != 413 {
		t.Errorf("%d", a.StatusCode)
	}
	auth := header{"Authorization": "Basic bXVlbGxlcjptdWVsbGVy", "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
	for _, body := range []string{"", "%", "token=%zz", "\x00", "&&&&", "step=confirm;token=x", "{}", strings.Repeat("a=b&", 20_000), "services=portal&services=\xff"} {
		if a := e.do(e.h1, "POST", e.plain("/console/maintenance/new"), strings.NewReader(body), auth); a.StatusCode < 400 || a.StatusCode > 422 {
			t.Errorf("%.20q: %d", body, a.StatusCode)
		}
	}
	nothingChanged(t)
}

// There is no session: nothing that an attacker could plant before somebody signs
// in is worth anything afterwards, or the other way round.
func TestNothingIsPlantedInTheBrowser(t *testing.T) {
	e := desks(t)
	m, l := e.as(t, "mueller"), e.as(t, "librarian")
	for _, path := range []string{"/", "/services/library", "/incidents", "/incidents/new", "/log", "/nothing"} {
		if c := m.open(path).Header.Values("Set-Cookie"); len(c) > 0 {
			t.Errorf("%s sets %q", path, c)
		}
	}
	plain := m.open("/services/library").tokenOf()
	planted := m.send("GET", "/services/library", nil, header{"Cookie": "session=evil; token=evil; candor=evil", "Candor-As": "librarian"})
	if planted.tokenOf() != plain || strings.Contains(planted.body, "evil") {
		t.Error("a cookie changes something")
	}
	// An attacker with an account of their own has somebody else send their form.
	form := l.open("/services/library").fill("/maintenance/new", "message", "x", "step", "confirm")
	m.send("POST", "/maintenance/new", form, nil).wants(422)
	nothingChanged(t)
	c := m.open("/language?to=de&back=services/portal").wants(303)
	if got := c.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "candor_lang=de;") || !strings.Contains(got, "HttpOnly") {
		t.Errorf("the language is kept as %q", got)
	}
}

func TestNothingIsChangedByAnAddress(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	token := m.open("/services/portal").tokenOf()
	q := url.Values{"token": {token}, "services": {"portal"}, "end": {"1h"}, "start": {"now"}, "step": {"confirm"}, "title": {"x"}}.Encode()
	m.open("/maintenance/new?" + q)
	m.open("/incidents/new?" + q)
	nothingChanged(t)
	w := e.hold("portal", time.Hour)
	for _, path := range []string{"end", "extend"} {
		for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"} {
			if a := m.send(method, "/maintenance/"+w.ID+"/"+path+"?"+q, nil, nil); a.StatusCode != 405 {
				t.Errorf("%s %s: %d", method, path, a.StatusCode)
			}
		}
	}
	if now := m.windowOf("portal"); now.ETag != w.ETag {
		t.Error("changed")
	}
}

func TestPagesOfTheConsoleCannotBeFramedCachedOrScripted(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	for _, path := range []string{"/", "/services/portal", "/nothing"} {
		h := m.open(path).Header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'sha256-", "style-src 'sha256-", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %s: %s", path, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", path, csp)
		}
		for k, want := range (header{
			"Cache-Control": "no-store", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex",
		}) {
			if got := h.Get(k); got != want {
				t.Errorf("%s: %s %q", path, k, got)
			}
		}
	}
}

func TestTheConsoleWorksWhereverItIsMounted(t *testing.T) {
	for name, site := range map[string]string{
		"/console":    "candor_console /console/*",
		"/staff/desk": "handle_path /staff/desk/* {\ncandor_console\n}",
		"/a/b":        "handle_path /a/* {\ncandor_console /b/*\n}",
		"/named":      "@c path /named /named/*\ncandor_console @c {\npath /named\n}",
		"":            "candor_console",
	} {
		e := startEdge(t, "candor "+tomlFile(t, staffed), staff+site)
		auth := header{"Authorization": "Basic bXVlbGxlcjptdWVsbGVy", "Accept-Language": "en"}
		a := e.get(e.h1, name+"/", auth)
		if a.StatusCode != 200 || !strings.Contains(a.body, `href="`+name+`/services/portal"`) {
			t.Errorf("%s: %d %s", site, a.StatusCode, a.body)
		}
		a = e.get(e.h1, name+"/services/portal", auth)
		if a.StatusCode != 200 || !strings.Contains(a.body, `action="`+name+`/maintenance/new"`) {
			t.Errorf("%s: %d %s", site, a.StatusCode, a.body)
		}
	}
}

func TestPathTricksLeadNowhere(t *testing.T) {
	e := startEdge(t, "candor "+tomlFile(t, staffed), staff+"handle_path /console/* {\ncandor_console\n}\nhandle_path /a/* {\ncandor_console /b/*\n}\nrespond \"the app\"")
	auth := header{"Authorization": "Basic bXVlbGxlcjptdWVsbGVy", "Accept-Language": "en"}
	for _, path := range []string{
		"//evil.example/console/", "//console/", "///console//", "/console//evil.example/", "/console/%2e%2e/", "/console/..%2f..%2f", "/console/./services/../",
		"/%5cevil.example/console/", "/console/%5c%5cevil.example/", "/console/services/..%2f..%2fadmin", "/console/services/portal%2f..%2flibrary",
		"/console/services/%00", "/console/maintenance/%3fall=true", "/console/incidents/%3fall=true", "/console/incidents/%2a", "/console/services/*",
		"/console/maintenance/new/../../log", "/consolexyz", "/console%2f", "/CONSOLE/", "/a/b/%2e%2e/", "/a/bc/", "/a/b%2f..%2fc", "/console/language?to=de&back=//evil.example",
		"/console/language?to=de&back=https://evil.example", "/console/language?to=de&back=%5c%5cevil.example", "/console/language?to=de&back=../../..",
	} {
		a := e.get(e.h1, path, auth)
		doc, err := html.Parse(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			for _, at := range n.Attr {
				if at.Key != "href" && at.Key != "action" || at.Val == "data:," || at.Val == "#main" {
					continue
				}
				if !strings.HasPrefix(at.Val, "/") || strings.HasPrefix(at.Val, "//") || strings.HasPrefix(at.Val, `/\`) || strings.Contains(strings.Split(at.Val, "?")[0], "evil") {
					t.Errorf("%s: %s=%q", path, at.Key, at.Val)
				}
			}
		}
		if to := a.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`)) {
			t.Errorf("%s leads to %s", path, to)
		}
		if a.StatusCode >= 500 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	nothingChanged(t)
}
