package caddymodule

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	_ "github.com/caddyserver/caddy/v2/modules/standard"
	"github.com/quic-go/quic-go/http3"

	"github.com/candor-edge/candor/statusclient/board"
)

// edge is a running Caddy with one site over TLS and the same over plain HTTP.
type edge struct {
	t          testing.TB
	https      int
	http       int
	admin      int
	storage    string
	cert, key  string
	logs       *logSink
	sink       string // the name of logs
	h1, h2, h3 *http.Client
}

// startEdge runs a Caddyfile whose site blocks are given by site, the directives
// of one site that is served on every protocol. Global options go into global.
func startEdge(t testing.TB, global, site string) *edge {
	t.Helper()
	e := &edge{t: t, https: freePort(t), http: freePort(t), admin: freePort(t), storage: t.TempDir(), logs: new(logSink)}
	e.cert, e.key = certificate(t)
	e.sink = fmt.Sprintf("%s %d", t.Name(), e.admin) // another one for every run of a test
	sinks.Store(e.sink, e.logs)
	t.Cleanup(func() { sinks.Delete(e.sink) })
	e.load(global, site)
	t.Cleanup(func() { _ = caddy.Stop() })
	insecure := &tls.Config{InsecureSkipVerify: true}
	h1 := &http.Transport{DisableCompression: true, TLSClientConfig: insecure, TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}}
	h2 := &http.Transport{DisableCompression: true, TLSClientConfig: insecure.Clone(), ForceAttemptHTTP2: true}
	h3 := &http3.Transport{DisableCompression: true, TLSClientConfig: insecure.Clone()}
	t.Cleanup(func() {
		h1.CloseIdleConnections()
		h2.CloseIdleConnections()
		_ = h3.Close()
	})
	still := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	e.h1 = &http.Client{Transport: h1, CheckRedirect: still, Timeout: 2 * time.Minute}
	e.h2 = &http.Client{Transport: h2, CheckRedirect: still, Timeout: 2 * time.Minute}
	e.h3 = &http.Client{Transport: h3, CheckRedirect: still, Timeout: 2 * time.Minute}
	return e
}

