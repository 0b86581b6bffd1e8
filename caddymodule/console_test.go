package caddymodule

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/candor-edge/candor/statusclient/board"
)

func TestAnOperatorTakesAServiceOfflineChangesTheTextExtendsAndEnds(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	m.open("/").wants(200).reads("No trouble is known", "Student portal", "Library catalogue", "operator")

	review := m.send("POST", "/maintenance/new", m.open("/services/portal").wants(200).
		fill("/maintenance/new", "message", "We replace the disks.", "end", "15m", "step", "review"), nil).wants(200)
	review.reads("Check before it goes out", "Student portal", "We replace the disks.", "Take offline now")
	if e.visit("portal") != 200 {
		t.Fatal("a review takes the service offline")
	}
	done := m.send("POST", "/maintenance/new", review.fill("/maintenance/new", "step", "confirm"), nil).wants(303)
	if to := done.Header.Get("Location"); to != "/console/services/portal?done=on" {
		t.Errorf("goes on to %s", to)
	}
	if e.visit("portal") != 503 || e.visit("library") != 200 {
		t.Fatal("visitors do not see it")
	}
	m.open("/services/portal?done=on").wants(200).reads("Visitors see the page", "Offline", "We replace the disks.")
	w := m.windowOf("portal")

	edit := m.open("/maintenance/"+w.ID).wants(200).fill("/maintenance/"+w.ID, "message", "It takes a new cable, too.", "step", "review")
	review = m.send("POST", "/maintenance/"+w.ID, edit, nil).wants(200)
	m.send("POST", "/maintenance/"+w.ID, review.fill("/maintenance/"+w.ID, "step", "confirm"), nil).wants(303)
	if now := m.windowOf("portal"); now.ID != w.ID || now.Message != "It takes a new cable, too." || now.Until != w.Until {
		t.Errorf("changed to %+v, was %+v", now, w)
	}

	page := m.open("/services/portal")
	m.send("POST", "/maintenance/"+w.ID+"/extend", page.fill("/extend", "by", "1h"), nil).wants(303)
	before, _ := time.Parse("2006-01-02 15:04:05 -0700 MST", w.Until)
	after, _ := time.Parse("2006-01-02 15:04:05 -0700 MST", m.windowOf("portal").Until)
	if after.Sub(before) != time.Hour {
		t.Errorf("extended from %v to %v", before, after)
	}

	m.send("POST", "/maintenance/"+w.ID+"/end", m.open("/").fill("/end"), nil).wants(303)
	if e.visit("portal") != 200 {
		t.Error("visitors do not get through")
	}
	log := m.open("/log").wants(200).reads("Back", "Extended", "Changed", "Offline or planned", "mueller", "console, 127.0.0.1")
	if strings.Contains(log.text(), "not checked") {
		t.Error("the log takes the user of the console for a claim")
	}
}

func TestPlannedWorkIsChangedAndCancelled(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	year, month, day := time.Now().In(zone).Date()
	from := time.Date(year, month, day+2, 12, 0, 0, 0, zone) // an hour that every day has once
	form := m.open("/maintenance/new?service=portal").wants(200).fill("/maintenance/new", "message", "New firmware.", "title", "Firmware",
		"start", "pick", "from", from.In(zone).Format("2006-01-02T15:04"), "end", "1h", "step", "review")
	review := m.send("POST", "/maintenance/new", form, nil).wants(200).reads("Plan it")
	if !strings.Contains(review.preview(), "New firmware.") {
		t.Error("the preview of planned work is not the page that there will be")
	}
	m.send("POST", "/maintenance/new", review.fill("/maintenance/new", "step", "confirm"), nil).wants(303)
	w := running.newest().pooled.board.Windows()[0]
	if !w.From.Equal(from) || !w.Until.Equal(from.Add(time.Hour)) || e.visit("portal") != 200 {
		t.Errorf("planned %+v", w)
	}
	m.open("/").reads("Planned", "Firmware")
	m.send("POST", "/maintenance/"+w.ID+"/end", m.open("/services/portal").fill("/end"), nil).wants(303)
	if n := len(running.newest().pooled.board.Windows()); n != 0 {
		t.Errorf("%d windows", n)
	}
	m.open("/maintenance/" + w.ID).wants(404).reads("It is over")
}

