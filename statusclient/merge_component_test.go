package statusclient_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	sc "github.com/candor-edge/candor/statusclient"
)

// components is a status that says of each component how it does: "SSO=degraded".
func components(said ...string) sc.Status {
	var s sc.Status
	for _, say := range said {
		name, status, _ := strings.Cut(say, "=")
		s.Components = append(s.Components, sc.Component{ID: "id-" + name, Name: name, Status: sc.ComponentStatus(status)})
	}
	return s
}

// noted is what a situation says of components, those that decide its state with
// an exclamation mark.
func noted(s *sc.Situation) string {
	var all []string
	for _, c := range s.Components {
		told := ""
		if c.Said {
			told = "!"
		}
		all = append(all, fmt.Sprintf("%s %s=%s%s", c.Backend, c.Name, c.Status, told))
	}
	return strings.Join(all, ", ")
}

func TestComponentsThatDoNotDoWellAreKnownWithoutAnIncident(t *testing.T) {
	t.Parallel()
	sso := sc.Service{Name: "s", Components: []string{"campus/SSO", "campus/Portal"}}
	for name, tc := range map[string]struct {
		service sc.Service
		give    sc.Status
		want    string
		state   sc.State
	}{
		"all is well":           {sso, components("SSO=operational", "Portal=operational"), "", sc.StateUp},
		"nobody knows":          {sso, components("SSO=unknown"), "", sc.StateUp},
		"a word of later":       {sso, components("SSO=on fire"), "", sc.StateUp},
		"degraded":              {sso, components("SSO=degraded"), "campus SSO=degraded!", sc.StateUp},
		"partial outage":        {sso, components("SSO=partial_outage"), "campus SSO=partial_outage!", sc.StateIncident},
		"major outage":          {sso, components("SSO=major_outage"), "campus SSO=major_outage!", sc.StateIncident},
		"maintenance":           {sso, components("SSO=maintenance"), "campus SSO=maintenance!", sc.StateMaintenance},
		"outage during another": {sso, components("SSO=maintenance", "Portal=major_outage"), "campus Portal=major_outage!, campus SSO=maintenance!", sc.StateIncident},
		"the worst comes first": {sso, components("SSO=degraded", "Portal=partial_outage"), "campus Portal=partial_outage!, campus SSO=degraded!", sc.StateIncident},
		"of somebody else":      {sso, components("Printers=major_outage"), "", sc.StateUp},
		"all of the backend":    {sc.Service{Name: "s", Components: []string{"campus/*"}}, components("Printers=major_outage"), "campus Printers=major_outage!", sc.StateIncident},
		"by its id":             {sc.Service{Name: "s", Components: []string{"campus/id-SSO"}}, components("SSO=major_outage"), "campus SSO=major_outage!", sc.StateIncident},

		// Printers may be out of paper: nobody says that they are part of it.
		"of a service that names none": {sc.Service{Name: "s"}, components("Printers=major_outage"), "", sc.StateUp},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := sc.Merge([]sc.Service{tc.service}, []sc.Input{source("campus", tc.give)}, nil, noon)
			s := k.Situations["s"]
			if got := noted(s); got != tc.want || s.State() != tc.state {
				t.Errorf("%q and state %s, want %q and %s", got, s.State(), tc.want, tc.state)
			}
		})
	}
}

func TestWhatAnIncidentTellsOfIsNotToldTwice(t *testing.T) {
	t.Parallel()
	give := components("SSO=major_outage", "Portal=degraded")
	give.Incidents = []sc.Incident{incident("x", "id-SSO")}
	give.Maintenances = []sc.Maintenance{
		{ID: "m", State: sc.InProgress, From: noon.Add(-time.Hour), Components: []string{"id-Portal"}},
	}
	services := []sc.Service{{Name: "s", Components: []string{"campus/SSO", "campus/Portal"}}}
	merged := func() string {
		return noted(sc.Merge(services, []sc.Input{source("campus", give)}, nil, noon).Situations["s"])
	}
	for _, underWay := range []sc.MaintenanceState{sc.InProgress, sc.Verifying} {
		give.Maintenances[0].State = underWay
		if got := merged(); got != "" {
			t.Errorf("said besides work that is %s: %q", underWay, got)
		}
	}
	give.Incidents[0].State, give.Maintenances[0].State = sc.Resolved, sc.Scheduled
	give.Maintenances[0].From = noon.Add(time.Hour)
	if got, want := merged(), "campus SSO=major_outage!, campus Portal=degraded!"; got != want {
		t.Errorf("an incident that is over and work that has not begun hide what is: %q, want %q", got, want)
	}
}

