package statusclient_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	sc "github.com/candor-edge/candor/statusclient"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// source is a backend that has been asked.
func source(name string, s sc.Status) sc.Input {
	return sc.Input{Name: name, Fetched: noon, Status: &s}
}

// board is a source that holds.
func board(s sc.Status) sc.Input {
	return sc.Input{Name: "board", Fetched: noon, Holds: true, Status: &s}
}

func incident(id string, components ...string) sc.Incident {
	return sc.Incident{ID: id, Title: id, State: sc.Investigating, Impact: sc.ImpactMajor, Components: components, Started: noon}
}

func incidentIDs(s *sc.Situation) string {
	var ids []string
	for _, in := range s.Incidents {
		ids = append(ids, in.ID)
	}
	return strings.Join(ids, " ")
}

func maintenanceIDs(s *sc.Situation) string {
	var ids []string
	for _, m := range s.Maintenances {
		ids = append(ids, m.ID)
	}
	return strings.Join(ids, " ")
}

// campus has a component name in two groups, slashes in names, ids that look like
// names, and an id that only its incidents know.
func campus() sc.Status {
	s := sc.Status{Components: []sc.Component{
		{ID: "1", Name: "Mail", Group: "Staff"},
		{ID: "2", Name: "Mail", Group: "Students"},
		{ID: "3", Name: "TCP/IP", Group: "Net/Core"},
		{ID: "4", Name: "Café"},
		{ID: "5", Name: "教务系统", Group: "校园"},
		{ID: "6", Name: "1"},
		{ID: "7", Name: "Wiki"},
		{ID: "8", Name: "wiki"},
		{ID: "https://x.example/9", Name: ""},
	}}
	for _, id := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "https://x.example/9", "hidden"} {
		s.Incidents = append(s.Incidents, incident("i"+id, id))
	}
	return s
}

func TestAComponentIsNamedByNameGroupOrID(t *testing.T) {
	t.Parallel()
	all := "i1 i2 i3 i4 i5 i6 i7 i8 ihttps://x.example/9 ihidden"
	for ref, want := range map[string]string{
		"campus/Mail":                     "i1 i2", // a name in two groups is both
		"campus/Staff/Mail":               "i1",
		"campus/Students/Mail":            "i2",
		"campus/Staff":                    "", // a group is not a component
		"campus/Staff/":                   "",
		"campus/2":                        "i2",
		"campus/1":                        "i6", // a name wins over an id that reads the same
		"campus/TCP//IP":                  "i3",
		"campus/TCP/IP":                   "", // group TCP, name IP
		"campus/Net//Core/TCP//IP":        "i3",
		"campus/Net/Core/TCP/IP":          "",
		"campus/Café":                     "i4",
		"campus/Cafe\u0301":               "i4", // the same name, composed otherwise
		"campus/Cafe":                     "",
		"campus/教务系统":                     "i5",
		"campus/校园/教务系统":                  "i5",
		"campus/Wiki":                     "i7", // case matters
		"campus/wiki":                     "i8",
		"campus/WIKI":                     "",
		"campus/https:////x.example//9":   "ihttps://x.example/9",
		"campus/hidden":                   "ihidden", // an id that the backend does not list
		"campus/*":                        all,
		"campus/":                         "",
		"campus":                          "",
		"/Mail":                           "",
		"elsewhere/Mail":                  "",
		"Campus/Mail":                     "",
		"":                                "",
		strings.Repeat("campus/Mail/", 9): "",
	} {
		t.Run(ref, func(t *testing.T) {
			t.Parallel()
			k := sc.Merge([]sc.Service{{Name: "s", Components: []string{ref}}}, []sc.Input{source("campus", campus())}, nil, noon)
			if got := incidentsOf(k.Situations["s"], all); got != firstFive(want) {
				t.Errorf("%q is concerned by %q, want %q", ref, got, firstFive(want))
			}
		})
	}
}

// incidentsOf is incidentIDs in the order of all; equal times keep their order.
func incidentsOf(s *sc.Situation, all string) string {
	got := strings.Fields(incidentIDs(s))
	order := strings.Fields(all)
	slices.SortStableFunc(got, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
	return strings.Join(got, " ")
}

func firstFive(ids string) string {
	f := strings.Fields(ids)
	return strings.Join(f[:min(len(f), 5)], " ")
}

func TestWhatConcernsWhom(t *testing.T) {
	t.Parallel()
	const hard = "a-z.0_9-" // every kind of character that a name may have
	services := []sc.Service{
		{Name: "portal", Components: []string{"campus/Portal", "campus/SSO"}},
		{Name: "mail", Components: []string{"campus/Mail", "cloud/SMTP"}},
		{Name: "typo", Components: []string{"campus/Prtal"}},
		{Name: "cloudy", Components: []string{"cloud/*"}},
		{Name: "alone", Components: []string{"nowhere/X"}},
		{Name: hard},
	}
	components := []sc.Component{{ID: "p", Name: "Portal"}, {ID: "s", Name: "SSO"}, {ID: "m", Name: "Mail"}}
	for name, tc := range map[string]struct {
		give   sc.Incident
		source string
		want   string
	}{
		"one component":               {incident("x", "p"), "campus", "portal " + hard},
		"two components of one":       {incident("x", "p", "s"), "campus", "portal " + hard},
		"two components of two":       {incident("x", "p", "m"), "campus", "portal mail " + hard},
		"a component nobody has":      {incident("x", "zzz"), "campus", hard},
		"nothing: the whole backend":  {incident("x"), "campus", "portal mail typo " + hard},
		"nothing, on another backend": {incident("x"), "cloud", "mail cloudy " + hard},
		"a component of a star":       {incident("x", "any"), "cloud", "cloudy " + hard},
		"a service":                   {sc.Incident{ID: "x", Services: []string{"portal"}}, "campus", "portal"},
		"a service that maps nowhere": {sc.Incident{ID: "x", Services: []string{"alone", hard}}, "campus", "alone " + hard},
		"a service that is not there": {sc.Incident{ID: "x", Services: []string{"gone"}}, "campus", ""},
		"all services":                {sc.Incident{ID: "x", Services: []string{"*"}}, "campus", "portal mail typo cloudy alone " + hard},
		"a service and a component":   {sc.Incident{ID: "x", Services: []string{"alone"}, Components: []string{"m"}}, "campus", "mail alone " + hard},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sources := []sc.Input{source("campus", sc.Status{Components: components}), source("cloud", sc.Status{})}
			for i := range sources {
				if sources[i].Name == tc.source {
					sources[i].Status.Incidents = []sc.Incident{tc.give}
				}
			}
			k := sc.Merge(services, sources, nil, noon)
			var got []string
			for _, s := range services {
				if len(k.Situations[s.Name].Incidents) > 0 {
					got = append(got, s.Name)
				}
			}
			if strings.Join(got, " ") != tc.want {
				t.Errorf("concerns %q, want %q", got, tc.want)
			}
		})
	}
}
