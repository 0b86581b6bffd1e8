package statusclient

import (
	"fmt"
	"testing"
	"time"
)

func TestAnEndpointThatFailsIsKnownUntilGatusSaysItDoesWell(t *testing.T) {
	fake := &fakeGatus{started: true, failing: make(map[string]time.Time)}
	body := func(status string) string {
		return fmt.Sprintf(`{"endpoint":"portal","group":"core","status":%q}`, status)
	}
	hooking(t, BackendConfig{Type: "gatus", URL: "https://gatus.example.edu"}, fake, func(h hooked) {
		h.poller.Start()
		after(time.Second)
		st := h.says(body("TRIGGERED"))
		h.want(st, "portal is down")
		id := st.Incidents[0].ID
		after(10 * time.Second)
		fake.breaks("core_portal")()
		st = h.later(5 * time.Minute)
		if h.want(st, "portal is down"); st.Incidents[0].ID != id {
			t.Error("it is another one now")
		}
		h.want(h.says(body("RESOLVED")))
		h.want(h.later(10 * time.Second)) // Gatus keeps its answers for that long
		fake.heals("core_portal")()
		h.want(h.later(5 * time.Minute))
		h.want(h.says(`{"endpoint":"secret","group":"core","status":"TRIGGERED"}`))
	})
}

// TestAReportOnWhatThePageDoesNotHaveYetIsShownWithinAMinute: a monitor that has just
// begun tells of its first failure while its page, kept for ten seconds, is not
// whole yet. It is asked again, however long its interval is.
func TestAReportOnWhatThePageDoesNotHaveYetIsShownWithinAMinute(t *testing.T) {
	fake := &fakeGatus{failing: make(map[string]time.Time)}
	hooking(t, BackendConfig{Type: "gatus", URL: "https://gatus.example.edu", Interval: Duration(time.Hour)}, fake, func(h hooked) {
		h.poller.Start()
		after(time.Second)
		h.want(h.says(`{"endpoint":"portal","group":"core","status":"TRIGGERED"}`))
		h.want(h.later(10 * time.Second))
		fake.with(func() { fake.started = true })()
		fake.breaks("core_portal")()
		h.want(h.later(55*time.Second), "portal is down")
		asked := h.poller.Snapshot().Fetched
		if h.later(10 * time.Minute); h.poller.Snapshot().Fetched != asked {
			t.Error("it is asked again and again")
		}
	})
}

// TestEndpointsAreCalledAsInTheAPI: a webhook names an endpoint, and the page its
// key.
func TestEndpointsAreCalledAsInTheAPI(t *testing.T) {
	t.Parallel()
	for _, tc := range [][3]string{
		{"Teaching & Learning", "LMS / Moodle", "teaching---learning_lms---moodle"}, {"", "refused", "_refused"},
		{" Core ", " a_b.c,d#e+f&g h/i ", "core_a-b-c-d-e-f-g-h-i"},
	} {
		if got := gatusKey(tc[0], tc[1]); got != tc[2] {
			t.Errorf("%q and %q are %s, want %s", tc[0], tc[1], got, tc[2])
		}
	}
}
