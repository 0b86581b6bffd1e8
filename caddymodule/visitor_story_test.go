package caddymodule

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// click presses what a selector finds, with the mouse.
func (v tab) click(selector string) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		v.t.Fatalf("clicking %s: %v", selector, err)
	}
}

func TestAVisitorChecksTheirConnection(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	app.broken.Store(true)
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	v := tab{t, ctx}
	v.open(e.plain("/exams"))
	v.reads("Check my connection")
	v.click(".check")
	v.reads("Your connection works: it has just reached us.")
	v.sees("that it is announced", `document.querySelector(".tools [role=status]").textContent.startsWith("Your connection works")`)

	// A sign-in page of a network answers in the edge's place.
	eval[chromedp.Void](v, `window.real = window.fetch; window.fetch = () => Promise.resolve(new Response("<h1>Sign in</h1>", { headers: { "Content-Type": "text/html" } }))`)
	v.click(".check")
	v.reads("answered in our place")
	eval[chromedp.Void](v, `window.fetch = window.real`)

	v.offline(true)
	v.click(".check")
	v.reads("Your connection does not reach us")
	v.offline(false)

	app.broken.Store(false)
	wait(t, "that others get through", func() bool {
		e.get(e.h1, "/", nil)
		return strings.Contains(e.get(e.h1, "/.candor/status", nil).body, `"answering": true`)
	})
	if eval[string](v, `document.title`) != "Exams" { // else the page has returned already
		eval[chromedp.Void](v, `document.querySelector(".check").click()`)
	}
	v.sees("that it works", `document.title === "Exams" || document.querySelector(".tools [role=status]").textContent.includes("works again")`)
}

// offline takes the network away from a tab, or gives it back.
func (v tab) offline(is bool) {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1, Offline: is}},
	}); err != nil {
		v.t.Fatal(err)
	}
}

func TestAVisitorIsToldElsewhereThatItWorks(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	app.broken.Store(true)
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	v := tab{t, ctx}
	v.open(e.plain("/exams"))
	v.reads("Tell me when it works")
	eval[chromedp.Void](v, `
		window.sent = [];
		window.Notification = function (text) { window.sent.push(text); };
		window.Notification.requestPermission = () => Promise.resolve("granted");
		window.mark = "same page";`)
	v.click(".tell")
	v.reads("Keep this tab open")
	v.sees("that the button is pressed", `document.querySelector(".tell").getAttribute("aria-pressed") === "true"`)
	// The visitor looks at another tab.
	eval[chromedp.Void](v, `Object.defineProperty(document, "hidden", { configurable: true, get: () => true })`)

	app.broken.Store(false)
	v.sees("the news in the title", `document.title.includes("works again")`)
	v.sees("the message", `window.sent.length === 1 && window.sent[0].includes("works again")`)
	time.Sleep(time.Second) // twenty of the page's own
	if mark := eval[string](v, `window.mark`); mark != "same page" {
		t.Fatal("the title has gone before the visitor could see it")
	}
	// They come back to it.
	eval[chromedp.Void](v, `Object.defineProperty(document, "hidden", { get: () => false }); document.hasFocus = () => true; document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`)
	v.sees("the app", `document.title === "Exams"`)
}

func TestNobodyIsAskedWhileNobodyLooks(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	app.broken.Store(true)
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	v := tab{t, ctx}
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	eval[chromedp.Void](v, `
		Object.defineProperty(document, "hidden", { get: () => true });
		window.asked = 0;
		const real = window.fetch;
		window.fetch = (...args) => { window.asked++; return real(...args); }`)
	time.Sleep(2 * time.Second) // forty of the page's own
	if n := eval[int](v, `window.asked`); n > 0 {
		t.Errorf("the page asked %d times", n)
	}
}

