package statusclient

import (
	"encoding/json"
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
