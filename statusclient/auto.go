package statusclient

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

func init() { register("auto", adapter{new: newAuto, reads: []string{"timezone"}}) }

// Finder is a Backend that finds out by itself what system it reads.
type Finder interface {
	// Found is the type and how it was found, as "statuspage (answers
	// /api/v2/summary.json)", or "" as long as nothing is. It may be called at any
	// time.
	Found() string
}

// auto finds out which of the other types the configured URL is, in its first
// Fetch and again in each until it knows, and from then on is that one. It asks
// without credentials: a system that wants some has to be named.
type auto struct {
	cfg    BackendConfig
	client *Client // never bent to an adapter's needs

	mu    sync.Mutex // one search at a time
	from  int        // of probes, where the last search ran out of time
	found atomic.Pointer[finding]
}

type finding struct {
	Backend
	typ, how string
}

func newAuto(cfg BackendConfig, c *Client) (Backend, error) { return &auto{cfg: cfg, client: c}, nil }

// Found implements Finder.
func (b *auto) Found() string {
	f := b.found.Load()
	if f == nil {
		return ""
	}
	return f.typ + " (" + f.how + ")"
}

// PageURL is that of what was found. Before, nobody can say whether the URL is
// for the public.
func (b *auto) PageURL() string {
	f := b.found.Load()
	if f == nil {
		return ""
	}
	if o, ok := f.Backend.(pageOwner); ok {
		return o.PageURL()
	}
	return pageURL(b.cfg.URL)
}

// pace is how often what was found is made to be asked.
func (b *auto) pace() time.Duration {
	if f := b.found.Load(); f != nil {
		return BackendConfig{Type: f.typ}.polite()
	}
	return 0
}

// thrift is that of what was found, if it has any.
func (b *auto) thrift() thrifty {
	if f := b.found.Load(); f != nil {
		t, _ := f.Backend.(thrifty)
		return t
	}
	return nil
}

func (b *auto) scarce() bool {
	t := b.thrift()
	return t != nil && t.scarce()
}

func (b *auto) account() string {
	if t := b.thrift(); t != nil {
		return t.account()
	}
	return ""
}

func (b *auto) enough(sharers int) time.Duration {
	if t := b.thrift(); t != nil {
		return t.enough(sharers)
	}
	return 0
}

// reports reads a webhook as what was found does.
func (b *auto) reports(w *Webhook) []Report {
	if f := b.found.Load(); f != nil {
		if found, ok := f.Backend.(reporter); ok {
			return found.reports(w)
		}
	}
	return nil
}

// Fetch searches if nothing is found yet, then reads.
func (b *auto) Fetch(ctx context.Context) (*Status, error) {
	f := b.found.Load()
	if f == nil {
		var err error
		if f, err = b.search(ctx); err != nil {
			return nil, err
		}
	}
	return f.Fetch(ctx)
}

func (b *auto) search(ctx context.Context) (*finding, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f := b.found.Load(); f != nil {
		return f, nil
	}
	f, err := b.byAddress(ctx)
	if f == nil && err == nil {
		f, err = b.byAnswers(ctx)
	}
	if err != nil {
		return nil, err
	}
	b.found.Store(f)
	return f, nil
}

// as makes the adapter of a type with a client of its own, which has the URL of
// that type's API. It returns nil for a type that is not there or that the
// configuration is not enough for.
func (b *auto) as(typ string) (Backend, *Client) {
	cfg := b.cfg
	cfg.Type = typ
	a := adapters[typ]
	if !slices.Contains(slices.Concat(a.reads, a.needs), "timezone") {
		cfg.Timezone = ""
	}
	if cfg.Validate() != nil {
		return nil, nil
	}
	c := b.client.again()
	backend, err := a.new(cfg, c)
	if err != nil {
		return nil, nil
	}
	return backend, c
}

// is ends a search, unless the type cannot be used.
func (b *auto) is(typ, how string) *finding {
	backend, _ := b.as(typ)
	if backend == nil {
		return nil
	}
	return &finding{Backend: backend, typ: typ, how: how}
}

// again is a client as this one was before any adapter changed it.
func (c *Client) again() *Client {
	base := *c.base
	again := c.at(&base)
	again.headers = c.headers
	return again
}

// Interface guards
var (
	_ Backend   = (*auto)(nil)
	_ Finder    = (*auto)(nil)
	_ pageOwner = (*auto)(nil)
	_ reporter  = (*auto)(nil)
	_ thrifty   = (*auto)(nil)
	_ paced     = (*auto)(nil)
)
