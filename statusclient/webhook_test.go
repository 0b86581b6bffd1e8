package statusclient

import (
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

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
				h.want(h.poller.Input().Status, "portal is down")
			})
		})
	}
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
