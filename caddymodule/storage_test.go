package caddymodule

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/certmagic"
)

// testStorage is Caddy's file storage, of which Candor's part can be made to fail.
type testStorage struct {
	Root string `json:"root"`
	certmagic.FileStorage
}

var storageErrors sync.Map // error or *hang by root

// failStorage makes every access to Candor's keys fail with err, nil ends that.
func (e *edge) failStorage(err error) {
	if err == nil {
		storageErrors.Delete(e.storage)
		return
	}
	storageErrors.Store(e.storage, err)
	e.t.Cleanup(func() { storageErrors.Delete(e.storage) })
}

// hangStorage makes every access to Candor's keys wait until it is let go, whatever its
// context says, as a disk does that is mounted over a network. waiting is how many do.
func (e *edge) hangStorage() (waiting func() int, letGo func()) {
	h := &hang{over: make(chan struct{})}
	letGo = sync.OnceFunc(func() {
		storageErrors.Delete(e.storage)
		close(h.over)
	})
	storageErrors.Store(e.storage, h)
	e.t.Cleanup(letGo)
	return func() int { return int(h.waiting.Load()) }, letGo
}

// failsBelow is for failStorage, where only some keys are to fail.
type failsBelow struct {
	prefix string
	error
}

type hang struct {
	over    chan struct{}
	waiting atomic.Int32
}

func init() { caddy.RegisterModule(new(testStorage)) }

func (*testStorage) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "caddy.storage.candor_test", New: func() caddy.Module { return new(testStorage) }}
}

func (s *testStorage) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next()
	d.NextArg()
	s.Root = d.Val()
	return nil
}

func (s *testStorage) CertMagicStorage() (certmagic.Storage, error) {
	s.Path = s.Root
	return s, nil
}

func (s *testStorage) String() string { return "test storage at " + s.Root }

func (s *testStorage) fails(key string) error {
	what, ok := storageErrors.Load(s.Root)
	if !ok || !strings.HasPrefix(key, "candor/") {
		return nil
	}
	if h, ok := what.(*hang); ok {
		h.waiting.Add(1)
		defer h.waiting.Add(-1)
		<-h.over
		return nil
	}
	if part, ok := what.(*failsBelow); ok && !strings.HasPrefix(key, part.prefix+"/") {
		return nil
	}
	return what.(error)
}

func (s *testStorage) Store(ctx context.Context, key string, value []byte) error {
	if err := s.fails(key); err != nil {
		return err
	}
	return s.FileStorage.Store(ctx, key, value)
}

func (s *testStorage) Load(ctx context.Context, key string) ([]byte, error) {
	if err := s.fails(key); err != nil {
		return nil, err
	}
	return s.FileStorage.Load(ctx, key)
}

func (s *testStorage) Delete(ctx context.Context, key string) error {
	if err := s.fails(key); err != nil {
		return err
	}
	return s.FileStorage.Delete(ctx, key)
}

func (s *testStorage) List(ctx context.Context, prefix string, recursive bool) ([]string, error) {
	if err := s.fails(prefix + "/"); err != nil {
		return nil, err
	}
	return s.FileStorage.List(ctx, prefix, recursive)
}
