package statusclient

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// adapter is one type of backend. Only new is required.
type adapter struct {
	// new makes one. The config is valid, the client is the adapter's own.
	new func(cfg BackendConfig, c *Client) (Backend, error)

	// interval is how often systems of this type are made to be asked, and the
	// default; zero is DefaultInterval.
	interval time.Duration

	// reads names the keys of the config that not every type reads and this one
	// does; needs names those it cannot do without. A key in neither is refused.
	reads, needs []string

	// measures is for monitors: how components do is what they see there, not what
	// anybody has said.
	measures bool

	// check judges the rest. Its errors begin with the key and quote no value.
	check func(cfg BackendConfig) error

	// editor is for types that can be written: it makes what their Writer writes by,
	// asking the system what it has to know. The client has no credentials yet; the
	// config has a WriteToken. writes names the keys that writing needs beside it.
	editor func(ctx context.Context, cfg BackendConfig, c *Client) (editor, error)
	writes []string
}

// adapters is filled while the program starts, by one register call in each
// adapter's file.
var adapters = map[string]adapter{}

func register(name string, a adapter) { adapters[name] = a }

// Types lists the values of BackendConfig.Type, sorted.
func Types() []string { return slices.Sorted(maps.Keys(adapters)) }

// New makes the Backend that cfg describes, or says what is wrong with cfg. It
// asks nobody anything: that is Fetch.
func New(cfg BackendConfig, log zerolog.Logger) (Backend, error) {
	return build(cfg, log, transport())
}

func build(cfg BackendConfig, log zerolog.Logger, rt http.RoundTripper) (Backend, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.Reading()
	c, err := newClient(cfg, log, rt)
	if err != nil {
		return nil, err
	}
	return adapters[cfg.Type].new(cfg, c)
}

// buildWriter is build for what writes.
func buildWriter(cfg BackendConfig, log zerolog.Logger, rt http.RoundTripper) (*remoteWriter, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &remoteWriter{name: cfg.Name, turn: make(chan struct{}, 1), connect: func(ctx context.Context) (editor, error) {
		c, err := newClient(cfg, log, rt)
		if err != nil {
			return nil, err
		}
		return adapters[cfg.Type].editor(ctx, cfg, c)
	}}, nil
}

func checkType(name string) error {
	if _, ok := adapters[name]; ok {
		return nil
	}
	known := strings.Join(Types(), ", ")
	if name == "" {
		return fmt.Errorf("type is missing; known types: %s", known)
	}
	if near := nearest(name, Types()); near != "" {
		return fmt.Errorf("unknown type %q, did you mean %q?", name, near)
	}
	return fmt.Errorf("unknown type %q; known types: %s", name, known)
}

// measured reports whether b, of the type that is configured, is a monitor.
func measured(typ string, b Backend) bool {
	if auto, ok := b.(*auto); ok {
		if f := auto.found.Load(); f != nil {
			typ = f.typ
		}
	}
	return adapters[typ].measures
}

// nearest returns the word that somebody who wrote s most likely meant, or "".
func nearest(s string, words []string) string {
	s = strings.ToLower(s)
	best, least := "", 3
	for _, w := range words {
		d := editDistance([]rune(s), []rune(w), least)
		if len(s) > 3 && (strings.HasPrefix(w, s) || strings.HasPrefix(s, w)) {
			d = min(d, 1)
		}
		if d < least && d < len(w) {
			best, least = w, d
		}
	}
	return best
}
