package caddymodule

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/candor-edge/candor/statusclient/board"
)

// browser starts a Chromium of its own for the test, or skips it.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" || testing.Short() {
		t.Skip("needs Chromium, and is not for -short")
	}
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 6*time.Minute)
	t.Cleanup(cancel)
	// A story told twenty times as fast.
	if _, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `const slow = window.setTimeout; window.setTimeout = (f, ms) => slow(f, ms / 20)`,
	}); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// tab is what a visitor has open.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func (v tab) open(url string) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, chromedp.Navigate(url)); err != nil {
		v.t.Fatal(err)
	}
}

// eval is the value of a script in the page; nothing while another one loads.
func eval[T any](v tab, script string) T {
	got, _ := chromedp.Run(v.ctx, chromedp.Evaluate[T](script))
	return got
}

// sees waits until a script is true.
func (v tab) sees(what, script string) {
	v.t.Helper()
	for range 2400 {
		if eval[bool](v, script) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatalf("never: %s; the page says:\n%s", what, eval[string](v, `document.title + "\n" + document.body.innerText`))
}

func (v tab) reads(text string) {
	v.t.Helper()
	v.sees(text, fmt.Sprintf(`document.body.innerText.includes(%q)`, text))
}

// campusApp is an app that works or not, and takes what is posted to it.
type campusApp struct {
	broken atomic.Bool
	posted atomic.Int32
}

func (c *campusApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		c.posted.Add(1)
	}
	if c.broken.Load() {
		failing(500)(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, `<title>Exams</title><h1>Exams at %s</h1><form method=post action=/register><button id=go>Register</button></form>`, r.URL.Path)
}

func openIncident(t *testing.T, title, text string) board.Incident {
	t.Helper()
	app := running.newest()
	in, err := app.pooled.board.OpenIncident(t.Context(), app.storage, board.Draft{Services: []string{"portal"}, Title: title, Message: text})
	if err != nil {
		t.Fatal(err)
	}
	app.merge()
	return in
}

func TestAnOpenPageStaysTrueAndBringsTheVisitorBack(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	app.broken.Store(true)
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))

	v := tab{t, ctx}
	v.open(e.plain("/exams?term=5"))
	v.reads("there is a problem")
	v.reads("keeps itself up to date")
	eval[chromedp.Void](v, `window.mark = "same page"; document.querySelector(".button").focus()`)

	in := openIncident(t, "Exam registration is down", "We are looking into it.")
	v.reads("Exam registration is down")
	v.reads("We are looking into it.")

	a := running.newest()
	if _, err := a.pooled.board.UpdateIncident(t.Context(), a.storage, in.ID, "", board.UpdateDraft{State: "identified", Message: "The disk is full."}); err != nil {
		t.Fatal(err)
	}
	a.merge()
	v.reads("The disk is full.")
	v.sees("the announcement", `document.getElementById("news").textContent !== ""`)
	if mark, focus := eval[string](v, `window.mark`), eval[string](v, `document.activeElement.className`); mark != "same page" || focus != "button" {
		t.Errorf("the page was loaded anew (%q), or the focus moved (to %q)", mark, focus)
	}

	app.broken.Store(false)
	v.sees("the app", `document.title === "Exams"`)
	if at := eval[string](v, `location.href`); !strings.HasSuffix(at, "/exams?term=5") {
		t.Errorf("brought back to %s", at)
	}
}

func TestMaintenanceEndsOnAnOpenPage(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	w := e.hold("portal", time.Hour)
	v := tab{t, ctx}
	v.open(e.plain("/exams"))
	v.reads("New storage")
	a := running.newest()
	if _, _, err := a.pooled.board.EndWindow(t.Context(), a.storage, w.ID, ""); err != nil {
		t.Fatal(err)
	}
	a.merge()
	v.sees("the app", `document.title === "Exams"`)
}

func TestAVisitorMayStopThePage(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	app.broken.Store(true)
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	v := tab{t, ctx}
	v.open(e.plain("/exams"))
	v.reads("keeps itself up to date")
	eval[chromedp.Void](v, `document.querySelector("#stay button").click()`)
	app.broken.Store(false)
	time.Sleep(2 * time.Second) // forty of the page's own
	if title := eval[string](v, `document.title`); title == "Exams" {
		t.Error("it went on")
	}
	eval[chromedp.Void](v, `document.querySelector("#stay button").click()`)
	v.sees("the app", `document.title === "Exams"`)
}

func TestWhatWasPostedIsNotSentAgain(t *testing.T) {
	ctx := browser(t)
	var app campusApp
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	v := tab{t, ctx}
	v.open(e.plain("/exams"))
	app.broken.Store(true)
	eval[chromedp.Void](v, `document.getElementById("go").click()`)
	v.reads("Check before you repeat it")
	posted := app.posted.Load()
	app.broken.Store(false)
	v.sees("the news in the title", `document.title.includes("works again")`)
	time.Sleep(time.Second)
	if n := app.posted.Load(); posted != 1 || n != posted {
		t.Errorf("posted %d times, then %d", posted, n)
	}
}

func TestABrowserUploadsALargeFileToAServiceThatWorksAndToOneThatDoesNot(t *testing.T) {
	ctx := browser(t)
	file := filepath.Join(t.TempDir(), "thesis.pdf")
	if err := os.WriteFile(file, make([]byte, 100<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<title>Form</title><p>got %d MiB</p>", n>>20)
		for _, action := range []string{"/works", "/dead"} {
			fmt.Fprintf(w, `<form method=post enctype=multipart/form-data action=%[1]s><input type=file name=f id="f%[1]s"><button id="go%[1]s">Send</button></form>`, action)
		}
	})
	e := startEdge(t, "", "candor portal\nreverse_proxy /dead "+deadAddr(t)+"\nreverse_proxy "+up)
	v := tab{t, ctx}
	for action, want := range map[string]string{"/works": "got 100 MiB", "/dead": "did not receive what you sent"} {
		v.open(e.plain("/"))
		if err := chromedp.Do(ctx, chromedp.SetUploadFiles(fmt.Sprintf(`[id="f%s"]`, action), []string{file})); err != nil {
			t.Fatal(err)
		}
		eval[chromedp.Void](v, fmt.Sprintf(`document.getElementById("go%s").click()`, action))
		v.reads(want)
	}
}
