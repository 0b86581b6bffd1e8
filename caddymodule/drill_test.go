package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/caddyserver/caddy/v2"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// rehearse begins a rehearsal of portal and opens its link; it returns the cookie
// of who has, and the link.
func (e *edge) rehearse(c *http.Client, body drillBody) (cookie, link string) {
	e.t.Helper()
	body.Site = fmt.Sprintf("https://localhost:%d", e.https)
	app := running.newest()
	view, err := app.startDrill(e.t.Context(), app.named["portal"], body)
	if err != nil {
		e.t.Fatal(err)
	}
	a := e.get(c, view.URL, nil)
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Cache-Control") != "no-store" || len(a.Cookies()) != 1 {
		e.t.Fatalf("the link: %d %v", a.StatusCode, a.Header)
	}
	ck := a.Cookies()[0]
	if !ck.HttpOnly || !ck.Secure || ck.Path != "/" || ck.SameSite != http.SameSiteLaxMode {
		e.t.Errorf("the cookie: %v", ck)
	}
	return ck.Name + "=" + ck.Value, view.URL
}

func with(h header, cookie string) header {
	out := header{"Cookie": "theme=dark; " + cookie}
	for k, v := range h {
		out[k] = v
	}
	return out
}

func TestARehearsalIsForThoseWhoOpenedItsLinkAlone(t *testing.T) {
	var asked atomic.Int32
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		typed(200, "text/html", "the app")(w, r)
	})
	e := startEdge(t, "", "candor portal\nreverse_proxy "+up)
	for name, c := range map[string]*http.Client{"h1": e.h1, "h2": e.h2, "h3": e.h3} {
		for _, rehearsed := range []struct {
			drillBody
			code     int
			says     string
			received string
		}{
			{drillBody{}, 502, "there is a problem with portal", "no"},
			{drillBody{Cause: errorpages.CauseTimeout}, 504, "taking too long", "unknown"},
			{drillBody{State: statusclient.StateIncident, Cause: errorpages.CauseUpstream}, 500, "Registration fails", "unknown"},
			{drillBody{State: statusclient.StateMaintenance}, 503, "is not available right now", "no"},
		} {
			cookie, _ := e.rehearse(c, rehearsed.drillBody)
			before := asked.Load()
			page := e.get(c, "/exams", with(navigation, cookie))
			page.isPage(t, rehearsed.code)
			if !strings.Contains(page.body, "Rehearsal: ") || !strings.Contains(page.body, rehearsed.says) || !strings.Contains(page.body, "/.candor/drill?leave") {
				t.Errorf("%s, %v: the page says\n%s", name, rehearsed.drillBody, page.body)
			}
			post := e.do(c, "POST", "/exams", strings.NewReader("a=b"), with(header{"Accept": "application/json"}, cookie))
			var problem map[string]any
			_ = json.Unmarshal([]byte(post.body), &problem)
			if post.StatusCode != rehearsed.code || problem["rehearsal"] != true || problem["received"] != rehearsed.received {
				t.Errorf("%s, %v: %d %s", name, rehearsed.drillBody, post.StatusCode, post.body)
			}
			if n := asked.Load(); n != before {
				t.Errorf("%s: the app was asked %d times", name, n-before)
			}
			for what, h := range map[string]header{
				"nobody's cookie": navigation, "a cookie of another kind": with(navigation, "candor_drill_portal="+strings.Repeat("A", 80)),
				"a cookie that was changed": with(navigation, cookie[:len(cookie)-2]+"xx"),
			} {
				if a := e.get(c, "/exams", h); a.StatusCode != 200 || a.body != "the app" {
					t.Errorf("%s, %s: %d", name, what, a.StatusCode)
				}
			}
		}
	}
}

