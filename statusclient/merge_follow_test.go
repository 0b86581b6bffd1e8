package statusclient_test

import (
	"testing"
	"time"

	sc "github.com/candor-edge/candor/statusclient"
)

func TestAServiceThatFollowsItsBackendIsClosedWhileThatSaysSo(t *testing.T) {
	services := []sc.Service{
		{Name: "mail", Components: []string{"campus/Mail"}, Follow: true},
		{Name: "all", Components: []string{"campus/*"}, Follow: true},
		{Name: "wiki", Components: []string{"campus/Wiki"}, Follow: true},
		{Name: "free", Components: []string{"campus/Mail"}},
	}
	components := []sc.Component{{ID: "m", Name: "Mail"}, {ID: "w", Name: "Wiki"}}
	at := func(m sc.Maintenance, change func(*sc.Input), now time.Time) *sc.Knowledge {
		src := source("campus", sc.Status{Components: components, Maintenances: []sc.Maintenance{m}})
		if change != nil {
			change(&src)
		}
		return sc.Merge(services, []sc.Input{src, board(sc.Status{})}, nil, now)
	}
	closed := func(k *sc.Knowledge, now time.Time) (names string) {
		for _, s := range services {
			root := sc.ReadingsOf("/")
			if held := k.Situations[s.Name].Holding(&root, true, now); held != nil {
				names += s.Name + " "
				if held.HeldBy != "campus" {
					t.Errorf("%s is held by %q", s.Name, held.HeldBy)
				}
			}
		}
		return names
	}
	work := func(state sc.MaintenanceState, until time.Time, ids ...string) sc.Maintenance {
		return sc.Maintenance{ID: "x", State: state, From: noon.Add(-time.Hour), Until: until, Components: ids}
	}
	failing := func(since time.Time) func(*sc.Input) {
		return func(s *sc.Input) { s.Failing, s.Error = since, "timeout" }
	}
	hour := noon.Add(time.Hour)
	for name, c := range map[string]struct {
		m      sc.Maintenance
		change func(*sc.Input)
		now    time.Time
		want   string
	}{
		"in progress":                   {work(sc.InProgress, hour, "m"), nil, noon, "mail all "},
		"being checked":                 {work(sc.Verifying, time.Time{}, "m"), nil, noon, "mail all "},
		"planned":                       {work(sc.Scheduled, hour, "m"), nil, noon, ""},
		"completed":                     {work(sc.Completed, hour, "m"), nil, noon, ""},
		"no word that is known":         {work(sc.MaintenanceUnknown, hour, "m"), nil, noon, ""},
		"naming nothing":                {work(sc.InProgress, hour), nil, noon, ""},
		"late":                          {work(sc.InProgress, noon.Add(-time.Minute), "m"), nil, noon, "mail all "},
		"forgotten":                     {work(sc.InProgress, noon, "m"), nil, noon.Add(25 * time.Hour), ""},
		"just lost, end ahead":          {work(sc.InProgress, hour, "m"), failing(noon), noon, "mail all "},
		"lost, end ahead":               {work(sc.InProgress, hour, "m"), failing(noon), noon.Add(59 * time.Minute), "mail all "},
		"lost, end passed":              {work(sc.InProgress, hour, "m"), failing(noon), hour, ""},
		"lost for a moment, end passed": {work(sc.InProgress, noon, "m"), failing(noon), noon.Add(9 * time.Minute), "mail all "},
		"lost for long, no end":         {work(sc.InProgress, time.Time{}, "m"), failing(noon), noon.Add(10 * time.Minute), ""},
		"lost for a moment, no end":     {work(sc.InProgress, time.Time{}, "m"), failing(noon), noon.Add(9 * time.Minute), "mail all "},
		"lost before this process began": {work(sc.InProgress, hour, "m"), func(s *sc.Input) {
			s.Failing, s.Error, s.Fetched = noon, "timeout", noon.Add(-30*time.Hour)
		}, noon, ""},
		"of a component that is unknown": {work(sc.InProgress, hour, "other"), nil, noon, "all "},
	} {
		t.Run(name, func(t *testing.T) {
			k := at(c.m, c.change, c.now)
			if got := closed(k, c.now); got != c.want {
				t.Errorf("closed: %q, want %q", got, c.want)
			}
			// Time alone must lead there: whoever merged before is told to merge again by then.
			before := at(c.m, c.change, noon.Add(-time.Second))
			if closed(before, noon.Add(-time.Second)) != c.want && c.now.After(noon) && (before.Next.IsZero() || before.Next.After(c.now)) {
				t.Errorf("nothing is to be done before %v", before.Next)
			}
		})
	}
	// The next merge may be a while off: nobody gets in because a clock strikes.
	for _, m := range []sc.Maintenance{work(sc.InProgress, hour, "m"), work(sc.Verifying, noon.Add(time.Second), "m")} {
		if got := closed(at(m, nil, noon), hour.Add(time.Second)); got != "mail all " {
			t.Errorf("past the end that was announced, %q are closed", got)
		}
	}
	late := at(work(sc.InProgress, noon, "m"), nil, noon).Situations["mail"]
	if !late.Hold.Until.IsZero() || !late.Hold.Promised.Equal(noon) {
		t.Errorf("late: %+v", late.Hold)
	}
	if before := at(work(sc.InProgress, noon, "m"), nil, noon.Add(-1)).Situations["mail"]; before.Version == late.Version {
		t.Error("being late is no news")
	}
	if free := at(work(sc.InProgress, hour, "m"), nil, noon).Situations["free"]; len(free.Maintenances) != 1 || free.State() != sc.StateMaintenance {
		t.Errorf("who does not follow is not told: %+v", free)
	}
}
