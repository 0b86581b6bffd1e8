package errorpages

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"
)

// inEveryLanguage are pages of services whose visitors all read one language,
// and can choose every other.
func inEveryLanguage(t *testing.T) (pages []namedPage) {
	t.Helper()
	words := builtinPages(t).words
	for _, first := range words.locales {
		cfg := campus()
		cfg.Languages = []string{first.tag.String()}
		for _, l := range words.locales {
			cfg.Languages = append(cfg.Languages, l.tag.String())
		}
		b, name := brand(t, cfg), first.tag.String()
		cfg.Languages = []string{name, "en", "de"}
		few := brand(t, cfg)
		late := registration()
		late.NextUpdate = ago(7)
		pages = append(pages,
			namedPage{name + "-maintenance", page(few, hold(upgrade()))},
			namedPage{name + "-incident", page(b, incidents(late, signOn()), work(mail()), counted(22, 38))},
			namedPage{name + "-fault", page(few, received(ReceivedUnknown), cause(CauseTimeout, 504), failing(60*50, ago(60*51)))})
	}
	for _, p := range pages {
		p.Service.Name = p.name
	}
	return pages
}

func TestEveryLanguageFitsOnEveryScreen(t *testing.T) {
	chromium := openBrowser(t)
	pages := inEveryLanguage(t)
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
	for _, s := range screens {
		switch {
		case testing.Short() && s.name != "narrow", s.media != "", s.forced != "", s.name == "4k":
			continue
		}
		t.Run(s.name, func(t *testing.T) { lookAt(t, chromium, s, srv.URL, pages) })
	}

	ctx, done := chromedp.NewContext(chromium)
	defer done()
	check(t, chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/de-incident?year=3")))
	href, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("nav a[hreflang=ja]").getAttribute("href")`))
	check(t, err)
	u, err := url.Parse(href)
	check(t, err)
	if u.Path != "/.candor/lang" || u.Query().Get("to") != "ja" || u.Query().Get("back") != "/de-incident?year=3" {
		t.Errorf("the link leads to %s", href)
	}
}
