package board

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Store keeps values under keys that look like paths. Caddy's storage is one.
// Store is atomic and durable: once it has returned, Load finds all of the value,
// or what was there before. Of a key that does not exist, Load says
// fs.ErrNotExist. Delete takes what is below the key along. Nothing here relies
// on locks, nor on List being complete while others write.
type Store interface {
	Store(ctx context.Context, key string, value []byte) error
	Load(ctx context.Context, key string) ([]byte, error)
	Delete(ctx context.Context, key string) error
	List(ctx context.Context, prefix string, recursive bool) ([]string, error)
}

// root is what all keys of the board begin with.
const root = "candor/board"

// idLen is the length of the ids that are given out.
const idLen = 8

// kind is what a record is about.
type kind string

const (
	kindMaintenance kind = "maintenance"
	kindIncident    kind = "incident"
	kindComponent   kind = "component"
)

// ref names what a record is about; its records differ by their stamps.
type ref struct {
	kind kind
	id   string
}

// stamp orders the records of one ref: the highest version counts, and of two
// that were made at once, the one whose writer sorts last.
type stamp struct {
	version uint64
	writer  string
}

func (s stamp) after(t stamp) bool {
	return s.version > t.version || s.version == t.version && s.writer > t.writer
}

func (s stamp) String() string { return strconv.FormatUint(s.version, 10) + "-" + s.writer }

func (r ref) key() string { return path.Join(root, string(r.kind), r.id) }

func key(r ref, s stamp) string { return path.Join(r.key(), s.String()) }

var keyForm = regexp.MustCompile(
	`^` + root + `/(maintenance|incident|component)/([a-z0-9]{1,32})/([1-9][0-9]{0,17})-([a-z0-9]{1,32})$`)

// parseKey takes a key apart. Whatever else lies around is not ours: folders,
// temporary files, what later versions may store.
func parseKey(key string) (ref, stamp, bool) {
	m := keyForm.FindStringSubmatch(key)
	if m == nil {
		return ref{}, stamp{}, false
	}
	version, err := strconv.ParseUint(m[3], 10, 64)
	return ref{kind(m[1]), m[2]}, stamp{version, m[4]}, err == nil
}

// listTries bounds how often a listing is begun anew that others disturbed.
const listTries = 50

// listKeys returns all keys below a prefix.
//
// A file system's listing fails with "does not exist" also when a file vanishes
// while it is being listed, as temporary files do. That must not be taken for an
// empty board: the folder itself says whether there is one.
func listKeys(ctx context.Context, store Store, prefix string) ([]string, error) {
	for try := 1; ; try++ {
		keys, err := store.List(ctx, prefix, true)
		if err == nil {
			return keys, nil
		}
		if !errors.Is(err, fs.ErrNotExist) || try == listTries || ctx.Err() != nil {
			return nil, fmt.Errorf("board: list %s: %w", prefix, err)
		}
		if _, err = store.List(ctx, prefix, false); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
}

// list returns the stamps of all records, newest first.
func list(ctx context.Context, store Store) (map[ref][]stamp, error) {
	keys, err := listKeys(ctx, store, root)
	if err != nil {
		return nil, err
	}
	found := make(map[ref][]stamp)
	for _, k := range keys {
		if r, s, ok := parseKey(strings.TrimPrefix(k, "/")); ok {
			found[r] = append(found[r], s)
		}
	}
	for _, stamps := range found {
		slices.SortFunc(stamps, func(a, b stamp) int {
			if a.after(b) {
				return -1
			}
			return 1
		})
	}
	return found, nil
}
