package statusclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

var update = flag.Bool("update", false, "rewrite golden files")

// conformance is what an adapter hands to conform: its type and where its
// payloads are. Every fixture has a golden Status beside it, in golden/.
type conformance struct {
	typ      string
	fixtures string // a glob; the first match is also what a healthy server answers
	headers  map[string]string
	url      string   // of the page, with secretPath in it; the default is one on status.example.edu
	hosts    []string // HOST:PORT that may be asked; the default is the one of url
	json     JSONConfig

	now  time.Time         // what the clock shows; the default is a bubble's own, the year 2000
	says map[string]string // by fault: what the error must say instead, where a system does not speak JSON

	// serve answers as the system would with the fixture's content. The default
	// answers every path with it; serveTree knows paths.
	serve func(body []byte) http.Handler
}

// What must never show in an error or a log.
const (
	secretPath    = "hidden-path-1b9e"
	secretToken   = "s3cret-t0ken"
	readToken     = "r3ad-t0ken-77aa"
	readSecret    = "r3ad-s3cret-c0de"
	defaultTarget = "http://status.example.edu/" + secretPath + "/"
)

// config is one that sets all that its type reads.
func (c conformance) config() BackendConfig {
	cfg := BackendConfig{Name: "campus", Type: c.typ, URL: c.url, Headers: map[string]string{"X-Front": secretToken}, JSON: c.json}
	if cfg.URL == "" {
		cfg.URL = defaultTarget
	}
	if c.reads("token") {
		cfg.Token = readToken
	}
	if c.reads("secret") {
		cfg.Secret = readSecret
	}
	for k, v := range c.headers {
		cfg.Headers[k] = v
	}
	return cfg
}

func (c conformance) reads(key string) bool {
	a := adapters[c.typ]
	return slices.Contains(a.reads, key) || slices.Contains(a.needs, key)
}

// conform runs what every adapter must hold.
func conform(t *testing.T, c conformance) {
	t.Helper()
	files, err := filepath.Glob(c.fixtures)
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures in %s", c.fixtures)
	}
	if c.serve == nil {
		c.serve = serveJSON
	}
	for _, f := range files {
		t.Run("reads "+filepath.Base(f), func(t *testing.T) { c.golden(t, f) })
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range faults(good) {
		if want, ok := c.says[name]; ok {
			tc.want = want
		}
		t.Run("survives "+name, func(t *testing.T) { c.fault(t, tc) })
	}
	t.Run("survives invalid UTF-8", func(t *testing.T) { c.invalidUTF8(t, good) })
	t.Run("says when nothing is new", func(t *testing.T) { c.notModified(t, good, false) })
	t.Run("says when the same bytes come again", func(t *testing.T) { c.notModified(t, good, true) })
	t.Run("is told good from bad after a fault", func(t *testing.T) { c.recovery(t, good) })
	t.Run("may be used by many", func(t *testing.T) { c.concurrent(t, good) })
	t.Run("sends what was configured and nothing of a client", func(t *testing.T) { c.request(t, good) })
	t.Run("follows redirects on its own host", func(t *testing.T) { c.sameHost(t, good) })
}

// use runs f in a bubble with a backend of this type in front of h.
func (c conformance) use(t *testing.T, h http.Handler, f func(t *testing.T, b Backend, n *fakeNet, log *bytes.Buffer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := newFakeNet(h)
		defer n.shutdown()
		time.Sleep(time.Until(c.now))
		var log bytes.Buffer
		b, err := build(c.config(), zerolog.New(zerolog.SyncWriter(&log)).Level(zerolog.TraceLevel), n.transport)
		if err != nil {
			t.Fatal(err)
		}
		f(t, b, n, &log)
	})
}

func (c conformance) golden(t *testing.T, file string) {
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c.use(t, c.serve(body), func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		st, err := b.Fetch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		st.Clean()
		got, err := json.MarshalIndent(st, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		name := filepath.Join(filepath.Dir(file), "golden", filepath.Base(file))
		if *update {
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, got, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is missing or differs; run with -update and read the diff. Got\n%s", name, got)
		}
	})
}