// load loads another configuration into the running edge.
func (e *edge) load(global, site string) {
	e.t.Helper()
	if err := caddy.Load(e.adapt(global, site), true); err != nil {
		e.t.Fatal(err)
	}
	for _, c := range []*http.Client{e.h1, e.h2} {
		if c != nil { // else a POST meets a connection that the old configuration closes
			c.CloseIdleConnections()
		}
	}
	wait(e.t, "the listener", func() bool {
		c, err := tls.Dial("tcp", fmt.Sprintf("localhost:%d", e.https), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
}

func (e *edge) adapt(global, site string) []byte {
	e.t.Helper()
	text := fmt.Sprintf(`{
	admin 127.0.0.1:%d
	persist_config off
	auto_https disable_redirects
	https_port %[2]d
	http_port %[3]d
	grace_period 1s
	storage candor_test %[4]s
	log default {
		output candor_test %[5]s
		format json
		level DEBUG
	}
	order test_below before respond
	%[6]s
}
(site) {
	log
	%[7]s
}
https://localhost:%[2]d {
	tls %[8]s %[9]s
	import site
}
http://localhost:%[3]d {
	import site
}
`, e.admin, e.https, e.http, e.storage, strconv.Quote(e.sink), global, site, e.cert, e.key)
	out, _, err := caddyfile.Adapter{ServerType: httpcaddyfile.ServerType{}}.Adapt([]byte(text), nil)
	if err != nil {
		e.t.Fatal(err)
	}
	return out
}

// url is path on the TLS site, which all protocols speak.
func (e *edge) url(path string) string { return fmt.Sprintf("https://localhost:%d%s", e.https, path) }

// plain is path on the site without TLS.
func (e *edge) plain(path string) string { return fmt.Sprintf("http://localhost:%d%s", e.http, path) }

// answer is a response that was read to its end.
type answer struct {
	*http.Response
	body string
	took time.Duration
}

type header map[string]string

// get asks as c and reads the whole answer.
func (e *edge) get(c *http.Client, path string, h header) *answer {
	e.t.Helper()
	return e.do(c, http.MethodGet, path, nil, h)
}

func (e *edge) do(c *http.Client, method, path string, body io.Reader, h header) *answer {
	e.t.Helper()
	url := path
	if strings.HasPrefix(path, "/") {
		url = e.url(path)
	}
	req, err := http.NewRequestWithContext(e.t.Context(), method, url, body)
	if err != nil {
		e.t.Fatal(err)
	}
	for k, v := range h {
		req.Header.Set(k, v)
	}
	start := time.Now()
	resp, err := c.Do(req)
	if errors.Is(err, io.EOF) && body == nil {
		// The server of the configuration before had taken the connection.
		resp, err = c.Do(req)
	}
	if err != nil {
		e.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		e.t.Fatalf("%s %s: reading the body: %v", method, path, err)
	}
	return &answer{resp, string(b), time.Since(start)}
}

// isPage fails unless a is our page with that code.
func (a *answer) isPage(t *testing.T, code int) {
	t.Helper()
	if a.StatusCode != code {
		t.Errorf("code %d, want a page with %d; body:\n%.300s", a.StatusCode, code, a.body)
	}
	if got := a.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q: not a page of ours", got)
	}
	if a.Request.Method != http.MethodHead {
		if n, err := strconv.Atoi(a.Header.Get("Content-Length")); err != nil || n != len(a.body) {
			t.Errorf("Content-Length %q for %d bytes", a.Header.Get("Content-Length"), len(a.body))
		}
	}
	for _, k := range []string{"Etag", "Last-Modified", "Set-Cookie", "Content-Disposition", "Content-Range"} {
		if v := a.Header.Get(k); v != "" {
			t.Errorf("%s: %s is on the page", k, v)
		}
	}
	if len(a.Trailer) != 0 {
		t.Errorf("trailers on the page: %v", a.Trailer)
	}
	if strings.Contains(a.body, secretOfUpstream) {
		t.Error("the upstream's own words are on the page")
	}
}

// secretOfUpstream stands in everything that an upstream says and no visitor may
// ever read.
const secretOfUpstream = "panic: pq: password authentication failed"

// navigation is what a browser sends when somebody opens a page.
var navigation = header{"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}

// wait polls until f is true; it is for what other goroutines finish after an
// answer has been received, such as its log line.
func wait(t testing.TB, what string, f func() bool) {
	t.Helper()
	for range 12000 {
		if f() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

// freePort finds a port below those that outgoing connections get, which would
// take it before whoever is to listen does, and one after the other, so that nobody
// else gets the same. The ten thousand above them are for package command, whose
// tests run meanwhile.
func freePort(t testing.TB) int {
	t.Helper()
	for range 1000 {
		port := 10000 + (firstPort+int(triedPorts.Add(1)))%10000
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

// FreePort is freePort for the tests from outside this package.
func FreePort(t testing.TB) int { return freePort(t) }

var (
	firstPort  = rand.IntN(10000)
	triedPorts atomic.Int32
)

// upstream is a web server that a test stands in for.
func upstream(t testing.TB, h http.HandlerFunc) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h, Protocols: new(http.Protocols)}
	srv.Protocols.SetHTTP1(true)
	srv.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = srv.Shutdown(ctx)
		_ = srv.Close()
	})
	return l.Addr().String()
}

// tomlFile writes a candor.toml and returns its path.
func tomlFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "candor.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// hold puts a service into maintenance mode for d; 0 is without an end.
func (e *edge) hold(service string, d time.Duration) board.Window {
	e.t.Helper()
	w := board.Window{Services: []string{service}, Title: "New storage", Message: "We move the disks."}
	if d > 0 {
		w.Until = time.Now().Add(d)
	}
	app := running.newest()
	w, _, err := app.pooled.board.On(e.t.Context(), app.storage, w)
	if err != nil {
		e.t.Fatal(err)
	}
	app.merge()
	return w
}

func caddyDuration(d time.Duration) caddy.Duration { return caddy.Duration(d) }
