package caddymodule

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// limit is that of the edge's patience.
const limit = 300 * time.Millisecond

// onTime fails if a came before the timeout. What the edge waited for never comes, so
// that there would be no answer without one. How much later it came is for benchmarks
// to say, on a quiet machine.
func (a *answer) onTime(t *testing.T) {
	t.Helper()
	if a.took < limit {
		t.Errorf("the page took %v for a timeout of %v", a.took, limit)
	}
}

func TestAHangingUpstreamIsAPageOnTime(t *testing.T) {
	h1 := upstream(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	over := make(chan struct{})
	defer close(over)
	handle(t, "deaf", func(http.ResponseWriter, *http.Request) error { // to its context
		<-over
		return nil
	})
	fcgi := silentListener(t)
	e := startEdge(t, "", fmt.Sprintf(`
		candor {
			timeout %s
		}
		reverse_proxy /h1 %s
		reverse_proxy /h2c h2c://%s
		reverse_proxy /retry %[2]s {
			lb_try_duration 1m
		}
		reverse_proxy /silent %[4]s
		handle /fastcgi* {
			root * /tmp
			php_fastcgi %[4]s
		}
		test_below /deaf deaf`, limit, h1, h1, fcgi))
	for _, path := range []string{"/h1", "/h2c", "/retry", "/silent", "/fastcgi.php", "/deaf"} {
		for name, c := range map[string]*http.Client{"HTTP/1.1": e.h1, "HTTP/2": e.h2, "HTTP/3": e.h3} {
			if name != "HTTP/1.1" && (path == "/deaf" || path == "/fastcgi.php") {
				continue // the page is there, the end of the stream when the handler returns
			}
			for _, method := range []string{"GET", "POST"} {
				t.Run(name+method+path, func(t *testing.T) {
					e := *e
					e.t = t
					a := e.do(c, method, path, nil, navigation)
					a.isPage(t, 504)
					a.onTime(t)
				})
			}
		}
	}
	e.get(e.h1, "/deaf", header{"Accept": "text/plain"}).isPage(t, 504) // too short to leave by itself
	for method, want := range map[string]any{"POST": "unknown", "DELETE": "unknown", "GET": nil} {
		a := e.do(e.h1, method, "/h1", nil, header{"Accept": "application/json"})
		if got := problemOf(t, a)["received"]; got != want {
			t.Errorf("%s: received %v, want %v", method, got, want)
		}
	}
	for _, l := range e.logs.lines("answer replaced") {
		if l["reason"] != "timeout" {
			t.Errorf("logged as %v", l["reason"])
		}
	}
}

// silentListener accepts connections and says nothing.
func silentListener(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
		}
	}()
	return l.Addr().String()
}

func TestOnAHandlerThatDoesNotLetGoTheConnectionIsNotReused(t *testing.T) {
	release := make(chan struct{})
	handle(t, "deaf", func(_ http.ResponseWriter, r *http.Request) error {
		if r.URL.Path == "/deaf" {
			<-release
		}
		return nil
	})
	defer close(release)
	e := startEdge(t, "", fmt.Sprintf("handle /deaf {\ncandor {\ntimeout %s\n}\ntest_below deaf\n}\nhandle {\ncandor\ntest_below deaf\n}", limit))
	a := e.get(e.h1, "/deaf", navigation)
	a.isPage(t, 504)
	if !a.Close {
		t.Error("the next request would wait for a handler that is not done")
	}
	if a := e.get(e.h1, "/next", navigation); a.StatusCode != 200 {
		t.Errorf("next: %d", a.StatusCode)
	}
}

// opaque is a handler further out whose writer leads nowhere, as some of plugins do.
type opaque struct{}

func init() {
	caddy.RegisterModule(opaque{})
	httpcaddyfile.RegisterHandlerDirective("test_opaque", func(httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
		return opaque{}, nil
	})
}

func (opaque) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.test_opaque", New: func() caddy.Module { return new(opaque) }}
}

func (opaque) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	return next.ServeHTTP(struct{ http.ResponseWriter }{w}, r)
}

func TestWhatTimesOutBehindAnOpaqueWriterIsEndedToo(t *testing.T) {
	ended := make(chan struct{}, 9)
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stalled" {
			w.WriteHeader(503)
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
		ended <- struct{}{}
	})
	e := startEdge(t, "", fmt.Sprintf("route {\ntest_opaque\ncandor {\ntimeout %s\n}\nreverse_proxy %s\n}", limit, up))
	for path, code := range map[string]int{"/hangs": 504, "/stalled": 503} {
		conn, err := net.Dial("tcp", fmt.Sprintf("localhost:%d", e.http)) // stays open: its end would end the request
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n", path)
		if resp, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || resp.StatusCode != code {
			t.Error(path, resp, err)
		}
		e.get(e.h2, path, navigation).isPage(t, code)
		for range 2 {
			select {
			case <-ended:
			case <-time.After(time.Minute):
				t.Errorf("%s: the upstream is still asked", path)
			}
		}
	}
}