func TestARehearsalCountsAsNothing(t *testing.T) {
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, typed(200, "text/html", "the app")))
	cookie, _ := e.rehearse(e.h1, drillBody{})
	app := running.newest()
	svc := app.named["portal"]
	pages := func() (n uint64) {
		for i := range causes {
			for f := range formats {
				n += svc.pages.n[i][f].Load()
			}
		}
		return n
	}
	before := pages()
	for range 30 {
		a := e.get(e.h1, "/", with(navigation, cookie))
		a.isPage(t, 502)
		e.get(e.h1, "/.candor/status?waiting", with(nil, cookie))
	}
	s := svc.tally.Snapshot(app.traffic.Now())
	if s.Failures != [len(s.Failures)]int{} || s.Waiting != 0 || s.Visitors != 0 || !s.Since.IsZero() {
		t.Errorf("the edge counted %+v", s)
	}
	if n := pages() - before; n != 0 {
		t.Errorf("%d pages are in the metrics", n)
	}
	wait(t, "the log", func() bool { return strings.Contains(e.logs.String(), "answer replaced in a rehearsal") })
	for line := range strings.Lines(e.logs.String()) {
		if strings.Contains(line, `"level":"error"`) && strings.Contains(line, "http.handlers.candor") {
			t.Errorf("an error in the log: %s", line)
		}
	}
	_, secret, _ := strings.Cut(cookie, "=")
	if strings.Contains(e.logs.String(), secret[:20]) {
		t.Error("the log has what lets others take part")
	}
}

func TestTheStatusOfARehearsalIsForItsVisitorsAlone(t *testing.T) {
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, typed(200, "text/html", "the app")))
	cookie, link := e.rehearse(e.h1, drillBody{State: statusclient.StateIncident})
	status := func(path string, h header) (m map[string]any, a *answer) {
		a = e.get(e.h1, path, h)
		_ = json.Unmarshal([]byte(a.body), &m)
		return m, a
	}
	m, a := status("/.candor/status?waiting", with(nil, cookie))
	if m["rehearsal"] != true || m["state"] != "incident" || m["answering"] != false || a.Header.Get("Candor-Next") == "" {
		t.Errorf("%s", a.body)
	}
	shown := "/.candor/page?cause=unreachable&code=502&reference=abcdefghi"
	if p := e.get(e.h1, shown, with(nil, cookie)); !strings.Contains(p.body, "Rehearsal: ") || !strings.Contains(p.body, m["version"].(string)) {
		t.Errorf("%d %s", p.StatusCode, p.body)
	}
	if m, a := status("/.candor/status", nil); m["rehearsal"] != nil || m["state"] != "up" {
		t.Errorf("others read %s", a.body)
	}

	// It ends: the page that is still open goes back.
	app := running.newest()
	if err := app.storage.Delete(t.Context(), drillKey("portal")); err != nil {
		t.Fatal(err)
	}
	app.loadDrills(t.Context())
	if a := e.get(e.h1, "/", with(navigation, cookie)); a.body != "the app" {
		t.Errorf("after its end: %d %s", a.StatusCode, a.body)
	}
	if p := e.get(e.h1, shown, with(nil, cookie)); p.StatusCode != 404 {
		t.Errorf("a page of what is over: %d", p.StatusCode)
	}
	m, a = status("/.candor/status?waiting", with(nil, cookie))
	if m["answering"] != true || a.Header.Get("Candor-Spread") != "0" || len(a.Cookies()) != 1 || a.Cookies()[0].MaxAge >= 0 {
		t.Errorf("%v %s", a.Header, a.body)
	}
	if a := e.get(e.h1, link, nil); a.StatusCode != http.StatusGone {
		t.Errorf("the link: %d", a.StatusCode)
	}
}

func TestARealMaintenanceIsNoRehearsal(t *testing.T) {
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, typed(200, "text/html", "the app")))
	cookie, _ := e.rehearse(e.h1, drillBody{})
	e.hold("portal", 0)
	if a := e.get(e.h1, "/", with(navigation, cookie)); a.StatusCode != 503 || strings.Contains(a.body, "Rehearsal") || !strings.Contains(a.body, "New storage") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := e.get(e.h1, "/.candor/status", with(nil, cookie)); strings.Contains(a.body, "rehearsal") {
		t.Errorf("%s", a.body)
	}
}

