package caddymodule

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// TestAWebhookHasNewTextOnThePageWithinASecond asks the system no other way: its
// interval is ten minutes. Of several rounds the best counts, whatever else the
// machine does.
func TestAWebhookHasNewTextOnThePageWithinASecond(t *testing.T) {
	p := new(statusPage)
	e := hookEdge(t, p)
	wait(t, "the first word", func() bool { return p.asked.Load() >= 2 })
	best := time.Hour
	for round := 0; round < 30 && best >= time.Second; round++ {
		text := fmt.Sprintf("Round %d: we look into it.", round)
		p.say(text)
		sent := time.Now()
		if a := e.do(e.h1, "POST", "/hooks/campus/"+hookSecret, strings.NewReader(`{"meta":{},"page":{},"incident":{}}`), nil); a.StatusCode != 204 {
			t.Fatalf("status code %d", a.StatusCode)
		}
		wait(t, text, func() bool {
			a := e.get(e.h2, "/", navigation)
			return a.StatusCode == 502 && strings.Contains(a.body, text)
		})
		took := time.Since(sent)
		t.Logf("on the page after %s", took)
		best = min(best, took)
	}
	if best >= time.Second {
		t.Errorf("at best after %s", best)
	}
}

func TestManyWebhooksMakeFewPolls(t *testing.T) {
	p := new(statusPage)
	e := hookEdge(t, p)
	wait(t, "the first word", func() bool { return p.asked.Load() >= 2 })
	began := time.Now()
	for range 200 {
		e.do(e.h1, "POST", "/hooks/campus/"+hookSecret, strings.NewReader(`{}`), nil)
	}
	most := 3 + int64(time.Since(began)/(time.Second/2))
	if n := p.asked.Load() - 2; n > most {
		t.Errorf("200 webhooks made %d polls", n)
	}
}

// TestAnAlertIsOnThePageBeforeAnybodyIsAsked: Alertmanager cannot be reached at
// all, and what its webhook said is shown, through a reload, until it is over.
func TestAnAlertIsOnThePageBeforeAnybodyIsAsked(t *testing.T) {
	global := "candor " + tomlFile(t, fmt.Sprintf(`
[[backend]]
name = "alerts"
type = "alertmanager"
url = "http://%s"
hook_secret = "%s"
[[service]]
name = "portal"
components = ["alerts/portal"]
`, deadAddr(t), hookSecret))
	site := "candor_hooks /hooks/*\ncandor portal\nreverse_proxy " + deadAddr(t)
	e := startEdge(t, global, site)
	post := func(status string) {
		t.Helper()
		ends := "0001-01-01T00:00:00Z"
		if status == "resolved" {
			ends = time.Now().UTC().Format(time.RFC3339)
		}
		body := fmt.Sprintf(`{"version":"4","receiver":"candor","alerts":[{"status":%q,"fingerprint":"f1","startsAt":"2026-11-21T08:00:00Z","endsAt":%q,
			"labels":{"alertname":"SiteDown","service":"portal","severity":"critical"},
			"annotations":{"summary":"The portal is <b>down</b>","description":"A disk is full. See https://wiki.internal/disk"}}]}`, status, ends)
		if a := e.do(e.h1, "POST", "/hooks/alerts", strings.NewReader(body), header{"Authorization": "Bearer " + hookSecret}); a.StatusCode != 204 {
			t.Fatalf("status code %d", a.StatusCode)
		}
	}
	shown := func() bool { return strings.Contains(e.get(e.h1, "/", navigation).body, "A disk is full.") }
	post("firing")
	wait(t, "the alert on the page", shown)
	if a := e.get(e.h1, "/", navigation); strings.Contains(a.body, "wiki.internal") || strings.Contains(a.body, "<b>down") {
		t.Errorf("the page has %s", a.body)
	}
	e.load(global, site+"\n# again")
	if !shown() {
		t.Error("a reload forgot it")
	}
	app := running.newest()
	wait(t, "it in storage, for the next process", func() bool {
		stored, err := app.storage.Load(t.Context(), snapshotKey(app.pooled.keys[0]))
		if err != nil {
			return false
		}
		snap, err := statusclient.DecodeSnapshot(stored)
		return err == nil && len(snap.Reports) == 1 && len(snap.Status.Incidents) == 1
	})
	post("resolved")
	wait(t, "the page without it", func() bool { return !shown() })
}

// TestMaintenanceKeepsNoWebhookOut, nor are webhooks taken for visitors who get
// through.
func TestMaintenanceKeepsNoWebhookOut(t *testing.T) {
	p := new(statusPage)
	e := hookEdge(t, p)
	e.hold("portal", time.Hour)
	if a := e.do(e.h1, "POST", "/hooks/campus/"+hookSecret, nil, nil); a.StatusCode != 204 {
		t.Errorf("status code %d", a.StatusCode)
	}
	e.get(e.h1, "/", navigation).isPage(t, 503)
}
