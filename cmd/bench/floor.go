package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	_ "github.com/caddyserver/caddy/v2/modules/standard"
)

// The floor is a handler in Caddy that writes one recorded answer, its header
// fields and its body, and decides nothing. No handler can send the same answer
// for less; what Candor costs beyond it is what Candor does.

func init() {
	caddy.RegisterModule(new(floor))
	httpcaddyfile.RegisterHandlerDirective("bench_floor", func(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
		f := new(floor)
		h.Next()
		if !h.AllArgs(&f.File) {
			return nil, h.ArgErr()
		}
		return f, nil
	})
	httpcaddyfile.RegisterDirectiveOrder("bench_floor", httpcaddyfile.Before, "redir")
}

// floorRole is Caddy with the floor in it.
func floorRole(args []string) error {
	os.Args = append([]string{"caddy"}, args...)
	caddycmd.Main()
	return nil
}

// recorded is an answer as it came.
type recorded struct {
	Code   int
	Header http.Header
	Body   []byte
}

// record keeps an answer in a file for the floor. Who answered and when is the
// server's to say.
func record(file string, resp *http.Response, body string) error {
	header := resp.Header.Clone()
	header.Del("Server")
	header.Del("Date")
	b, err := json.Marshal(recorded{resp.StatusCode, header, []byte(body)})
	if err != nil {
		return err
	}
	return os.WriteFile(file, b, 0o600)
}

// floor answers in place of handlers that answer with 500 or more, or fail. With
// nothing below it, it always answers.
type floor struct {
	File string `json:"file"`

	recorded
}

// CaddyModule returns the Caddy module information.
func (*floor) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.bench_floor", New: func() caddy.Module { return new(floor) }}
}

// Provision implements caddy.Provisioner.
func (f *floor) Provision(caddy.Context) error {
	b, err := os.ReadFile(f.File)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, &f.recorded)
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	x := floorWriter{ResponseWriterWrapper: caddyhttp.ResponseWriterWrapper{ResponseWriter: w}}
	err := next.ServeHTTP(&x, r)
	var failed caddyhttp.HandlerError
	switch {
	case err != nil && (x.passed || !errors.As(err, &failed)):
		return err
	case err == nil && x.passed:
		return nil
	}
	header := w.Header()
	for k := range header {
		if k != "Server" {
			delete(header, k)
		}
	}
	for k, v := range f.Header {
		header[k] = v
	}
	w.WriteHeader(f.Code)
	_, err = w.Write(f.Body)
	return err
}

// floorWriter drops an answer with 500 or more.
type floorWriter struct {
	caddyhttp.ResponseWriterWrapper
	passed, dropped bool
}

func (x *floorWriter) WriteHeader(code int) {
	if x.dropped = code >= 500; !x.dropped {
		x.passed = true
		x.ResponseWriter.WriteHeader(code)
	}
}

func (x *floorWriter) Write(p []byte) (int, error) {
	if x.dropped {
		return len(p), nil
	}
	x.passed = true
	return x.ResponseWriter.Write(p)
}

func (x *floorWriter) ReadFrom(r io.Reader) (int64, error) {
	if x.dropped {
		return io.Copy(io.Discard, r)
	}
	x.passed = true
	return x.ResponseWriterWrapper.ReadFrom(r)
}
