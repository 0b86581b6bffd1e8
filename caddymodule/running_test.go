package caddymodule

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// echo takes a connection over and sends back what it gets, line by line.
func echo(w http.ResponseWriter) {
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Upgrade", "websocket")
	w.WriteHeader(http.StatusSwitchingProtocols)
	c, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	for {
		line, err := buf.ReadString('\n')
		if err != nil {
			return
		}
		_, _ = io.WriteString(c, line)
	}
}

// TestWhatRunsWhenMaintenanceBeginsIsLeftToEnd has a WebSocket, an event stream
// and a slow request under way.
func TestWhatRunsWhenMaintenanceBeginsIsLeftToEnd(t *testing.T) {
	event, slow := make(chan struct{}), make(chan struct{})
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/socket":
			echo(w)
		case "/events":
			w.Header().Set("Content-Type", "text/event-stream")
			next := event
			for n := 1; ; n++ {
				fmt.Fprintf(w, "data: %d\n\n", n)
				_ = http.NewResponseController(w).Flush()
				select {
				case <-next:
					next = nil // there are two
				case <-r.Context().Done():
					return
				}
			}
		case "/slow":
			select {
			case <-slow:
			case <-r.Context().Done():
			}
			fmt.Fprint(w, "done")
		}
	})
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, "[maintenance]\nbypass_header = \"X-Key: s3cret\"")), "candor portal\nreverse_proxy "+up)
	runs := func(n int) {
		t.Helper()
		app := running.newest()
		svc, _ := app.leadTo("portal")
		wait(t, fmt.Sprintf("%d running", n), func() bool {
			v := app.operatorJSON(svc, app.situation(svc), app.knowledge.Load(), nil, time.Now())
			return v.Traffic.Running == n
		})
	}
	runs(0)

	socket, err := net.Dial("tcp", fmt.Sprintf("localhost:%d", e.http))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	fmt.Fprint(socket, "GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	lines := bufio.NewReader(socket)
	if resp, err := http.ReadResponse(lines, nil); err != nil || resp.StatusCode != 101 {
		t.Fatal(resp, err)
	}
	runs(1)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	req, _ := http.NewRequestWithContext(ctx, "GET", e.url("/events"), nil)
	events, err := e.h2.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	answers := make(chan string, 1)
	go func() {
		resp, err := e.h3.Get(e.url("/slow"))
		if err != nil {
			answers <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		answers <- string(b)
	}()
	runs(3)

	e.hold("portal", time.Hour)
	e.get(e.h1, "/slow", nil).isPage(t, 503)
	passing, err := http.NewRequestWithContext(ctx, "GET", e.url("/events"), nil)
	if err != nil {
		t.Fatal(err)
	}
	passing.Header.Set("X-Key", "s3cret")
	tester, err := e.h2.Do(passing)
	if err != nil {
		t.Fatal(err)
	}
	defer tester.Body.Close()
	runs(3) // who is held back or let past is none of those

	fmt.Fprint(socket, "still there\n")
	if got, err := lines.ReadString('\n'); err != nil || got != "still there\n" {
		t.Errorf("the socket: %q %v", got, err)
	}
	b := make([]byte, 9)
	for n := 1; n <= 2; n++ {
		if _, err := io.ReadFull(events.Body, b); err != nil || string(b) != fmt.Sprintf("data: %d\n\n", n) {
			t.Errorf("event %d: %q %v", n, b, err)
		}
		if n == 1 {
			close(event)
		}
	}
	close(slow)
	if got := <-answers; got != "done" {
		t.Errorf("the slow request: %s", got)
	}
	runs(2)
	leave()
	_ = socket.Close()
	runs(0)
}

// newest returns the app that serves, nil before the first start.
func (ra *runningApps) newest() *App { return ra.last.Load() }
