package caddymodule

import (
	"testing"
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
