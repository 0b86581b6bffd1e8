package caddymodule

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// What a handler below may do with its response writer. Each is tried with a code
// that is replaced and one that is not, over every protocol.
var deeds = map[string]struct {
	do func(w http.ResponseWriter, code int) error
	// passed is the body that a visitor gets when the answer is not replaced.
	passed string
	// code is the one that a visitor gets then, where it is not what was asked for.
	code func(asked int) int
	// never says that the answer is not replaced whatever its code.
	never bool
	// cut says that a passed answer breaks off.
	cut bool
}{
	"writes": {
		do: func(w http.ResponseWriter, code int) error {
			w.WriteHeader(code)
			_, err := io.WriteString(w, "hello "+secretOfUpstream)
			return err
		},
		passed: "hello " + secretOfUpstream,
	},
	"copies from a reader": {
		do: func(w http.ResponseWriter, code int) error {
			w.WriteHeader(code)
			_, err := io.Copy(w, struct{ io.Reader }{strings.NewReader("hello " + secretOfUpstream)}) // which has no WriteTo
			return err
		},
		passed: "hello " + secretOfUpstream,
	},
	"flushes first, which decides on 200": {
		do: func(w http.ResponseWriter, code int) error {
			if err := http.NewResponseController(w).Flush(); err != nil {
				return err
			}
			_, err := io.WriteString(w, "hello")
			return err
		},
		passed: "hello", never: true, code: func(int) int { return 200 },
	},
	"writes no body": {
		do: func(w http.ResponseWriter, code int) error {
			w.WriteHeader(code)
			return nil
		},
	},
	"writes nothing at all": {
		do:    func(http.ResponseWriter, int) error { return nil },
		never: true, code: func(int) int { return 200 },
	},
	"writes two headers": {
		do: func(w http.ResponseWriter, code int) error {
			w.WriteHeader(code)
			w.WriteHeader(http.StatusTeapot)
			_, err := io.WriteString(w, "hello")
			return err
		},
		passed: "hello",
	},
	"writes a second header when the body has begun": {
		do: func(w http.ResponseWriter, code int) error {
			_, err := io.WriteString(w, "hello")
			w.WriteHeader(code)
			return err
		},
		passed: "hello", never: true, code: func(int) int { return 200 },
	},
	"sends early hints first": {
		do: func(w http.ResponseWriter, code int) error {
			w.Header().Set("Link", "</style.css>; rel=preload")
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Del("Link")
			w.WriteHeader(code)
			_, err := io.WriteString(w, "hello")
			return err
		},
		passed: "hello",
	},
	"adds trailers": {
		do: func(w http.ResponseWriter, code int) error {
			w.Header().Set("Trailer", "Checksum")
			w.WriteHeader(code)
			_, err := io.WriteString(w, "hello")
			w.Header().Set("Checksum", "abc")
			w.Header().Set(http.TrailerPrefix+"Late", "def")
			return err
		},
		passed: "hello",
	},
	"adds trailers to the header map that it got first": {
		do: func(w http.ResponseWriter, code int) error {
			h := w.Header()
			h.Set("Trailer", "Checksum")
			w.WriteHeader(code)
			_, err := io.WriteString(w, "hello")
			h.Set("Checksum", "abc")
			h.Set("Undeclared", "no trailer")
			h.Set(http.TrailerPrefix+"Late", "def")
			return err
		},
		passed: "hello",
	},
	"aborts after the header": {
		do: func(w http.ResponseWriter, code int) error {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "hel")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		cut: true,
	},
	"fails after the header left": {
		do: func(w http.ResponseWriter, code int) error {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "hello")
			return caddyhttp.Error(http.StatusBadGateway, errors.New(secretOfUpstream))
		},
		passed: "hello",
	},
	"returns an error": {
		do: func(_ http.ResponseWriter, code int) error {
			return caddyhttp.Error(code, errors.New(secretOfUpstream))
		},
	},
	"describes its body": {
		do: func(w http.ResponseWriter, code int) error {
			for _, k := range aboutBody {
				if k != "Transfer-Encoding" && k != "Trailer" && k != "Content-Length" && k != "Location" {
					w.Header().Set(k, "x")
				}
			}
			w.Header().Set("Content-Type", "text/html")
			if code != 204 && code != 304 {
				w.Header().Set("Content-Length", "5")
			}
			w.Header().Set("Set-Cookie", "sid="+secretOfUpstream)
			w.WriteHeader(code)
			_, err := io.WriteString(w, "hello")
			return err
		},
		passed: "hello",
	},
}

