package statusclient

import (
	"bytes"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// TestAPollWithNothingNewRendersNothing: neither a 304, nor the same bytes, nor
// the same in other bytes has anything cleaned, published or rendered again; and
// where one word is new, only that is rendered.
func TestAPollWithNothingNewRendersNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		etag, restless bool
	}{
		"304": {etag: true}, "the same bytes": {}, "the same in other bytes": {restless: true},
	} {
		t.Run(name, func(t *testing.T) {
			var word atomic.Pointer[string]
			say := func(s string) { word.Store(&s) }
			say("We look into it.")
			var asked, unmodified atomic.Int64
			server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				n := asked.Add(1)
				if tag := `"` + *word.Load() + `"`; tc.etag {
					w.Header().Set("ETag", tag)
					if r.Header.Get("If-None-Match") == tag {
						unmodified.Add(1)
						w.WriteHeader(http.StatusNotModified)
						return
					}
				}
				incident := func(id int, text string) string {
					return fmt.Sprintf(`{"id":"i%d","name":"Down","status":"investigating","incident_updates":[{"id":"u","status":"investigating","body":%q,"created_at":"2026-11-20T09:00:00Z"}]}`, id, text)
				}
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprintf(w, `{"page":{"id":"p"},"components":[],"incidents":[%s,%s]}`, incident(1, *word.Load()), incident(2, "A < B, and <b>that</b> stays."))
				if tc.restless {
					w.Write(bytes.Repeat([]byte(" "), int(n)))
				}
			})
			hooking(t, BackendConfig{Type: "statuspage", URL: "https://status.example.edu"}, server, func(h hooked) {
				published := 0
				h.poller.Subscribe(func() { published++ })
				h.poller.Start()
				after(time.Second)
				// Where a text is in memory tells whether it is the same rendering.
				rendered := func(i int) *byte {
					return unsafe.StringData(string(h.poller.Snapshot().Status.Incidents[i].Updates[0].Text.HTML))
				}
				first, changed, second := h.poller.Snapshot().Status, h.poller.Snapshot().Changed, rendered(1)
				after(4 * time.Minute)
				if n := asked.Load(); n < 7 || tc.etag && unmodified.Load() < 6 {
					t.Fatalf("asked %d times, %d times nothing was new", n, unmodified.Load())
				}
				if snap := h.poller.Snapshot(); snap.Status != first || snap.Changed != changed || published != 1 {
					t.Errorf("something was new: published %d times", published)
				}
				say("A disk is full.")
				after(time.Minute)
				if st := h.poller.Snapshot().Status; st == first || st.Incidents[0].Updates[0].Text.Plain != "A disk is full." || published != 2 {
					t.Errorf("published %d times: %+v", published, st.Incidents[0])
				}
				if rendered(1) != second {
					t.Error("what did not change was rendered again")
				}
			})
		})
	}
}
