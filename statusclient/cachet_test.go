package statusclient

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
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

func TestCachet2Quirks(t *testing.T) {
	incident := func(members string) string {
		return `{"id":7,"name":"I","visible":1,"message":"x","created_at":"2026-11-20 08:00:00","updated_at":"2026-11-20 09:00:00",` + members + `}`
	}
	tree := func(incidents, components, groups, schedules string) object {
		return object{
			"/incidents": raw(`{"data":[` + incidents + `]}`), "/components": raw(`{"data":[` + components + `]}`),
			"/components/groups": raw(`{"data":[` + groups + `]}`), "/schedules": raw(`{"data":[` + schedules + `]}`),
		}
	}
	component := func(n int, word string) any {
		return object{"id": n, "name": fmt.Sprint("C", n), "status": raw(word), "enabled": true}
	}
	components, known := each([][2]string{
		{"0", "unknown"}, {"1", ""}, {"2", "degraded"}, {"3", "partial_outage"}, {"4", "major_outage"}, {"5", "unknown"}, {"-1", "unknown"},
		{`"3"`, "partial_outage"}, {`"1"`, ""}, {"null", "unknown"}, {"[]", "unknown"},
	}, "C%d=%s", component)
	all := tree("", "", "", "")
	all["/components"] = object{"data": components}
	quirks := map[string]quirk{
		"every status of a component": {tree: all, want: known},
		"what is switched off is not there, also for a token": {
			tree: tree("", `{"id":1,"name":"On","status":4,"enabled":1},{"id":2,"name":"Off","status":4,"enabled":false}`, "", ""),
			want: "On=major_outage",
		},
		"of updates in one second the last is the newest": {
			tree: tree(incident(`"status":1,"occurred_at":"2026-11-20 08:00:00","updates":[
				{"id":9,"status":3,"message":"b","created_at":"2026-11-20 08:30:00"},{"id":8,"status":2,"message":"a","created_at":"2026-11-20 08:30:00"}]`), "", "", ""),
			want: "I monitoring minor [] 3 b",
		},
		"status 0 is no maintenance where there are schedules": {
			tree: tree(incident(`"status":0,"occurred_at":"2026-11-20 08:00:00","scheduled_at":"2026-11-21 08:00:00"`), "", "", ""),
			want: "I investigating minor [] 1 x",
		},
		"a status of an incident that nobody knows": {
			tree: tree(incident(`"status":9,"occurred_at":"2026-11-20 08:00:00"`), "", "", ""), want: "I unknown minor [] 1 x",
		},
		"what is not said to be visible is not": {
			tree: tree(`{"id":7,"name":"I","status":1,"occurred_at":"2026-11-20 08:00:00"}`, "", "", ""), want: "",
		},
		"every status of a schedule, and what was never begun or ended": {
			tree: tree("", "", "", `{"id":1,"name":"ahead","status":0,"scheduled_at":"2026-11-20 13:00:00"},
				{"id":2,"name":"due","status":0,"scheduled_at":"2026-11-20 11:00:00","completed_at":"2026-11-20 11:30:00"},
				{"id":3,"name":"yesterday's","status":0,"scheduled_at":"2026-11-19 11:00:00"},
				{"id":4,"name":"runs","status":1,"scheduled_at":"2026-11-20 13:00:00"},
				{"id":5,"name":"done","status":2,"scheduled_at":"2026-11-20 11:00:00"},
				{"id":6,"name":"odd","status":7,"scheduled_at":"2026-11-20 11:00:00"}`),
			want: "ahead scheduled endless [] -; due in_progress endless [] -; runs in_progress endless [] -; odd unknown endless [] -",
		},
		"2.3 plans by incidents, and knows when any other was scheduled as now": {
			tree: tree(incident(`"status":"0","scheduled_at":"2026-11-20 13:00:00","component_id":"4"`)+","+
				strings.Replace(incident(`"status":"2","scheduled_at":"2026-11-20 12:00:00","component_id":0`), `"I"`, `"J"`, 1), "", "", ""),
			want: "J identified minor [] 1 x; I scheduled endless [4] x",
		},
	}
	// How bad it is follows from what it is about, which Cachet does say.
	for impact, statuses := range map[string][2]int{"minor": {2, 1}, "major": {3, 1}, "critical": {4, 4}} {
		word := map[int]string{2: "degraded", 3: "partial_outage", 4: "major_outage"}
		want := "C1=" + word[statuses[0]]
		if statuses[1] != 1 {
			want += "; C2=" + word[statuses[1]]
		}
		tree := tree(incident(`"status":1,"component_id":1,"occurred_at":"2026-11-20 08:00:00"`), "", "", "")
		tree["/components"] = object{"data": array{component(1, fmt.Sprint(statuses[0])), component(2, fmt.Sprint(statuses[1]))}}
		quirks["an impact that is "+impact] = quirk{tree: tree, want: want + "; I investigating " + impact + " [1] 1 x"}
	}
	conformance{typ: "cachet"}.hold(t, quirks)
}

