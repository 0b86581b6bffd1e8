package board

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"sync/atomic"
	"testing"

	"github.com/rs/zerolog"
)

// fileStore keeps values as files, as Caddy's default storage does: temporary
// files beside the values included.
type fileStore string

func (f fileStore) file(key string) string { return filepath.Join(string(f), filepath.FromSlash(key)) }

func (f fileStore) Store(_ context.Context, key string, value []byte) error {
	name := f.file(key)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "")
	if err != nil {
		return err
	}
	_, err = tmp.Write(value)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

func (f fileStore) Load(_ context.Context, key string) ([]byte, error) {
	return os.ReadFile(f.file(key))
}

func (f fileStore) Delete(_ context.Context, key string) error { return os.RemoveAll(f.file(key)) }

func (f fileStore) List(_ context.Context, prefix string, recursive bool) ([]string, error) {
	var keys []string
	top := f.file(prefix)
	err := filepath.Walk(top, func(name string, info fs.FileInfo, err error) error {
		if err != nil || name == top {
			return err
		}
		rel, err := filepath.Rel(top, name)
		keys = append(keys, path.Join(prefix, filepath.ToSlash(rel)))
		if !recursive && info.IsDir() {
			return filepath.SkipDir
		}
		return err
	})
	return keys, err
}

// spy is a store that counts, and fails where a test wants it to.
type spy struct {
	Store
	loads, lists, writes atomic.Int32

	failStore, failLoad func(key string) error
	failList            func(recursive bool) error
}

func (s *spy) List(ctx context.Context, prefix string, recursive bool) ([]string, error) {
	s.lists.Add(1)
	if s.failList != nil {
		if err := s.failList(recursive); err != nil {
			return nil, err
		}
	}
	return s.Store.List(ctx, prefix, recursive)
}

func (s *spy) Load(ctx context.Context, key string) ([]byte, error) {
	s.loads.Add(1)
	if s.failLoad != nil {
		if err := s.failLoad(key); err != nil {
			return nil, err
		}
	}
	return s.Store.Load(ctx, key)
}

func (s *spy) Delete(ctx context.Context, key string) error {
	s.writes.Add(1)
	return s.Store.Delete(ctx, key)
}

// spyStore embeds under a name that does not hide the method.
type spyStore struct{ *spy }

func (s spyStore) Store(ctx context.Context, key string, value []byte) error {
	s.writes.Add(1)
	if s.failStore != nil {
		if err := s.failStore(key); err != nil {
			return err
		}
	}
	return s.spy.Store.Store(ctx, key, value)
}

func newSpy(t *testing.T) (*spy, Store) {
	s := &spy{Store: fileStore(t.TempDir())}
	return s, spyStore{s}
}

// logged is a logger whose lines can be read.
func logged() (zerolog.Logger, *bytes.Buffer) {
	b := new(bytes.Buffer)
	return zerolog.New(b), b
}

// newLog logs to the test's own output.
func newLog(t *testing.T) zerolog.Logger { return zerolog.New(zerolog.NewTestWriter(t)) }

// opened is a board that knows what a store has.
func opened(t *testing.T, store Store) *Board {
	t.Helper()
	b := New(zerolog.Nop())
	if err := b.Refresh(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	return b
}

// reopened checks that a new process knows what this board knows.
func reopened(t *testing.T, b *Board, store Store) *Board {
	t.Helper()
	n := opened(t, store)
	if got, want := n.Status(), b.Status(); !reflect.DeepEqual(got, want) {
		t.Errorf("after a restart: %+v\nbefore: %+v", got, want)
	}
	if got, want := n.Windows(), b.Windows(); !reflect.DeepEqual(got, want) {
		t.Errorf("windows after a restart: %+v\nbefore: %+v", got, want)
	}
	if got, want := n.Incidents(true), b.Incidents(true); !reflect.DeepEqual(got, want) {
		t.Errorf("incidents after a restart: %+v\nbefore: %+v", got, want)
	}
	return n
}

func TestKeysAreTakenApartOrSkipped(t *testing.T) {
	t.Parallel()
	for k, want := range map[string]bool{
		"candor/board/maintenance/abcdefgh/1-writer":           true,
		"candor/board/incident/abcdefgh/999999999999999-w2":    true,
		"candor/board/incident/abcdefgh/":                      false,
		"candor/board/incident/abcdefgh":                       false,
		"candor/board/incident/abcdefgh/1-writer/x":            false,
		"candor/board/incident/abcdefgh/01-writer":             false,
		"candor/board/incident/abcdefgh/0-writer":              false,
		"candor/board/incident/abcdefgh/-1-writer":             false,
		"candor/board/incident/abcdefgh/1-":                    false,
		"candor/board/incident/abcdefgh/12345":                 false,
		"candor/board/incident/abcdefgh/1-writer.tmp":          false,
		"candor/board/incident/ABC/1-writer":                   false,
		"candor/board/incident/../1-writer":                    false,
		"candor/board/incident/a/b/1-writer":                   false,
		"candor/board/other/abcdefgh/1-writer":                 false,
		"candor/board/incident/abcdefgh/1-writer\n":            false,
		"candor/board/incident/abcdefgh/9999999999999999999-w": false,
		"board/incident/abcdefgh/1-writer":                     false,
	} {
		r, s, ok := parseKey(k)
		if ok != want || ok && key(r, s) != k {
			t.Errorf("%q: %v, %v, %v", k, r, s, ok)
		}
	}
}
