package caddymodule

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// FuzzRequest sends whatever it likes to a service that is down. The answer is a
// page or net/http's refusal, whole and soon, and never a 500 of ours.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{
		"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html;q=0.9,*/*;q=0.8\r\n",
		"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc",
		"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\nAccess-Control-Request-Method: PUT\r\n",
		"GET /.candor/status HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"x\", W/\"y\r\n",
		"GET //..%2f%2e%2e/.well-known/acme-challenge/%00 HTTP/1.1\r\nHost: a.b:99999\r\nCookie: candor_lang=%zz; =; ;;\r\n",
		"CONNECT x:443 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: ,,upgrade\r\n",
		"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Language: *-x, zh-hant-u-co;q=2\r\nAccept-Encoding: gzip;q=0.0001, *;q=nan\r\nSec-Fetch-Dest: \xff\r\n",
		"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/grpc+\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n",
	} {
		f.Add(s)
	}
	e := startEdge(f, fmt.Sprintf("candor %s", tomlFile(f, "[public]\ncors_origins = [\"https://a.example\"]")),
		"candor portal {\ntimeout 1s\n}\nreverse_proxy "+deadAddr(f))
	f.Fuzz(func(t *testing.T, head string) {
		if strings.HasPrefix(head, "PRI ") {
			t.Skip("HTTP/2")
		}
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", e.http))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
		_, _ = io.WriteString(conn, head+"\r\nConnection: close\r\n\r\n")
		_ = conn.(*net.TCPConn).CloseWrite()
		method, _, _ := strings.Cut(head, " ")
		resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
		if err != nil {
			if ne, ok := err.(net.Error); ok && ne.Timeout() {
				t.Fatalf("no answer to %q", head)
			}
			return // a client that has hung up gets nothing
		}
		if _, err := io.ReadAll(resp.Body); err != nil {
			if ne, ok := err.(net.Error); ok && ne.Timeout() {
				t.Fatalf("the answer to %q does not end", head)
			}
		}
		if resp.StatusCode == 500 {
			t.Errorf("500 for %q", head)
		}
	})
}
