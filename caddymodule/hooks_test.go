package caddymodule

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

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

func TestWebhooksAreBounded(t *testing.T) {
	e := hookEdge(t, new(statusPage))
	path := "/hooks/campus/" + hookSecret
	chunked := func(n int) io.Reader { return io.LimitReader(zeros{}, int64(n)) }
	for n, want := range map[int]int{1 << 20: 204, 1<<20 + 1: 413, 64 << 20: 413} {
		for name, body := range map[string]io.Reader{"stated": bytes.NewReader(make([]byte, min(n, 2<<20))), "chunked": chunked(n)} {
			if a := e.do(e.h2, "POST", path, body, nil); a.StatusCode != want {
				t.Errorf("%d bytes, %s: %d", n, name, a.StatusCode)
			}
		}
	}
}

// hooksAlone serves nothing but hooks, of the backend "campus", over HTTP/1.1 and
// HTTP/2.
func hooksAlone(t *testing.T, patience time.Duration) *httptest.Server {
	t.Helper()
	cfg := statusclient.BackendConfig{Name: "campus", Type: "statuspage", URL: "https://status.example.edu"}
	b, err := statusclient.New(cfg, newInnerLog(zap.NewNop()))
	if err != nil {
		t.Fatal(err)
	}
	p := &pooledPoller{Poller: statusclient.NewPoller(cfg, b, newInnerLog(zap.NewNop())), config: cfg}
	h := &Hooks{logger: zap.NewNop(), patience: patience, hooks: map[string]hook{"campus": {p, statusclient.NewHookKey(hookSecret)}}}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = caddyhttp.PrepareRequest(r, caddy.NewReplacer(), w, nil)
		_ = h.ServeHTTP(w, r, nil)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv
}

// stall sends a webhook whose body does not go on.
func stall(t *testing.T, srv *httptest.Server, path string) net.Conn {
	t.Helper()
	conn, err := tls.Dial("tcp", srv.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nSignature: 00\r\nContent-Length: 100\r\n\r\n{", path)
	return conn
}

// TestSlowSendersKeepNobodyOut: what a signature is looked for in has to be read
// first, and memory is not for anybody.
func TestSlowSendersKeepNobodyOut(t *testing.T) {
	srv := hooksAlone(t, time.Hour)
	reading := func(n int) func() bool {
		return func() bool {
			unproven.mu.Lock()
			defer unproven.mu.Unlock()
			return len(unproven.reading) == n
		}
	}
	first := stall(t, srv, "/campus")
	wait(t, "the first to be read", reading(1))
	for range maxUnproven - 1 {
		stall(t, srv, "/campus")
	}
	wait(t, "all of them to be read", reading(maxUnproven))
	h1 := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}}
	defer h1.CloseIdleConnections()
	for name, c := range map[string]*http.Client{"HTTP/1.1": {Transport: h1}, "HTTP/2.0": srv.Client()} {
		for _, path := range []string{"/campus", "/campus/" + hookSecret} {
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+path, strings.NewReader("{}"))
			req.Header.Set("Signature", cachetSigned("{}")["Signature"])
			resp, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != 204 || resp.Proto != name {
				t.Errorf("%s: an honest sender to %s gets %d over %s", name, path, resp.StatusCode, resp.Proto)
			}
		}
	}
	answer, _ := io.ReadAll(first)
	if !strings.HasPrefix(string(answer), "HTTP/1.1 503 ") || !strings.Contains(string(answer), "\r\nRetry-After: ") {
		t.Errorf("the one that took longest got %.200q", answer)
	}
	wait(t, "the others to be left alone", reading(maxUnproven-1))
}

// TestAWebhookThatCandorGivesUpTellsNoSecret: inside of candor, with a timeout,
// it is candor that answers a stalled one, and logs it.
func TestAWebhookThatCandorGivesUpTellsNoSecret(t *testing.T) {
	e := startEdge(t, "candor "+tomlFile(t, fmt.Sprintf("[[backend]]\nname = \"campus\"\ntype = \"statuspage\"\nurl = \"http://%s\"\nhook_secret = %q\n", deadAddr(t), hookSecret)),
		"candor portal {\ntimeout 1s\n}\nhandle /hooks/* {\ncandor_hooks\n}")
	conn, err := net.Dial("tcp", fmt.Sprintf("localhost:%d", e.http))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(conn, "POST /hooks/campus/%s HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 100\r\n\r\n{", hookSecret, e.http)
	answer, _ := io.ReadAll(conn)
	if !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") {
		t.Errorf("answered %.200q", answer)
	}
	wait(t, "the log line", func() bool { return len(e.logs.lines("answer replaced")) == 1 })
	if path := e.logs.lines("answer replaced")[0]["path"]; path != "/hooks/campus/REDACTED" {
		t.Errorf("logged as %v", path)
	}
	if strings.Contains(e.logs.String(), "5ecret-0f") {
		t.Errorf("logged:\n%s", e.logs)
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

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestABodyThatNeverEndsIsGivenUp: whoever knows the secret cannot keep a
// connection busy, either.
func TestABodyThatNeverEndsIsGivenUp(t *testing.T) {
	conn := stall(t, hooksAlone(t, 50*time.Millisecond), "/campus/"+hookSecret)
	answer, _ := io.ReadAll(conn)
	if !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") {
		t.Errorf("answered %q", answer)
	}
}

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
