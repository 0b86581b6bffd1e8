package caddymodule

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// php plays a PHP that answers by the query: /?fail=1 fails.
func php(t *testing.T) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		_ = fcgi.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("fail") != "" {
				failing(500)(w, r)
				return
			}
			_, _ = io.Copy(w, r.Body)
			_, _ = io.WriteString(w, "fine")
		}))
	}()
	return l.Addr().String()
}

// folder is a folder with these files.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte("fine"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestWhereverTheDirectiveStandsFailuresArePages, whoever answers below, over every
// protocol.
func TestWhereverTheDirectiveStandsFailuresArePages(t *testing.T) {
	up, dead := upstream(t, failing(500)), deadAddr(t)
	below := fmt.Sprintf(`
		root * %s
		reverse_proxy /dead %s
		reverse_proxy /500 %s
		reverse_proxy /ok %s
		php_fastcgi /index.php %s
		respond /respond fine
		respond /respond/500 "%s" 500
		error /error 503
		file_server /files/*`,
		folder(t, "index.php", "files/a.txt"), dead, up, upstream(t, typed(200, "text/html", "fine")), php(t), secretOfUpstream)
	const candor = "candor portal {\nstatuses 5xx 404\n}\n"
	for name, c := range map[string]struct {
		site string
		only bool // what Caddy itself fails at
	}{
		"plain":            {site: candor + below},
		"behind encode":    {site: "encode\n" + candor + below},
		"inside encode":    {site: "route {\nencode\n" + candor + below + "\n}"},
		"in handle":        {site: "handle {\n" + candor + below + "\n}"},
		"in route":         {site: "route {\n" + candor + below + "\n}"},
		"around a route":   {site: candor + "route {\n" + below + "\n}"},
		"twice":            {site: candor + "route {\ncandor inner {\nstatuses 5xx 404\n}\n" + below + "\n}"},
		"with a matcher":   {site: "candor /* portal {\nstatuses 5xx 404\n}\n" + below},
		"around intercept": {site: candor + "intercept {\n@x status 599\nreplace_status @x 200\n}\n" + below},
		"in handle_errors": {site: below + "\nhandle_errors {\n" + candor + "}", only: true},
	} {
		t.Run(name, func(t *testing.T) {
			e := startEdge(t, "", c.site)
			for _, client := range []*http.Client{e.h1, e.h2, e.h3} {
				for _, h := range []header{navigation, {"Accept": "text/plain", "Accept-Encoding": "gzip"}} {
					for path, code := range map[string]int{"/dead": 502, "/error": 503, "/files/b.txt": 404} {
						e.get(client, path, h).isPage(t, code)
					}
					for _, path := range []string{"/500", "/respond/500", "/index.php?fail=1"} {
						if a := e.get(client, path, h); !c.only {
							a.isPage(t, 500)
						} else if a.StatusCode != 500 || a.body == "" || a.Header.Get("Cache-Control") != "" {
							t.Errorf("%s: what was answered is not passed: %d %v", path, a.StatusCode, a.Header)
						}
					}
					for _, path := range []string{"/ok", "/respond", "/index.php", "/files/a.txt"} {
						if a := e.get(client, path, h); a.StatusCode != 200 || a.body != "fine" {
							t.Errorf("healthy %s: %d %q", path, a.StatusCode, a.body)
						}
					}
				}
			}
		})
	}
	t.Run("around handle_response", func(t *testing.T) {
		e := startEdge(t, "", fmt.Sprintf("candor portal\nreverse_proxy %s {\n@e status 5xx\nhandle_response @e {\nrespond \"taken\" 500\n}\n}", up))
		for _, client := range []*http.Client{e.h1, e.h2, e.h3} {
			e.get(client, "/", navigation).isPage(t, 500)
		}
	})
}

func TestInsideHandleErrors(t *testing.T) {
	e := startEdge(t, "", fmt.Sprintf(`
		header Etag "x"
		reverse_proxy /dead %s
		error /404 404
		error /500 "%s" 500
		respond /ok fine
		handle_errors {
			candor portal
		}`, deadAddr(t), secretOfUpstream))
	e.get(e.h1, "/dead", navigation).isPage(t, 502)
	e.do(e.h1, "POST", "/dead", strings.NewReader("x"), navigation).isPage(t, 502)
	e.get(e.h1, "/500", header{"If-None-Match": "x"}).isPage(t, 500)
	if a := e.get(e.h1, "/404", navigation); a.StatusCode != 404 || a.body != "" {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
	if a := e.get(e.h1, "/ok", nil); a.body != "fine" {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
	e.logs.handled(t, 5)
	if l := e.logs.lines("answer replaced"); len(l) != 3 || l[0]["reason"] != "unreachable" {
		t.Errorf("%v", l)
	}
}

func TestFilesPassAndTheirFailuresAreReplaced(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("hello world"), 0o600); err != nil {
		t.Fatal(err)
	}
	e := startEdge(t, "", fmt.Sprintf("candor portal {\nstatuses 5xx 404\n}\nroot * %s\nfile_server", dir))
	a := e.get(e.h1, "/a.txt", navigation)
	if a.body != "hello world" || a.Header.Get("Etag") == "" {
		t.Errorf("%d %v %q", a.StatusCode, a.Header, a.body)
	}
	if a := e.get(e.h1, "/a.txt", header{"Range": "bytes=0-4"}); a.StatusCode != 206 || a.body != "hello" {
		t.Errorf("range: %d %q", a.StatusCode, a.body)
	}
	if a := e.get(e.h1, "/a.txt", header{"If-None-Match": a.Header.Get("Etag")}); a.StatusCode != 304 {
		t.Errorf("conditional: %d", a.StatusCode)
	}
	missing := e.get(e.h1, "/b.txt", navigation)
	missing.isPage(t, 404)
	if missing.Header.Get("Retry-After") != "" {
		t.Error("a missing page does not come back by waiting")
	}
}

func TestPHPFailuresAreReplaced(t *testing.T) {
	dir := folder(t, "index.php")
	e := startEdge(t, "", fmt.Sprintf("candor portal\nroot * %s\nphp_fastcgi %s", dir, php(t)))
	for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
		if a := e.do(c, "POST", "/", strings.NewReader("so "), navigation); a.body != "so fine" {
			t.Errorf("%d %q", a.StatusCode, a.body)
		}
		e.get(c, "/?fail=1", navigation).isPage(t, 500)
		a := e.do(c, "POST", "/?fail=1", strings.NewReader("x"), header{"Accept": "application/json"})
		if problemOf(t, a)["received"] != "unknown" {
			t.Errorf("received %s", a.body)
		}
	}
	e.load("", fmt.Sprintf("candor portal\nroot * %s\nphp_fastcgi %s", dir, deadAddr(t)))
	a := e.do(e.h1, "POST", "/", strings.NewReader("x"), header{"Accept": "application/json"})
	a.isPage(t, 502)
	if problemOf(t, a)["received"] != "no" {
		t.Errorf("received %s", a.body)
	}
}

