package errorpages

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/rs/zerolog"
)

// serveOne serves one page, in the first language of its brand, at every path
// but the public one, where the edge would say that nothing is new.
func serveOne(t *testing.T, p *Page) (url string) {
	t.Helper()
	r := newRenderer("'none'", zerolog.Nop(), builtinPages(t))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		req.Header.Del("Accept-Language")
		_, _ = r.Serve(w, req, p)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// focus is where the focus is, after one more press of the Tab key.
const focus = `(() => {
	const all = [...document.querySelectorAll("a[href], button, summary")].filter(e => e.checkVisibility());
	const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
	const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
	return {
		index: all.indexOf(e), of: all.length, name: e.outerHTML.slice(0, 100),
		line: Math.round((box.top + scrollY + box.height / 2) / 12), start: document.dir === "rtl" ? -box.right : box.left,
		outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
		seen: at !== null && (e === at || e.contains(at)),
	};
})()`

type focused struct {
	Index   int     `json:"index"`
	Of      int     `json:"of"`
	Name    string  `json:"name"`
	Line    int     `json:"line"`
	Start   float64 `json:"start"`
	Outline float64 `json:"outline"`
	Seen    bool    `json:"seen"`
}

func TestTheKeyboardReachesEverythingInTheOrderThatItIsRead(t *testing.T) {
	chromium := openBrowser(t)
	cfg := campus()
	cfg.Languages = []string{"en", "de", "ar"}
	arabic := rightToLeft()
	arabic.Languages = []string{"ar", "en"}
	for name, b := range map[string]*Brand{"left to right": brand(t, cfg), "right to left": brand(t, arabic)} {
		for _, s := range []screen{screens[0], screens[4]} {
			t.Run(name+" "+s.name, func(t *testing.T) {
				ctx, done := chromedp.NewContext(chromium)
				defer done()
				s.set(t, ctx)
				check(t, chromedp.Do(ctx, chromedp.Navigate(serveOne(t, page(b, incidents(registration(), signOn()), work(mail()))))))
				tabThrough(t, ctx)
			})
		}
	}
}

func tabThrough(t *testing.T, ctx context.Context) {
	var last focused
	for i := 0; i == 0 || i < last.Of; i++ {
		check(t, chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)))
		got, err := chromedp.Run(ctx, chromedp.Evaluate[focused](focus))
		check(t, err)
		switch {
		case got.Of < 8:
			t.Fatalf("the page has only %d things to use", got.Of)
		case got.Index != i:
			t.Fatalf("press %d reaches number %d: %s", i, got.Index, got.Name)
		case got.Outline < 2 || !got.Seen:
			t.Errorf("one cannot see that this has the focus (outline %v, in view %v): %s", got.Outline, got.Seen, got.Name)
		case i > 0 && got.Line < last.Line, i > 0 && got.Line == last.Line && got.Start <= last.Start:
			t.Errorf("this comes before what had the focus last:\n%s\n%s", got.Name, last.Name)
		}
		last = got
	}
}

// What is announced has to be there, and empty, before anything is announced.
func TestNewsAreAnnouncedWithoutInterrupting(t *testing.T) {
	ctx := openBrowser(t)
	for name, p := range map[string]*Page{
		"incident": page(brand(t, campus()), incidents(registration())),
		"plain":    page(brand(t, BrandConfig{}), cause(CauseClient, 404)),
	} {
		check(t, chromedp.Do(ctx, chromedp.Navigate(serveOne(t, p))))
		got, err := chromedp.Run(ctx, chromedp.Evaluate[[]map[string]string](`
			[...document.querySelectorAll("[role=status], [role=alert], [aria-live]")].map(news => ({
				role: news.getAttribute("role"), name: news.getAttribute("aria-label"), text: news.textContent,
				hidden: String(!news.checkVisibility({ visibilityProperty: true })) }))`))
		check(t, err)
		if want := map[string]int{"incident": 2, "plain": 1}[name]; len(got) != want {
			t.Errorf("%s: %d regions", name, len(got))
		}
		for _, region := range got {
			if region["role"] != "status" || region["name"] == "" || region["text"] != "" || region["hidden"] != "false" {
				t.Errorf("%s: %v", name, region)
			}
		}
	}
}
