// Package caddymodule is where it happens: the handler that replaces failing
// answers, the app that holds what is known, and everything else of Candor that
// knows Caddy. Every exported type is a Caddy module.
package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/certmagic"
	"github.com/rs/zerolog"
	"go.uber.org/zap"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/caddymodule/pass"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/traffic"
)

func init() {
	caddy.RegisterModule(new(App))
}

// App holds what is known about every service: it reads the backends, keeps the
// board, and publishes one situation per service for the handlers to show. Its
// JSON is that of candor.toml, table by table.
type App struct {
	config.Config

	ctx     caddy.Context
	logger  *zap.Logger
	inner   zerolog.Logger // of the packages that do not know Caddy
	storage certmagic.Storage
	conf    *config.Config // Config with its placeholders replaced: holds secrets

	brand       *errorpages.Brand                   // of services that the configuration does not name
	shapes      map[string]*errorpages.JSONTemplate // by path; nil for none
	renderer    *errorpages.Renderer
	corsOrigins []string
	unsaid      *strings.Replacer // takes what paths may hold that no log may

	mu       sync.RWMutex // guards named and byHosts, which handlers add to while they are provisioned
	named    map[string]*service
	byHost   map[string]*service
	fallback *service
	listed   atomic.Pointer[roster] // of named
	byHosts  bool                   // a directive without a name leads wherever the host says

	pooled    pooled
	passes    *pass.Ring // of pooled.board
	drills    drills
	traffic   *traffic.Registry
	knowledge atomic.Pointer[statusclient.Knowledge]
	merges    atomic.Uint64 // how often it was published
	merging   sync.Mutex    // one merge at a time, the newest published last

	wake    signal // an input has changed
	changed signal // there may be something to tell of
	news    signal // there may be something to keep
	stop    context.CancelFunc
	stopped chan struct{}

	said said
	kept kept

	slips     atomic.Pointer[slips]   // components that are not one
	slippedIn *statusclient.Knowledge // what they were last looked for in
}

// signal wakes one goroutine, once for however many reasons.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

func (s signal) send() {
	select {
	case s <- struct{}{}:
	default:
	}
}

// CaddyModule returns the Caddy module information.
func (*App) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "candor",
		New: func() caddy.Module { return new(App) },
	}
}

// Provision implements caddy.Provisioner. It starts nothing, so that a
// configuration can be judged without being run; but it loads what storage
// holds, because the first request may come before Start.
func (a *App) Provision(ctx caddy.Context) error {
	a.ctx, a.logger, a.storage = ctx, ctx.Logger(), ctx.Storage()
	a.inner = newInnerLog(a.logger)
	a.wake, a.changed, a.news = newSignal(), newSignal(), newSignal()

	var err error
	repl := caddy.NewReplacer()
	if a.conf, err = a.Config.Resolve(func(s string) (string, error) { return repl.ReplaceOrErr(s, true, true) }); err != nil {
		return err
	}
	a.corsOrigins = a.conf.Public.CORSOrigins
	a.unsaid = hookSecretsOut(a.conf.Backends)
	if a.renderer, err = errorpages.NewRenderer(a.conf.Pages, a.conf.Public.Path, a.inner); err != nil {
		return fmt.Errorf("pages.%w", err)
	}
	if err = a.acquireTraffic(); err != nil {
		return err
	}
	if err = a.provisionServices(); err != nil {
		return err
	}
	if err = a.acquireWriters(); err != nil {
		return err
	}
	if err = a.acquire(); err != nil {
		return err
	}
	a.wait(loadTime, a.load)
	current.add(a)
	a.merge()
	return a.registerMetrics()
}

