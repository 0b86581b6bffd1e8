package statusclient

import (
	"fmt"
	"github.com/rs/zerolog"
	"strings"
	"testing"
	"time"
)

func kumaBody(status int, id int, at time.Time) string {
	return fmt.Sprintf(`{"heartbeat":{"monitorID":%d,"status":%d,"time":%q,"msg":"connect ECONNREFUSED 10.0.0.5:443","important":true},
		"monitor":{"id":%d,"name":"Portal","url":"http://10.0.0.5/","hostname":null},"msg":"[portal] Down"}`,
		id, status, at.UTC().Format("2006-01-02 15:04:05.000"), id)
}

func TestAMonitorThatFailsIsKnownUntilKumaSaysItDoesWell(t *testing.T) {
	fake := newFakeKuma(false)
	hooking(t, BackendConfig{Type: "uptime-kuma", URL: "https://kuma.example.edu/status/campus"}, fake, func(h hooked) {
		h.poller.Start()
		after(time.Second)
		name := h.poller.Input().Status.Components[0].Name
		st := h.says(kumaBody(0, 1, time.Now()))
		h.want(st, "Portal is down")
		n := st.Incidents[0]
		if n.Impact != ImpactMajor || n.URL != "https://kuma.example.edu/status/campus" || st.Components[0].Status != MajorOutage || st.Components[0].Name != name {
			t.Errorf("got %+v, %+v", n, st.Components[0])
		}
		if told := fmt.Sprintf("%+v", st); strings.Contains(told, "10.0.0.5") {
			t.Errorf("too much is told: %s", told)
		}
		after(5 * time.Second)
		fake.beat("1", 0)() // Kuma tells first and writes then
		st = h.later(48 * time.Hour)
		if h.want(st, "Portal is down"); st.Incidents[0].ID != n.ID {
			t.Errorf("it is another one now: %s, was %s", st.Incidents[0].ID, n.ID)
		}
		h.says(kumaBody(2, 1, time.Now())) // tries again
		h.want(h.poller.Input().Status, "Portal is down")

		st = h.says(kumaBody(1, 1, time.Now()))
		if h.want(st); st.Components[0].Status != Operational {
			t.Errorf("%+v", st.Components[0])
		}
		after(5 * time.Second)
		fake.beat("1", 1)()
		h.want(h.later(5 * time.Minute))

		h.says(kumaBody(0, 1, time.Now())) // what comes after it is lost
		h.want(h.later(5 * time.Minute))
	})
}

func TestAMonitorThatIsNotOnThePageIsNobodysBusiness(t *testing.T) {
	hooking(t, BackendConfig{Type: "uptime-kuma", URL: "https://kuma.example.edu/status/campus"}, newFakeKuma(false), func(h hooked) {
		h.poller.Start()
		after(time.Second)
		h.want(h.says(kumaBody(0, 77, time.Now())))
		if n := len(h.poller.Input().Status.Components); n != 2 {
			t.Errorf("%d components", n)
		}
	})
}

// TestBeatsOfWebhooks: each says how a monitor does, but one that tries again.
func TestBeatsOfWebhooks(t *testing.T) {
	t.Parallel()
	b := must(New(BackendConfig{Name: "kuma", Type: "uptime-kuma", URL: "https://kuma.example.edu/status/x"}, zerolog.Nop())).(*kuma)
	for _, tc := range []struct{ body, want string }{
		{`{"heartbeat":{"status":0,"time":"2026-11-20 08:00:00"},"monitor":{"id":7,"name":"M"}}`, "major_outage true 2026-11-20"},
		{`{"heartbeat":{"status":0},"monitor":{"id":7,"name":"M"}}`, "major_outage true 0001-01-01"},
		{`{"heartbeat":{"status":1,"time":"2026-11-20 08:00:00"},"monitor":{"id":7,"name":"M"}}`, "operational false 2026-11-20"},
		{`{"heartbeat":{"status":3,"time":"2026-11-20 08:00:00"},"monitor":{"id":7,"name":"M"}}`, "maintenance false 2026-11-20"},
		{`{"heartbeat":{"status":2},"monitor":{"id":7,"name":"M"}}`, ""},
		{`{"heartbeat":{},"monitor":{"id":7,"name":"M"}}`, ""},
		{`{"heartbeat":null,"monitor":null,"msg":"a test"}`, ""},
		{`{"heartbeat":{"status":0},"monitor":null}`, ""},
		{`{"heartbeat":null,"monitor":{"id":7}}`, ""},
		{`{"heartbeat":{"status":0},"monitor":{"name":"M"}}`, ""},
		{`x`, ""},
	} {
		got := ""
		for _, r := range b.reports(&Webhook{Body: []byte(tc.body)}) {
			got = fmt.Sprint(r.Component.Status, " ", r.Firing, " ", r.At.Format(time.DateOnly))
			if r.Firing && r.Incident.Started.IsZero() {
				t.Errorf("%s: nobody knows since when", tc.body)
			}
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.body, got, tc.want)
		}
	}
}
