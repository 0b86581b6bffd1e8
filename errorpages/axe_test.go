package errorpages

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"
)

// axeFile is where .ci/run, or npm ci --prefix .ci/axe, puts axe-core.
const axeFile = "../.ci/axe/node_modules/axe-core/axe.min.js"

// audit has axe-core judge the page that is shown by WCAG 2.2 A and AA and by
// what its makers recommend beside it. Every line names the rule and the element.
// What axe cannot decide by itself counts: a page is to leave no doubt.
const audit = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
	resultTypes: ["violations", "incomplete"], preload: false,
}).then(r => [...r.violations, ...r.incomplete].flatMap(v => v.nodes.map(n =>
	v.id + ": " + n.html.slice(0, 160) + " " + n.any.concat(n.all, n.none).map(c => c.message).join("; "))))`

// readAxe is axe-core's script; without it the test is skipped.
func readAxe(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile(axeFile)
	if err != nil {
		t.Skip("axe-core is not installed; npm ci --prefix .ci/axe brings it")
	}
	return string(script) + ";0"
}

func audited(ctx context.Context, axe string) ([]string, error) {
	// In the page's main world, but not as a script of it: its policy stands.
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](axe)); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.Evaluate[[]string](audit, chromedp.EvalAwaitPromise))
}

// accessible are the pages of every state in every language. Most can be seen in
// each language once they have been seen in one, so unless every is set, each is
// there in one language, and each language with three states.
func accessible(t *testing.T, every bool) []namedPage {
	t.Helper()
	pages := inEveryLanguage(t)
	for i, l := range builtinPages(t).words.locales {
		cfg := campus()
		cfg.Languages = []string{l.tag.String(), "en", "ar"}
		for j, p := range goldenPages(brand(t, cfg)) {
			if every || j%12 == i {
				p.name = l.tag.String() + "-" + p.name
				p.Service.Name = p.name
				pages = append(pages, p)
			}
		}
	}
	for _, accent := range []string{"#000000", "#767676", "#b45309", "#0000ff"} { // what is still taken
		cfg := campus()
		cfg.Accent = accent
		for _, theme := range []string{"one", "other"} { // the list is dealt out to two screens
			p := namedPage{"accent-" + accent[1:] + "-" + theme, page(brand(t, cfg), incidents(registration()))}
			p.Service.Name = p.name
			pages = append(pages, p)
		}
	}
	for _, p := range strainedPages(t) {
		if strings.HasPrefix(p.name, "strain") || p.name == "plain" {
			pages = append(pages, p)
		}
	}
	return pages
}

func TestPagesHaveNoBarriers(t *testing.T) {
	axe := readAxe(t)
	every := os.Getenv("CANDOR_EVERY") != ""
	chromium := openBrowserFor(t, everyPage)
	pages := accessible(t, every)
	r := newRenderer("'none'", zerolog.Nop(), builtinPages(t))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		for _, p := range pages {
			if req.URL.Path == "/"+p.name {
				req.Header.Del("Accept-Language")
				_, _ = r.Serve(w, req, p.Page)
				return
			}
		}
		http.NotFound(w, req)
	}))
	defer srv.Close()

	looks := []screen{screens[0], screens[4]} // light on a phone, dark on a desktop
	if every {
		looks = []screen{screens[0], screens[1], screens[3], screens[4]}
	}
	judged := 0
	for i, s := range looks {
		ctx, done := chromedp.NewContext(chromium)
		s.set(t, ctx)
		for j, p := range pages {
			if !every && j%len(looks) != i {
				continue
			}
			check(t, chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/"+p.name),
				chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => { d.open = true })`)))
			found, err := audited(ctx, axe)
			check(t, err)
			judged++
			for _, f := range found {
				t.Errorf("%s on %s: %s", p.name, s.name, f)
			}
		}
		done()
	}
	t.Logf("%d pages judged", judged)
}

func TestNoBarriersAppearWhileAPageIsUsed(t *testing.T) {
	axe := readAxe(t)
	chromium := openBrowser(t)
	for _, p := range []*Page{
		page(brand(t, campus()), incidents(registration(), signOn()), work(mail())),
		page(brand(t, rightToLeft()), received(ReceivedUnknown)),
	} {
		url := serveOne(t, p)
		for _, s := range []screen{screens[1], screens[3]} {
			ctx, done := chromedp.NewContext(chromium)
			s.set(t, ctx)
			check(t, chromedp.Do(ctx, chromedp.Navigate(url),
				chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("summary, main button").forEach(e => { e.click() })`)))
			// Until the check of the connection has come to an end.
			check(t, chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](`new Promise(done => (function look() {
				const tools = document.querySelector(".tools"), said = tools.querySelector("[role=status]").textContent;
				if (said && said !== tools.dataset.running) done(); else setTimeout(look, 50);
			})())`, chromedp.EvalAwaitPromise)))
			found, err := audited(ctx, axe)
			check(t, err)
			for _, f := range found {
				t.Errorf("%s: %s", s.name, f)
			}
			done()
		}
	}
}

// An auditor that finds nothing anywhere would pass every page.
func TestBarriersAreFound(t *testing.T) {
	axe := readAxe(t)
	ctx := openBrowser(t)
	for name, c := range map[string]struct{ body, rule string }{
		"contrast": {`<html lang="en"><title>x</title><main><h1 style="color:#999;background:#fff">x</h1></main>`, "color-contrast"},
		"language": {`<html><title>x</title><main><h1>x</h1></main>`, "html-has-lang"},
		"target": {`<html lang="en"><title>x</title><main><h1>x</h1><ul>` + strings.Repeat(
			`<li style="display:inline;font-size:8px"><a href="#">x</a><a href="#">y</a></li>`, 3) + `</ul></main>`, "target-size"},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!DOCTYPE html>"+c.body)
		}))
		check(t, chromedp.Do(ctx, chromedp.Navigate(srv.URL)))
		found, err := audited(ctx, axe)
		srv.Close()
		check(t, err)
		if !strings.Contains(strings.Join(found, "\n"), c.rule+": ") {
			t.Errorf("%s: found only %q", name, found)
		}
	}
}
