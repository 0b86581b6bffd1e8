package statusclient_test

import (
	"fmt"
	"testing"
	"time"

	sc "github.com/candor-edge/candor/statusclient"
)

// in returns the moment d after noon, and no moment for "never".
func in(t *testing.T, d string) time.Time {
	t.Helper()
	if d == "" {
		return time.Time{}
	}
	v, err := time.ParseDuration(d)
	if err != nil {
		t.Fatal(err)
	}
	return noon.Add(v)
}

func TestTimeDecidesOnASourceThatHolds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		from, until, now string
		want             string // held, planned or nothing
		next             string
	}{
		"open on both sides":         {"", "", "0s", "held", ""},
		"begun":                      {"-1h", "", "0s", "held", ""},
		"begins this moment":         {"0s", "1h", "0s", "held", "1h"},
		"a moment before":            {"1ns", "1h", "0s", "planned", "1ns"},
		"only an end":                {"", "1h", "0s", "held", "1h"},
		"ends this moment":           {"-1h", "0s", "0s", "nothing", ""},
		"a moment before its end":    {"-1h", "1ns", "0s", "held", "1ns"},
		"over":                       {"-2h", "-1h", "0s", "nothing", ""},
		"within the week":            {"168h", "169h", "0s", "planned", "168h"},
		"beyond the week":            {"168h1s", "169h", "0s", "nothing", "1s"},
		"ends before it begins":      {"2h", "1h", "0s", "planned", "1h"},
		"the clock jumps ahead":      {"1h", "2h", "1000h", "nothing", ""},
		"the clock jumps back":       {"1h", "2h", "-1000h", "nothing", "-167h"},
		"the clock is far back":      {"", "", "-2562047h", "held", ""},
		"the clock jumps back a bit": {"-1m", "2h", "-2m", "planned", "-1m"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, state := range []sc.MaintenanceState{"", sc.Scheduled, sc.InProgress, sc.Completed, sc.MaintenanceUnknown} {
				w := sc.Maintenance{ID: "w", State: state, From: in(t, tc.from), Until: in(t, tc.until), Services: []string{"s"}}
				k := sc.Merge([]sc.Service{{Name: "s"}, {Name: "other"}}, []sc.Input{board(sc.Status{Maintenances: []sc.Maintenance{w}})}, nil, in(t, tc.now))
				s := k.Situations["s"]
				got := "nothing"
				switch {
				case s.Hold != nil && len(s.Maintenances) == 0 && s.Hold.State == sc.InProgress && s.State() == sc.StateMaintenance:
					got = "held"
				case s.Hold == nil && len(s.Maintenances) == 1 && s.Maintenances[0].State == sc.Scheduled && s.State() == sc.StateUp:
					got = "planned"
				case s.Hold != nil || len(s.Maintenances) != 0:
					t.Fatalf("hold %+v, maintenances %+v", s.Hold, s.Maintenances)
				}
				if got != tc.want || !k.Next.Equal(in(t, tc.next)) {
					t.Errorf("stored as %q: %s, next %s; want %s, next %s", state, got, k.Next, tc.want, in(t, tc.next))
				}
				if o := k.Situations["other"]; o.Hold != nil || len(o.Maintenances) > 0 {
					t.Error("a window for one service concerns another")
				}
			}
		})
	}
}

func TestStateDecidesElsewhereAsLongAsItCanBeTrue(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		state       sc.MaintenanceState
		from, until string
		want        sc.State // empty: not shown
		next        string
	}{
		"completed":                     {sc.Completed, "-1h", "1h", "", ""},
		"in progress":                   {sc.InProgress, "-1h", "1h", sc.StateMaintenance, "25h"},
		"verifying":                     {sc.Verifying, "-1h", "1h", sc.StateMaintenance, "25h"},
		"in progress, no times":         {sc.InProgress, "", "", sc.StateMaintenance, ""},
		"in progress before its time":   {sc.InProgress, "1h", "2h", sc.StateMaintenance, "26h"},
		"in progress, late":             {sc.InProgress, "-5h", "-1h", sc.StateMaintenance, "23h"},
		"in progress, a day late":       {sc.InProgress, "-50h", "-24h", "", ""},
		"planned tomorrow":              {sc.Scheduled, "24h", "25h", sc.StateUp, "25h"},
		"planned in a week":             {sc.Scheduled, "168h", "169h", sc.StateUp, "169h"},
		"planned in eight days":         {sc.Scheduled, "192h", "193h", "", "24h"},
		"planned some day":              {sc.Scheduled, "", "", "", ""},
		"planned, never begun":          {sc.Scheduled, "-1h", "1h", sc.StateUp, "1h"},
		"planned, past":                 {sc.Scheduled, "-2h", "-1h", "", ""},
		"planned, past, no end":         {sc.Scheduled, "-1h", "", sc.StateUp, "23h"},
		"planned, long past, no end":    {sc.Scheduled, "-24h", "", "", ""},
		"who knows, within the week":    {sc.MaintenanceUnknown, "1h", "2h", sc.StateUp, "2h"},
		"who knows, over":               {sc.MaintenanceUnknown, "-2h", "-1h", "", ""},
		"no state, within its time":     {"", "-1h", "1h", sc.StateUp, "1h"},
		"completed, although yet to be": {sc.Completed, "1h", "2h", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := sc.Maintenance{ID: "m", State: tc.state, From: in(t, tc.from), Until: in(t, tc.until)}
			k := sc.Merge([]sc.Service{{Name: "s"}}, []sc.Input{source("b", sc.Status{Maintenances: []sc.Maintenance{m}})}, nil, noon)
			s := k.Situations["s"]
			if s.Hold != nil {
				t.Fatal("a backend that does not hold has turned maintenance mode on")
			}
			if shown := len(s.Maintenances) == 1; shown != (tc.want != "") {
				t.Errorf("shown: %v", shown)
			} else if shown && s.State() != tc.want {
				t.Errorf("state %s, want %s", s.State(), tc.want)
			}
			if !k.Next.Equal(in(t, tc.next)) {
				t.Errorf("next %s, want %s", k.Next, in(t, tc.next))
			}
		})
	}
}