func TestARehearsalSurvivesAReloadAndIsLeftByALink(t *testing.T) {
	site := "candor portal\nreverse_proxy " + upstream(t, typed(200, "text/html", "the app"))
	e := startEdge(t, "", site)
	cookie, link := e.rehearse(e.h1, drillBody{})
	e.load("", site+"\nheader X-New yes")
	e.get(e.h1, "/", with(navigation, cookie)).isPage(t, 502)

	left := e.get(e.h1, "/.candor/drill?leave", with(header{"Referer": e.url("/exams?term=5")}, cookie))
	if left.StatusCode != http.StatusSeeOther || left.Header.Get("Location") != "/exams?term=5" || len(left.Cookies()) != 1 || left.Cookies()[0].MaxAge >= 0 {
		t.Errorf("%d %v", left.StatusCode, left.Header)
	}
	for to, want := range map[string]string{"": "/", "?to=/enrol": "/enrol", "?to=//evil.example": "/", "?to=https://evil.example": "/"} {
		if a := e.get(e.h1, link+to, nil); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("%q: %d to %s", to, a.StatusCode, a.Header.Get("Location"))
		}
	}
}

func TestARehearsalEndsByItself(t *testing.T) {
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, typed(200, "text/html", "the app")))
	cookie, link := e.rehearse(e.h1, drillBody{})
	app := running.newest()
	over := *app.drills.of("portal")
	over.From, over.Until = over.From.Add(-time.Hour), time.Now().Add(-time.Second)
	b, err := json.Marshal(&over)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.storage.Store(t.Context(), drillKey("portal"), b); err != nil {
		t.Fatal(err)
	}
	app.drills.set("portal", &over)
	if a := e.get(e.h1, "/", with(navigation, cookie)); a.body != "the app" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := e.get(e.h1, link, nil); a.StatusCode != http.StatusGone {
		t.Errorf("the link: %d", a.StatusCode)
	}
	var other caddy.Config
	if err := caddy.StrictUnmarshalJSON(e.adapt("", "candor library\nrespond x"), &other); err != nil {
		t.Fatal(err)
	}
	if err := caddy.Validate(&other); err != nil {
		t.Fatal(err)
	}
	if !app.storage.Exists(t.Context(), drillKey("portal")) {
		t.Error("a configuration that is only judged removes it")
	}
	app.tidyDrills(t.Context())
	if app.storage.Exists(t.Context(), drillKey("portal")) || app.drills.any() {
		t.Error("it is kept for ever")
	}
}

// TestAnEdgeLearnsOfARehearsalByItsLink has an edge forget what another one began.
func TestAnEdgeLearnsOfARehearsalByItsLink(t *testing.T) {
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, typed(200, "text/html", "the app")))
	cookie, link := e.rehearse(e.h1, drillBody{})
	app := running.newest()
	app.drills.set("portal", nil)
	if a := e.get(e.h1, "/", with(navigation, cookie)); a.body != "the app" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	a := e.get(e.h1, link, nil)
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		t.Fatalf("the link: %d", a.StatusCode)
	}
	e.get(e.h1, "/", with(navigation, a.Cookies()[0].Name+"="+a.Cookies()[0].Value)).isPage(t, 502)

	// What lies in the storage and is none is not taken for one.
	for _, junk := range []string{"", "{", `{"service":"portal"}`, `{"service":"mail","state":"fault","cause":"unreachable"}`} {
		if err := app.storage.Store(t.Context(), drillKey("portal"), []byte(junk)); err != nil {
			t.Fatal(err)
		}
		if app.loadDrills(t.Context()); app.drills.any() {
			t.Errorf("%q is a rehearsal", junk)
		}
	}
}

func TestSomebodyRehearsesAnIncident(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	a := running.newest()
	view, err := a.startDrill(t.Context(), a.named["portal"], drillBody{State: statusclient.StateIncident, Site: fmt.Sprintf("http://localhost:%d", e.http), To: "/exams"})
	if err != nil {
		t.Fatal(err)
	}
	v := tab{t, ctx}
	v.open(view.URL)
	v.reads("This is a rehearsal")
	v.reads("Registration fails")
	v.reads("keeps itself up to date")
	eval[chromedp.Void](v, `window.mark = "same page"`)
	v.click(".check")
	v.reads("Your connection works")
	if mark := eval[string](v, `window.mark`); mark != "same page" {
		t.Error("the page has returned by itself")
	}

	if err := a.storage.Delete(t.Context(), drillKey("portal")); err != nil {
		t.Fatal(err)
	}
	a.loadDrills(t.Context())
	v.sees("the app", `document.title === "Exams" && location.pathname === "/exams"`)
	v.open(e.plain("/exams"))
	v.sees("the app again", `document.title === "Exams"`)
}
