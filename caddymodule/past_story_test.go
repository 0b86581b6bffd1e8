package caddymodule

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"
)

// TestATesterComesInByALinkWhileEverybodyElseIsHeldBack has two browsers, over
// HTTPS as on a real site.
func TestATesterComesInByALinkWhileEverybodyElseIsHeldBack(t *testing.T) {
	person := func() tab {
		ctx := browser(t)
		if _, err := chromedp.Call(ctx, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true}); err != nil {
			t.Fatal(err)
		}
		return tab{t, ctx}
	}
	tester, visitor := person(), person()
	var app campusApp
	e := startEdge(t, "", "candor portal\nreverse_proxy "+upstream(t, app.ServeHTTP))
	e.hold("portal", time.Hour)
	tester.open(e.url("/exams"))
	tester.reads("New storage")
	visitor.open(e.url("/exams"))
	visitor.reads("New storage")

	link := e.url(e.link("portal", time.Hour))
	tester.open(link + "?to=/exams%3Fterm=5")
	tester.sees("the app", `document.title === "Exams"`)
	if at := eval[string](tester, `location.href`); at != e.url("/exams?term=5") {
		t.Errorf("the link leads to %s", at)
	}
	if jar := eval[string](tester, `document.cookie`); strings.Contains(jar, "candor_pass") {
		t.Errorf("scripts of the app read the pass: %s", jar)
	}
	tester.open(e.url("/courses"))
	tester.reads("Exams at /courses")
	eval[chromedp.Void](tester, `document.getElementById("go").click()`)
	tester.reads("Exams at /register")
	if app.posted.Load() != 1 {
		t.Error("what a tester sends does not arrive")
	}

	// Nobody else is let in by that, nor does an open page believe it is over.
	visitor.open(e.url("/exams"))
	visitor.reads("New storage")

	// The same link, in another hand, is another pass; the end is one for all.
	visitor.open(link)
	visitor.sees("the app", `document.title === "Exams"`)
	a := running.newest()
	if err := a.passes.Revoke(t.Context(), a.storage, "portal"); err != nil {
		t.Fatal(err)
	}
	for _, v := range []tab{tester, visitor} {
		v.open(e.url("/exams"))
		v.reads("New storage")
		v.open(link)
		v.reads("cannot be opened any more")
	}
}
