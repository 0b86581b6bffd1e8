package caddymodule_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/caddyserver/caddy/v2"
	_ "github.com/caddyserver/caddy/v2/modules/standard"
	"github.com/caddyserver/certmagic"

	"github.com/candor-edge/candor/caddymodule"
)

func init() { caddy.RegisterModule(new(fragileStorage)) }

// fragileStorage is a file system that can be made to fail.
type fragileStorage struct {
	Root string `json:"root"`
	certmagic.FileStorage
}

var storageFails atomic.Pointer[error]

func (*fragileStorage) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "caddy.storage.fragile", New: func() caddy.Module { return new(fragileStorage) }}
}

func (s *fragileStorage) CertMagicStorage() (certmagic.Storage, error) {
	s.Path = s.Root
	return s, nil
}

func (s *fragileStorage) String() string { return s.Root }

func (s *fragileStorage) Store(ctx context.Context, key string, value []byte) error {
	if err := storageFails.Load(); err != nil {
		return *err
	}
	return s.FileStorage.Store(ctx, key, value)
}

// operator talks to the admin endpoint of a running Caddy.
type operator struct {
	t     testing.TB
	admin string // host:port
	site  string // host:port of the services portal and library, by path
	root  string // of its storage
}

// startOperator runs two services that always work.
func startOperator(t testing.TB, root string) *operator {
	t.Helper()
	o := &operator{t: t, admin: freeAddr(t), site: freeAddr(t), root: root}
	o.load()
	t.Cleanup(func() { _ = caddy.Stop() })
	return o
}

func (o *operator) load() {
	o.t.Helper()
	config := fmt.Sprintf(`{
		"admin": {"listen": %q, "config": {"persist": false}},
		"logging": {"logs": {"default": {"level": "PANIC"}}},
		"storage": {"module": "fragile", "root": %q},
		"apps": {
			"candor": {"service": [{"name": "portal", "title": "Student portal"}, {"name": "library"}]},
			"http": {"servers": {"sites": {
				"listen": [%q], "automatic_https": {"disable": true},
				"routes": [
					{"match": [{"path": ["/portal"]}], "handle": [{"handler": "candor", "service": "portal"}, {"handler": "static_response", "body": "works"}]},
					{"match": [{"path": ["/library"]}], "handle": [{"handler": "candor", "service": "library"}, {"handler": "static_response", "body": "works"}]}
				]
			}}}
		}
	}`, o.admin, o.root, o.site)
	if err := caddy.Load([]byte(config), true); err != nil {
		o.t.Fatal(err)
	}
}

func freeAddr(t testing.TB) string { return fmt.Sprintf("127.0.0.1:%d", caddymodule.FreePort(t)) }

// reply is what the admin endpoint answered.
type reply struct {
	*http.Response
	t    testing.TB
	body string
}

// call asks; header has a name and a value in turn.
func (o *operator) call(method, path, body string, header ...string) *reply {
	o.t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(o.t.Context(), method, "http://"+o.admin+path, r)
	if err != nil {
		o.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if errors.Is(err, io.EOF) && body == "" {
		// The endpoint of the configuration before had taken the connection.
		resp, err = http.DefaultClient.Do(req)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return &reply{resp, o.t, string(b)}
}

// wants checks the status code.
func (r *reply) wants(code int) *reply {
	r.t.Helper()
	if r.StatusCode != code {
		r.t.Fatalf("%s %s: status code %d, want %d: %s", r.Request.Method, r.Request.URL.Path, r.StatusCode, code, r.body)
	}
	return r
}

// says checks that the answer is an error that holds every one of words.
func (r *reply) says(words ...string) {
	r.t.Helper()
	var e struct {
		Error string `json:"error"`
	}
	r.into(&e)
	for _, w := range words {
		if !strings.Contains(e.Error, w) {
			r.t.Errorf("%s %s: error %q does not say %q", r.Request.Method, r.Request.URL.Path, e.Error, w)
		}
	}
}

func (r *reply) into(v any) *reply {
	r.t.Helper()
	if got := r.Header.Get("Content-Type"); got != "application/json" {
		r.t.Errorf("%s %s: Content-Type %q", r.Request.Method, r.Request.URL.Path, got)
	}
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		r.t.Fatalf("%s %s: %v in %s", r.Request.Method, r.Request.URL.Path, err, r.body)
	}
	return r
}

// visit returns the status code that visitors of a service get.
func (o *operator) visit(service string) int {
	o.t.Helper()
	get := func() (*http.Response, error) { return http.Get("http://" + o.site + "/" + service) }
	resp, err := get()
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) { // taken by servers that were about to stop
		resp, err = get()
	}
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// window is a maintenance window in an answer.
type window struct {
	ID       string   `json:"id"`
	Services []string `json:"services"`
	Message  string   `json:"message"`
	Until    string   `json:"until"`
	State    string   `json:"state"`
	ETag     string   `json:"etag"`
}

func (o *operator) windows() []window {
	o.t.Helper()
	var list []window
	o.call("GET", "/candor/maintenance", "").wants(200).into(&list)
	return list
}
