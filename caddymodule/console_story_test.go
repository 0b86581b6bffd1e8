package caddymodule

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/candor-edge/candor/statusclient/board"
)

// deskTab is a tab of somebody who is signed in at the console.
func deskTab(t *testing.T, browser context.Context, user string) deskHand {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	v := deskHand{tab{t, ctx}, user}
	v.reading("en")
	// A policy that is broken, or that breaks the page, is an entry in the log.
	if err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*log.EventEntryAdded); ok && !strings.Contains(e.Entry.Text, "the server responded with a status of") &&
			!strings.Contains(e.Entry.Text, "net::ERR") && !strings.Contains(e.Entry.Text, "Blocked script execution in 'about:srcdoc'") {
			t.Errorf("%s: the browser complains: %s", user, e.Entry.Text)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

// deskHand is somebody with a tab at the console.
type deskHand struct {
	tab
	user string
}

// reading has the tab sign in, and ask for a language.
func (v deskHand) reading(lang string) {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{
		"Authorization":   "Basic " + base64.StdEncoding.EncodeToString([]byte(v.user+":"+v.user)),
		"Accept-Language": lang,
	}}); err != nil {
		v.t.Fatal(err)
	}
}

// press clicks on what says text, and waits until that is there.
func (v tab) press(text string) {
	v.t.Helper()
	v.sees("something to press that says "+text, fmt.Sprintf(`(() => {
		const e = [...document.querySelectorAll("button, a, label, summary")].find(e => e.textContent.trim().startsWith(%q) && e.offsetParent);
		if (e) e.click();
		return !!e;
	})()`, text))
}

// write types into a field.
func (v tab) write(id, text string) {
	v.t.Helper()
	v.sees("the field "+id, fmt.Sprintf(`(() => {
		const e = document.getElementById(%q);
		if (!e) return false;
		e.focus();
		e.value = %q;
		e.dispatchEvent(new Event("input", { bubbles: true }));
		return true;
	})()`, id, text))
}

// onAPhone shows pages as a phone does.
func (v tab) onAPhone() {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true}); err != nil {
		v.t.Fatal(err)
	}
}

// picture keeps what is shown, where somebody wants to look at it.
func (v tab) picture(name string) {
	v.t.Helper()
	dir := os.Getenv("CANDOR_SHOTS")
	if dir == "" {
		return
	}
	// What lies behind another tab is not drawn.
	if _, err := chromedp.Call(v.ctx, page.BringToFront, cdp.Empty{}); err != nil {
		v.t.Fatal(err)
	}
	whole := true
	shot, err := chromedp.Call(v.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), shot.Data, 0o644)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

// withoutScript turns the scripts of pages off.
func (v tab) withoutScript() {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		v.t.Fatal(err)
	}
}

func TestAnEveningAtTheConsole(t *testing.T) {
	for name, scripted := range map[string]bool{"with script": true, "without script": false} {
		t.Run(name, func(t *testing.T) {
			chromium := browser(t)
			e := desks(t)
			m, visitor := deskTab(t, chromium, "mueller"), tab{t, chromium}
			m.onAPhone()
			if !scripted {
				m.withoutScript()
			}
			visitor.open(e.plain("/portal/exams"))
			visitor.reads("the portal")

			// It is planned for tomorrow, and then begun at once instead.
			m.open(e.plain("/console/"))
			m.press("Student portal")
			m.write("message", "We move to new disks.")
			m.press("Later")
			m.write("from", time.Now().Add(20*time.Hour).Format("2006-01-02T15:04"))
			m.press("Check it")
			m.reads("Check before it goes out")
			m.press("Plan it")
			m.reads("It is planned.")
			m.reads("We move to new disks.")
			visitor.open(e.plain("/portal/exams"))
			visitor.reads("the portal")
			m.press("Cancel it")
			m.reads("It is cancelled.")

			m.write("message", "We move to new disks.")
			m.press("In 15 min")
			m.press("Check it")
			m.sees("the preview", `document.querySelector("iframe").srcdoc.includes("We move to new disks.")`)
			m.press("Change something")
			m.write("message", "We move to new disks tonight.")
			m.press("Check it")
			m.reads("Check before it goes out")
			if scripted {
				m.picture("console-review")
			}
			m.press("Take offline now: Student portal")
			m.reads("It is offline.")
			if scripted {
				m.picture("console-service")
			}

			visitor.open(e.plain("/portal/exams"))
			visitor.reads("We move to new disks tonight.")
			m.press("Change")
			m.write("message", "It takes another cable.")
			m.press("Check it")
			m.press("Change it")
			m.reads("It is changed.")
			visitor.reads("It takes another cable.") // on the page that was open
			until := eval[string](visitor, `document.querySelector(".lead").innerText`)
			m.press("+ 1 hour")
			m.reads("The end is moved.")
			visitor.sees("the new end", fmt.Sprintf(`document.querySelector(".lead") && document.querySelector(".lead").innerText !== %q`, until))

			// A tester comes in by a link, and nobody else does.
			m.press("Let testers in")
			m.write("site", e.plain(""))
			m.press("Make a link")
			m.reads("A link for testers")
			link := eval[string](m.tab, `document.getElementById("link").value`)
			if a := e.do(e.h1, "GET", link, nil, navigation); a.StatusCode != 303 || a.Header.Get("Set-Cookie") == "" {
				t.Errorf("the link: %d %v", a.StatusCode, a.Header)
			} else if in := e.do(e.h1, "GET", e.plain("/portal/"), nil, header{"Cookie": strings.Split(a.Header.Get("Set-Cookie"), ";")[0]}); in.body != "the portal" {
				t.Errorf("a tester gets %d %s", in.StatusCode, in.body)
			}
			m.press("Back to the service")

			m.press("End now")
			m.reads("It is back.")
			visitor.sees("the portal", `document.body.innerText.includes("the portal")`)
		})
	}
}