func TestAMonitorSeesAndDoesNotKnow(t *testing.T) {
	t.Parallel()
	src := source("kuma", components("SSO=major_outage", "Portal=maintenance"))
	src.Measured = true
	services := []sc.Service{{Name: "s", Components: []string{"kuma/SSO"}}, {Name: "t", Components: []string{"kuma/*"}}}
	k := sc.Merge(services, []sc.Input{src}, nil, noon)
	if got, want := noted(k.Situations["s"]), "kuma SSO=major_outage"; got != want || k.Situations["s"].State() != sc.StateUp {
		t.Errorf("%q, state %s, want %q, up", got, k.Situations["s"].State(), want)
	}
	// No monitor measures that something is worked on: somebody has told it.
	if got, want := noted(k.Situations["t"]), "kuma SSO=major_outage, kuma Portal=maintenance!"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAnOldWordOnAComponentIsKnownAndDecidesNothing(t *testing.T) {
	t.Parallel()
	services := []sc.Service{{Name: "s", Components: []string{"campus/SSO"}}}
	src := source("campus", components("SSO=major_outage"))
	src.Failing = noon.Add(time.Minute)
	for _, tc := range []struct {
		after time.Duration
		want  string
		next  time.Duration // zero: never
	}{
		{2 * time.Minute, "campus SSO=major_outage!", 15 * time.Minute},
		{15*time.Minute - 1, "campus SSO=major_outage!", 15 * time.Minute},
		{15 * time.Minute, "campus SSO=major_outage", 24 * time.Hour},
		{24 * time.Hour, "", 0},
	} {
		k := sc.Merge(services, []sc.Input{src}, nil, noon.Add(tc.after))
		if got := noted(k.Situations["s"]); got != tc.want {
			t.Errorf("after %s: %q, want %q", tc.after, got, tc.want)
		}
		next := time.Time{}
		if tc.next > 0 {
			next = noon.Add(tc.next)
		}
		if !k.Next.Equal(next) {
			t.Errorf("after %s: changes at %s, want %s", tc.after, k.Next, next)
		}
	}
}

func TestTheBoardSaysHowComponentsDo(t *testing.T) {
	t.Parallel()
	services := []sc.Service{{Name: "s", Components: []string{"campus/Net//SSO"}}, {Name: "t", Components: []string{"campus/Mail"}}}
	give := sc.Status{Components: []sc.Component{
		{ID: "campus/Net//SSO", Name: "campus/Net//SSO", Status: sc.MajorOutage, Changed: noon.Add(-time.Hour)},
	}}
	src := board(give)
	src.Failing = noon.Add(-2 * time.Hour) // it is in memory all the same
	k := sc.Merge(services, []sc.Input{source("campus", sc.Status{}), src}, nil, noon)
	if got, want := noted(k.Situations["s"]), "board Net/SSO=major_outage!"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if at := k.Situations["s"].Components[0].Since; !at.Equal(noon.Add(-time.Hour)) {
		t.Errorf("said at %s", at)
	}
	if got := noted(k.Situations["t"]); got != "" {
		t.Errorf("another service has %q", got)
	}
	// A service without components has what bears its name.
	k = sc.Merge([]sc.Service{{Name: "mail"}, {Name: "wiki"}}, []sc.Input{board(components("mail=partial_outage"))}, nil, noon)
	if got, want := noted(k.Situations["mail"])+noted(k.Situations["wiki"]), "board mail=partial_outage!"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for name, want := range map[string]string{"campus/Students/Mail": "Mail", "TCP/IP": "TCP/IP", "Wiki": "Wiki", "campus/A//B": "A/B"} {
		src := board(components(name + "=degraded"))
		services := []sc.Service{{Name: "s", Components: []string{"campus/*", "board/*"}}}
		k := sc.Merge(services, []sc.Input{source("campus", sc.Status{}), src}, nil, noon)
		if got := k.Situations["s"].Components[0].Name; got != want {
			t.Errorf("%s is shown as %q, want %q", name, got, want)
		}
	}
}

func TestComponentsAreBoundedAndMakeVersions(t *testing.T) {
	t.Parallel()
	var said []string
	for i := range 50 {
		said = append(said, fmt.Sprintf("c%02d=degraded", i))
	}
	services := []sc.Service{{Name: "s", Components: []string{"campus/*"}}}
	one := sc.Merge(services, []sc.Input{source("campus", components(said...))}, nil, noon)
	if n := len(one.Situations["s"].Components); n != 5 {
		t.Errorf("%d components are shown", n)
	}
	same := sc.Merge(services, []sc.Input{source("campus", components(said...))}, one, noon)
	if same.Situations["s"] != one.Situations["s"] {
		t.Error("the same said again is another situation")
	}
	said[3] = "c03=major_outage"
	other := sc.Merge(services, []sc.Input{source("campus", components(said...))}, one, noon)
	if other.Situations["s"].Version == one.Situations["s"].Version {
		t.Error("another status of a component has the same version")
	}
	if got := other.Situations["s"].Components[0].Name; got != "c03" {
		t.Errorf("first is %s", got)
	}
	if !slices.ContainsFunc(other.Situations["s"].Components, func(c sc.ComponentNote) bool { return c.Name == "c00" }) {
		t.Error("what was there first is gone")
	}
}
