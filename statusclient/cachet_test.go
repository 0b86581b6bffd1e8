package statusclient

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

func TestCachet2(t *testing.T) {
	conform(t, conformance{typ: "cachet", fixtures: "testdata/cachet/2*.json", serve: serveTree})
}

func TestCachet3(t *testing.T) {
	conform(t, conformance{typ: "cachet", fixtures: "testdata/cachet/3*.json", serve: serveTree})
}

// fakeCachet is what people do at a Cachet of any version. Its component 4 is the
// portal; it begins with many incidents that are over and one that is internal.
type fakeCachet interface {
	http.Handler
	open(name, message string, visible int)
	update(state int, message string)
	schedule(name, message string, from, until time.Time)
	finish()
}

func TestCachetIsFollowedThroughADay(t *testing.T) {
	for version, tc := range map[string]struct {
		fresh   func() fakeCachet
		updates [3]int // 2.3 replaces a text by the next one
		length  string // only version 3 says when a maintenance ends
	}{
		"2.3": {func() fakeCachet { return newFakeCachet2("2.3") }, [3]int{1, 1, 1}, "endless"},
		"2.4": {func() fakeCachet { return newFakeCachet2("2.4") }, [3]int{1, 2, 3}, "endless"},
		"3":   {func() fakeCachet { return newFakeCachet3() }, [3]int{1, 2, 3}, "1h0m0s"},
	} {
		for _, token := range []string{"", fakeToken} {
			t.Run(version+" "+token, func(t *testing.T) {
				page := tc.fresh()
				incident := func(state string, n int, text string) string {
					return fmt.Sprintf("Portal=major_outage; Portal down %s major [4] %d %s", state, n, text)
				}
				cfg := BackendConfig{Type: "cachet", URL: "http://status.example.edu/incidents/1", Token: token}
				follow(t, cfg, page, []event{
					{nil, ""},
					{func() { page.open("Portal down", "We *look*.", 1) }, incident("investigating", tc.updates[0], "We look.")},
					{func() { page.update(2, "Found.") }, incident("identified", tc.updates[1], "Found.")},
					{func() { page.update(3, "Replaced.") }, incident("monitoring", tc.updates[2], "Replaced.")},
					{func() { page.open("For staff", "Who did that?", 0) }, incident("monitoring", tc.updates[2], "Replaced.")},
					{func() { page.update(4, "Done.") }, ""},
					{
						func() { page.schedule("Swap", "Planned.", time.Now().Add(time.Hour), time.Now().Add(2*time.Hour)) },
						"Swap scheduled " + tc.length + " [] Planned.",
					},
					{func() { time.Sleep(time.Hour) }, "Swap in_progress " + tc.length + " [] Planned."},
					{page.finish, ""},
				})
			})
		}
	}
}

// TestCachetIsUpgraded: what was a Cachet 2 an hour ago may be a Cachet 3 now.
func TestCachetIsUpgraded(t *testing.T) {
	var now atomic.Pointer[http.Handler]
	become := func(h http.Handler) func() { return func() { now.Store(&h) } }
	both := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*now.Load()).ServeHTTP(w, r) })
	two, three := newFakeCachet2("2.4"), newFakeCachet3()
	become(two)()
	follow(t, BackendConfig{Type: "cachet", URL: "http://status.example.edu"}, both, []event{
		{func() { two.open("Old", "x", 1) }, "Portal=major_outage; Old investigating major [4] 1 x"},
		{func() { become(three)(); three.open("New", "y", 1) }, "Portal=major_outage; New investigating major [4] 1 y"},
		{become(http.NotFoundHandler()), "Portal=major_outage; New investigating major [4] 1 y; answered with status code 404"},
		{become(two), "Portal=major_outage; Old investigating major [4] 1 x"},
	})
}

func TestCachet2TimesAreInTheConfiguredZone(t *testing.T) {
	page := newFakeCachet2("2.4")
	asking(t, page.ServeHTTP, func(t *testing.T, c *Client) {
		page.open("Portal down", "x", 1)
		for zone, deaf := range map[string]bool{"": false, "Asia/Tokyo": false, "America/New_York": true} {
			page.deaf = deaf // to the Time-Zone header, so that times are in the page's own zone
			c.last = [32]byte{}
			b, err := newCachet(BackendConfig{Timezone: zone}, c)
			if err != nil {
				t.Fatal(err)
			}
			st, err := b.Fetch(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := st.Incidents[0].Started; !got.Equal(time.Now().Truncate(time.Second)) {
				t.Errorf("%q: started %s", zone, got)
			}
		}
	})
}

func TestCachetReadsRealLists(t *testing.T) {
	t.Parallel()
	b := homeCachet(t)
	var two cachetList[cachet2Incident]
	var schedules cachetList[cachet2Schedule]
	var three cachet3List
	for file, v := range map[string]any{
		"cachet2/incidents_list_2.4": &two, "cachet2/schedules_list_2.4": &schedules, "cachet3/incidents_list_v3_demo_2024-10": &three,
	} {
		body, err := os.ReadFile("../../shared/fixtures/" + file + ".json")
		if err != nil {
			t.Skip("no recorded lists")
		}
		if err := json.Unmarshal(body, v); err != nil {
			t.Fatal(err)
		}
	}
	in := b.incident2(&two.Data.items[0], nil)
	if in.State != Identified || len(in.Updates) != 2 || in.Started.IsZero() || in.Components[0] != "1" {
		t.Errorf("2.4: %+v", in)
	}
	if m := b.schedule2(&schedules.Data.items[0], time.Now()); m.State != Completed || m.From.IsZero() {
		t.Errorf("2.4: %+v", m)
	}
	for i, want := range []IncidentState{Investigating, Resolved} {
		n := &three.Data.items[i]
		if in := b.incident3(n, nil); in.State != want || in.Started.IsZero() || !b.public3(n, time.Now()) {
			t.Errorf("3: %+v", in)
		}
	}
}

func homeCachet(t testing.TB) *cachet {
	t.Helper()
	b, err := New(BackendConfig{Name: "campus", Type: "cachet", URL: "https://home.example"}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	return b.(*cachet)
}

func FuzzCachet(f *testing.F) {
	b := homeCachet(f)
	fuzzTree(f, "testdata/cachet/*.json", func(body []byte) *Status {
		var two cachetList[cachet2Incident]
		var components cachetList[cachet2Component]
		var schedules cachetList[cachet2Schedule]
		var three cachet3List
		json.Unmarshal(body, &two)
		json.Unmarshal(body, &components)
		json.Unmarshal(body, &schedules)
		st := new(Status)
		if json.Unmarshal(body, &three) == nil {
			st.Components = three.components()
			three.pivots(st.Components)
		}
		for i := range two.Data.items {
			st.Incidents = append(st.Incidents, b.incident2(&two.Data.items[i], st.Components))
		}
		for i := range schedules.Data.items {
			st.Maintenances = append(st.Maintenances, b.schedule2(&schedules.Data.items[i], time.Unix(0, 0)))
		}
		for i := range three.Data.items {
			n := &three.Data.items[i]
			st.Incidents = append(st.Incidents, b.incident3(n, three.updates(n)))
			st.Maintenances = append(st.Maintenances, b.schedule3(n, three.updates(n)))
		}
		return st
	})
}
