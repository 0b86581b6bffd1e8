package caddymodule

import (
	"bufio"
	"crypto/tls"
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

func TestWhereverTheDirectiveStandsFailuresArePages(t *testing.T) {
	dead, up := deadAddr(t), upstream(t, failing(500))
	ok := upstream(t, typed(200, "text/html", "<p>fine</p>"))
	for name, site := range map[string]string{
		"plain":                  "candor portal\nreverse_proxy /dead %s\nreverse_proxy /500 %s\nreverse_proxy %s",
		"behind encode":          "encode\ncandor portal\nreverse_proxy /dead %s\nreverse_proxy /500 %s\nreverse_proxy %s",
		"inside encode":          "route {\nencode\ncandor portal\nreverse_proxy /dead %s\nreverse_proxy /500 %s\nreverse_proxy %s\n}",
		"in handle":              "handle {\ncandor portal\nreverse_proxy /dead %s\nreverse_proxy /500 %s\nreverse_proxy %s\n}",
		"in route":               "route {\ncandor portal\nreverse_proxy /dead %s\nreverse_proxy /500 %s\nreverse_proxy %s\n}",
		"twice":                  "candor portal\nroute {\ncandor inner\nreverse_proxy /dead %s\nreverse_proxy /500 %s\nreverse_proxy %s\n}",
		"with a matcher":         "candor /* portal\nreverse_proxy /dead %s\nreverse_proxy /500 %s\nreverse_proxy %s",
		"around intercept":       "candor portal\nintercept {\n@x status 599\nreplace_status @x 200\n}\nreverse_proxy /dead %s\nreverse_proxy /500 %s\nreverse_proxy %s",
		"around handle_response": "candor portal\nreverse_proxy /dead %s\nreverse_proxy /500 %s {\n@e status 5xx\nhandle_response @e {\nrespond \"taken\" 500\n}\n}\nreverse_proxy %s",
	} {
		t.Run(name, func(t *testing.T) {
			e := startEdge(t, "", fmt.Sprintf(site, dead, up, ok))
			for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
				e.get(c, "/dead", navigation).isPage(t, 502)
				e.get(c, "/500", navigation).isPage(t, 500)
				if a := e.get(c, "/", navigation); a.StatusCode != 200 || a.body != "<p>fine</p>" {
					t.Errorf("healthy: %d %q", a.StatusCode, a.body)
				}
			}
		})
	}
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
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.php"), []byte("<?php"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
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
	e := startEdge(t, "", fmt.Sprintf("candor portal\nroot * %s\nphp_fastcgi %s", dir, l.Addr()))
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
}