func TestEveryDeedOfAHandlerIsReplacedOrPassedWhole(t *testing.T) {
	handle(t, "deed", func(w http.ResponseWriter, r *http.Request) error {
		var code int
		_, _ = fmt.Sscan(r.URL.Query().Get("code"), &code)
		w.Header().Set("X-App", "yes")
		return deeds[r.URL.Query().Get("deed")].do(w, code)
	})
	e := startEdge(t, "", `
		header Strict-Transport-Security max-age=31536000
		candor {
			statuses 5xx
		}
		test_below deed`)
	for proto, client := range map[string]*http.Client{"HTTP/1.1": e.h1, "HTTP/2": e.h2, "HTTP/3": e.h3} {
		for name, d := range deeds {
			for _, timed := range []bool{false, true} {
				for _, code := range []int{503, 200, 404, 204, 304} {
					for _, method := range []string{"GET", "HEAD", "POST"} {
						bare := code == 204 || code == 304 // of a body
						if d.cut && bare {
							continue // what has no body does not break off
						}
						t.Run(fmt.Sprintf("%s/%s/%d/%s/timed=%v", proto, name, code, method, timed), func(t *testing.T) {
							e := *e
							e.t = t
							h := header{"Accept": "text/plain"}
							if timed {
								h = navigation
							}
							path := "/?" + "code=" + fmt.Sprint(code) + "&deed=" + strings.ReplaceAll(name, " ", "+")
							if d.cut && code != 503 {
								checkCut(t, &e, client, method, path, h)
								return
							}
							var upload io.Reader
							if method == "POST" {
								upload = strings.NewReader("matriculation=12-345")
							}
							a := e.do(client, method, path, upload, h)
							if a.Header.Get("Strict-Transport-Security") == "" {
								t.Error("what earlier handlers set is lost")
							}
							replaced := code == 503 && !d.never
							if app := a.Header.Get("X-App"); (app != "") == replaced {
								t.Errorf("replaced is %v, and the app's header %q", replaced, app)
							}
							if replaced {
								a.isPage(t, 503)
								return
							}
							want := code
							if d.code != nil {
								want = d.code(code)
							}
							if a.StatusCode != want {
								t.Errorf("code %d, want %d", a.StatusCode, want)
							}
							body := d.passed
							if method == "HEAD" || a.StatusCode == 204 || a.StatusCode == 304 {
								body = ""
							}
							if a.body != body {
								t.Errorf("body %q, want %q", a.body, body)
							}
							if strings.HasPrefix(name, "adds trailers") && method == "GET" && !bare {
								if len(a.Trailer) != 2 || a.Trailer.Get("Checksum") != "abc" || a.Trailer.Get("Late") != "def" {
									t.Errorf("trailers %v", a.Trailer)
								}
							}
						})
					}
				}
			}
		}
	}
}

