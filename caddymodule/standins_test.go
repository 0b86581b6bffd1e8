package caddymodule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// below is a handler that a test stands in for, by name.
type below struct {
	Name string `json:"name"`
}

var (
	belows sync.Map // caddyhttp.HandlerFunc by name
	sinks  sync.Map // *logSink by name
)

func init() {
	caddy.RegisterModule(below{})
	caddy.RegisterModule(sinkWriter{})
	httpcaddyfile.RegisterHandlerDirective("test_below", func(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
		h.Next()
		h.NextArg()
		return below{h.Val()}, nil
	})
}

func (below) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.test_below", New: func() caddy.Module { return new(below) }}
}

func (b below) ServeHTTP(w http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	f, ok := belows.Load(b.Name)
	if !ok {
		return fmt.Errorf("no handler %q", b.Name)
	}
	return f.(func(http.ResponseWriter, *http.Request) error)(w, r)
}

// handle names f for test_below while the test runs.
func handle(t testing.TB, name string, f func(w http.ResponseWriter, r *http.Request) error) {
	belows.Store(name, f)
	t.Cleanup(func() { belows.Delete(name) })
}

// sinkWriter writes Caddy's log where a test can read it.
type sinkWriter struct {
	Name string `json:"name"`
}

func (sinkWriter) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "caddy.logging.writers.candor_test", New: func() caddy.Module { return new(sinkWriter) }}
}
func (s sinkWriter) String() string    { return s.Name }
func (s sinkWriter) WriterKey() string { return "candor_test:" + s.Name }
func (s sinkWriter) OpenWriter() (io.WriteCloser, error) {
	v, _ := sinks.LoadOrStore(s.Name, new(logSink))
	return v.(*logSink), nil
}
func (s *sinkWriter) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next()
	d.NextArg()
	s.Name = d.Val()
	return nil
}

type logSink struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logSink) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}
func (*logSink) Close() error { return nil }

func (l *logSink) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// lines are the log lines with that message.
func (l *logSink) lines(msg string) []map[string]any {
	var out []map[string]any
	for line := range strings.Lines(l.String()) {
		var m map[string]any
		if json.Unmarshal([]byte(line), &m) == nil && m["msg"] == msg {
			out = append(out, m)
		}
	}
	return out
}

// handled waits until that many requests are over and in the access log, and with
// them everything else that is logged of them.
func (l *logSink) handled(t testing.TB, n int) {
	t.Helper()
	wait(t, "the access log", func() bool { return len(l.lines("handled request")) >= n })
}
