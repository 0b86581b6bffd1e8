package statusclient_test

import (
	"fmt"
	"testing"
	"time"

	sc "github.com/candor-edge/candor/statusclient"
)

func TestOwnComesFirstThenNewest(t *testing.T) {
	t.Parallel()
	at := func(id string, age time.Duration, components ...string) sc.Incident {
		in := incident(id, components...)
		in.Started = noon.Add(-age)
		return in
	}
	undated := incident("undated", "m")
	undated.Started = time.Time{}
	undated.Updates = []sc.Update{{At: noon.Add(-time.Minute)}, {At: noon.Add(-150 * time.Minute)}}
	everyone := at("everyone", time.Second)
	everyone.Services = []string{"*"}
	campus := source("campus", sc.Status{
		Components: []sc.Component{{ID: "m", Name: "Mail"}},
		Incidents:  []sc.Incident{at("wide", 0), at("old", 3*time.Hour, "m"), undated, at("young", time.Hour, "m"), everyone},
	})
	cloud := source("cloud", sc.Status{Incidents: []sc.Incident{at("other", 2*time.Hour, "SMTP"), at("widest", time.Minute)}})
	k := sc.Merge([]sc.Service{{Name: "mail", Components: []string{"campus/Mail", "cloud/SMTP"}}}, []sc.Input{campus, cloud}, nil, noon)
	s := k.Situations["mail"]
	if got, want := incidentIDs(s), "young other undated old wide"; got != want {
		t.Errorf("incidents are %q, want %q", got, want)
	}
	if got, want := fmt.Sprint(s.Backends), "[campus cloud]"; got != want {
		t.Errorf("sources are %s, want %s", got, want)
	}
}

func TestOnlyOpenIncidentsAndNoMoreThanFive(t *testing.T) {
	t.Parallel()
	var s sc.Status
	for i, state := range []sc.IncidentState{
		sc.Resolved, sc.Postmortem, sc.Identified, sc.Monitoring, sc.StateUnknown, sc.Investigating, "", sc.Identified, sc.Identified,
	} {
		in := incident(fmt.Sprint(i))
		in.State, in.Updates = state, make([]sc.Update, 9)
		s.Incidents = append(s.Incidents, in)
	}
	gone := incident("gone")
	gone.State, gone.Resolved = sc.StateUnknown, noon
	again := incident("again")
	again.Started, again.Resolved = noon.Add(time.Second), noon
	s.Incidents = append([]sc.Incident{gone, again}, s.Incidents...)
	got := sc.Merge([]sc.Service{{Name: "s"}}, []sc.Input{source("b", s)}, nil, noon).Situations["s"]
	if ids := incidentIDs(got); ids != "again 2 3 4 5" {
		t.Errorf("shown are %q", ids)
	}
	for _, in := range got.Incidents {
		if len(in.Updates) > 5 {
			t.Errorf("%s shows %d updates", in.ID, len(in.Updates))
		}
	}
	if len(s.Incidents[3].Updates) != 9 {
		t.Error("the status was changed")
	}
}
