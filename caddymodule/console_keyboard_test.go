package caddymodule

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focusRing tells where the focus is, and how wide the ring around it: of chips it
// is that of their label, of tiles that of the whole tile.
const focusRing = `(() => {
	const e = document.activeElement, label = e.nextElementSibling;
	const ring = (e, of) => { const s = getComputedStyle(e, of); return s.outlineStyle === "none" ? 0 : parseFloat(s.outlineWidth) };
	const box = e.getBoundingClientRect();
	return {
		name: e === document.body ? "" : e.outerHTML.slice(0, 120),
		id: e.id, text: (e.labels && e.labels[0] || e).textContent.trim(),
		ring: Math.max(ring(e), ring(e, "::after"), label && label.tagName === "LABEL" ? ring(label) : 0),
		seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
	};
})()`

type ringed struct {
	Name string  `json:"name"`
	ID   string  `json:"id"`
	Text string  `json:"text"`
	Ring float64 `json:"ring"`
	Seen bool    `json:"seen"`
}

func (v tab) key(keys string) ringed {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, chromedp.KeyEvent(keys)); err != nil {
		v.t.Fatal(err)
	}
	return eval[ringed](v, focusRing)
}

// tabTo presses Tab until the focus is on what has this id, or begins with this text.
func (v tab) tabTo(what string) {
	v.t.Helper()
	for range 80 {
		if on := v.key(kb.Tab); on.ID == what || on.Text != "" && len(on.Text) >= len(what) && on.Text[:len(what)] == what {
			return
		}
	}
	v.t.Fatalf("Tab does not lead to %s", what)
}

func TestAnOperatorNeedsNothingButTheKeyboard(t *testing.T) {
	chromium := browser(t)
	e := desks(t)
	m := deskTab(t, chromium, "mueller")
	m.open(e.plain("/console/services/portal"))
	m.tabTo("message")
	m.key("We replace the disks.")
	m.tabTo("Now")
	m.tabTo("In 1 hour")
	m.key(kb.ArrowLeft)
	m.tabTo("Check it")
	m.key(kb.Enter)
	m.reads("Check before it goes out")
	m.tabTo("Take offline now")
	m.key(kb.Enter)
	m.reads("It is offline.")
	if e.visit("portal") != 503 {
		t.Error("visitors get through")
	}
	if w := m.heldBy(e, "portal"); w.Message != "We replace the disks." {
		t.Errorf("%+v", w)
	}
	m.tabTo("End now")
	m.key(kb.Enter)
	m.reads("It is back.")
}

func (v deskHand) heldBy(e *edge, service string) heldWindow {
	return e.as(v.t, v.user).windowOf(service)
}

func TestTheFocusIsSeenWhereverItIs(t *testing.T) {
	chromium := browser(t)
	e, page := newsroom(t)
	m := e.as(t, "mueller")
	m.publishAt(m.open("/incidents/new").fill("/incidents/new", "at", "campus", "services", "portal", "title", "Sign-in fails", "message", "x", "step", "review")).wants(303)
	e.knows("campus", len(page.incidents))
	w := e.hold("library", time.Hour)
	m.drill("portal")
	v := deskTab(t, chromium, "mueller")
	for _, size := range [][2]int64{{390, 844}, {1440, 900}} {
		if _, err := chromedp.Call(v.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: size[0], Height: size[1], DeviceScaleFactor: 1}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/", "/services/portal", "/services/library", "/incidents", "/incidents/new", "/backends/campus/incidents/1", "/maintenance/" + w.ID, "/log"} {
			v.open(e.plain("/console" + path))
			reached := 0
			for on := v.key(kb.Tab); on.Name != "" && reached < 150; on = v.key(kb.Tab) {
				reached++
				if on.Ring < 2 || !on.Seen {
					t.Errorf("%s, %d pixels wide: the focus cannot be seen on %s (%+v)", path, size[0], on.Name, on)
				}
			}
			if want := eval[int](v.tab, `[...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden]):not([type=radio])")].filter(e => e.checkVisibility()).length`); reached < want {
				t.Errorf("%s, %d pixels wide: Tab reaches %d of %d", path, size[0], reached, want)
			}
		}
	}
}