func TestAPublisherTellsAndDoesNotToggle(t *testing.T) {
	chromium := browser(t)
	e := desks(t)
	s := deskTab(t, chromium, "student1")
	s.open(e.plain("/console/services/portal"))
	s.reads("Student portal")
	if eval[bool](s.tab, `document.body.innerText.includes("Take offline") || document.body.innerText.includes("Let testers in")`) {
		t.Error("a publisher is offered to take it offline")
	}
	s.press("Post an incident")
	s.write("title", "Sign-in fails")
	s.write("message", "Use the library's terminals meanwhile.")
	s.press("Check it")
	s.sees("the preview", `document.querySelector("iframe").srcdoc.includes("terminals")`)
	s.press("Publish")
	s.reads("The incident is published.")
	s.press("Resolved")
	s.write("message", "It works again.")
	s.press("Check it")
	s.press("Publish and close")
	s.reads("The incident is closed.")
}

func TestTwoAtTheConsoleSeeEachOther(t *testing.T) {
	chromium := browser(t)
	e := desks(t)
	m, l := deskTab(t, chromium, "mueller"), deskTab(t, chromium, "librarian")
	l.open(e.plain("/console/"))
	l.reads("Library catalogue")
	if eval[bool](l.tab, `document.body.innerText.includes("Student portal")`) {
		t.Error("the librarian sees the portal")
	}
	l.press("Library catalogue")
	l.reads("Take offline")
	l.write("message", "We count the books.")
	m.open(e.plain("/console/services/library"))
	m.write("message", "New disks.")
	m.press("Check it")
	m.press("Take offline now")
	m.reads("It is offline.")
	// What the librarian types stays, and they hear of it.
	l.reads("Somebody else has changed this")
	l.reads("New disks.")
	if got := eval[string](l.tab, `document.getElementById("message").value`); got != "We count the books." {
		t.Errorf("what was typed is %q", got)
	}
	l.press("Check it")
	l.press("Take offline now")
	l.reads("Somebody else was first")
	l.reads("New disks.")
	l.reads("We count the books.")
	l.press("Use mine")
	l.press("Change it")
	l.reads("It is changed.")
	m.reads("We count the books.") // on the page that was open
	m.press("End now")
	l.sees("that it is back", `!!document.getElementById("message")`)
}

// axeFile is where .ci/run puts axe-core.
const axeFile = "../.ci/axe/node_modules/axe-core/axe.min.js"

