package caddymodule

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Bodies that nobody wants, and that must not hold the visitor.
var unwanted = map[string]func(w http.ResponseWriter, r *http.Request){
	"endless": func(w http.ResponseWriter, r *http.Request) {
		b := bytes.Repeat([]byte("x"), 32<<10)
		for r.Context().Err() == nil {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
	},
	"dripping": func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, "x")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	},
	"stalled": func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(time.Minute):
		}
	},
	"stalled with a length": func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(time.Minute):
		}
	},
	"broken off": func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "x")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	},
}

func TestABodyThatNobodyWantsDoesNotHoldTheVisitor(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		name := strings.ReplaceAll(strings.TrimPrefix(r.URL.Path, "/"), "-", " ")
		if name == "stalled with a length" {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(503)
			_ = http.NewResponseController(w).Flush()
		} else {
			w.WriteHeader(503)
		}
		unwanted[name](w, r)
	})
	e := startEdge(t, "", "candor\nreverse_proxy "+up)
	for name := range unwanted {
		for proto, c := range map[string]*http.Client{"HTTP/1.1": e.h1, "HTTP/2": e.h2, "HTTP/3": e.h3} {
			for _, h := range []header{nil, navigation} {
				for _, method := range []string{"GET", "POST"} {
					t.Run(fmt.Sprint(proto, name, method, len(h)), func(t *testing.T) {
						e := *e
						e.t = t
						for range 2 { // the second on the same connection, if there is one
							a := e.do(c, method, "/"+strings.ReplaceAll(name, " ", "-"), nil, h)
							a.isPage(t, 503)
							if a.took > 25*time.Second {
								t.Errorf("took %v", a.took)
							}
						}
					})
				}
			}
		}
	}
}

func TestThePageDoesNotWaitForTheBody(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(503)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	e := startEdge(t, "", "candor\nreverse_proxy "+up)
	for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
		least := time.Hour
		for tries := 0; tries < 50 && least > discardTime*3/4; tries++ { // a busy machine makes some of them slow
			req, _ := http.NewRequestWithContext(t.Context(), "GET", e.url("/"), nil)
			start := time.Now()
			resp, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			b := make([]byte, resp.ContentLength)
			if _, err := io.ReadFull(resp.Body, b); err != nil {
				t.Fatal(err)
			}
			least = min(least, time.Since(start))
			_ = resp.Body.Close()
		}
		if least > discardTime*3/4 {
			t.Errorf("the whole page took %v at least", least)
		}
	}
}

// TestAStalledBodyHarmsNobodyElse is about balancers, which have one visitor's request
// follow another's on the same connection, at once.
func TestAStalledBodyHarmsNobodyElse(t *testing.T) {
	var stalled atomic.Int32
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			return
		}
		stalled.Add(1)
		defer stalled.Add(-1)
		w.WriteHeader(503)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	e := startEdge(t, "", "candor\nreverse_proxy "+up)
	for range 5 {
		e.get(e.h1, "/", navigation).isPage(t, 503)
		if a := e.do(e.h1, "POST", "/", strings.NewReader("x"), navigation); a.StatusCode != 200 {
			t.Errorf("who came next: %d", a.StatusCode)
		}
	}
	wait(t, "the end of what was asked", func() bool { return stalled.Load() == 0 })
}

func TestADrainedBodyKeepsTheUpstreamsConnection(t *testing.T) {
	var conns atomic.Int32
	srv := &http.Server{
		Handler: typed(500, "text/html", strings.Repeat("x", discardBytes)), // of more than one read
		ConnState: func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				conns.Add(1)
			}
		},
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(l) }()
	defer srv.Close()
	e := startEdge(t, "", "candor\nreverse_proxy "+l.Addr().String())
	for range 100 {
		e.get(e.h1, "/", nil).isPage(t, 500)
	}
	if n := conns.Load(); n > 20 { // 2 where nobody is in the way; none is kept where it is not drained
		t.Errorf("%d connections for 100 answers", n)
	}
}

// TestWhatIsTooMuchIsCutOffInSilence: Caddy warns of an answer that breaks off, unless
// it is the client who wants no more of it.
func TestWhatIsTooMuchIsCutOffInSilence(t *testing.T) {
	up := upstream(t, typed(500, "text/html", strings.Repeat("x", 1<<20)))
	e := startEdge(t, "", "candor\nreverse_proxy "+up)
	for range 100 { // a busy machine makes some of them slow, which is another end
		e.get(e.h1, "/", nil).isPage(t, 500)
		for _, l := range e.logs.lines("aborting with incomplete response") {
			if l["level"] == "debug" {
				return
			}
		}
	}
	t.Error("Caddy warns of what Candor has cut off")
}

func TestAnUploadGetsThePageNotAReset(t *testing.T) {
	const size = 100 << 20
	early := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(503)
		_ = http.NewResponseController(w).Flush()
	})
	half := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, 10<<20)
		w.WriteHeader(500)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	e := startEdge(t, "", fmt.Sprintf("candor portal\nreverse_proxy /dead %s\nreverse_proxy /early %s\nreverse_proxy /half %s\nrespond /live live", deadAddr(t), early, half))
	block := make([]byte, 1<<20)
	_, _ = rand.Read(block)
	try := func(path string, codes ...int) {
		for proto, c := range map[string]*http.Client{"HTTP/1.1": e.h1, "HTTP/2": e.h2, "HTTP/3": e.h3} {
			for _, length := range []int64{size, -1} {
				req, _ := http.NewRequestWithContext(t.Context(), "POST", e.url(path), io.LimitReader(repeating(block), size))
				req.ContentLength = length
				for k, v := range navigation {
					req.Header.Set(k, v)
				}
				start := time.Now()
				resp, err := c.Do(req)
				if err != nil {
					t.Errorf("%s %s, length %d: %v after %v", proto, path, length, err, time.Since(start))
					continue
				}
				b, err := io.ReadAll(resp.Body)
				if err != nil || !strings.Contains(string(b), "</html>") {
					t.Errorf("%s %s, length %d: %v, %d bytes", proto, path, length, err, len(b))
				}
				_ = resp.Body.Close()
				found := false
				for _, code := range codes {
					found = found || resp.StatusCode == code
				}
				if !found {
					t.Errorf("%s %s: code %d", proto, path, resp.StatusCode)
				}
			}
		}
	}
	try("/dead", 502)
	try("/early", 503, 502)
	try("/half", 500, 502)
	e.hold("portal", time.Hour)
	try("/live", 503)
}

// repeating reads b again and again.
func repeating(b []byte) io.Reader {
	i := 0
	return readerFunc(func(p []byte) (int, error) {
		n := copy(p, b[i:])
		i = (i + n) % len(b)
		return n, nil
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestAnEarlyPageReachesAClientThatStallsItsUpload(t *testing.T) {
	early := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(503)
		_ = http.NewResponseController(w).Flush()
	})
	e := startEdge(t, "", "candor\nreverse_proxy "+early)
	for _, c := range []*http.Client{e.h1, e.h2} {
		body, stop := io.Pipe()
		go func() { _, _ = stop.Write([]byte("begun")) }()
		ctx, cancel := context.WithTimeout(t.Context(), drainUploadTime)
		req, _ := http.NewRequestWithContext(ctx, "POST", e.url("/"), body)
		req.ContentLength = 1 << 20
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != 503 {
			t.Errorf("%s: %d", resp.Proto, resp.StatusCode)
		}
		_ = stop.Close()
		_ = resp.Body.Close()
		cancel()
	}
}
