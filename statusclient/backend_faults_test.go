package statusclient

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"
)

// fault is a server that misbehaves and what the error must say.
type fault struct {
	handler http.HandlerFunc
	raw     func(net.Conn)
	want    string
	within  time.Duration
	check   func(t *testing.T, err error)
}

func faults(good []byte) map[string]fault {
	code := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code); w.Write(good) }
	}
	endless := func(w http.ResponseWriter, prefix string) {
		chunk := bytes.Repeat([]byte(" "), 64<<10)
		io.WriteString(w, prefix)
		for range (1 << 30) / len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
	return map[string]fault{
		"404":                   {handler: code(404), want: "answered with status code 404"},
		"500":                   {handler: code(500), want: "answered with status code 500", within: 5 * time.Second},
		"204":                   {handler: code(204), want: "answered with status code 204"},
		"304 that nobody asked": {handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, want: "answered with status code 304"},
		"HTML": {handler: func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "<!doctype html><title>"+secretToken+"</title>")
		}, want: "answered HTML instead of JSON (status code 200)"},
		"HTML that claims to be JSON": {handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, "\n<html>")
		}, want: "answered HTML instead of JSON (status code 200)"},
		"JSON of something else": {handler: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"ok":true}`) }, want: "answered JSON"},
		"a JSON list":            {handler: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `[1]`) }, want: "answered JSON of another shape"},
		"truncated JSON":         {handler: func(w http.ResponseWriter, _ *http.Request) { w.Write(good[:len(good)/2]) }, want: "answer ends in the middle of the JSON"},
		"broken JSON":            {handler: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "{"+secretToken) }, want: "not valid JSON"},
		"an empty body":          {handler: func(http.ResponseWriter, *http.Request) {}, want: "answered nothing (status code 200)"},
		"a gigabyte":             {handler: func(w http.ResponseWriter, _ *http.Request) { endless(w, "{") }, want: "answer is larger than 4 MiB"},
		"a gzip bomb": {handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bomb())
		}, want: "answer is larger than 4 MiB"},
		"a byte a second": {handler: func(w http.ResponseWriter, _ *http.Request) {
			for range 3600 {
				if _, err := w.Write([]byte(" ")); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}, want: "no complete answer within 10s", within: requestTimeout},
		"silence": {
			raw:  func(c net.Conn) { io.Copy(io.Discard, c); c.Close() },
			want: "no complete answer within 10s", within: requestTimeout,
		},
		"a closed door": {raw: func(c net.Conn) { c.Close() }, want: "campus: ", within: 5 * time.Second},
		"our token as answer": {raw: func(c net.Conn) {
			io.ReadFull(c, make([]byte, 1))
			io.WriteString(c, secretToken+" "+readToken+"\r\n\r\n")
			c.Close()
		}, want: "an answer that is not HTTP", within: 5 * time.Second},
		"another host": {handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://other.example/"+secretToken, http.StatusFound)
		}, want: "redirects to another host (other.example)"},
		"another port": {handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+r.Host+":6379/", http.StatusFound)
		}, want: "redirects to another port or scheme"},
		"a redirect loop": {handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}, want: "redirects more than 3 times"},
		"429": {handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(429)
		}, want: "asks for fewer requests (status code 429)", check: wantRetryAfter(2 * time.Minute)},
		"420 with a date": {handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", time.Now().UTC().Add(time.Minute).Format(http.TimeFormat))
			w.WriteHeader(420)
		}, want: "asks for fewer requests (status code 420)", check: wantRetryAfter(time.Minute)},
		"429 for a century": {handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3153600000")
			w.WriteHeader(429)
		}, want: "429", check: wantRetryAfter(time.Hour)},
		"503 with a time": {handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(503)
		}, want: "status code 503", check: wantRetryAfter(30 * time.Second)},
	}
}

func wantRetryAfter(want time.Duration) func(*testing.T, error) {
	return func(t *testing.T, err error) {
		t.Helper()
		var fe *FetchError
		if !errors.As(err, &fe) || fe.RetryAfter != want {
			t.Errorf("RetryAfter of %v is not %s", err, want)
		}
	}
}

// bomb is a gigabyte of spaces as gzip: one member, many times.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(bytes.Repeat([]byte(" "), 1<<20))
	w.Close()
	return bytes.Repeat(b.Bytes(), 1<<10)
})

func (c conformance) fault(t *testing.T, f fault) {
	bomb() // is not part of what is measured
	var written atomic.Int64
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Host, "other") {
			t.Error("the other host was asked")
		}
		f.handler(&countingWriter{w, &written}, r)
	})
	c.use(t, h, func(t *testing.T, b Backend, n *fakeNet, log *bytes.Buffer) {
		n.raw = f.raw
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		st, err := b.Fetch(t.Context())
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if err == nil || errors.Is(err, ErrNotModified) {
			t.Fatalf("no error but %+v, %v", st, err)
		}
		if !strings.HasPrefix(err.Error(), "backend campus: ") || !strings.Contains(err.Error(), f.want) {
			t.Errorf("error is %q, want %q", err, f.want)
		}
		for _, secret := range []string{secretPath, secretToken, readToken, readSecret, "/api", "http:", "https:", "?"} {
			if strings.Contains(err.Error(), secret) || strings.Contains(log.String(), secret) {
				t.Errorf("%q in error or log:\n%v\n%s", secret, err, log)
			}
		}
		if took > f.within+time.Second {
			t.Errorf("took %s", took)
		}
		if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 64 || written.Load() > 16<<20 {
			t.Errorf("%d MiB allocated, %d bytes taken", mib, written.Load())
		}
		if f.check != nil {
			f.check(t, err)
		}
		for _, host := range n.hosts() {
			if host != "status.example.edu:80" && !slices.Contains(c.hosts, host) {
				t.Errorf("connected to %s", host)
			}
		}
	})
	t.Run("while cancelled", func(t *testing.T) {
		c.use(t, h, func(t *testing.T, b Backend, n *fakeNet, _ *bytes.Buffer) {
			n.raw = f.raw
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			start := time.Now()
			if _, err := b.Fetch(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v", err)
			}
			if d := time.Since(start); d > 0 {
				t.Errorf("took %s", d)
			}
		})
	})
}

type countingWriter struct {
	http.ResponseWriter
	n *atomic.Int64
}

func (w *countingWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.n.Add(int64(n))
	return n, err
}

func (w *countingWriter) Flush() { w.ResponseWriter.(http.Flusher).Flush() }

var betweenWords = regexp.MustCompile(`([a-z]) ([a-z])`)

// invalidUTF8 has bytes in its texts that are no characters. Either that is an error,
// or nothing of them is left.
func (c conformance) invalidUTF8(t *testing.T, good []byte) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		c.serve(good).ServeHTTP(answer, r)
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		w.Write(betweenWords.ReplaceAll(answer.Body.Bytes(), []byte("$1\xff\xc0 $2")))
	})
	c.use(t, h, func(t *testing.T, b Backend, _ *fakeNet, log *bytes.Buffer) {
		st, err := b.Fetch(t.Context())
		if err != nil {
			if !strings.HasPrefix(err.Error(), "backend campus: ") || !utf8.ValidString(err.Error()) {
				t.Errorf("error is %q", err)
			}
			return
		}
		st.Clean()
		if said := fmt.Sprintf("%+v", *st); !utf8.ValidString(said) || !utf8.Valid(log.Bytes()) {
			t.Errorf("%q", said)
		}
	})
}