// TestEarlyHintsAreOnTheirWayBeforeWhateverFollows: as they were written, once, and
// with nothing of them on what follows.
func TestEarlyHintsAreOnTheirWayBeforeWhateverFollows(t *testing.T) {
	const style = "</style.css>; rel=preload"
	arrived := make(chan struct{}, 1)
	handle(t, "hints", func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Link", style)
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Del("Link")
		select { // what follows waits until they have come
		case <-arrived:
		case <-r.Context().Done():
		}
		switch r.URL.Path {
		case "/replaced":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/fails":
			return errors.New(secretOfUpstream)
		}
		return nil
	})
	e := startEdge(t, "", "header Strict-Transport-Security max-age=31536000\ncandor\ntest_below hints")
	for proto, client := range map[string]*http.Client{"HTTP/1.1": e.h1, "HTTP/2": e.h2, "HTTP/3": e.h3} {
		for path, code := range map[string]int{"/passed": 200, "/replaced": 503, "/fails": 500} {
			for name, h := range map[string]header{"timed": navigation, "not timed": {"Accept": "text/plain"}} {
				var hints []string
				ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
					Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
						hints = append(hints, fmt.Sprint(code, h["Link"], h["Strict-Transport-Security"]))
						arrived <- struct{}{}
						return nil
					},
				})
				req, _ := http.NewRequestWithContext(ctx, "GET", e.url(path), nil)
				for k, v := range h {
					req.Header.Set(k, v)
				}
				resp, err := client.Do(req)
				if err != nil {
					t.Fatal(proto, path, name, err)
				}
				_ = resp.Body.Close()
				if want := fmt.Sprint(103, []string{style}, []string{"max-age=31536000"}); len(hints) != 1 || hints[0] != want {
					t.Errorf("%s %s, %s: hints %q, want %s once", proto, path, name, hints, want)
				}
				if resp.StatusCode != code || resp.Header.Get("Link") != "" || resp.Header.Get("Strict-Transport-Security") == "" {
					t.Errorf("%s %s, %s: %d %v", proto, path, name, resp.StatusCode, resp.Header)
				}
			}
		}
	}
}

// TestAHeaderThatIsFlushedDoesNotWaitForABody: event streams begin with it.
func TestAHeaderThatIsFlushedDoesNotWaitForABody(t *testing.T) {
	arrived := make(chan struct{}, 1)
	handle(t, "flushes", func(w http.ResponseWriter, r *http.Request) error {
		err := http.NewResponseController(w).Flush()
		select {
		case <-arrived:
		case <-r.Context().Done():
		}
		return err
	})
	e := startEdge(t, "", "candor\ntest_below flushes")
	for proto, client := range map[string]*http.Client{"HTTP/1.1": e.h1, "HTTP/2": e.h2, "HTTP/3": e.h3} {
		for _, h := range []header{navigation, {"Accept": "text/event-stream"}} {
			req, _ := http.NewRequestWithContext(t.Context(), "GET", e.url("/"), nil)
			for k, v := range h {
				req.Header.Set(k, v)
			}
			resp, err := client.Do(req)
			arrived <- struct{}{}
			if err != nil || resp.StatusCode != 200 {
				t.Fatal(proto, resp, err)
			}
			_ = resp.Body.Close()
		}
	}
}

// checkCut expects that a passed answer breaks off, as it would without Candor.
func checkCut(t *testing.T, e *edge, c *http.Client, method, path string, h header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, e.url(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range h {
		req.Header.Set(k, v)
	}
	resp, err := c.Do(req)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err == nil && method != "HEAD" {
		t.Errorf("the answer looks complete: %q", b)
	}
}

// TestWhileATimerDecidesNobodyGetsTheClientsHeader asks for the header map while
// the decision falls: two goroutines with the same map would end the process.
func TestWhileATimerDecidesNobodyGetsTheClientsHeader(t *testing.T) {
	x := &exchange{header: http.Header{}}
	x.ResponseWriter, x.timed = httptest.NewRecorder(), true
	x.ResponseWriter.Header().Set("Whose", "the client's")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 3_000_000 {
			x.state.set(replaced)
			x.state.set(undecided)
		}
	}()
	for {
		select {
		case <-done:
			return
		default:
			if whose := x.Header().Get("Whose"); whose != "" {
				t.Fatal(whose)
			}
		}
	}
}
