package caddymodule

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/candor-edge/candor/statusclient"
	"go.uber.org/zap"
)

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
