package statusclient

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// amBody is a webhook of Alertmanager. Each alert is "status fingerprint service".
func amBody(alerts ...string) string {
	var list []string
	for _, a := range alerts {
		f := strings.Fields(a)
		ends := "0001-01-01T00:00:00Z"
		if f[0] == "resolved" {
			ends = time.Now().UTC().Format(time.RFC3339Nano)
		}
		list = append(list, fmt.Sprintf(`{"status":%q,"fingerprint":%q,"startsAt":"1999-12-31T23:59:00Z","endsAt":%q,
			"labels":{"alertname":"SiteDown","service":%q,"severity":"critical","team":"web","instance":"10.0.0.1"},
			"annotations":{"summary":"%s is down","description":"Seen at %s."},"generatorURL":"http://prom.internal"}`, f[0], f[1], ends, f[2], f[2], f[1]))
	}
	return `{"version":"4","receiver":"candor","status":"firing","groupKey":"{}","externalURL":"http://am.internal","alerts":[` + strings.Join(list, ",") + `]}`
}

// fakeAlerts is an Alertmanager that lists alerts of service portal.
type fakeAlerts struct{ fingerprints atomic.Pointer[[]string] }

func (f *fakeAlerts) list(fingerprints ...string) { f.fingerprints.Store(&fingerprints) }

func (f *fakeAlerts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	list := []any{}
	if listed := f.fingerprints.Load(); listed != nil && r.URL.Path == "/api/v2/alerts" {
		for _, p := range *listed {
			list = append(list, map[string]any{
				"fingerprint": p, "startsAt": "1999-12-31T23:59:00Z", "status": map[string]string{"state": "active"},
				"labels":      map[string]string{"alertname": "SiteDown", "service": "portal", "severity": "critical"},
				"annotations": map[string]string{"summary": "portal is down", "description": "Seen at " + p + "."},
			})
		}
	}
	serveFake(w, list)
}

func TestAnAlertIsKnownWithItsWebhookAndGoneWithIt(t *testing.T) {
	fake := new(fakeAlerts)
	hooking(t, BackendConfig{Type: "alertmanager", URL: "https://am.example.edu"}, fake, func(h hooked) {
		h.poller.Start()
		h.want(h.later(time.Second))

		st := h.says(amBody("firing a portal", "firing b portal"))
		h.want(st, "portal is down")
		if n := st.Incidents[0]; len(n.Updates) != 2 || n.Impact != ImpactCritical || n.Started.Year() != 1999 || fmt.Sprint(n.Components) != "[portal]" {
			t.Errorf("got %+v", n)
		}
		if told := fmt.Sprintf("%+v", st); strings.Contains(told, "internal") || strings.Contains(told, "10.0.0.1") {
			t.Errorf("too much is told: %s", told)
		}
		id := st.Incidents[0].ID
		fake.list("a", "b")
		st = h.later(5 * time.Minute)
		if h.want(st, "portal is down"); st.Incidents[0].ID != id || len(st.Incidents[0].Updates) != 2 {
			t.Errorf("by polling it is another one: %+v", st.Incidents[0])
		}
		if n := len(h.poller.Snapshot().Reports); n != 0 {
			t.Errorf("%d reports are kept that a poll has confirmed", n)
		}

		st = h.says(amBody("resolved a portal"))
		h.want(st, "portal is down")
		h.want(h.says(amBody("resolved b portal")))
		if c := h.poller.Input().Status.Components[0]; c.Status != ComponentUnknown {
			t.Errorf("%s is %s", c.Name, c.Status)
		}
		fake.list()
		h.want(h.later(5 * time.Minute))
	})
}

func TestAPollKnowsBetterOnceAnAlertHasSettled(t *testing.T) {
	fake := new(fakeAlerts)
	hooking(t, BackendConfig{Type: "alertmanager", URL: "https://am.example.edu"}, fake, func(h hooked) {
		h.poller.Start()
		after(time.Second)
		h.says(amBody("firing a portal")) // and its "resolved" is lost
		h.want(h.later(20*time.Second), "portal is down")
		h.want(h.later(2 * time.Minute))
	})
}

func TestAWebhookThatComesLateChangesNothing(t *testing.T) {
	hooking(t, BackendConfig{Type: "alertmanager", URL: "https://am.example.edu"}, new(fakeAlerts), func(h hooked) {
		firing := amBody("firing a portal")
		h.says(firing)
		after(time.Second)
		h.want(h.says(amBody("resolved a portal")))
		h.want(h.says(firing))
		h.want(h.says(firing))
	})
}

func TestOnlyAlertsThatTheAddressAsksForAreTaken(t *testing.T) {
	for query, taken := range map[string]bool{
		``:                                        true,
		`?filter=team%3D%22web%22`:                true,
		`?filter=team%3D%22backup%22`:             false,
		`?filter=team!%3D%22web%22`:               false,
		`?filter=team%3D~%22w.*%22`:               true,
		`?filter=team%3D~%22e%22`:                 false,
		`?filter=team!~%22b.*%22&receiver=cand.*`: true,
		`?receiver=and`:                           false,
		`#/alerts?filter=%7Bteam%3D%22web%22,x%3D%22%22%7D`: true,
		`#/alerts?filter=%7B%22odd%22%7D`:                   false,
		`?filter=team%3D~%22(%22`:                           false,
	} {
		t.Run(query, func(t *testing.T) {
			hooking(t, BackendConfig{Type: "alertmanager", URL: "https://am.example.edu/" + query}, new(fakeAlerts), func(h hooked) {
				if st := h.says(amBody("firing a portal")); (st != nil && len(st.Incidents) == 1) != taken {
					t.Errorf("got %+v", st)
				}
			})
		})
	}
}
