package errorpages

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// How long a browser may take on a slow machine: for a test, and for one that
// looks at every page there is.
const (
	fewPages  = 10 * time.Minute
	everyPage = 2 * time.Hour
)

// openBrowser starts Chromium for a test, which is skipped where there is none.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	return openBrowserFor(t, fewPages)
}

func openBrowserFor(t *testing.T, most time.Duration) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("there is no Chromium here: pages have not been looked at in a browser")
	}
	ctx, cancel := context.WithTimeout(t.Context(), most)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	check(t, chromedp.Do(ctx))
	return ctx
}