func TestARequestThatCameTooEarlyDoesNotKeepTheConnection(t *testing.T) {
	release := make(chan struct{})
	up := upstream(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) }) // before the upstream is stopped
	e := startEdge(t, "", fmt.Sprintf("candor {\ntimeout %s\n}\nreverse_proxy %s", limit, up))
	conn, err := net.Dial("tcp", fmt.Sprintf("localhost:%d", e.http))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	get := "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n"
	if _, err := io.WriteString(conn, get+get); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Errorf("the connection was not ended: %v", err)
	}
	if n := strings.Count(string(all), "HTTP/1.1 504"); n != 1 {
		t.Errorf("%d pages", n)
	}
}

func TestByDefaultOnlyPeopleAreTimedOut(t *testing.T) {
	h := &Handler{rules: &rules{replace: replaceHTML}}
	nav, _ := http.NewRequest("GET", "/", nil)
	nav.Header.Set("Accept", "text/html")
	api, _ := http.NewRequest("GET", "/", nil)
	for _, c := range []struct {
		timeout time.Duration
		replace string
		r       *http.Request
		want    time.Duration
	}{
		{0, "html", nav, time.Minute}, {0, "html", api, 0}, {0, "none", nav, 0},
		{-1, "html", nav, 0}, {-1, "html", api, 0},
		{time.Second, "html", nav, time.Second}, {time.Second, "html", api, time.Second}, {time.Second, "none", api, time.Second},
	} {
		h.Timeout, h.rules.replace = caddyDuration(c.timeout), c.replace
		if got := h.timeoutFor(c.r); got != c.want {
			t.Errorf("timeout %v, replace %s: %v, want %v", c.timeout, c.replace, got, c.want)
		}
	}
}

func TestProgressIsNotTimedOut(t *testing.T) {
	// Longer than elsewhere: a busy machine must not look like no progress.
	const limit, every = 5 * time.Second, time.Second
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/slowbody" {
			for range 6 {
				time.Sleep(every)
				_, _ = io.WriteString(w, "x")
				_ = http.NewResponseController(w).Flush()
			}
			return
		}
		fmt.Fprint(w, n)
	})
	e := startEdge(t, "", fmt.Sprintf("candor {\ntimeout %s\n}\nreverse_proxy %s", limit, up))
	var all sync.WaitGroup
	for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
		all.Go(func() {
			if a := e.do(c, "POST", "/", &dripping{n: 6, every: every}, navigation); a.StatusCode != 200 || a.body != "49152" {
				t.Errorf("a slow upload: %d %.80q", a.StatusCode, a.body)
			}
		})
		all.Go(func() {
			if a := e.get(c, "/slowbody", navigation); a.body != "xxxxxx" {
				t.Errorf("a slow answer: %d %.80q", a.StatusCode, a.body)
			}
		})
	}
	all.Wait()
}

// dripping is an upload of n pieces, one every so often. They are large enough
// that no client keeps them back in a buffer.
type dripping struct {
	n     int
	every time.Duration
}

func (d *dripping) Read(p []byte) (int, error) {
	if d.n == 0 {
		return 0, io.EOF
	}
	d.n--
	time.Sleep(d.every)
	return min(len(p), 8192), nil
}

func TestAStalledUploadIsTheClients(t *testing.T) {
	var reached atomic.Int32
	up := upstream(t, func(_ http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
	})
	handle(t, "reader", func(_ http.ResponseWriter, r *http.Request) error {
		_, err := io.Copy(io.Discard, r.Body)
		return err
	})
	e := startEdge(t, "", fmt.Sprintf("candor {\ntimeout %s\n}\ntest_below /own reader\nreverse_proxy %s", limit, up))
	for _, path := range []string{"/", "/own"} {
		conn, err := tls.Dial("tcp", fmt.Sprintf("localhost:%d", e.https), &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nContent-Length: 100\r\n\r\nhalf", path)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(path, err)
		}
		b, err := io.ReadAll(resp.Body)
		if resp.StatusCode != 408 || err != nil || !strings.Contains(string(b), "</html>") || !resp.Close {
			t.Errorf("%s: %d %v %v", path, resp.StatusCode, resp.Header, err)
		}
		(&answer{Response: resp, took: time.Since(start)}).onTime(t)
		_ = conn.Close()

		body, stop := io.Pipe()
		defer stop.Close()
		go func() { _, _ = stop.Write([]byte("half")) }()
		for _, c := range []*http.Client{e.h2} {
			a := e.do(c, "POST", path, body, navigation)
			if a.StatusCode != 408 {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
	}
	e.logs.handled(t, 2)
	if l := e.logs.lines("answer replaced"); len(l) == 0 || l[0]["reason"] != "upload_stalled" {
		t.Errorf("logged as %v", l)
	}
}
