package caddymodule

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/candor-edge/candor/statusclient"
)

const hookSecret = "5ecret-0f-the-h00k/+="

// statusPage is a Statuspage whose text a test changes.
type statusPage struct {
	text  atomic.Pointer[string]
	asked atomic.Int64
}

func (p *statusPage) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	p.asked.Add(1)
	incidents := ""
	if text := p.text.Load(); text != nil {
		incidents = fmt.Sprintf(`{"id":"i1","name":"Portal down","status":"investigating","impact":"major","created_at":"2026-11-20T08:00:00Z",
			"incident_updates":[{"id":"u1","status":"investigating","body":%q,"created_at":"2026-11-20T08:00:00Z"}]}`, *text)
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"page":{"id":"p","name":"Campus"},"components":[],"incidents":[%s],"scheduled_maintenances":[]}`, incidents)
}

func (p *statusPage) say(text string) { p.text.Store(&text) }

// hookEdge is an edge with a portal that is down, the status page "campus" of p
// with a hook_secret, and "plain" without one.
func hookEdge(t *testing.T, p *statusPage) *edge {
	at := upstream(t, p.ServeHTTP)
	return startEdge(t, "candor "+tomlFile(t, fmt.Sprintf(`
[[backend]]
name = "campus"
type = "statuspage"
url = "http://%[1]s/campus"
interval = "10m"
hook_secret = "%[2]s"
[[backend]]
name = "plain"
type = "statuspage"
url = "http://%[1]s/plain"
interval = "10m"
`, at, hookSecret)), "candor portal\ncandor_hooks /hooks/*\nhandle_path /deep/er/* {\ncandor_hooks\n}\nreverse_proxy "+deadAddr(t))
}

func cachetSigned(body string) header {
	mac := hmac.New(sha256.New, []byte(hookSecret))
	mac.Write([]byte(body))
	return header{"Signature": hex.EncodeToString(mac.Sum(nil))}
}

func TestWhichWebhooksAreTaken(t *testing.T) {
	e := hookEdge(t, new(statusPage))
	const body = `{"event":"incident_created","body":{"id":1}}`
	signed := cachetSigned(body)
	for _, tc := range []struct {
		method, path string
		header       header
		want         int
	}{
		{"POST", "/hooks/campus/" + hookSecret, nil, 204},
		{"POST", "/hooks/campus/" + hookSecret + "/", nil, 204},
		{"POST", "/deep/er/campus/" + hookSecret, nil, 204},
		{"POST", "/hooks/any/depth/campus/" + hookSecret, nil, 204},
		{"POST", "/hooks/campus/campus/" + hookSecret, nil, 204},
		{"POST", "/hooks/campus/" + strings.ReplaceAll(hookSecret, "/", "%2F"), nil, 204},
		{"POST", "/hooks/campus", signed, 204},
		{"POST", "/hooks/campus/", signed, 204},
		{"POST", "/deep/er/campus", signed, 204},
		{"POST", "/hooks/campus", header{"Authorization": "Bearer " + hookSecret}, 204},
		{"POST", "/hooks/campus", nil, 403},
		{"POST", "/hooks/campus", header{"Signature": "00"}, 403},
		{"POST", "/hooks/campus", cachetSigned(body + " "), 403},
		{"POST", "/hooks/campus/wrong", nil, 403},
		{"POST", "/hooks/campus/wrong", signed, 403},
		{"POST", "/hooks/campus/" + hookSecret + "x", nil, 403},
		{"POST", "/hooks/campus/" + hookSecret[:10], nil, 403},
		{"POST", "/hooks/plain", signed, 404},
		{"POST", "/hooks/plain/" + hookSecret, nil, 404},
		{"POST", "/hooks/board/" + hookSecret, nil, 404},
		{"POST", "/hooks/nobody/" + hookSecret, nil, 404},
		{"POST", "/hooks/" + hookSecret, nil, 404},
		{"POST", "/hooks/", nil, 404},
		{"GET", "/hooks/campus/" + hookSecret, nil, 405},
		{"PUT", "/hooks/campus", signed, 405},
		{"GET", "/hooks/plain", nil, 404},
	} {
		for name, c := range map[string]*http.Client{"h1": e.h1, "h2": e.h2, "h3": e.h3} {
			a := e.do(c, tc.method, tc.path, strings.NewReader(body), tc.header)
			if a.StatusCode != tc.want || a.Header.Get("Cache-Control") != "no-store" || (tc.want == 405) != (a.Header.Get("Allow") == "POST") {
				t.Errorf("%s %s by %s: %d %v, want %d", tc.method, tc.path, name, a.StatusCode, a.Header, tc.want)
			}
		}
	}
	metrics := e.get(http.DefaultClient, fmt.Sprintf("http://127.0.0.1:%d/metrics", e.admin), nil).body
	for _, line := range []string{`candor_webhooks_total{backend="campus",result="taken"} 30`, `candor_webhooks_total{backend="campus",result="refused"} 27`} {
		if !strings.Contains(metrics, line) {
			t.Errorf("metrics have no %s", line)
		}
	}
	if strings.Contains(metrics, `candor_webhooks_total{backend="plain"`) {
		t.Error("metrics count what nobody takes")
	}
}

// TestASecretThatEndsInASlashIsTaken is about what openssl rand -base64 makes.
func TestASecretThatEndsInASlashIsTaken(t *testing.T) {
	const secret = "c2VjcmV0IG9mIGhvb2tz///"
	e := startEdge(t, "candor "+tomlFile(t, fmt.Sprintf(`
[[backend]]
name = "campus"
type = "statuspage"
url = "http://%s"
interval = "10m"
hook_secret = "%s"
`, upstream(t, new(statusPage).ServeHTTP), secret)), "candor portal\ncandor_hooks /hooks/*\nrespond upstream")
	for path, want := range map[string]int{
		"/hooks/campus/" + secret: 204, "/hooks/campus/" + secret + "/": 204, "/hooks/campus/" + secret[:len(secret)-1]: 403,
	} {
		if a := e.do(e.h1, "POST", path, strings.NewReader("{}"), nil); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, a.StatusCode, want)
		}
	}
}

// TestASecretInAPathIsInNoLog sends them right and wrong, and looks at everything
// that was logged, down to DEBUG.
func TestASecretInAPathIsInNoLog(t *testing.T) {
	e := hookEdge(t, new(statusPage))
	for _, path := range []string{
		"/hooks/campus/" + hookSecret, "/hooks/campus/x" + hookSecret, "/hooks/campos/" + hookSecret, "/hooks/plain/" + hookSecret,
		"/hooks/campus/" + hookSecret + "?x=" + hookSecret, "/hooks/" + hookSecret, "/deep/er/campus/" + hookSecret,
	} {
		for _, method := range []string{"POST", "GET"} {
			e.do(e.h1, method, path, strings.NewReader("{}"), nil)
			e.do(e.h1, method, e.plain(path), strings.NewReader("{}"), nil)
		}
	}
	e.do(e.h1, "POST", "/hooks/campus", nil, header{"Authorization": "Bearer " + hookSecret})
	e.get(e.h1, "/seen", nil)
	e.logs.handled(t, 2) // the signed one, and the visitor
	for line := range strings.Lines(e.logs.String()) {
		// handle_path tells what it strips, to whoever asked for DEBUG.
		if strings.Contains(line, "5ecret-0f") && !strings.Contains(line, `"msg":"rewrote request"`) {
			t.Errorf("logged: %s", line)
		}
	}
	if n := len(e.logs.lines("handled request")); n != 2 {
		t.Errorf("%d lines in the access log", n)
	}
	if refused := e.logs.lines("webhook refused: its secret or signature is wrong"); len(refused) != 1 || refused[0]["backend"] != "campus" || refused[0]["client_ip"] == "" {
		t.Errorf("told of those refused: %v", refused)
	}
	config := e.get(http.DefaultClient, fmt.Sprintf("http://127.0.0.1:%d/candor/backends", e.admin), nil).body
	if strings.Contains(config, "5ecret-0f") || !strings.Contains(config, `"webhook":"20`) {
		t.Errorf("backends: %s", config)
	}
}

// FuzzHookPath looks for a path that opens without the secret in it, or that is
// logged with it.
func FuzzHookPath(f *testing.F) {
	for _, path := range []string{"/campus/" + hookSecret, "/campus", "/hooks/campus/campus/x", "//campus//", "/campus/" + hookSecret + "/", ""} {
		f.Add(path)
	}
	h := &Hooks{hooks: map[string]hook{"campus": {nil, statusclient.NewHookKey(hookSecret)}}}
	f.Fuzz(func(t *testing.T, path string) {
		k, proven, bare := h.find(path)
		if proven && !strings.HasSuffix(strings.TrimSuffix(path, "/"), "campus/"+hookSecret) {
			t.Errorf("%q opens", path)
		}
		if bare && (k.key == nil || strings.HasSuffix(path, hookSecret)) {
			t.Errorf("%q would be logged", path)
		}
	})
}
