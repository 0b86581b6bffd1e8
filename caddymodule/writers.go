package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/certmagic"
	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// writeTimeout bounds one write to a backend, which may take several requests,
// and pauses where it asks for fewer. It is a little less than the commands wait.
const writeTimeout = 25 * time.Second

// writers outlive a configuration, so that a write that is under way and one that a
// reload has let in are not made at once: *pooledWriter by the configuration.
var writers = caddy.NewUsagePool()

type pooledWriter struct{ statusclient.Writer }

// Destruct implements caddy.Destructor.
func (*pooledWriter) Destruct() error { return nil }

// acquireWriters takes what writes to the backends of the configuration.
func (a *App) acquireWriters() error {
	a.pooled.writers = make(map[string]statusclient.Writer)
	for _, cfg := range a.conf.Backends {
		if cfg.WriteToken == "" {
			continue
		}
		key := backendKey(cfg)
		v, _, err := writers.LoadOrNew(key, func() (caddy.Destructor, error) {
			w, err := statusclient.NewWriter(cfg, zerolog.Nop())
			return &pooledWriter{w}, err
		})
		if err != nil {
			return err
		}
		a.pooled.writers[cfg.Name] = v.(*pooledWriter).Writer
		a.pooled.writerKeys = append(a.pooled.writerKeys, key)
	}
	return nil
}

func (a *App) releaseWriters() error {
	var errs []error
	for _, key := range a.pooled.writerKeys {
		_, err := writers.Delete(key)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// input is what is known of a backend, the board included.
func (a *App) input(name string) (statusclient.Input, error) {
	for _, input := range a.inputs() {
		if input.Name == name && !input.Quiet {
			return input, nil
		}
	}
	return statusclient.Input{}, refuse(http.StatusNotFound, "there is no backend %.100q; there are: %s", name, strings.Join(a.backendNames(), ", "))
}

func (a *App) backendNames() []string {
	names := []string{board.Name}
	for _, cfg := range a.conf.Backends {
		names = append(names, cfg.Name)
	}
	return names
}

// writer is what writes to a backend.
func (a *App) writer(name string) (statusclient.Writer, error) {
	if name == board.Name {
		return a.pooled.board.Writer(a.storage), nil
	}
	if _, err := a.input(name); err != nil {
		return nil, err
	}
	if w, ok := a.pooled.writers[name]; ok {
		return w, nil
	}
	i := slices.IndexFunc(a.conf.Backends, func(c statusclient.BackendConfig) bool { return c.Name == name })
	if typ := a.conf.Backends[i].Type; !slices.Contains(statusclient.Writable(), typ) {
		return nil, refuse(http.StatusConflict, "backend %s is %s, which can only be read; these types can be written: %s",
			name, typ, strings.Join(statusclient.Writable(), ", "))
	}
	return nil, refuse(http.StatusConflict, "backend %s is only read; give it a write_token in the configuration", name)
}

// outgoing is one write to a backend. It is made while its app is held, and what it
// has of it stays good when a reload has brought another app in the meantime.
type outgoing struct {
	writer  statusclient.Writer
	board   *board.Board // has the log
	storage certmagic.Storage
	refresh func()
}

func (a *App) outgoing(backend string) (*outgoing, error) {
	w, err := a.writer(backend)
	if err != nil {
		return nil, err
	}
	out := &outgoing{writer: w, board: a.pooled.board.Board, storage: a.storage, refresh: func() {}}
	for _, p := range a.pooled.pollers {
		if p.config.Name == backend {
			out.refresh = p.Refresh
		}
	}
	return out, nil
}

// write has f write, as the log tells, and then has the backend asked what it says
// now.
func (o *outgoing) write(ctx context.Context, e board.Entry, f func(context.Context, statusclient.Writer) error) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	var wrote error
	err := o.board.Attempt(ctx, o.storage, e, func(ctx context.Context) error {
		wrote = f(ctx, o.writer)
		return wrote
	})
	o.refresh()
	if wrote != nil {
		return wrote
	}
	return editProblem(err)
}

// boardProblem is editProblem for what writes to the board.
func boardProblem(err error) error {
	if errors.As(err, new(*statusclient.InvalidError)) || errors.As(err, new(*statusclient.WriteError)) ||
		errors.Is(err, statusclient.ErrNoIncident) {
		return err
	}
	return editProblem(err)
}

// affected are the components of a backend that services stand on, in the words
// of the configuration. None means that there is nothing to name.
func (a *App) affected(backend string, services []string) ([]string, error) {
	var out []string
	if backend == board.Name {
		return nil, nil // which knows services
	}
	if _, err := a.input(backend); err != nil {
		return nil, err
	}
	for _, name := range services {
		if name == "*" {
			continue
		}
		i := slices.IndexFunc(a.conf.Services, func(s config.Service) bool { return s.Name == name })
		if i < 0 || len(a.conf.Services[i].Components) == 0 {
			continue // everything concerns it
		}
		here := false
		for _, ref := range a.conf.Services[i].Components {
			if of, component, _ := strings.Cut(ref, "/"); of == backend {
				here = true
				if component != "*" {
					out = append(out, component)
				}
			}
		}
		if !here {
			return nil, refuse(http.StatusBadRequest, "service %s has no component of backend %s; name components of that", name, backend)
		}
	}
	return out, nil
}

// nameAffected adds the components of a backend that the services of a draft stand
// on to those that it names.
func (a *App) nameAffected(backend string, d *statusclient.Draft) error {
	affected, err := a.affected(backend, d.Services)
	for _, name := range affected {
		if d.Components == nil {
			d.Components = make(map[string]statusclient.ComponentStatus)
		}
		if _, named := d.Components[name]; !named {
			d.Components[name] = ""
		}
	}
	return err
}

// writeProblem says in terms of HTTP why a write is not all done.
func writeProblem(err error) error {
	var invalid *statusclient.InvalidError
	var fetch *statusclient.FetchError
	switch {
	case errors.As(err, &invalid):
		return refuse(http.StatusBadRequest, "%w", err)
	case errors.Is(err, statusclient.ErrNoIncident):
		return refuse(http.StatusNotFound, "%w", err)
	case errors.As(err, &fetch):
		return refuse(http.StatusBadGateway, "%w; nothing was written", err)
	}
	return err
}

// components in words, for the log.
func componentWords(set map[string]statusclient.ComponentStatus) string {
	var words []string
	for name, s := range set {
		words = append(words, strings.TrimSuffix(fmt.Sprintf("%s: %s", name, s), ": "))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}