// Start implements caddy.App: from here on backends are asked.
func (a *App) Start() error {
	ctx, cancel := context.WithCancel(context.Background())
	a.stop, a.stopped = cancel, make(chan struct{})
	unsubscribe := a.subscribe()
	a.pooled.board.log.use(a.logger)
	for _, p := range a.pooled.pollers {
		p.log.use(a.logger)
		p.Start()
	}
	for _, f := range a.pooled.flags {
		f.log.use(a.logger)
		f.Start()
	}
	a.wait(lookTimeout, a.loadBoard) // again: what the old configuration edited since
	a.merge()
	a.announce() // nothing, but from here on it tells of changes
	running.add(a)
	go a.tell(ctx)
	go func() {
		defer close(a.stopped)
		defer unsubscribe()
		var others sync.WaitGroup
		defer others.Wait()
		others.Go(func() { a.followPasses(ctx) })
		others.Go(func() { a.keep(ctx) })
		a.run(ctx)
	}()
	return nil
}

// Stop implements caddy.App.
func (a *App) Stop() error {
	running.remove(a)
	if a.stop != nil {
		a.stop()
		select {
		case <-a.stopped:
		case <-time.After(stopTime):
		}
	}
	return nil
}

// Cleanup implements caddy.CleanerUpper: it gives back what Provision took.
func (a *App) Cleanup() error {
	current.remove(a)
	return errors.Join(a.releaseTraffic(), a.release())
}

// run merges again when an input has changed or time alone changes something.
func (a *App) run(ctx context.Context) {
	// The clock on the wall decides when a window opens, also after it was set.
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	rest := time.NewTicker(time.Minute)
	defer rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
			a.merge()
			a.news.send()
		case <-rest.C:
			a.traffic.Tidy()
		case now := <-tick.C:
			a.pooled.board.Unanswered()
			a.pooled.board.Advance()
			if next := a.knowledge.Load().Next; !next.IsZero() && !next.After(now) {
				a.merge()
			}
			a.confirm()
		}
	}
}

// confirm keeps true how old the words are that pages quote, for which nothing has to
// be rendered that is not anyway.
func (a *App) confirm() {
	a.merging.Lock()
	defer a.merging.Unlock()
	know := a.knowledge.Load()
	if newer := know.Confirmed(a.inputs()); newer != know {
		a.knowledge.Store(newer)
	}
}

// merge publishes what is known now.
func (a *App) merge() {
	a.merging.Lock()
	defer a.merging.Unlock()
	a.mu.RLock()
	services := make([]statusclient.Service, 0, len(a.named))
	for _, s := range a.named {
		services = append(services, s.about)
	}
	a.mu.RUnlock()
	a.knowledge.Store(statusclient.Merge(services, a.inputs(), a.knowledge.Load(), time.Now()))
	a.merges.Add(1)
	a.changed.send()
}

func (a *App) inputs() []statusclient.Input {
	out := make([]statusclient.Input, 0, len(a.pooled.pollers)+2)
	out = append(out, a.pooled.board.Input())
	if len(a.pooled.flags) > 0 {
		out = append(out, flagInput(a.pooled.flags))
	}
	for _, p := range a.pooled.pollers {
		out = append(out, p.Input())
	}
	return out
}

// subscribe has every input wake the app.
func (a *App) subscribe() (cancel func()) {
	cancels := []func(){a.pooled.board.Subscribe(a.wake.send)}
	for _, p := range a.pooled.pollers {
		cancels = append(cancels, p.Subscribe(a.wake.send))
	}
	for _, f := range a.pooled.flags {
		cancels = append(cancels, f.Subscribe(a.wake.send))
	}
	return func() {
		for _, c := range cancels {
			c()
		}
	}
}

// appOf returns the app of the configuration that is being provisioned, made
// from nothing if it names none.
func appOf(ctx caddy.Context) (*App, error) {
	app, err := ctx.App("candor")
	if err != nil {
		return nil, fmt.Errorf("candor: %w", err)
	}
	return app.(*App), nil
}

// ownPath tells whether path is one of ours on every fronted site, and what
// follows the public path.
func (a *App) ownPath(path string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, a.conf.Public.Path)
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	return strings.TrimPrefix(rest, "/"), true
}

// Interface guards
var (
	_ caddy.App          = (*App)(nil)
	_ caddy.Provisioner  = (*App)(nil)
	_ caddy.CleanerUpper = (*App)(nil)
)
