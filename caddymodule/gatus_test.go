package caddymodule

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestWhatARealGatusFindsReachesThePage breaks an app that a Gatus checks, and
// mends it again: the edge hears of it by the webhook that README describes, and
// by polling. Then somebody announces something. CANDOR_GATUS is the program.
func TestWhatARealGatusFindsReachesThePage(t *testing.T) {
	program := os.Getenv("CANDOR_GATUS")
	if program == "" {
		t.Skip("CANDOR_GATUS does not name the program of a Gatus")
	}
	var broken atomic.Bool
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(app.Close)
	port := freePort(t)
	backend := func(name, typ, more string) string {
		return fmt.Sprintf("[[backend]]\nname = %q\ntype = %q\nurl = \"http://127.0.0.1:%d/\"\n%s\n", name, typ, port, more)
	}
	e := startEdge(t, "candor "+tomlFile(t, backend("told", "gatus", "interval = \"1h\"\nhook_secret = \""+hookSecret+"\"")+backend("asked", "auto", "interval = \"5s\"")+`
[[service]]
name = "portal"
components = ["told/Core Services/Student portal"]
[[service]]
name = "library"
components = ["asked/Student portal"]
`), fmt.Sprintf("candor_hooks /hooks/*\n@library path /library\nhandle @library {\ncandor library\nreverse_proxy %[1]s\n}\nhandle {\ncandor portal\nreverse_proxy %[1]s\n}", deadAddr(t)))

	config := fmt.Sprintf(`
web: {address: 127.0.0.1, port: %d}
storage: {type: memory}
alerting:
  custom:
    url: %s
    method: POST
    headers: {Content-Type: application/json}
    body: '{"endpoint": "[ENDPOINT_NAME]", "group": "[ENDPOINT_GROUP]", "status": "[ALERT_TRIGGERED_OR_RESOLVED]"}'
endpoints:
- name: Student portal
  group: Core Services
  url: %s
  interval: 1s
  conditions: ["[STATUS] == 200"]
  alerts: [{type: custom, failure-threshold: 1, success-threshold: 1, send-on-resolved: true, description: internal}]
- name: Tapes
  url: http://%s/
  interval: 1s
  conditions: ["[STATUS] == 200"]
`, port, e.plain("/hooks/told/"+hookSecret), app.URL, deadAddr(t))
	stop := startGatus(t, program, config)
	page := func(path string) string { return e.get(e.h2, path, navigation).body }
	waitLong(t, "what there is to fail", func() bool {
		e.do(e.h1, "POST", e.plain("/hooks/told/"+hookSecret), nil, nil)
		backends := e.do(e.h1, "GET", fmt.Sprintf("http://127.0.0.1:%d/candor/backends", e.admin), nil, nil).body
		return strings.Count(backends, `"components":2`) == 2
	})
	broken.Store(true)
	for _, path := range []string{"/", "/library"} {
		waitLong(t, "the outage on "+path, func() bool { return strings.Contains(page(path), "Student portal is down") })
		for _, secret := range []string{"internal", "Tapes", "[STATUS]"} {
			if strings.Contains(page(path), secret) {
				t.Errorf("%s is on %s", secret, path)
			}
		}
	}
	broken.Store(false)
	for _, path := range []string{"/", "/library"} {
		waitLong(t, path+" without the outage", func() bool { return !strings.Contains(page(path), "Student portal is down") })
	}
	stop()
	startGatus(t, program, config+"announcements: [{timestamp: 2026-11-01T08:00:00Z, type: outage, message: '**Sign-in** fails. <script>alert(1)</script>'}]\n")
	waitLong(t, "the announcement", func() bool { return strings.Contains(page("/library"), "Sign-in") })
	if strings.Contains(page("/library"), "alert(1)</") {
		t.Error("what is announced is not escaped")
	}
	if strings.Contains(e.logs.String(), hookSecret) {
		t.Error("the secret is in the log")
	}
}

// startGatus runs a Gatus until the test ends or it is stopped.
func startGatus(t *testing.T, program, config string) (stop func()) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gatus.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), "GATUS_CONFIG_PATH="+file)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	t.Cleanup(func() {
		stop()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return stop
}