func TestAVisitorReadsThePageInAnotherLanguage(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	app.broken.Store(true)
	e := startEdge(t, "candor "+tomlFile(t, "[brand]\nlanguages = [\"en\", \"de\", \"ar\"]"), "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	v := tab{t, ctx}
	v.open(e.plain("/exams?term=5&x=%20"))
	v.sees("English", `document.documentElement.lang === "en"`)
	for _, lang := range []string{"de", "ar", "en"} {
		v.click(fmt.Sprintf("nav a[hreflang=%s]", lang))
		v.sees(lang, fmt.Sprintf(`document.readyState === "complete" && document.documentElement.lang === %q`, lang))
		if at := eval[string](v, `location.pathname + location.search`); at != "/exams?term=5&x=%20" {
			t.Errorf("%s: the visitor is at %s", lang, at)
		}
		if dir := eval[string](v, `document.documentElement.dir`); (lang == "ar") != (dir == "rtl") {
			t.Errorf("%s: written %s", lang, dir)
		}
	}
	v.click("nav a[hreflang=de]")
	v.sees("German", `document.documentElement.lang === "de"`)
	v.open(e.plain("/other"))
	v.sees("German again", `document.documentElement.lang === "de"`)
	app.broken.Store(false)
	v.sees("the app", `document.title === "Exams"`)
}

func TestWithoutScriptThePageIsCompleteAndTryAgainWorks(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	app.broken.Store(true)
	e := startEdge(t, "candor "+tomlFile(t, "[brand]\nlanguages = [\"en\", \"de\"]"), "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	openIncident(t, "Exam registration is down", "We are looking into it.")
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	v := tab{t, ctx}
	v.open(e.plain("/exams?term=5"))
	for _, text := range []string{"there is a problem", "Exam registration is down", "We are looking into it.", "What you can do", "Try again", "Reference"} {
		v.reads(text)
	}
	// What only a script can do is not offered.
	if shown := eval[string](v, `[...document.querySelectorAll("button, #stay, .tools")].filter(el => el.checkVisibility()).map(el => el.outerHTML).join()`); shown != "" {
		t.Errorf("there is %s", shown)
	}
	v.click("nav a[hreflang=de]")
	v.sees("German, at the same address", `document.documentElement.lang === "de" && location.search === "?term=5"`)
	app.broken.Store(false)
	v.click("main .button")
	v.sees("the app", `document.title === "Exams"`)
}

// TestAPostThatDidNotArrive is one that no connection was made for: it is safe to
// send it again, and nobody but the visitor does so.
func TestAPostThatDidNotArrive(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	dead, works := deadAddr(t), upstream(t, app.ServeHTTP)
	e := startEdge(t, "", fmt.Sprintf("candor portal\nhandle /register {\nreverse_proxy %s\n}\nhandle {\nreverse_proxy %s\n}", dead, works))
	v := tab{t, ctx}
	v.open(e.plain("/exams"))
	v.click("#go")
	v.reads("did not receive what you sent")
	v.reads("safe to send it again")
	if eval[bool](v, `!!document.querySelector("main .button, nav a")`) {
		t.Error("a link on the page would lose what was sent")
	}
	v.sees("the news in the title", `document.title.includes("works again")`)
	time.Sleep(time.Second) // twenty of the page's own
	if n := app.posted.Load(); n != 0 || !eval[bool](v, `document.body.innerText.includes("did not receive")`) {
		t.Errorf("posted %d times; the page says %s", n, eval[string](v, `document.body.innerText`))
	}
}

func TestAScreenReaderHasANameForEverything(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	app.broken.Store(true)
	e := startEdge(t, "candor "+tomlFile(t, `[brand]
		name = "Example University IT"
		languages = ["en", "de"]
		status_url = "https://status.example.edu"
		[[brand.contact]]
		label = "IT help desk"
		url = "tel:+41-44-000-0000"`), "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	openIncident(t, "Exam registration is down", "We are looking into it.")
	v := tab{t, ctx}
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil || n.Name == nil {
			continue
		}
		var role, name string
		if err := errors.Join(json.Unmarshal(n.Role.Value, &role), json.Unmarshal(n.Name.Value, &name)); err != nil {
			t.Fatal(err)
		}
		switch role {
		case "link", "button", "heading", "status", "navigation", "main", "banner", "contentinfo", "region", "RootWebArea":
			got = append(got, strings.TrimSpace(role+" "+name))
		}
	}
	want := []string{
		"RootWebArea Sorry, there is a problem with portal – Example University IT",
		"banner", "navigation Language", "link Deutsch", "main",
		"heading Sorry, there is a problem with portal",
		"region What is known", "heading What is known", "heading Exam registration is down",
		"region Is it just me?", "heading Is it just me?",
		"region What you can do", "heading What you can do", "link Try again", "link Status page", "link IT help desk",
		"button Check my connection", "button Tell me when it works", "status Check my connection",
		"button Turn this off", "status News about this page", "contentinfo",
	}
	if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("a screen reader has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(slices.Sorted(slices.Values(want)), "\n"))
	}
}
