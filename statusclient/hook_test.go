package statusclient

import (
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// hooked is a poller of a fake system, in a bubble.
type hooked struct {
	t      *testing.T
	poller *Poller
}

func hooking(t *testing.T, cfg BackendConfig, server http.Handler, f func(h hooked)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := newFakeNet(server)
		defer n.shutdown()
		cfg.Name = "campus"
		p := NewPoller(cfg, must(build(cfg, zerolog.Nop(), n.transport)), zerolog.Nop())
		defer p.Stop()
		f(hooked{t, p})
	})
}

// says posts body and returns what is known before anybody could be asked.
func (h hooked) says(body string) *Status {
	h.poller.Hook(&Webhook{Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)})
	return h.poller.Source().Status
}

// later is what is known after d, and after whoever had to be asked was.
func (h hooked) later(d time.Duration) *Status {
	after(d)
	return h.poller.Source().Status
}

func (h hooked) want(st *Status, titles ...string) {
	h.t.Helper()
	var got []string
	for _, n := range st.Incidents {
		if n.State.Open() {
			got = append(got, n.Title)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(titles) {
		h.t.Errorf("known: %q, want %q", got, titles)
	}
}

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
		if c := h.poller.Source().Status.Components[0]; c.Status != ComponentUnknown {
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
		name := h.poller.Source().Status.Components[0].Name
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
		h.want(h.poller.Source().Status, "Portal is down")

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
		if n := len(h.poller.Source().Status.Components); n != 2 {
			t.Errorf("%d components", n)
		}
	})
}

