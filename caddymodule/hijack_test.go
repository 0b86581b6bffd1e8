package caddymodule

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
)

func TestAHijackedConnectionIsTheHandlersAlone(t *testing.T) {
	refused := make(chan error, 4)
	handle(t, "hijacker", func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Path == "/late" {
			w.WriteHeader(http.StatusServiceUnavailable) // this is replaced
			_, _, err := http.NewResponseController(w).Hijack()
			refused <- err
			return nil
		}
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return err
		}
		_, _ = io.WriteString(c, "HTTP/1.1 500 Mine\r\nContent-Length: 4\r\n\r\nmine")
		return c.Close()
	})
	e := startEdge(t, "", fmt.Sprintf("candor {\ntimeout %s\n}\ntest_below hijacker", limit))
	for _, accept := range []string{"text/html", "*/*"} {
		for path, want := range map[string]int{"/": 500, "/late": 503} {
			c, err := net.Dial("tcp", fmt.Sprintf("localhost:%d", e.http))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: %s\r\n\r\n", path, accept)
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(path, err)
			}
			b, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != want || (path == "/") != (string(b) == "mine") {
				t.Errorf("%s: %d %.60q", path, resp.StatusCode, b)
			}
			if path == "/late" {
				if err := <-refused; err == nil {
					t.Error("the connection was given away under a page")
				}
			}
			_ = c.Close()
		}
	}
}

// TestWhatCannotBeTakenOverIsStillReplaced: of HTTP/2 and HTTP/3 there is no
// connection to hand over, and who has tried answers in another way.
func TestWhatCannotBeTakenOverIsStillReplaced(t *testing.T) {
	handle(t, "hijacker", func(w http.ResponseWriter, _ *http.Request) error {
		_, _, err := http.NewResponseController(w).Hijack()
		return err
	})
	e := startEdge(t, "", "candor\ntest_below hijacker")
	for _, c := range []*http.Client{e.h2, e.h3} {
		for _, h := range []header{navigation, nil} {
			e.get(c, "/", h).isPage(t, 500)
		}
	}
}