func TestAnIncidentIsOpenedUpdatedAndResolved(t *testing.T) {
	e := desks(t)
	s := e.as(t, "student1")
	form := s.open("/incidents/new?service=portal").wants(200).reads("Public.").
		fill("/incidents/new", "title", "Sign-in fails", "message", "We look into it.", "step", "review")
	review := s.send("POST", "/incidents/new", form, nil).wants(200)
	if !strings.Contains(review.preview(), "We look into it.") {
		t.Error("the preview does not show the text")
	}
	confirm := review.fill("/incidents/new", "step", "confirm")
	first := s.send("POST", "/incidents/new", confirm, nil).wants(303)
	second := s.send("POST", "/incidents/new", confirm, nil).wants(303)
	if a, b := first.Header.Get("Location"), second.Header.Get("Location"); a != b || len(running.newest().pooled.board.Incidents(true)) != 1 {
		t.Errorf("two taps opened two incidents, %s and %s", a, b)
	}
	in := running.newest().pooled.board.Incidents(true)[0]
	path := "/incidents/" + in.ID
	for _, step := range []struct{ state, message string }{{"identified", "A disk is broken."}, {"resolved", "It is replaced."}} {
		form = s.open(path).wants(200).fill(path, "state", step.state, "message", step.message, "step", "review")
		review = s.send("POST", path, form, nil).wants(200)
		s.send("POST", path, review.fill(path, "step", "confirm"), nil).wants(303)
	}
	in = running.newest().pooled.board.Incidents(true)[0]
	if in.State != "resolved" || len(in.Updates) != 3 || in.Updates[0].Message != "It is replaced." {
		t.Errorf("%+v", in)
	}
	s.open("/incidents").wants(200).reads("Resolved", "Sign-in fails")
}

// What is shown before confirming is what visitors get afterwards, but for what is
// of each answer alone.
func TestThePreviewIsWhatVisitorsSee(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	review := m.send("POST", "/maintenance/new", m.open("/services/portal").
		fill("/maintenance/new", "message", "We <i>replace</i> the disks. https://example.edu/disks", "end", "15m", "step", "review"), nil).wants(200)
	preview := review.preview()
	m.send("POST", "/maintenance/new", review.fill("/maintenance/new", "step", "confirm"), nil).wants(303)
	page := e.do(e.h1, "GET", e.plain("/portal/"), nil, header{"Sec-Fetch-Dest": "document", "Accept-Language": "en"}).body
	if got, want := likeEach(preview), likeEach(page); got != want {
		t.Errorf("the preview is not the page:\n%s\n\n%s", got, want)
	}
}

var (
	ofOneAnswer = regexp.MustCompile(`(?s)<dl>.*?</dl>|data-(version|page|status)="[^"]*"|<time[^>]*>[^<]*</time>|preview00|\b[a-z0-9]{9}\b`)
	references  = regexp.MustCompile(`%28[a-z0-9]{9}%29`)
)

func likeEach(page string) string {
	return references.ReplaceAllString(ofOneAnswer.ReplaceAllString(page, ""), "")
}

