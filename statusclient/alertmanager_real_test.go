package statusclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// TestRealAlertmanagerIsRead posts alerts and a silence to an Alertmanager that
// runs for this test, and follows them into a situation. CANDOR_ALERTMANAGER is
// the program.
func TestRealAlertmanagerIsRead(t *testing.T) {
	program := os.Getenv("CANDOR_ALERTMANAGER")
	if program == "" {
		t.Skip("CANDOR_ALERTMANAGER does not name the program of an Alertmanager")
	}
	am := startAlertmanager(t, program)
	cfg := BackendConfig{Name: "alerts", Type: "alertmanager", URL: am.url + "/#/alerts?filter=%7Bteam%3D%22web%22%7D"}
	b := must(New(cfg, zerolog.Nop()))

	am.wait(t, "an Alertmanager that answers", func() bool {
		_, err := b.Fetch(t.Context())
		return err == nil
	})
	if st := am.fetch(t, cfg); len(st.Incidents) != 0 {
		t.Fatalf("quiet, and yet %+v", st)
	}

	began := time.Now().Add(-time.Minute)
	alert := func(service, team, text string, ends time.Time) object {
		return object{
			"labels":       object{"alertname": "SiteDown", "service": service, "team": team, "severity": "critical", "instance": service + ".internal:443"},
			"annotations":  object{"summary": "The " + service + " is down", "description": text},
			"generatorURL": "http://prometheus.internal/graph", "startsAt": began, "endsAt": ends,
		}
	}
	later := time.Now().Add(time.Hour)
	am.post(t, "/api/v2/alerts", array{alert("portal", "web", "We look into it.", later), alert("tape robot", "backup", "Nobody else's business.", later)})
	situation := func() *Situation {
		src := Input{Name: "alerts", Fetched: time.Now(), Status: am.fetch(t, cfg)}
		return Merge([]Service{{Name: "portal", Components: []string{"alerts/portal"}}}, []Input{src}, nil, time.Now()).Situations["portal"]
	}
	says := func(want string) func() bool {
		return func() bool {
			s := situation()
			return len(s.Incidents) == 1 && s.Incidents[0].Title == "The portal is down" && s.Incidents[0].Impact == ImpactCritical &&
				len(s.Incidents[0].Updates) == 1 && s.Incidents[0].Updates[0].Text.Plain == want
		}
	}
	am.wait(t, "the alert in the situation", says("We look into it."))
	am.post(t, "/api/v2/alerts", array{alert("portal", "web", "A disk is full.", later)})
	am.wait(t, "its new text", says("A disk is full."))

	am.post(t, "/api/v2/silences", object{
		"comment": "Portal moves", "createdBy": "noc@example.edu", "startsAt": time.Now().Add(time.Second), "endsAt": later,
		"matchers": array{object{"name": "service", "value": "portal", "isRegex": false, "isEqual": true}},
	})
	am.wait(t, "maintenance instead of the alert", func() bool {
		s := situation()
		return len(s.Incidents) == 0 && len(s.Maintenances) == 1 && s.Maintenances[0].State == InProgress && s.Maintenances[0].Title == "Portal moves"
	})
	am.post(t, "/api/v2/alerts", array{alert("portal", "web", "Done.", time.Now())})
	for _, n := range am.fetch(t, cfg).Incidents {
		t.Errorf("resolved, and yet %+v", n)
	}
}

type realAlertmanager struct {
	url string
	log *bytes.Buffer
}

func startAlertmanager(t *testing.T, program string) *realAlertmanager {
	t.Helper()
	dir := t.TempDir()
	conf := filepath.Join(dir, "alertmanager.yml")
	if err := os.WriteFile(conf, []byte("route:\n  receiver: nobody\n  group_wait: 0s\nreceivers:\n- name: nobody\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// Below the ports of outgoing connections, above those of the tests that run
	// meanwhile in other packages.
	addr := fmt.Sprintf("127.0.0.1:%d", 30000+rand.IntN(2000))
	am := &realAlertmanager{url: "http://" + addr, log: new(bytes.Buffer)}
	cmd := exec.CommandContext(t.Context(), program,
		"--config.file="+conf, "--storage.path="+dir, "--web.listen-address="+addr, "--cluster.listen-address=")
	cmd.Stdout, cmd.Stderr = am.log, am.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Log(am.log.String())
		}
	})
	return am
}

// fetch asks anew, and looks for what must not be passed on.
func (am *realAlertmanager) fetch(t *testing.T, cfg BackendConfig) *Status {
	t.Helper()
	fresh := must(New(cfg, zerolog.Nop()))
	st, err := fresh.Fetch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	st.Clean()
	for _, secret := range []string{"internal", "noc@", "tape robot", "Nobody"} {
		if told := fmt.Sprintf("%+v", st); strings.Contains(told, secret) {
			t.Fatalf("%q in %s", secret, told)
		}
	}
	return st
}

func (am *realAlertmanager) post(t *testing.T, path string, body any) {
	t.Helper()
	resp, err := http.Post(am.url+path, "application/json", bytes.NewReader(must(json.Marshal(body))))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status code %d", path, resp.StatusCode)
	}
}

func (am *realAlertmanager) wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}
