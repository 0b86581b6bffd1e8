package caddymodule

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/candor-edge/candor/statusclient/board"
)

// counter runs handlers without a network, so that nothing but them is counted.
type counter struct {
	tb  testing.TB
	ctx caddy.Context
	app *App
}

func newCounter(tb testing.TB, toml string) *counter {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "candor.toml")
	if err := os.WriteFile(file, []byte(toml), 0o600); err != nil {
		tb.Fatal(err)
	}
	text := fmt.Sprintf("{\n\tadmin off\n\tpersist_config off\n\tauto_https off\n\tstorage file_system %s\n\tlog default {\n\t\tlevel FATAL\n\t}\n\tcandor %s\n}\n"+
		"http://127.0.0.1:0 {\n\tcandor\n}\n", tb.TempDir(), file)
	config, _, err := caddyfile.Adapter{ServerType: httpcaddyfile.ServerType{}}.Adapt([]byte(text), nil)
	if err != nil {
		tb.Fatal(err)
	}
	if err := caddy.Load(config, true); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = caddy.Stop() })
	return &counter{tb: tb, ctx: caddy.ActiveContext(), app: running.newest()}
}

func (c *counter) handler(tb testing.TB, h Handler) *Handler {
	tb.Helper()
	if err := h.Provision(c.ctx); err != nil {
		tb.Fatal(err)
	}
	return &h
}

// hold puts a service into maintenance mode.
func (c *counter) hold(service string) {
	c.tb.Helper()
	w := board.Window{Services: []string{service}, Title: "New storage", Message: "We move the disks."}
	if _, _, err := c.app.pooled.board.On(c.tb.Context(), c.app.storage, w); err != nil {
		c.tb.Fatal(err)
	}
	c.app.merge()
}

// request is one as Caddy hands it on: among other things it wraps every body,
// also one that is none.
func (c *counter) request(fields header) *http.Request {
	r, err := http.NewRequestWithContext(c.tb.Context(), http.MethodGet, "http://portal.test/courses/2026", http.NoBody)
	if err != nil {
		c.tb.Fatal(err)
	}
	for k, v := range fields {
		r.Header.Set(k, v)
	}
	r.Body = &caddyhttp.IdleTimeoutReader{ReadCloser: r.Body, Ctrl: http.NewResponseController(newSilence()), Logger: zap.NewNop()}
	ctx, cancel := context.WithCancel(r.Context()) // as net/http's: what is derived from it must be told
	c.tb.Cleanup(cancel)
	return caddyhttp.PrepareRequest(r.WithContext(ctx), caddy.NewReplacer(), newSilence(), &caddyhttp.Server{})
}

func (c *counter) bench(b *testing.B, h *Handler, r *http.Request, next caddyhttp.HandlerFunc) {
	w := newSilence()
	b.ReportAllocs()
	for b.Loop() {
		w.ask(b, h, r, next)
	}
}

// silence is a client that says and keeps nothing.
type silence struct {
	header http.Header
	server []string
}

func newSilence() *silence { return &silence{make(http.Header), []string{"Caddy"}} }

func (w *silence) ask(tb testing.TB, h *Handler, r *http.Request, next caddyhttp.HandlerFunc) {
	clear(w.header)
	w.header["Server"] = w.server
	if err := h.ServeHTTP(w, r, next); err != nil {
		tb.Fatal(err)
	}
}

func (w *silence) Header() http.Header               { return w.header }
func (*silence) WriteHeader(int)                     {}
func (*silence) Write(p []byte) (int, error)         { return len(p), nil }
func (*silence) ReadFrom(r io.Reader) (int64, error) { return io.Copy(io.Discard, r) }
func (*silence) Flush()                              {}
func (*silence) SetReadDeadline(time.Time) error     { return nil }
func (*silence) EnableFullDuplex() error             { return nil }

var (
	htmlType  = []string{"text/html; charset=utf-8"}
	smallBody = make([]byte, 1024)
)

func answersOK(w http.ResponseWriter, _ *http.Request) error { return answerWith(w, http.StatusOK) }
func answers500(w http.ResponseWriter, _ *http.Request) error {
	return answerWith(w, http.StatusInternalServerError)
}

func answerWith(w http.ResponseWriter, code int) error {
	w.Header()["Content-Type"] = htmlType
	w.WriteHeader(code)
	_, err := w.Write(smallBody)
	return err
}

// racing reports whether the race detector is at work.
func racing() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