func TestKumaAndGatusMaySendForms(t *testing.T) {
	var b strings.Builder
	form := multipart.NewWriter(&b)
	form.WriteField("data", strings.ReplaceAll(kumaBody(0, 1, time.Now()), "Portal", "portal"))
	form.Close()
	gatus := "endpoint=portal&group=core&status=TRIGGERED"
	for name, tc := range map[string]struct {
		typ  string
		hook Webhook
	}{
		"multipart": {"uptime-kuma", Webhook{Header: http.Header{"Content-Type": {form.FormDataContentType()}}, Body: []byte(b.String())}},
		"form":      {"gatus", Webhook{Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: []byte(gatus)}},
		"query":     {"gatus", Webhook{Query: must(url.ParseQuery(gatus))}},
		"no type":   {"gatus", Webhook{Body: []byte(`{"endpoint":"portal","group":"core","status":"TRIGGERED"}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			hooking(t, BackendConfig{Type: tc.typ, URL: "https://status.example.edu"}, http.NotFoundHandler(), func(h hooked) {
				h.poller.Hook(&tc.hook)
				h.want(h.poller.Source().Status, "portal is down")
			})
		})
	}
}

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

func TestWhatIsReportedSurvivesARestartAndIsForgottenInTheEnd(t *testing.T) {
	cfg := BackendConfig{Type: "alertmanager", URL: "https://am.example.edu"}
	down := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	hooking(t, cfg, down, func(h hooked) {
		h.poller.Start() // asks in vain from here on
		after(time.Second)
		h.want(h.says(amBody("firing a portal")), "portal is down")
		stored := must(EncodeSnapshot(h.poller.Snapshot()))

		cfg.Name = "campus"
		n := newFakeNet(down)
		defer n.shutdown()
		again := hooked{t, NewPoller(cfg, must(build(cfg, zerolog.Nop(), n.transport)), zerolog.Nop())}
		defer again.poller.Stop()
		if !again.poller.Restore(must(DecodeSnapshot(stored))) {
			t.Fatal("not restored")
		}
		again.poller.Start()
		again.want(again.later(time.Hour), "portal is down")
		again.want(again.says(amBody("resolved a portal")))
		again.want(again.later(time.Hour))

		h.want(h.later(10*time.Hour), "portal is down")
		h.want(h.later(3 * time.Hour))
	})
}

func TestAnyOtherWebhookIsAHint(t *testing.T) {
	fake := newFakeStatuspage()
	for _, body := range []string{`{"page":{},"incident":{"name":"Down"}}`, ``, `{`, `[]`, `null`, "\x00", amBody("firing a portal")} {
		hooking(t, BackendConfig{Type: "statuspage", URL: "https://status.example.edu"}, fake, func(h hooked) {
			h.poller.Start()
			after(10 * time.Second)
			h.says(body)
			if asked := h.poller.Snapshot().Fetched; time.Since(asked) < 9*time.Second {
				t.Fatal("it was asked already")
			}
			h.later(0)
			if asked := h.poller.Snapshot().Fetched; time.Since(asked) > time.Second {
				t.Errorf("%q: last asked %s ago", body, time.Since(asked))
			}
			// Some systems tell first and publish then.
			h.later(6 * time.Second)
			if asked := h.poller.Snapshot().Fetched; time.Since(asked) > 2*time.Second {
				t.Errorf("%q: not asked again, when nothing new was there", body)
			}
		})
	}
}

// TestHintsLeaveEnoughToAskWith: a busy repository sends a webhook for everything,
// and GitHub answers sixty requests an hour.
func TestHintsLeaveEnoughToAskWith(t *testing.T) {
	repo := newFakeGitHub()
	hooking(t, BackendConfig{Type: "jayfk-statuspage", URL: "https://github.com/o/r"}, repo, func(h hooked) {
		h.poller.Start()
		for range 2 * 60 * 4 { // for two hours, four a minute
			h.says(`{"action":"opened","issue":{}}`)
			after(15 * time.Second)
			if age := time.Since(h.poller.Snapshot().Fetched); age > 3*time.Minute {
				t.Fatalf("last asked %s ago", age)
			}
		}
		repo.mu.Lock()
		defer repo.mu.Unlock()
		if repo.refused > 0 || repo.asked["issues"] < 80 {
			t.Errorf("refused %d times, asked %v", repo.refused, repo.asked)
		}
	})
}

// TestRecordedWebhooksAreRead takes what real systems sent.
func TestRecordedWebhooksAreRead(t *testing.T) {
	for file, want := range map[string]struct {
		typ, url, title string
	}{
		"alertmanager/v0.34.0_webhook_firing.json": {"alertmanager", "https://am.example.edu", "LMS is down"},
		"uptime-kuma/v2.5.3_webhook_down.json":     {"uptime-kuma", "https://kuma.example.edu/status/campus", "Moodle LMS is down"},
	} {
		body, err := os.ReadFile(filepath.Join("../../shared/fixtures", file))
		if err != nil {
			t.Skip("no recordings here")
		}
		b := must(New(BackendConfig{Name: "campus", Type: want.typ, URL: want.url}, zerolog.Nop()))
		reports := b.(reporter).reports(&Webhook{Body: body})
		if len(reports) != 1 || !reports[0].Firing || reports[0].Incident.Title != want.title || reports[0].At.Year() != 2026 {
			t.Errorf("%s: %+v", file, reports)
		}
		told := string(must(json.Marshal(reports)))
		for _, secret := range []string{"127.0.0.1", "generator", "prom.example", "wiki", "upstream says", "503"} {
			if strings.Contains(told, secret) {
				t.Errorf("%s: %s in %s", file, secret, told)
			}
		}
	}
}

// FuzzWebhook reads bodies as every system that reports would, and follows what
// they say into what is published.
func FuzzWebhook(f *testing.F) {
	f.Add([]byte(amBody("firing a portal", "resolved b portal")), "application/json", "")
	f.Add([]byte(kumaBody(0, 1, time.Unix(1e9, 0))), "application/json", "")
	f.Add([]byte(`{"endpoint":"a","group":"b","status":"TRIGGERED"}`), "", "")
	f.Add([]byte("endpoint=a&status=RESOLVED"), "application/x-www-form-urlencoded", "group=b")
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{}\r\n--b--"), "multipart/form-data; boundary=b", "")
	var backends []*Poller
	for _, typ := range []string{"alertmanager", "uptime-kuma", "gatus", "statuspage"} {
		cfg := BackendConfig{Name: typ, Type: typ, URL: "https://status.example.edu"}
		backends = append(backends, NewPoller(cfg, must(New(cfg, zerolog.Nop())), zerolog.Nop()))
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType, query string) {
		q, _ := url.ParseQuery(query)
		for _, p := range backends {
			p.now.Store(&Snapshot{})
			p.Hook(&Webhook{Header: http.Header{"Content-Type": {contentType}}, Query: q, Body: body})
			snap := p.Snapshot()
			if snap.Status == nil {
				continue
			}
			checkPublishable(t, snap.Status)
			stored, err := EncodeSnapshot(snap)
			if err != nil {
				t.Fatal(err)
			}
			again, err := DecodeSnapshot(stored)
			if err != nil {
				t.Fatal(err)
			}
			if twice := must(EncodeSnapshot(again)); string(twice) != string(stored) {
				t.Errorf("%s\nbecame\n%s", stored, twice)
			}
		}
	})
}