func TestCachet3Quirks(t *testing.T) {
	component := func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "type": "components", "attributes": object{"name": fmt.Sprint("C", n), "status": object{"value": raw(word)}}}
	}
	words := [][2]string{
		{"1", ""}, {"2", "degraded"}, {"3", "partial_outage"}, {"4", "major_outage"}, {"5", "unknown"}, {"6", "maintenance"}, {"0", "unknown"}, {"9", "unknown"},
	}
	components, known := each(words, "C%d=%s", component)
	effective, knownEffective := each(words, "C%d=%s", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "type": "components", "attributes": object{
			"name": fmt.Sprint("C", n), "status": object{"value": 1}, "latest_status": object{"human": "?", "value": raw(word)},
		}}
	})
	incidents, told := each([][2]string{
		{"0", "investigating"}, {"1", "investigating"}, {"2", "identified"}, {"3", "monitoring"}, {"4", ""}, {"7", "unknown"}, {`"3"`, "monitoring"},
	}, "I%d %s minor [] 1 x", func(n int, word string) any {
		return object{"id": fmt.Sprint(n), "type": "incidents", "attributes": object{"name": fmt.Sprint("I", n), "message": "x", "visible": 1, "status": object{"value": raw(word)}}}
	})
	published := func(visible, at string) string {
		return `{"id":"1","type":"incidents","attributes":{"name":"I","message":"x","status":1,` + visible + `"published":{"string":"` + at + `"}}}`
	}
	tree := func(incidents, components, schedules any) object {
		return object{"/api/incidents": object{"data": incidents}, "/api/components": object{"data": components}, "/api/schedules": object{"data": schedules}}
	}
	none := array{}
	schedule := func(members string) any {
		return array{raw(`{"id":"1","type":"schedules","attributes":{"name":"S","message":"x","status":{"value":1},"scheduled":{"string":"2026-11-20 11:00:00"},` + members + `}}`)}
	}
	conformance{typ: "cachet"}.hold(t, map[string]quirk{
		"every status of a component":                    {tree: tree(none, components, none), want: known},
		"the status in effect counts, not a component's": {tree: tree(none, effective, none), want: knownEffective},
		"every state of an incident":                     {tree: tree(incidents, none, none), want: told},
		"what is switched off is not there": {
			tree: tree(none, raw(`[{"id":"1","type":"components","attributes":{"name":"Off","enabled":false,"status":{"value":4}}}]`), none),
		},
		"what is published later is not known yet": {tree: tree(raw("["+published(`"visible":1,`, "2026-11-20 12:00:01")+"]"), none, none)},
		"what was published is":                    {tree: tree(raw("["+published(`"visible":1,`, "2026-11-20 11:59:59")+"]"), none, none), want: "I investigating minor [] 1 x"},
		"what is for staff is not shown":           {tree: tree(raw("["+published(`"visible":0,`, "2026-11-20 11:00:00")+"]"), none, none)},
		"what is hidden is not shown":              {tree: tree(raw("["+published(`"visible":2,`, "2026-11-20 11:00:00")+"]"), none, none)},
		"an incident that does not say is not":     {tree: tree(raw("["+published("", "2026-11-20 11:00:00")+"]"), none, none)},
		"a schedule that does not say is shown":    {tree: tree(none, none, schedule(`"completed":{"string":"2026-11-20 12:30:00"}`)), want: "S in_progress 1h30m0s [] x"},
		"a schedule may have no end":               {tree: tree(none, none, schedule(`"completed":{"human":"","string":null}`)), want: "S in_progress endless [] x"},
		"a schedule that is hidden is not shown":   {tree: tree(none, none, schedule(`"visible":2`))},
		"a schedule that is not published is not":  {tree: tree(none, none, schedule(`"visible":1,"published":{"string":"2026-11-20 13:00:00"}`))},
		"an old build has the status of a link only": {
			tree: object{
				"/api/incidents": raw(`{"data":[{"id":"1","type":"incidents","attributes":{"name":"I","message":"x","visible":1,"status":{"value":1}},
					"relationships":{"components":{"data":[{"type":"components","id":"1"},{"type":"components","id":"2"}]}}},
					{"id":"2","type":"incidents","attributes":{"name":"J","message":"y","visible":1,"status":{"value":1}},
					"relationships":{"components":{"data":[{"type":"components","id":"2"}]}}}],
					"included":[{"id":"1","type":"components","attributes":{"pivot":{"component_status":{"value":3}}}},
					{"id":"2","type":"components","attributes":{"pivot":{"component_status":{"value":4}}}}]}`),
				"/api/components": object{"data": array{component(1, "1"), component(2, "1")}}, "/api/schedules": object{"data": none},
			},
			want: "C1=partial_outage; I investigating major [1 2] 1 x; J investigating minor [2] 1 y", // whose the second is, nobody can say
		},
	})
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
