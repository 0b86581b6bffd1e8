package errorpages

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"
)

// screen is what a page is looked at on.
type screen struct {
	name          string
	width, height int64
	scale         float64
	scheme, zone  string
	media         string // print
	forced        string // active: the visitor's own colours
}

var screens = []screen{
	{name: "phone", width: 390, height: 844, scale: 2, scheme: "light", zone: "Europe/Zurich"},
	{name: "phone-dark", width: 390, height: 844, scale: 2, scheme: "dark", zone: "Europe/Zurich"},
	{name: "narrow", width: 320, height: 640, scale: 2, scheme: "light", zone: "Asia/Shanghai"},
	{name: "desktop", width: 1280, height: 900, scale: 1, scheme: "light", zone: "Europe/Zurich"},
	{name: "desktop-dark", width: 1280, height: 900, scale: 1, scheme: "dark", zone: "Europe/Zurich"},
	{name: "4k", width: 3840, height: 2160, scale: 1, scheme: "light", zone: "Europe/Zurich"},
	{name: "paper", width: 794, height: 1123, scale: 1, scheme: "dark", zone: "Europe/Zurich", media: "print"},
	{name: "forced", width: 1280, height: 900, scale: 1, scheme: "dark", zone: "Europe/Zurich", forced: "active"},
}

// set has a tab show pages as on this screen.
func (s screen) set(t *testing.T, ctx context.Context) {
	t.Helper()
	check(t, callEmpty(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.width, Height: s.height, DeviceScaleFactor: s.scale, Mobile: s.width < 800}))
	check(t, callEmpty(ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: s.zone}))
	check(t, callEmpty(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: s.media,
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: s.scheme}, {Name: "forced-colors", Value: s.forced}}}))
}

// looks is what a page is asked once it is shown.
const looks = `({
	wide: document.documentElement.scrollWidth > innerWidth
		? [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80)) : [],
	small: [...document.querySelectorAll("a, button, summary, input, select")].filter(e => !e.closest(".text") && e.offsetParent && Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 24).map(e => e.outerHTML.slice(0, 120)),
	headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(e => Number(e.tagName[1])),
	yourTime: [...document.querySelectorAll("p, dd")].filter(e => e.innerText.includes(document.body.dataset.local.replace("{}", "").trim())).length,
})`

type look struct {
	Wide     []string `json:"wide"`
	Small    []string `json:"small"`
	Headings []int    `json:"headings"`
	YourTime int      `json:"yourTime"`
}

func TestPagesWorkInABrowser(t *testing.T) {
	chromium := openBrowser(t)
	pages := strainedPages(t)
	r := newRenderer("'none'", zerolog.Nop(), builtinPages(t))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		for _, p := range pages {
			if req.URL.Path == "/"+p.name {
				_, _ = r.Serve(w, req, p.Page)
				return
			}
		}
		http.NotFound(w, req)
	}))
	defer srv.Close()
	for _, s := range screens {
		if testing.Short() && s.name != "narrow" {
			continue
		}
		t.Run(s.name, func(t *testing.T) { lookAt(t, chromium, s, srv.URL, pages) })
	}
}

func lookAt(t *testing.T, browser context.Context, s screen, base string, pages []namedPage) {
	ctx, done := chromedp.NewContext(browser)
	defer done()
	heard := listen(t, ctx, base)
	check(t, callEmpty(ctx, network.Enable, network.EnableParams{}))
	check(t, callEmpty(ctx, log.Enable, cdp.Empty{}))
	s.set(t, ctx)

	for _, p := range pages {
		check(t, chromedp.Do(ctx, chromedp.Navigate(base+"/"+p.name)))
		if strings.HasPrefix(p.name, "strain") {
			check(t, chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => { d.open = true })`)))
		}
		got, err := chromedp.Run(ctx, chromedp.Evaluate[look](looks))
		check(t, err)
		if len(got.Wide) > 0 {
			t.Errorf("%s scrolls sideways because of %q", p.name, got.Wide)
		}
		if len(got.Small) > 0 {
			t.Errorf("%s has targets of less than 24 pixels: %q", p.name, got.Small)
		}
		for i, level := range got.Headings {
			if i == 0 && level != 1 || i > 0 && (level == 1 || level > got.Headings[i-1]+1) {
				t.Errorf("%s has headings of levels %v", p.name, got.Headings)
				break
			}
		}
		if elsewhere := s.zone != "Europe/Zurich"; elsewhere != (got.YourTime > 0) && p.name != "plain" {
			t.Errorf("%s in %s has the visitor's own time %d times", p.name, s.zone, got.YourTime)
		}
		if complaints := heard(); len(complaints) > 0 {
			t.Errorf("%s: %q", p.name, complaints)
		}
		if dir := os.Getenv("CANDOR_SHOTS"); dir != "" {
			whole := true
			shot, err := chromedp.Call(ctx, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{CaptureBeyondViewport: &whole})
			check(t, err)
			check(t, os.WriteFile(filepath.Join(dir, p.name+"-"+s.name+".png"), shot.Data, 0o644))
		}
	}
}

// listen collects what a page must not do: ask for anything from elsewhere, and
// give the browser a reason to complain.
func listen(t *testing.T, ctx context.Context, base string) (heard func() []string) {
	t.Helper()
	var mu sync.Mutex
	var complaints []string
	note := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		complaints = append(complaints, fmt.Sprintf(format, args...))
	}
	check(t, chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			if u := ev.Request.URL; !strings.HasPrefix(u, base+"/") && !strings.HasPrefix(u, "data:") {
				note("asks for %s", u)
			}
		case *log.EventEntryAdded:
			// The browser notes the status code of the page itself.
			if !strings.Contains(ev.Entry.Text, "the server responded with a status of") {
				note("log: %s", ev.Entry.Text)
			}
		case *runtime.EventConsoleAPICalled:
			note("console: %v", ev.Args)
		case *runtime.EventExceptionThrown:
			note("exception: %v", ev.ExceptionDetails)
		}
	}))
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		defer func() { complaints = nil }()
		return complaints
	}
}

func callEmpty[P any](ctx context.Context, cmd cdp.Command[P, cdp.Empty], params P) error {
	_, err := chromedp.Call(ctx, cmd, params)
	return err
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
