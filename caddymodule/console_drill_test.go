package caddymodule

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/candor-edge/candor/statusclient/board"
)

// drill begins a rehearsal of a service, as the command does.
func (h hand) drill(service string) {
	h.t.Helper()
	a := running.newest()
	if _, err := a.startDrill(h.t.Context(), a.service(service), drillBody{Site: "https://" + service + ".example.edu", For: "2h"}); err != nil {
		h.t.Fatal(err)
	}
}

func TestARehearsalIsShownAndCanBeEnded(t *testing.T) {
	e := desks(t)
	m, l, s := e.as(t, "mueller"), e.as(t, "librarian"), e.as(t, "student1")
	m.open("/").lacks("Rehearsal")
	m.drill("portal")
	const says = "whoever has opened its link sees a failure"
	m.open("/").wants(200).reads("No trouble is known", "Rehearsal until")
	l.open("/").wants(200).lacks("Rehearsal")
	page := m.open("/services/portal").wants(200).reads("Rehearsal", says, "End the rehearsal")
	s.open("/services/portal").wants(200).reads(says).lacks("drill-end")

	// Who may not take it offline may not end it either.
	mine := page.fill("/services/portal/drill-end")
	for who, code := range map[hand]int{s: 403, l: 404} {
		form := who.open("/").tokenOf()
		mine.Set("token", form)
		if form == "" {
			mine.Set("token", who.open("/incidents/new").tokenOf())
		}
		who.send("POST", "/services/portal/drill-end", mine, nil).wants(code)
	}
	mine = page.fill("/services/portal/drill-end")
	m.send("POST", "/services/portal/drill-end", mine, header{"Sec-Fetch-Site": "cross-site"}).wants(403)
	m.send("GET", "/services/portal/drill-end", nil, nil).wants(405)
	if running.newest().drills.of("portal") == nil {
		t.Fatal("somebody who may not has ended it")
	}
	m.send("POST", "/services/portal/drill-end", mine, nil).wants(303)
	if running.newest().drills.any() {
		t.Fatal("it goes on")
	}
	m.open("/services/portal?done=drilled").wants(200).reads("The rehearsal is over.").lacks("End the rehearsal")
	m.send("POST", "/services/portal/drill-end", mine, nil).wants(303) // twice is no harm
	m.open("/log").wants(200).reads("Rehearsal ended", "mueller")
}

func TestARehearsalIsBegunByWhoMayTakeTheServiceOffline(t *testing.T) {
	e := desks(t)
	m, l, s := e.as(t, "mueller"), e.as(t, "librarian"), e.as(t, "student1")
	s.open("/services/portal").wants(200).lacks("Begin a rehearsal")
	page := m.open("/services/portal").wants(200).reads("Begin a rehearsal")
	const drill = "/services/portal/drill"
	mine := page.fill(drill, "site", e.plain(""))
	for who, code := range map[hand]int{s: 403, l: 404} {
		theirs := url.Values{"state": {"fault"}, "token": {who.open("/incidents/new").tokenOf()}}
		who.send("POST", drill, theirs, nil).wants(code)
	}
	m.send("POST", drill, mine, header{"Sec-Fetch-Site": "cross-site"}).wants(403)
	m.send("GET", drill, nil, nil).wants(405)
	for name, value := range map[string]string{"state": "up", "site": "javascript:alert(1)//"} {
		wrong := page.fill(drill, name, value)
		m.send("POST", drill, wrong, nil).wants(422).reads("Nothing was changed.", "Begin a rehearsal").harmless(t, "a rehearsal with a bad "+name)
	}
	if running.newest().drills.any() {
		t.Fatal("somebody who may not, or with what cannot be, has begun one")
	}

	for _, state := range []string{"fault", "incident", "maintenance"} {
		mine.Set("state", state)
		made := m.send("POST", drill, mine, nil).wants(200).reads("whoever has opened its link sees a failure")
		link := ""
		made.each(func(n *html.Node) {
			if attr(n, "id") == "link" {
				link = attr(n, "value")
			}
		})
		if !strings.HasPrefix(link, e.plain("/.candor/drill/")) || made.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%s: %q", state, link)
		}
		if d := running.newest().drills.of("portal"); d == nil || string(d.State) != state {
			t.Errorf("%s: %+v", state, d)
		}
	}
	if code := e.visit("portal"); code != 200 {
		t.Errorf("others get %d", code)
	}
	m.open("/services/portal").reads("End the rehearsal")
	m.open("/log").reads("Rehearsal begun", "mueller").lacks("/.candor/drill/")
}

func TestALinkThatLeadsNowhereHereSaysSo(t *testing.T) {
	m := startEdge(t, "candor "+tomlFile(t, staffed), "handle_path /console/* {\n"+staff+"candor_console\n}\nhandle {\ncandor portal\n}").as(t, "mueller")
	const says = "no site here leads to"
	for _, action := range []string{"/pass", "/drill"} {
		for service, led := range map[string]bool{"portal": true, "library": false} {
			path := "/services/" + service
			form := m.open(path).fill(path+action, "site", m.plain(""))
			made := m.send("POST", path+action, form, nil).wants(200).reads("Open it here")
			if strings.Contains(made.text(), says) == led {
				t.Errorf("%s%s: %s", service, action, made.text())
			}
		}
	}
}

// Without its rehearsal a pass opens nothing, and the next rehearsal revokes it.
func TestARehearsalIsOverThoughItsPassesCannotBeRevoked(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	m.drill("portal")
	form := m.open("/services/portal").fill("/services/portal/drill-end")
	e.failStorage(&failsBelow{"candor/passes", errors.New("no route")})
	m.send("POST", "/services/portal/drill-end", form, nil).wants(303)
	a := running.newest()
	if a.drills.any() {
		t.Error("it goes on")
	}
	if _, err := a.startDrill(t.Context(), a.service("portal"), drillBody{Site: "https://portal.example.edu"}); err == nil || a.drills.any() {
		t.Errorf("another one begins with the passes of the one before: %v", err)
	}
	e.failStorage(nil)
	entries, err := a.log(t.Context(), board.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Action == "drill.end" && entry.Outcome != "" {
			t.Errorf("the log says that it did not end: %+v", entry)
		}
	}
}
