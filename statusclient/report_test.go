package statusclient

import (
	"fmt"
	"testing"
	"time"
)

func TestReportsOfOneIncidentAreJoined(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	report := func(key string, impact Impact, minute int) Report {
		at := noon.Add(time.Duration(minute) * time.Minute)
		return Report{
			Key: key, Firing: true,
			Incident: Incident{
				ID: "outage", Alerts: []string{key}, Impact: impact, Started: at,
				Updates: []Update{{Text: Text{Plain: "Seen by " + key + "."}, At: at}},
			},
			Component: Component{ID: "portal", Status: Degraded},
		}
	}
	for name, tc := range map[string]struct {
		give []Report
		want string
	}{
		"the earliest begin counts": {
			[]Report{report("a", ImpactMajor, 2), report("b", ImpactMajor, 1)},
			"major since 12:01 by [a b]: Seen by a. Seen by b.",
		},
		"also where it came first": {
			[]Report{report("a", ImpactMajor, 1), report("b", ImpactMajor, 2)},
			"major since 12:01 by [a b]: Seen by b. Seen by a.",
		},
		"the worst impact counts": {
			[]Report{report("a", ImpactMinor, 1), report("b", ImpactCritical, 2), report("c", ImpactUnknown, 3)},
			"critical since 12:01 by [a b c]: Seen by c. Seen by b. Seen by a.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := overlay(nil, tc.give)
			if len(st.Incidents) != 1 {
				t.Fatalf("%d incidents", len(st.Incidents))
			}
			n := &st.Incidents[0]
			got := fmt.Sprintf("%s since %s by %v:", n.Impact, n.Started.Format("15:04"), n.Alerts)
			for _, u := range n.Updates {
				got += " " + u.Text.Plain
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}