func TestTheWindowThatEndsLastHolds(t *testing.T) {
	t.Parallel()
	w := func(id, until string, services ...string) sc.Maintenance {
		return sc.Maintenance{ID: id, From: noon.Add(-time.Hour), Until: in(t, until), Services: services}
	}
	a, b, all, open := w("a", "1h", "s"), w("b", "2h", "s", "t"), w("all", "3h", "*"), w("open", "", "*")
	for name, tc := range map[string]struct {
		give       []sc.Maintenance
		hold, rest string
	}{
		"one":          {[]sc.Maintenance{a}, "a", ""},
		"two":          {[]sc.Maintenance{a, b}, "b", "a"},
		"two, reverse": {[]sc.Maintenance{b, a}, "b", "a"},
		"all of them":  {[]sc.Maintenance{a, all, b}, "all", "a b"},
		"open end":     {[]sc.Maintenance{a, open, all}, "open", "a all"},
		"same end":     {[]sc.Maintenance{all, w("own", "3h", "s")}, "own", "all"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sc.Merge([]sc.Service{{Name: "s", Components: []string{"x/y"}}}, []sc.Input{board(sc.Status{Maintenances: tc.give})}, nil, noon).Situations["s"]
			if s.Hold == nil || s.Hold.ID != tc.hold || maintenanceIDs(s) != tc.rest {
				t.Errorf("hold %+v, others %q", s.Hold, maintenanceIDs(s))
			}
		})
	}
}

func TestMaintenancesInProgressComeBeforeTheSoonest(t *testing.T) {
	t.Parallel()
	var give []sc.Maintenance
	for i, from := range []string{"100h", "2h", "50h", "1h", "3h", "4h"} {
		give = append(give, sc.Maintenance{ID: fmt.Sprintf("in%s", from), State: sc.Scheduled, From: in(t, from), Updates: make([]sc.Update, 5+i)})
	}
	give = append(give, sc.Maintenance{ID: "old", State: sc.Verifying, From: in(t, "-9h")}, sc.Maintenance{ID: "new", State: sc.InProgress, From: in(t, "-1h")})
	s := sc.Merge([]sc.Service{{Name: "s"}}, []sc.Input{source("b", sc.Status{Maintenances: give})}, nil, noon).Situations["s"]
	if got, want := maintenanceIDs(s), "new old in1h in2h in3h"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, m := range s.Maintenances {
		if len(m.Updates) > 5 {
			t.Errorf("%s shows %d updates", m.ID, len(m.Updates))
		}
	}
}

func TestNextIsWhenSomethingChangesForAService(t *testing.T) {
	t.Parallel()
	w := func(services string, from, until string) sc.Maintenance {
		return sc.Maintenance{Services: []string{services}, From: in(t, from), Until: in(t, until)}
	}
	b := board(sc.Status{Maintenances: []sc.Maintenance{w("nobody", "1s", "2s"), w("a", "5h", "6h"), w("b", "-1h", "3h"), w("a", "500h", "501h")}})
	services := []sc.Service{{Name: "a"}, {Name: "b"}}
	var prev *sc.Knowledge
	now, got := noon, ""
	for range 9 {
		k := sc.Merge(services, []sc.Input{b}, prev, now)
		if prev != nil && k.Situations["a"] == prev.Situations["a"] && k.Situations["b"] == prev.Situations["b"] {
			t.Errorf("nothing has changed at %s", now)
		}
		if !k.Next.IsZero() {
			if early := sc.Merge(services, []sc.Input{b}, k, k.Next.Add(-1)); early.Situations["a"] != k.Situations["a"] || early.Situations["b"] != k.Situations["b"] {
				t.Errorf("something changes before %s", k.Next)
			}
			got += k.Next.Sub(noon).String() + " "
		} else {
			break
		}
		prev, now = k, k.Next
	}
	if want := "3h0m0s 5h0m0s 6h0m0s 332h0m0s 500h0m0s 501h0m0s "; got != want {
		t.Errorf("changes at %s, want %s", got, want)
	}
}
