package caddymodule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAnAlertOfARealAlertmanagerReachesThePage follows an alert from
// Alertmanager's own API, through its own webhook and its own list, onto the page
// and off it again. CANDOR_ALERTMANAGER is the program.
func TestAnAlertOfARealAlertmanagerReachesThePage(t *testing.T) {
	program := os.Getenv("CANDOR_ALERTMANAGER")
	if program == "" {
		t.Skip("CANDOR_ALERTMANAGER does not name the program of an Alertmanager")
	}
	at := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	backend := func(name, more string) string {
		return fmt.Sprintf("[[backend]]\nname = %q\ntype = \"alertmanager\"\nurl = \"http://%s/#/alerts?filter=team%%3D%%22web%%22\"\n%s\n", name, at, more)
	}
	// Two edges in one: the portal hears of it by webhook, the library by polling.
	e := startEdge(t, "candor "+tomlFile(t, backend("told", "interval = \"1h\"\nhook_secret = \""+hookSecret+"\"")+backend("asked", "interval = \"5s\"")+`
[[service]]
name = "portal"
components = ["told/portal"]
[[service]]
name = "library"
components = ["asked/portal"]
`), fmt.Sprintf("candor_hooks /hooks/*\n@library path /library\nhandle @library {\ncandor library\nreverse_proxy %[1]s\n}\nhandle {\ncandor portal\nreverse_proxy %[1]s\n}", deadAddr(t)))
	startAlertmanager(t, program, at, fmt.Sprintf(`
route: {receiver: candor, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
receivers:
- name: candor
  webhook_configs:
  - url: %s
    http_config: {authorization: {credentials: %q}}
`, e.plain("/hooks/told"), hookSecret))

	began := time.Now().Add(-time.Minute)
	alert := func(service, team, text string, ends time.Time) {
		t.Helper()
		body, _ := json.Marshal([]any{map[string]any{
			"labels":       map[string]string{"alertname": "SiteDown", "service": service, "team": team, "severity": "critical", "instance": service + ".internal:443"},
			"annotations":  map[string]string{"summary": "The " + service + " is down", "description": text},
			"generatorURL": "http://prometheus.internal/graph", "startsAt": began, "endsAt": ends,
		}})
		waitLong(t, "Alertmanager to take an alert", func() bool {
			resp, err := http.Post("http://"+at+"/api/v2/alerts", "application/json", bytes.NewReader(body))
			if err != nil {
				return false
			}
			resp.Body.Close()
			return resp.StatusCode == http.StatusOK
		})
	}
	page := func(path string) string { return e.get(e.h2, path, navigation).body }
	alert("tapes", "backup", "Nobody else's business.", time.Now().Add(time.Hour))
	alert("portal", "web", "A disk <is> full.", time.Now().Add(time.Hour))
	for _, path := range []string{"/", "/library"} {
		waitLong(t, "the alert on "+path, func() bool {
			body := page(path)
			return strings.Contains(body, "The portal is down") && strings.Contains(body, "A disk &lt;is&gt; full.")
		})
		for _, secret := range []string{"internal", "Nobody", "tapes"} {
			if strings.Contains(page(path), secret) {
				t.Errorf("%s is on %s", secret, path)
			}
		}
	}
	alert("portal", "web", "All is well.", time.Now())
	for _, path := range []string{"/", "/library"} {
		waitLong(t, path+" without the alert", func() bool { return !strings.Contains(page(path), "The portal is down") })
	}
	if strings.Contains(e.logs.String(), "5ecret-0f") {
		t.Error("the secret is in the log")
	}
}

func startAlertmanager(t *testing.T, program, at, config string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "alertmanager.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program,
		"--config.file="+file, "--storage.path="+dir, "--web.listen-address="+at, "--cluster.listen-address=")
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
}

// waitLong is wait for what other programs do at their own pace.
func waitLong(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}
