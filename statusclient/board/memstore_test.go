package board

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// memStore keeps values in memory, for tests with very many. It is for one
// goroutine at a time.
type memStore map[string][]byte

func (m memStore) Store(_ context.Context, key string, value []byte) error {
	m[key] = slices.Clone(value)
	return nil
}

func (m memStore) Load(_ context.Context, key string) ([]byte, error) {
	v, ok := m[key]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return v, nil
}

func (m memStore) Delete(_ context.Context, key string) error {
	delete(m, key)
	return nil
}

func (m memStore) List(_ context.Context, prefix string, _ bool) ([]string, error) {
	keys := slices.DeleteFunc(slices.Collect(maps.Keys(m)), func(k string) bool { return !strings.HasPrefix(k, prefix+"/") })
	return keys, nil
}
