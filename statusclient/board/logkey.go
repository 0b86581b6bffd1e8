package board

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// logRoot is what all keys of the log begin with. Below it an entry has a name
// that sorts by its time. That of an edit of the board also tells which edit it is
// and which one it was based on: whoever finds the edit can write the entry, any
// number of times, and a listing alone tells which edits were lost.
const logRoot = "candor/log"

// An entry about an edit elsewhere may be followed by what became of it, beside
// it under these names.
const (
	suffixDone   = ".done"
	suffixFailed = ".failed"
)

// nobody is the writer of the version before the first.
const nobody = "0"

// edition is one record of the board.
type edition struct {
	ref
	stamp
}

// editKey tells which edit of the board an entry is about.
type editKey struct {
	edition
	base stamp // what was edited
}

// id is the name of the entry of an edit that was made at a time.
func (k editKey) id(at time.Time) string {
	return strings.Join([]string{sortable(at), string(k.kind), k.ref.id, k.stamp.String(), k.base.String()}, "-")
}

// sortable is a time as names of entries begin with it.
func sortable(t time.Time) string { return t.UTC().Format(sortableForm) }

const sortableForm = "20060102T150405.000000Z"

func logKey(id string) string { return path.Join(logRoot, id) }

const timeForm = `[0-9]{8}T[0-9]{6}\.[0-9]{6}Z`

var (
	logForm  = regexp.MustCompile(`^` + logRoot + `/(` + timeForm + `-[a-z0-9-]{1,150})(\.done|\.failed)?$`)
	editForm = regexp.MustCompile(`^` + timeForm + `-(maintenance|incident|component)-([a-z0-9]{1,32})-` +
		`([1-9][0-9]{0,17})-([a-z0-9]{1,32})-(0|[1-9][0-9]{0,17})-([a-z0-9]{1,32})$`)
)

// parseEdit takes the name of an entry apart, if it is about an edit of the board.
func parseEdit(id string) (editKey, bool) {
	m := editForm.FindStringSubmatch(id)
	if m == nil {
		return editKey{}, false
	}
	version, _ := strconv.ParseUint(m[3], 10, 64)
	base, _ := strconv.ParseUint(m[5], 10, 64)
	return editKey{edition{ref{kind(m[1]), m[2]}, stamp{version, m[4]}}, stamp{base, m[6]}}, true
}

// logList is what a listing of the log says.
type logList struct {
	ids     []string // the newest first
	edits   map[edition]string
	outcome map[string]Outcome // of edits elsewhere, empty for those that were made
}

// parseLog reads a listing. What else lies around is not ours.
func parseLog(keys []string) *logList {
	l := &logList{edits: make(map[edition]string), outcome: make(map[string]Outcome)}
	for _, key := range keys {
		m := logForm.FindStringSubmatch(strings.TrimPrefix(key, "/"))
		switch {
		case m == nil:
		case m[2] == suffixDone:
			l.outcome[m[1]] = ""
		case m[2] == suffixFailed:
			l.outcome[m[1]] = Failed
		default:
			l.ids = append(l.ids, m[1])
			if k, ok := parseEdit(m[1]); ok {
				l.edits[k.edition] = m[1]
			}
		}
	}
	slices.SortFunc(l.ids, newerFirst)
	l.ids = slices.Compact(l.ids)
	return l
}

// newerFirst orders names of entries. Of edits of the same thing in the same
// microsecond the higher version is the newer one.
func newerFirst(a, b string) int {
	const timeLen = len(sortableForm)
	x, _ := parseEdit(a)
	y, _ := parseEdit(b)
	return cmp.Or(
		cmp.Compare(b[:timeLen], a[:timeLen]), cmp.Compare(y.kind, x.kind), cmp.Compare(y.ref.id, x.ref.id),
		cmp.Compare(y.version, x.version), cmp.Compare(b, a),
	)
}

// lost returns the entries of edits that crossed others and do not count. Of each
// window and incident the highest edit counts, and those that it goes back to; any
// other that is not older than all of these is lost.
func (l *logList) lost() map[string]bool {
	edits := make(map[ref][]editKey)
	for _, id := range l.ids {
		if k, ok := parseEdit(id); ok {
			edits[k.ref] = append(edits[k.ref], k)
		}
	}
	lost := make(map[string]bool)
	for _, list := range edits {
		slices.SortFunc(list, func(a, b editKey) int {
			if a.after(b.stamp) {
				return -1
			}
			return 1
		})
		next, unknown := list[0].stamp, false
		for _, k := range list {
			switch {
			case unknown:
			case k.stamp == next:
				next = k.base
			case k.after(next) || k.version == next.version:
				lost[l.edits[k.edition]] = true
			default:
				// What the next edit goes back to is not in the log, and what came
				// before that cannot be told.
				unknown = true
			}
		}
	}
	return lost
}
