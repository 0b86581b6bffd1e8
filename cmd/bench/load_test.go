package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// app runs the upstream in this process.
func app(t *testing.T) (*upstream, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u := newUpstream()
	go func() { _ = u.serve(l) }()
	t.Cleanup(func() { _ = l.Close() })
	return u, l.Addr().String()
}

func TestLoadCountsWhatTheUpstreamCounts(t *testing.T) {
	u, addr := app(t)
	for path, want := range map[string]struct{ status, body int }{
		"/small": {200, 1024}, "/length/100000": {200, 100_000}, "/chunked/100000": {200, 100_000}, "/500": {500, 200},
	} {
		before, conns := u.requests.Load(), u.conns.Load()
		l := load{Addr: addr, Conns: 3, Duration: 30 * time.Millisecond, Requests: []string{program(path)}, Status: want.status, Body: want.body}
		r := l.run()
		if r.Wrong != "" {
			t.Fatalf("%s: %s", path, r.Wrong)
		}
		if got := u.requests.Load() - before; r.Answers != got || got == 0 {
			t.Errorf("%s: %d answers to %d requests", path, r.Answers, got)
		}
		if r.Bytes != r.Answers*int64(want.body) {
			t.Errorf("%s: %d bytes in %d answers", path, r.Bytes, r.Answers)
		}
		if got := u.conns.Load() - conns; got != 3 || r.Dials != 3 {
			t.Errorf("%s: %d connections, %d dials: they were not kept alive", path, got, r.Dials)
		}
		if r.Elapsed < l.Duration {
			t.Errorf("%s: over after %s", path, r.Elapsed)
		}
	}
}

func TestLoadAsksForEverythingInTurn(t *testing.T) {
	_, addr := app(t)
	l := load{Addr: addr, Conns: 1, Duration: 20 * time.Millisecond, Requests: []string{program("/500"), program("/small")}, Status: 500}
	if r := l.run(); r.Answers != 1 || !strings.Contains(r.Wrong, "status 200") {
		t.Errorf("%d answers, %q", r.Answers, r.Wrong)
	}
}

func TestLoadIsVoidWhenAnAnswerIsWrong(t *testing.T) {
	_, addr := app(t)
	for name, l := range map[string]load{
		"status":    {Addr: addr, Requests: []string{program("/small")}, Status: 503},
		"too short": {Addr: addr, Requests: []string{program("/small")}, Status: 200, Body: 2000},
		"nobody":    {Addr: "127.0.0.1:1", Requests: []string{program("/small")}, Status: 200},
	} {
		l.Conns, l.Duration = 1, 20*time.Millisecond
		if r := l.run(); r.Wrong == "" {
			t.Errorf("%s: %d answers, and nothing wrong", name, r.Answers)
		}
	}
}

func TestLoadMeasuresHowLongAnAnswerTook(t *testing.T) {
	_, addr := app(t)
	l := load{Addr: addr, Conns: 20, Spread: 20 * time.Millisecond, Duration: time.Second, Once: true, Requests: []string{program("/small")}, Status: 200}
	r := l.run()
	if r.Wrong != "" || r.Answers != 20 || len(r.Took) != 20 {
		t.Fatalf("%+v", r)
	}
	if first := quantile(r.Took, 0); first <= 0 {
		t.Errorf("an answer took %v ms", first)
	}
	hang := load{Addr: addr, Conns: 5, Duration: 30 * time.Millisecond, Once: true, Unanswered: true, Requests: []string{program("/hang")}, Status: 504}
	if r := hang.run(); r.Wrong != "" || r.Answers != 0 {
		t.Errorf("hanging up: %+v", r)
	}
}

// What the load generator reads must be what net/http writes.
func TestReadAnswerReadsAnswersOfNetHTTP(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/close":
			w.Header().Set("Connection", "close")
		case "/chunked":
			_, _ = io.WriteString(w, "first")
			_ = http.NewResponseController(w).Flush()
			w.Header().Set(http.TrailerPrefix+"Late", "yes")
		case "/empty":
			w.WriteHeader(http.StatusTeapot)
			return
		}
		_, _ = io.WriteString(w, strings.Repeat("x", 70_000))
	}))
	defer srv.Close()
	for path, want := range map[string]answerHead{
		"/": {200, 70_000, false}, "/chunked": {200, 70_005, false}, "/close": {200, 70_000, true}, "/empty": {418, 0, false},
	} {
		c, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(c)
		for range 2 { // the second finds the first one read to its end
			if _, err := io.WriteString(c, program(path)); err != nil {
				t.Fatal(err)
			}
			if got, err := readAnswer(r); err != nil || got != want {
				t.Errorf("%s: got %+v, %v, want %+v", path, got, err, want)
			}
			if want.close {
				break
			}
		}
		_ = c.Close()
	}
}

func TestReadAnswerRefusesWhatIsNone(t *testing.T) {
	for name, give := range map[string]string{
		"nothing":          "",
		"not HTTP":         "SSH-2.0-OpenSSH_9.2\r\n\r\n",
		"no status":        "HTTP/1.1 abc OK\r\n\r\n",
		"no number":        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
		"a short body":     "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
		"no chunk size":    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
		"a cut-off header": "HTTP/1.1 200 OK\r\nContent-Le",
	} {
		if a, err := readAnswer(bufio.NewReader(strings.NewReader(give))); err == nil {
			t.Errorf("%s: read %+v", name, a)
		}
	}
}
