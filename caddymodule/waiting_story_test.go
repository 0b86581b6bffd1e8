package caddymodule

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// waiting is a tab with the page of an app that is broken and can be mended.
func waiting(t *testing.T) (tab, *edge, *campusApp) {
	t.Helper()
	ctx := browser(t)
	app := new(campusApp)
	app.broken.Store(true)
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	return tab{t, ctx}, e, app
}

// before has a script run in every page before any of its own.
func (v tab) before(script string) {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		v.t.Fatal(err)
	}
}

// anotherDay sets the visitor's clock by a day and some.
const anotherDay = `{
	const real = Date, off = %s * (864e5 + 5e6);
	window.Date = class extends real { constructor(...a) { if (a.length) super(...a); else super(real.now() + off); } };
	window.Date.now = () => real.now() + off;
}`

func TestAnOpenPageGrowsOlderWithoutANoise(t *testing.T) {
	v, e, _ := waiting(t)
	openIncident(t, "Exam registration is down", "We are looking into it.")
	v.open(e.plain("/exams"))
	v.reads("just now")
	eval[chromedp.Void](v, `
		window.mark = document.querySelector(".ago");
		document.querySelector(".button").focus();
		const real = window.fetch, now = Date.now;
		window.fetch = (...a) => real(...a).then(async r => String(a[0]).includes("/page?") ? new Response((await r.text()).replaceAll("just now", "7 minutes ago")) : r);
		Date.now = () => now() + 420000;`)
	v.reads("7 minutes ago")
	if !eval[bool](v, `window.mark.isConnected && document.activeElement.matches(".button") && document.getElementById("news").textContent === ""`) {
		t.Errorf("more than the ages has changed, or was announced: %q", eval[string](v, `document.getElementById("news").textContent`))
	}
}

func TestAClockThatIsWrongByADayChangesNothing(t *testing.T) {
	for name, sign := range map[string]string{"ahead": "1", "behind": "-1"} {
		t.Run(name, func(t *testing.T) {
			v, e, app := waiting(t)
			if _, err := chromedp.Call(v.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Kathmandu"}); err != nil {
				t.Fatal(err)
			}
			openIncident(t, "Exam registration is down", "We are looking into it.")
			v.before(fmt.Sprintf(anotherDay, sign))
			v.open(e.plain("/exams"))
			v.reads("just now")
			// Where the visitor is, it is the minute that the edge says it is.
			v.sees("the visitor's own time", `(el => {
				const there = new Date(el.dateTime).toLocaleTimeString("en", { timeZone: "Asia/Kathmandu", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
				return el.nextSibling.textContent.includes(there) || el.nextSibling.textContent;
			})(document.querySelector(".now time")) === true`)
			app.broken.Store(false)
			v.sees("the app", `document.title === "Exams"`)
		})
	}
}

// A page that came back and failed again waits before it does so once more, and
// hears nothing new of a service that works all the while.
func TestAPageThatWaitsBeforeItReturnsAgainDoesReturn(t *testing.T) {
	v, e, app := waiting(t)
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	eval[chromedp.Void](v, `sessionStorage.setItem("candor:/exams", JSON.stringify({ at: Date.now() - 25000, n: 1 }))`)
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	app.broken.Store(false)
	v.sees("the app", `document.title === "Exams"`)

	// Nor does it wait for a moment that only a clock knows which has been put right.
	app.broken.Store(true)
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	eval[chromedp.Void](v, `sessionStorage.setItem("candor:/exams", JSON.stringify({ at: Date.now() + 864e5, n: 1 }))`)
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	app.broken.Store(false)
	v.sees("the app", `document.title === "Exams"`)
}

func TestAComputerThatSleptHearsThatItWorks(t *testing.T) {
	v, e, app := waiting(t)
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	state := func(s string) {
		t.Helper()
		if _, err := chromedp.Call(v.ctx, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: page.SetWebLifecycleStateState(s)}); err != nil {
			t.Fatal(err)
		}
	}
	state("frozen")
	app.broken.Store(false)
	state("active")
	if _, err := chromedp.Call(v.ctx, page.BringToFront, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	eval[chromedp.Void](v, `Object.defineProperty(document, "hidden", { get: () => false }); document.dispatchEvent(new Event("visibilitychange"))`)
	v.sees("the app", `document.title === "Exams"`)
}

func TestAPageAsksAtOnceWhenTheNetworkIsBack(t *testing.T) {
	v, e, _ := waiting(t)
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	v.offline(true)
	v.reads("cannot reach us")
	// From here on, whatever would be long never comes.
	eval[chromedp.Void](v, `{ const short = window.setTimeout; window.setTimeout = (f, ms) => ms > 3000 ? 0 : short(f, ms) }`)
	v.offline(false)
	eval[chromedp.Void](v, `for (let i = 0; i < 1e5; i++) clearTimeout(i); window.dispatchEvent(new Event("online"))`)
	v.sees("that it is reached again", `document.getElementById("news").textContent === ""`)
}

func TestTheWayBackLeadsToThePageAndFromThereToTheApp(t *testing.T) {
	v, e, app := waiting(t)
	v.open(e.plain("/exams?term=5"))
	v.reads("keeps itself up to date")
	v.open("data:text/html,<title>elsewhere</title>")
	eval[chromedp.Void](v, `history.back()`)
	v.reads("keeps itself up to date")
	app.broken.Store(false)
	v.sees("the app", `document.title === "Exams" && location.search === "?term=5"`)
}

func TestEveryTabGoesBackToWhereItWas(t *testing.T) {
	v, e, app := waiting(t)
	v.open(e.plain("/exams?term=5"))
	v.reads("keeps itself up to date")
	ctx, done := chromedp.NewContext(v.ctx)
	defer done()
	other := tab{t, ctx}
	other.before(`{ const slow = window.setTimeout; window.setTimeout = (f, ms) => slow(f, ms / 20) }`)
	other.open(e.plain("/grades"))
	other.reads("keeps itself up to date")
	app.broken.Store(false)
	for _, c := range []struct {
		tab
		want string
	}{{v, "/exams?term=5"}, {other, "/grades"}} { // one is looked at, then the other
		if _, err := chromedp.Call(c.ctx, page.BringToFront, cdp.Empty{}); err != nil {
			t.Fatal(err)
		}
		c.sees("the app at "+c.want, fmt.Sprintf(`document.title === "Exams" && location.pathname + location.search === %q`, c.want))
	}
}

// Pages return over the time that the edge names, not all at once.
func TestPagesReturnWithinTheTimeThatTheEdgeNames(t *testing.T) {
	v, e, app := waiting(t)
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	eval[chromedp.Void](v, `
		window.delays = [];
		const later = window.setTimeout, real = window.fetch;
		window.setTimeout = (f, ms) => { window.delays.push(ms); return later(f, ms) };
		Math.random = () => 0.5;
		window.fetch = (...a) => real(...a).then(r => {
			const headers = new Headers(r.headers);
			if (headers.has("Candor-Spread")) headers.set("Candor-Spread", "600");
			return new Response(r.status === 304 ? null : r.body, { status: r.status, headers });
		});`)
	app.broken.Store(false)
	v.sees("that it says so and waits half of ten minutes, and a second",
		`document.title.includes("works again") && window.delays.some(ms => ms > 300000 && ms <= 301000)`)
}
