package statusclient

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWhatIsCutOfTooMuchIsWhatIsOver, in whatever order a backend lists things.
func TestWhatIsCutOfTooMuchIsWhatIsOver(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	st := &Status{}
	for i := range 10_000 {
		st.Incidents = append(st.Incidents, Incident{ID: fmt.Sprint(i), State: Resolved, Started: day(i)})
		st.Maintenances = append(st.Maintenances, Maintenance{ID: fmt.Sprint(i), State: Completed, From: day(i)})
	}
	st.Incidents[10].State, st.Incidents[20].State = Investigating, Monitoring
	st.Maintenances[10].State, st.Maintenances[9000].State, st.Maintenances[9999].State = InProgress, Scheduled, Scheduled
	given := slices.Clone(st.Incidents)
	list := st.Incidents
	st.Clean()
	var incidents, maintenances []string
	for i := range 4 {
		incidents = append(incidents, st.Incidents[i].ID)
		maintenances = append(maintenances, st.Maintenances[i].ID)
	}
	if got, want := strings.Join(incidents, " "), "20 10 9999 9998"; got != want {
		t.Errorf("incidents %s, want %s", got, want)
	}
	if got, want := strings.Join(maintenances, " "), "10 9000 9999 9998"; got != want {
		t.Errorf("maintenances %s, want %s", got, want)
	}
	if list[0].ID != given[0].ID || list[9999].ID != given[9999].ID {
		t.Error("the list of the adapter was put into another order")
	}
}

func TestStatusCleanBoundsEverything(t *testing.T) {
	t.Parallel()
	st := &Status{}
	for i := range 2 * keepComponents {
		st.Components = append(st.Components, Component{ID: fmt.Sprint(i), Status: Operational})
	}
	for range 2 * keepIncidents {
		st.Incidents = append(st.Incidents, Incident{Title: strings.Repeat("語", 1000)})
		st.Maintenances = append(st.Maintenances, Maintenance{Updates: make([]Update, 2)})
	}
	st.Incidents[0].Updates = make([]Update, 2*keepUpdates)
	st.Clean()
	if len(st.Components) != keepComponents || len(st.Incidents) != keepIncidents || len(st.Maintenances) != keepMaintenances {
		t.Errorf("%d components, %d incidents, %d maintenances", len(st.Components), len(st.Incidents), len(st.Maintenances))
	}
	if n := len(st.Incidents[0].Updates); n != keepUpdates {
		t.Errorf("%d updates", n)
	}
	if got, want := st.Incidents[0].Title, strings.Repeat("語", maxTitle-1)+"…"; got != want {
		t.Errorf("title has %d bytes, want %d", len(got), len(want))
	}
}

func TestStatusCleanMakesWhatNobodyKnowsUnknown(t *testing.T) {
	t.Parallel()
	st := &Status{
		Components: []Component{{Status: "fine"}, {}},
		Incidents: []Incident{{
			State: "panicking", Impact: "awful",
			Updates: []Update{{State: "scheduled"}, {State: ""}, {State: "resolved"}},
		}},
		Maintenances: []Maintenance{{State: "soon", Updates: []Update{{State: "investigating"}, {State: "in_progress"}}}},
	}
	st.Clean()
	n, m := st.Incidents[0], st.Maintenances[0]
	got := []string{
		string(st.Components[0].Status), string(st.Components[1].Status), string(n.State), string(n.Impact),
		n.Updates[0].State, n.Updates[1].State, n.Updates[2].State,
		string(m.State), m.Updates[0].State, m.Updates[1].State,
	}
	want := []string{
		"unknown", "unknown", "unknown", "unknown",
		"unknown", "", "resolved",
		"unknown", "unknown", "in_progress",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestStatusCleanTidiesTitlesLinksAndTimes(t *testing.T) {
	t.Parallel()
	st := &Status{Incidents: []Incident{
		{
			ID: "a\nb", Title: " Mail\r\n\u202edown\u2069\x07 \xff ", URL: "https://a.example/x",
			Components: []string{"c\x00"}, Services: []string{},
			Started: time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("", 3600)), Resolved: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		},
		{URL: "javascript:alert(1)"},
		{URL: "https://user:pass@a.example/"},
		{URL: "/relative"},
		{URL: "https://a.example/\u202e"},
		{URL: "https://a.example/" + strings.Repeat("x", 5000)},
		{URL: "https://a.example/" + strings.Repeat("é", 1000)}, // six bytes each, once it is escaped
	}}
	st.Clean()
	want := Incident{
		ID: "a b", Title: "Mail down \ufffd", State: StateUnknown, Impact: ImpactUnknown, URL: "https://a.example/x",
		Components: []string{"c"}, Started: time.Date(2026, 1, 1, 11, 0, 0, 0, time.UTC),
	}
	if !reflect.DeepEqual(st.Incidents[0], want) {
		t.Errorf("got  %+v\nwant %+v", st.Incidents[0], want)
	}
	for _, n := range st.Incidents[1:] {
		if n.URL != "" {
			t.Errorf("link %q was kept", n.URL)
		}
	}
}

func TestCleanLineCutsAtCharacters(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]string{
		"":                         "",
		"12345":                    "12345",
		"123456":                   "1234…",
		"語語語語語語":                   "語語語語…",
		"123 5678":                 "123…",
		" 1\t2 ":                   "1 2",
		strings.Repeat(" ", 99):    "",
		strings.Repeat("💥", 10000): "💥💥💥💥…",
	} {
		got := cleanLine(give, 5)
		if got != want {
			t.Errorf("cleanLine(%.20q) = %q, want %q", give, got, want)
		}
		if again := cleanLine(got, 5); again != got {
			t.Errorf("cleaned again: %q", again)
		}
	}
}