func TestTheConsoleHasNoBarriers(t *testing.T) {
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		t.Skip("axe-core is not installed; npm ci --prefix .ci/axe brings it")
	}
	chromium := browser(t)
	e, page := newsroom(t)
	boss := e.as(t, "mueller")
	boss.publishAt(boss.open("/incidents/new").fill("/incidents/new", "at", "campus", "services", "portal", "title", "Mail is slow", "message", "We look.", "step", "review")).wants(303)
	e.knows("campus", 1)
	boss.drill("mail")
	a := running.newest()
	in, err := a.pooled.board.OpenIncident(t.Context(), a.storage, board.Draft{Title: "Sign-in fails", Message: "We look.", Services: []string{"library"}, NextUpdate: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	w := e.hold("library", time.Hour)
	for range 20 {
		e.visit("portal")
	}
	m := deskTab(t, chromium, "mueller")
	judge := func(name string) {
		t.Helper()
		eval[chromedp.Void](m.tab, `document.querySelectorAll("details").forEach(d => { d.open = true })`)
		if err := chromedp.Do(m.ctx, chromedp.Evaluate[chromedp.Void](string(axe)+";0")); err != nil {
			t.Fatal(err)
		}
		found, err := chromedp.Run(m.ctx, chromedp.Evaluate[[]string](`axe.run(document, {
			runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
			resultTypes: ["violations", "incomplete"], preload: false, iframes: false,
		}).then(r => [...r.violations, ...r.incomplete].filter(v => v.id !== "frame-tested").flatMap(v => v.nodes.map(n =>
			v.id + ": " + n.html.slice(0, 160) + " " + n.any.concat(n.all, n.none).map(c => c.message).join("; "))))`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Errorf("%s: %s", name, f)
		}
		if wide := eval[int](m.tab, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s is %d pixels too wide", name, wide)
		}
		small := eval[[]string](m.tab, `[...document.querySelectorAll("a, button, summary, input:not([type=hidden])")].filter(e => e.offsetParent && !e.closest(".skip") && Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 24).map(e => e.outerHTML.slice(0, 120))`)
		for _, s := range small {
			t.Errorf("%s: hard to hit: %s", name, s)
		}
	}
	for _, look := range []struct {
		name          string
		width, height int64
		scheme, lang  string
	}{
		{"a phone", 360, 780, "light", "en"}, {"a narrow phone in the dark", 320, 640, "dark", "en"},
		{"a desktop", 1280, 900, "light", "en"}, {"a desktop in the dark", 1280, 900, "dark", "en"},
		{"a phone, from right to left", 360, 780, "light", "ar"},
	} {
		m.reading(look.lang)
		if _, err := chromedp.Call(m.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: look.width, Height: look.height, DeviceScaleFactor: 1, Mobile: look.width < 800}); err != nil {
			t.Fatal(err)
		}
		if _, err := chromedp.Call(m.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/", "/services/portal?done=ended", "/services/library", "/maintenance/" + w.ID, "/incidents", "/incidents/new", "/incidents/" + in.ID,
			"/log", "/nothing", "/maintenance", "/services/mail", "/backends/campus/incidents/1", "/?q=li", "/?q=nothing"} {
			m.open(e.plain("/console" + path))
			judge(path + " on " + look.name)
		}
		if look.lang != "en" {
			continue
		}
		m.open(e.plain("/console/services/portal"))
		m.press("Pick a time")
		m.press("Check it")
		m.reads("Choose when it ends.")
		judge("a problem on " + look.name)
		m.press("In 1 hour")
		m.press("Check it")
		m.reads("Check before it goes out")
		judge("a review on " + look.name)
		m.open(e.plain("/console/maintenance/" + w.ID))
		eval[chromedp.Void](m.tab, `document.querySelector("[name=etag]").value = "0-x"`)
		m.press("Check it")
		m.reads("Somebody else was first")
		judge("a conflict on " + look.name)
		m.open(e.plain("/console/incidents/new"))
		m.press("At campus")
		m.press("Webmail")
		m.write("title", "It fails on "+look.name)
		m.write("message", "We look into it.")
		m.write("components", "Student portal=major_outage")
		judge("what is written elsewhere on " + look.name)
		m.press("Check it")
		m.reads("Check before it goes out")
		page.set(func() { page.stuck = true })
		m.press("Publish")
		m.reads("Only a part was done")
		judge("what is done in part on " + look.name)
		page.set(func() { page.stuck = false })
	}
}

func TestThePreviewLooksAsTheOperatorsTemplateDoes(t *testing.T) {
	chromium := browser(t)
	dir := layFiles(t, map[string]string{
		"candor.toml":       staffed + "[pages]\ntemplates = \"t\"\n",
		"t/assets/look.css": "h1 { color: rgb(1, 2, 3) }",
		"t/503.html": `<!DOCTYPE html><title>x</title><link rel="stylesheet" href="{{.Asset "look.css"}}"><style>p { color: rgb(4, 5, 6) }</style>` +
			`<script>document.title = "ran"; parent.document.title = "ran"</script><h1>{{.Headline}}</h1><p>{{.Lead}}</p>`,
	})
	e := startEdge(t, "candor "+filepath.Join(dir, "candor.toml"), "handle_path /console/* {\n"+staff+"candor_console\n}")
	m := deskTab(t, chromium, "mueller")
	m.open(e.plain("/console/services/portal"))
	m.press("Check it")
	m.reads("Check before it goes out")
	m.sees("the style of the template", `(() => {
		const d = document.querySelector("iframe").contentDocument;
		return d && d.querySelector("h1") && getComputedStyle(d.querySelector("h1")).color === "rgb(1, 2, 3)" && getComputedStyle(d.querySelector("p")).color === "rgb(4, 5, 6)";
	})()`)
	if eval[bool](m.tab, `document.title === "ran" || document.querySelector("iframe").contentDocument.title === "ran"`) {
		t.Error("a script of the preview runs in the console")
	}
	for path, code := range map[string]int{"/shown/assets/look.css": 200, "/shown/assets/../candor.toml": 404, "/shown/assets/none.css": 404, "/shown/look.css": 404} {
		e.as(t, "mueller").open(path).wants(code)
	}
	if a := e.get(e.h1, e.plain("/console/shown/assets/look.css"), nil); a.StatusCode != 401 {
		t.Errorf("without signing in: %d", a.StatusCode)
	}
}
