package statusclient

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

func TestSorry(t *testing.T) {
	conform(t, conformance{typ: "sorry", fixtures: "testdata/sorry/*.json", serve: serveTree})
}

func TestSorryIsFollowedThroughADay(t *testing.T) {
	page := new(fakeSorry)
	never := time.Time{}
	news := "Exams begin monitoring none [1] 1 Log in early."
	follow(t, BackendConfig{Type: "sorry", URL: "http://status.example.edu/notices/1"}, page, []event{
		{nil, ""},
		{func() { page.post("general", "Exams begin", "", "Log in early.", never, never) }, news},
		{
			func() { page.post("unplanned", "Portal down", "investigating", "We <look>.", never, never) },
			"Portal=degraded; Portal down investigating minor [1] 1 We <look>.; " + news,
		},
		{
			func() { page.update(2, "identified", "Found.") },
			"Portal=degraded; Portal down identified minor [1] 2 Found.; " + news,
		},
		{
			func() {
				for range 3 {
					page.post("unplanned", "Long over", "resolved", "x", never, never)
				}
				page.update(2, "recovering", "Watching.")
			},
			"Portal=degraded; Portal down monitoring minor [1] 3 Watching.; " + news,
		},
		{func() { page.update(2, "resolved", "Done.") }, news},
		{func() { page.update(1, "resolved", "Over.") }, ""},
		{
			func() {
				page.post("planned", "Swap", "scheduled", "Planned.", time.Now().Add(time.Hour), time.Now().Add(2*time.Hour))
			},
			"Swap scheduled 1h0m0s [1] Planned.",
		},
		{func() { page.update(6, "underway", "Begun.") }, "Swap in_progress 1h0m0s [1] Begun."},
		{func() { page.update(6, "complete", "Done.") }, ""},
	})
}

// TestSorryTextIsAsNewAsTheNewestDocument: the edge may send a list of now and a
// notice of ten minutes ago.
func TestSorryTextIsAsNewAsTheNewestDocument(t *testing.T) {
	page := &fakeSorry{lag: 10 * time.Minute}
	post := func() { page.post("unplanned", "Portal down", "investigating", "First.", time.Time{}, time.Time{}) }
	follow(t, BackendConfig{Type: "sorry", URL: "http://status.example.edu"}, page, []event{
		{post, "Portal=degraded; Portal down investigating minor [] 1 First."}, // the whole is not there yet
		{func() { time.Sleep(11 * time.Minute) }, "Portal=degraded; Portal down investigating minor [1] 1 First."},
		{
			func() { page.update(1, "identified", "Second.") },
			"Portal=degraded; Portal down identified minor [1] 2 Second.",
		},
		{
			func() { time.Sleep(20 * time.Minute); page.sentAnew() },
			"Portal=degraded; Portal down identified minor [1] 2 Second.",
		},
		{func() { time.Sleep(time.Hour) }, "Portal=degraded; Portal down identified minor [1] 2 Second."},
	})
	if n := page.sentAnew(); n != 0 {
		t.Errorf("%d notices were read again that had not changed", n)
	}
}

func TestSorryQuirks(t *testing.T) {
	words := [][2]string{
		{"operational", ""}, {"degraded", "degraded"}, {"partially-degraded", "degraded"}, {"under_maintenance", "maintenance"}, {"odd", "unknown"},
	}
	components, known := each(words, "C%d=%s", func(n int, word string) any {
		return object{"id": n, "name": fmt.Sprint("C", n), "state": word, "parent_id": nil}
	})
	notice := func(members string) any {
		return array{raw(`{"id":1,"type":"unplanned","timeline_state":"present","state":"investigating","subject":"N","latest_update":{"content":"x"},` + members + `}`)}
	}
	tree := func(present, future, components any) object {
		return object{
			"/notices?filter%5Btimeline_state_eq%5D=present": object{"notices": present},
			"/notices?filter%5Btimeline_state_eq%5D=future":  object{"notices": future},
			"/components": object{"components": components},
		}
	}
	none := array{}
	quirks := map[string]quirk{
		"every state of a component":              {tree: tree(none, none, components), want: known},
		"half of the page is degraded, so: major": {tree: tree(notice(`"x":0`), none, raw(`[{"id":1,"name":"A","state":"degraded"},{"id":2,"name":"B","state":"operational"}]`)), want: "A=degraded; N investigating major [] 1 x"},
		"less than half of it":                    {tree: tree(notice(`"x":0`), none, raw(`[{"id":1,"name":"A","state":"degraded"},{"id":2,"name":"B"},{"id":3,"name":"C"}]`)), want: "A=degraded; B=unknown; C=unknown; N investigating minor [] 1 x"},
		"a page without components":               {tree: tree(notice(`"x":0`), none, none), want: "N investigating minor [] 1 x"},
		"news of the future are not out yet":      {tree: tree(none, notice(`"type":"general","state":null,"timeline_state":"future"`), none)},
		"a notice in both lists is one":           {tree: tree(notice(`"x":0`), notice(`"x":0`), none), want: "N investigating minor [] 1 x"},
	}
	for timeline, shown := range map[string]bool{"present": true, "past": false, "past_recent": false, "past_distant": false} {
		q := quirk{tree: tree(notice(`"timeline_state":"`+timeline+`"`), none, none)}
		if shown {
			q.want = "N investigating minor [] 1 x"
		}
		quirks["a list that forgot its filter has what is "+timeline] = q
	}
	for state, want := range map[string]string{
		"investigating": "investigating", "identified": "identified", "recovering": "monitoring", "odd": "unknown", "resolved": "", "false_alarm": "",
	} {
		q := quirk{tree: tree(notice(`"state":"`+state+`"`), none, none)}
		if want != "" {
			q.want = "N " + want + " minor [] 1 x"
		}
		quirks["an outage that is "+state] = q
	}
	for state, want := range map[string]string{
		"scheduled": "scheduled", "underway": "in_progress", "odd": "unknown", "complete": "", "cancelled": "",
	} {
		q := quirk{tree: tree(notice(`"type":"planned","state":"`+state+`"`), none, none)}
		if want != "" {
			q.want = "N " + want + " endless [] x"
		}
		quirks["planned work that is "+state] = q
	}
	conformance{typ: "sorry"}.hold(t, quirks)
}

func FuzzSorry(f *testing.F) {
	fuzzTree(f, "testdata/sorry/*.json", func(b []byte) *Status {
		var l sorryList
		var one struct{ Notice sorryNotice }
		if json.Unmarshal(b, &l) != nil || json.Unmarshal(b, &one) != nil {
			return nil
		}
		notices := append(l.Notices.items, one.Notice)
		for i := range notices {
			notices[i].Updates = notices[i].join(notices[i].Updates)
		}
		return sorryStatus(l.Components, notices)
	})
}
