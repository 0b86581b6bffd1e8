package caddymodule

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestWhatIsLeftOfAnUploadIsNeverTakenForARequest has the page out while the body
// is still to come, and puts a request into the rest of it.
func TestWhatIsLeftOfAnUploadIsNeverTakenForARequest(t *testing.T) {
	const hidden = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
	var stolen atomic.Bool
	up := upstream(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hidden" {
			stolen.Store(true)
		}
	})
	dead := "handle /hidden {\nreverse_proxy " + up + "\n}\nreverse_proxy " + deadAddr(t)
	for name, site := range map[string]string{
		"candor":        "candor\n" + dead,
		"handle_errors": dead + "\nhandle_errors {\ncandor\n}",
		"maintenance":   "candor held\n" + dead,
	} {
		e := startEdge(t, "", site)
		if name == "maintenance" {
			e.hold("held", time.Hour)
		}
		for form, c := range map[string]struct {
			fields string
			length int
			closes bool // the page says that the connection will be closed
		}{
			"short":        {"", len(hidden) + 9, false},
			"long":         {"", 4 << 20, false},
			"endless":      {"", drainUploadBytes + 1, true},
			"waiting":      {"Expect: 100-continue\r\n", len(hidden), true},
			"waiting long": {"Expect: 100-continue\r\n", 4 << 20, true},
		} {
			t.Run(name+"/"+form, func(t *testing.T) {
				conn, err := net.Dial("tcp", fmt.Sprintf("localhost:%d", e.http))
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
				fmt.Fprintf(conn, "POST /form HTTP/1.1\r\nHost: localhost:%d\r\nAccept: text/html\r\n%sContent-Length: %d\r\n\r\n", e.http, c.fields, c.length)
				in := bufio.NewReader(conn)
				resp, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Fatal(err)
				}
				if _, err = io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode < 500 {
					t.Fatal(resp.StatusCode, err)
				}
				if resp.Close != c.closes {
					t.Errorf("Connection: close is %v", resp.Close)
				}
				time.Sleep(20 * time.Millisecond)
				_, _ = io.WriteString(conn, hidden)
				if rest := c.length - len(hidden); rest <= 4<<20 {
					_, _ = io.WriteString(conn, strings.Repeat("x", rest))
				}
				if !c.closes { // then the connection stays of use
					fmt.Fprintf(conn, "GET /form HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n", e.http)
					if resp, err = http.ReadResponse(in, nil); err != nil || resp.StatusCode < 500 {
						t.Error("the next request", resp, err)
					}
				} else {
					_ = conn.SetReadDeadline(time.Now().Add(time.Second)) // the endless one is drained for long
					if resp, err = http.ReadResponse(in, nil); err == nil {
						t.Error("there is a second answer", resp.StatusCode)
					}
				}
				if stolen.Load() {
					t.Error("a part of the body was taken for a request")
				}
			})
		}
		if n := len(e.logs.lines("http: panic serving")); n > 0 {
			t.Errorf("%s: %d panics", name, n)
		}
	}
}

// TestAnUploadThatStallsWhileItIsDrainedEndsTheConnection does without the wait.
func TestAnUploadThatStallsWhileItIsDrainedEndsTheConnection(t *testing.T) {
	for name, c := range map[string]struct {
		err error
		cut bool
	}{"complete": {io.EOF, false}, "stalled": {os.ErrDeadlineExceeded, true}, "cut short": {io.ErrUnexpectedEOF, true}} {
		t.Run(name, func(t *testing.T) {
			x := newExchange().(*exchange)
			client, conn := net.Pipe()
			defer client.Close()
			x.ResponseWriter = &deadlines{httptest.NewRecorder(), conn}
			x.svc = new(service)
			x.r = httptest.NewRequest(http.MethodPost, "/", nil)
			x.upload = &upload{body: io.NopCloser(io.MultiReader(strings.NewReader("some"), readerFunc(func([]byte) (int, error) { return 0, c.err })))}
			x.state.set(replaced)
			x.end()
			_ = conn.SetDeadline(time.Now()) // of which one that is closed wants nothing to know
			if _, err := conn.Write([]byte("x")); errors.Is(err, io.ErrClosedPipe) != c.cut {
				t.Errorf("the connection was cut: %v", !c.cut)
			}
		})
	}
}

// TestNobodyReadsAnUploadThatIsOver: a transport that still has it would take what
// is the server's again.
func TestNobodyReadsAnUploadThatIsOver(t *testing.T) {
	x := new(exchange)
	x.ResponseWriter = &deadlines{ResponseWriter: httptest.NewRecorder()}
	x.r = httptest.NewRequest(http.MethodPost, "/", nil)
	x.r.ProtoMajor = 2 // which is not drained
	rest := strings.NewReader("rest")
	u := &upload{body: io.NopCloser(rest)}
	x.upload = u
	x.endUpload()
	if n, err := u.Read(make([]byte, 9)); n != 0 || !errors.Is(err, http.ErrBodyReadAfterClose) || rest.Len() != 4 {
		t.Errorf("read %d bytes, %v; %d are left", n, err, rest.Len())
	}
}

// deadlines is a writer over a connection.
type deadlines struct {
	http.ResponseWriter
	conn net.Conn
}

func (*deadlines) SetReadDeadline(time.Time) error { return nil }

func (d *deadlines) Hijack() (net.Conn, *bufio.ReadWriter, error) { return d.conn, nil, nil }

// TestABodyThatWaitsToBeAskedForIsNotAsked: who never said "go on" would wait for
// it as long as it takes to drain an upload.
func TestABodyThatWaitsToBeAskedForIsNotAsked(t *testing.T) {
	for _, began := range []bool{false, true} {
		x := new(exchange)
		x.ResponseWriter = &deadlines{ResponseWriter: httptest.NewRecorder()}
		x.r = httptest.NewRequest(http.MethodPost, "/", nil)
		x.r.Header.Set("Expect", "100-continue")
		var read atomic.Bool
		x.upload = &upload{body: io.NopCloser(readerFunc(func([]byte) (int, error) { read.Store(true); return 0, io.EOF }))}
		x.upload.began.Store(began)
		if x.endUpload(); read.Load() != began || x.cut == began {
			t.Errorf("asked for before: %v, read %v, the connection is cut: %v", began, read.Load(), x.cut)
		}
	}
}