func TestWhoMayDoWhat(t *testing.T) {
	e := desks(t)
	a := running.newest()
	in, err := a.pooled.board.OpenIncident(t.Context(), a.storage, board.Draft{Title: "Portal trouble", Services: []string{"portal"}})
	if err != nil {
		t.Fatal(err)
	}
	e.hold("portal", time.Hour)
	a.merge()
	w := e.as(t, "mueller").windowOf("portal")
	body := func(h hand, fields ...string) url.Values {
		token := "" // who may do nothing has no form to take one from
		for _, path := range []string{"/services/library", "/incidents/new"} {
			token = cmp.Or(token, h.open(path).tokenOf())
		}
		f := url.Values{"token": {token}, "step": {"confirm"}, "etag": {w.ETag}}
		for i := 0; i+1 < len(fields); i += 2 {
			f.Set(fields[i], fields[i+1])
		}
		return f
	}
	for user, may := range map[string]struct{ portal, library, post int }{
		"mueller": {412, 303, 303}, "student1": {403, 403, 303}, "head-of-it": {403, 403, 403}, "librarian": {404, 303, 403},
	} {
		h := e.as(t, user)
		// Somebody else's ETag: who may, gets to hear that it has changed.
		if got := h.send("POST", "/maintenance/"+w.ID+"/end", body(h, "etag", "0-x"), nil).StatusCode; got != may.portal {
			t.Errorf("%s ends the portal's maintenance: %d, want %d", user, got, may.portal)
		}
		if got := h.send("POST", "/maintenance/new", body(h, "services", "library", "start", "now", "end", "15m", "etag", ""), nil).StatusCode; got != may.library {
			t.Errorf("%s takes the library offline: %d, want %d", user, got, may.library)
		}
		for _, one := range a.pooled.board.Windows() {
			if one.ID != w.ID {
				if _, _, err := a.pooled.board.EndWindow(t.Context(), a.storage, one.ID, ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := h.send("POST", "/incidents/new", body(h, "services", "portal", "title", "By "+user, "state", "investigating", "impact", "minor"), nil).StatusCode; got != may.post {
			t.Errorf("%s posts about the portal: %d, want %d", user, got, may.post)
		}
		if user != "mueller" {
			if got := h.send("POST", "/maintenance/new", body(h, "services", "*", "start", "now", "end", "15m", "etag", ""), nil).StatusCode; got != 403 {
				t.Errorf("%s takes everything offline: %d", user, got)
			}
		}
	}
	if _, err := a.pooled.board.Window(w.ID); err != nil {
		t.Error("the portal's maintenance was ended")
	}

	l := e.as(t, "librarian")
	for _, path := range []string{"/", "/incidents", "/log"} {
		l.open(path).wants(200).lacks("portal", "Student", "Portal trouble")
	}
	for _, path := range []string{"/services/portal", "/incidents/" + in.ID, "/maintenance/" + w.ID, "/log?service=portal"} {
		l.open(path).wants(404).lacks("Student", "Portal trouble")
	}
	l.open("/services/library").wants(200).reads("Library catalogue", "Take offline").lacks("Student")
	for _, user := range []string{"student1", "head-of-it"} {
		page := e.as(t, user).open("/services/portal").wants(200).lacks("Take offline now")
		if page.form("/maintenance/new") != nil || page.form("/end") != nil {
			t.Errorf("%s is offered what they may not do", user)
		}
	}
}

// tokenOf is the token of the forms on a page; empty where there are none.
func (s sheet) tokenOf() (token string) {
	s.each(func(n *html.Node) {
		if n.Data == "input" && attr(n, "name") == "token" {
			token = attr(n, "value")
		}
	})
	return token
}

func TestTwoWhoChangeTheSameSeeEachOther(t *testing.T) {
	e := desks(t)
	m, l := e.as(t, "mueller"), e.as(t, "librarian")
	// Both want to take it offline; the second was not told in time.
	late := l.open("/services/library").wants(200)
	w := m.takeOffline("library", "Mueller's words")
	conflict := l.send("POST", "/maintenance/new", late.fill("/maintenance/new", "message", "The librarian's words", "step", "confirm"), nil).wants(412)
	conflict.reads("Somebody else was first", "Mueller's words", "The librarian's words")
	if now := m.windowOf("library"); now != w {
		t.Errorf("overwritten: %+v", now)
	}
	// Who insists looks at it once more, and then it counts.
	again := l.send("POST", "/maintenance/"+w.ID, conflict.fill("/maintenance/"+w.ID), nil).wants(200)
	l.send("POST", "/maintenance/"+w.ID, again.fill("/maintenance/"+w.ID, "step", "confirm"), nil).wants(303)
	if now := m.windowOf("library"); now.ID != w.ID || now.Message != "The librarian's words" {
		t.Errorf("%+v", now)
	}
	// An end that was asked for on a page from before that.
	stale := url.Values{"token": {m.open("/services/library").tokenOf()}, "etag": {w.ETag}, "by": {"1h"}}
	for _, what := range []string{"end", "extend"} {
		m.send("POST", "/maintenance/"+w.ID+"/"+what, stale, nil).wants(412).reads("Somebody else was first", "The librarian's words")
	}

	in, err := running.newest().pooled.board.OpenIncident(t.Context(), running.newest().storage, board.Draft{Title: "Slow", Services: []string{"library"}})
	if err != nil {
		t.Fatal(err)
	}
	path := "/incidents/" + in.ID
	old := l.open(path).wants(200)
	review := m.send("POST", path, m.open(path).fill(path, "message", "Mueller knows why", "state", "identified", "step", "review"), nil)
	m.send("POST", path, review.fill(path, "step", "confirm"), nil).wants(303)
	l.send("POST", path, old.fill(path, "message", "Nobody knows why", "step", "confirm"), nil).wants(412).
		reads("Mueller knows why", "Nobody knows why")
	if n := len(running.newest().pooled.board.Incidents(true)[0].Updates); n != 1 {
		t.Errorf("%d updates", n)
	}
}

func TestWhatIsWrongIsSaidAndWhatWasTypedStays(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	blank := m.open("/maintenance/new").wants(200)
	for want, fields := range map[string][]string{
		"Choose at least one service": {"end", "15m"},
		"Choose when it ends":         {"services", "portal", "end", "pick"},
		"That time has passed":        {"services", "portal", "end", "pick", "until", "2020-01-01T10:00"},
		"Fill in when it begins":      {"services", "portal", "end", "1h", "start", "pick", "from", "soon"},
		"more than 10000 bytes":       {"services", "portal", "end", "1h", "message", strings.Repeat("x", 10001)},
		"there is no service":         {"services", "nothing", "end", "1h", "step", "confirm"},
	} {
		f := blank.fill("/maintenance/new", append([]string{"message", "Typed for long.", "step", "review"}, fields...)...)
		page := m.send("POST", "/maintenance/new", f, nil).wants(422).reads("Nothing was changed.", want)
		if got := page.form("/maintenance/new").Get("message"); got != f.Get("message") {
			t.Errorf("%s: what was typed is lost: %.100q", want, got)
		}
	}
}

func TestAPageTellsOnlyWhatIsNew(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	etag := m.open("/").wants(200).Header.Get("Etag")
	// A minute may have passed in between.
	wait(t, "a page that stays the same", func() bool {
		now := m.send("GET", "/", nil, header{"If-None-Match": etag})
		etag = now.Header.Get("Etag")
		return now.StatusCode == 304
	})
	e.hold("portal", time.Hour)
	m.send("GET", "/", nil, header{"If-None-Match": etag}).wants(200).reads("New storage")
}

func TestTheConsoleWarnsWhenAServiceCouldLockItOut(t *testing.T) {
	e := startEdge(t, "candor "+tomlFile(t, staffed), "candor portal\nhandle_path /console/* {\n"+staff+"candor_console\n}")
	e.as(t, "mueller").open("/").wants(200).reads("Do not lock yourself out", "portal")
	e.hold("portal", time.Hour)
	e.as(t, "mueller").open("/").wants(503)
	e.load("candor "+tomlFile(t, staffed), "candor portal {\nexempt /console/*\n}\nhandle_path /console/* {\n"+staff+"candor_console\n}")
	e.as(t, "mueller").open("/").wants(200).lacks("lock yourself out").reads("New storage")
}

func TestAPartIsClosedAndStaysAPart(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	form := m.open("/services/portal").fill("/maintenance/new", "message", "No enrolment.", "kind", "readonly", "paths", "/enrol/* /exams", "step", "review")
	review := m.send("POST", "/maintenance/new", form, nil).wants(200).reads("/enrol/*", "looking still works")
	if !strings.Contains(review.preview(), "No enrolment.") {
		t.Error("the preview is not of the part")
	}
	m.send("POST", "/maintenance/new", review.fill("/maintenance/new", "step", "confirm"), nil).wants(303)
	w := running.newest().pooled.board.Windows()[0]
	if !w.ReadOnly || strings.Join(w.Paths, " ") != "/enrol/* /exams" {
		t.Fatalf("%+v", w)
	}
	m.open("/services/portal").reads("only /enrol/*, /exams")
	edit := m.open("/maintenance/"+w.ID).fill("/maintenance/"+w.ID, "message", "Tomorrow again.", "step", "confirm")
	m.send("POST", "/maintenance/"+w.ID, edit, nil).wants(303)
	now := running.newest().pooled.board.Windows()[0]
	if !now.ReadOnly || len(now.Paths) != 2 || now.Message != "Tomorrow again." {
		t.Errorf("%+v", now)
	}
}

func TestWhatIsOverdueOrForgottenIsSaid(t *testing.T) {
	e := desks(t)
	e.load("candor "+tomlFile(t, staffed+"\n[maintenance]\nremind_after = \"1m\"\n"), "handle_path /console/* {\n"+staff+"candor_console\n}")
	a := running.newest()
	create := func(w board.Window) board.Window {
		w, err := a.pooled.board.CreateWindow(t.Context(), a.storage, w)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	create(board.Window{Services: []string{"library"}, From: time.Now().Add(-time.Hour)})
	w := create(board.Window{Services: []string{"portal"}, From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Second)})
	w.Until = w.Until.Add(time.Hour)
	if _, err := a.pooled.board.EditWindow(t.Context(), a.storage, w.ID, "", w); err != nil {
		t.Fatal(err)
	}
	a.merge()
	m := e.as(t, "mueller")
	wait(t, "the promise to pass", func() bool { return strings.Contains(m.open("/").text(), "Overdue") })
	m.open("/").reads("Is it forgotten?", "It was promised to be back at", "Needs attention: 2")
}

func TestALinkForTestersIsShownOnceAndOnlyToOperators(t *testing.T) {
	e := desks(t)
	m, l := e.as(t, "mueller"), e.as(t, "librarian")
	page := m.open("/services/library")
	made := m.send("POST", "/services/library/pass", page.fill("/pass", "site", "https://library.example.edu", "for", "1h"), nil).wants(200)
	made.reads("A link for testers")
	if !strings.Contains(made.body, "https://library.example.edu/.candor/pass/") || made.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v %s", made.Header, made.body)
	}
	m.send("POST", "/services/library/pass", page.fill("/pass", "site", "javascript:alert(1)//"), nil).wants(422).harmless(t, "a bad site")
	m.send("POST", "/services/library/passes-end", page.fill("/passes-end"), nil).wants(303)
	m.open("/log").reads("Pass link made", "Passes ended").lacks("/.candor/pass/")
	theirs := l.open("/services/library").fill("/pass", "site", "https://portal.example.edu")
	l.send("POST", "/services/portal/pass", theirs, nil).wants(404)
	l.send("POST", "/services/portal/passes-end", theirs, nil).wants(404)
	s := e.as(t, "student1")
	theirs.Set("token", s.open("/incidents/new").tokenOf())
	s.send("POST", "/services/library/pass", theirs, nil).wants(403)
}

func TestPathsReadAsTheyAreWhereTextRunsFromRightToLeft(t *testing.T) {
	e := desks(t)
	a := running.newest()
	w := board.Window{Services: []string{"portal"}, Paths: []string{"/enrol/*", "/exams"}}
	if _, err := a.pooled.board.CreateWindow(t.Context(), a.storage, w); err != nil {
		t.Fatal(err)
	}
	a.merge()
	e.as(t, "mueller").send("GET", "/", nil, header{"Accept-Language": "ar"}).wants(200).reads("\u2068/enrol/*\u2069", "\u2068/exams\u2069")
}