func TestWhatWasSentIsNotClaimedToBeLost(t *testing.T) {
	takes := upstream(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler) // after it has read everything
	})
	handle(t, "inprocess", func(http.ResponseWriter, *http.Request) error { return fmt.Errorf("saved, then failed") })
	e := startEdge(t, "", fmt.Sprintf(`
		candor portal
		reverse_proxy /taken %[1]s
		reverse_proxy /retried %[1]s %[2]s {
			lb_policy round_robin
			lb_retries 1
			lb_retry_match method POST DELETE
		}
		reverse_proxy /dead %[2]s %[3]s {
			lb_retries 3
		}
		reverse_proxy /tls https://%[4]s
		test_below /inprocess inprocess`, takes, deadAddr(t), deadAddr(t), upstream(t, failing(500))))
	for path, want := range map[string]string{
		"/taken": "unknown", "/retried": "unknown", "/inprocess": "unknown", "/dead": "no", "/tls": "no",
	} {
		for _, m := range []string{"POST", "DELETE"} {
			for _, body := range []string{"x", ""} {
				a := e.do(e.h1, m, path, strings.NewReader(body), header{"Accept": "application/json"})
				if got := problemOf(t, a)["received"]; got != want && !(path == "/tls" && got == "unknown") {
					t.Errorf("%s %s with %q: received %v, want %s", m, path, body, got, want)
				}
			}
		}
		a := e.get(e.h1, path, header{"Accept": "application/json"})
		if got, ok := problemOf(t, a)["received"]; ok {
			t.Errorf("GET %s: received %v", path, got)
		}
	}
}

// TestWhatWasSentOnceAndThenRefusedIsNotClaimedToBeLost has an upstream that goes away
// with what it was sent: the last word of the retries is that nobody can be reached.
func TestWhatWasSentOnceAndThenRefusedIsNotClaimedToBeLost(t *testing.T) {
	dir := folder(t, "index.php")
	e := startEdge(t, "", "respond x")
	for name, proxy := range map[string]string{"HTTP": "reverse_proxy", "FastCGI": "root * " + dir + "\nphp_fastcgi"} {
		for _, c := range []struct{ method, body string }{{"POST", "x"}, {"POST", ""}, {"DELETE", ""}} {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				conn, err := l.Accept()
				_ = l.Close()
				if err == nil {
					_, _ = conn.Read(make([]byte, 4096))
					_ = conn.Close()
				}
			}()
			e.load("", fmt.Sprintf("candor portal\n%s %s {\nlb_retries 1\nlb_retry_match method POST DELETE\n}", proxy, l.Addr()))
			a := e.do(e.h1, c.method, "/", strings.NewReader(c.body), header{"Accept": "application/json"})
			if got := problemOf(t, a)["received"]; a.StatusCode != 502 || got != "unknown" {
				t.Errorf("%s %s with %q: %d, received %v", name, c.method, c.body, a.StatusCode, got)
			}
			_ = l.Close()
			for _, line := range e.logs.lines("answer replaced") {
				if !strings.Contains(fmt.Sprint(line["error"]), "connection refused") {
					t.Errorf("%s: it was not refused in the end: %v", name, line["error"])
				}
			}
		}
	}
}

func TestWebSocketsAndOtherUpgrades(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/refused" {
			failing(503)(w, r)
			return
		}
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		w.WriteHeader(http.StatusSwitchingProtocols)
		c, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		line, _ := rw.ReadString('\n')
		_, _ = rw.WriteString("echo " + line)
		_ = rw.Flush()
	})
	e := startEdge(t, "", fmt.Sprintf("candor {\ntimeout %s\n}\nreverse_proxy %s", limit, up))
	for path, want := range map[string]int{"/": 101, "/refused": 503} {
		conn, err := tls.Dial("tcp", fmt.Sprintf("localhost:%d", e.https), &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", path)
		br := bufio.NewReader(conn)
		resp, err := http.ReadResponse(br, &http.Request{Method: "GET"})
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != want {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
		if want == 101 {
			fmt.Fprintln(conn, "hello")
			if line, err := br.ReadString('\n'); line != "echo hello\n" {
				t.Errorf("%q %v", line, err)
			}
		} else if b, _ := io.ReadAll(resp.Body); strings.Contains(string(b), "<") {
			t.Errorf("a WebSocket client got HTML: %s", b)
		}
		_ = conn.Close()
	}
	e.logs.handled(t, 2) // to be stopped while a socket ends is a race in Caddy
}
