package board

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestADamagedRecordIsReportedAndTheOneBeforeItCounts(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	a := opened(t, store)
	w := must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"*"}, Message: "one"}))
	w2 := must[Window](t)(a.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"*"}, Message: "two"}))
	r := ref{kindMaintenance, w.ID}
	folder := store.file(r.key())
	if err := os.Truncate(filepath.Join(folder, w2.ETag), 0); err != nil {
		t.Fatal(err)
	}
	for _, litter := range []string{"2736185937", ".tmp", w2.ETag + ".tmp", "99999-UPPER", "folder/1-w"} {
		if err := store.Store(t.Context(), r.key()+"/"+litter, []byte("{")); err != nil {
			t.Fatal(err)
		}
	}
	log, lines := logged()
	b := New(log)
	for range 3 {
		if err := b.Refresh(t.Context(), store); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := b.Window(w.ID); err != nil || got.Message != "one" {
		t.Errorf("%+v, %v", got, err)
	}
	if n := strings.Count(lines.String(), "\n"); n != 1 || !strings.Contains(lines.String(), w2.ETag) {
		t.Errorf("reported %d times: %s", n, lines)
	}
	three := must[Window](t)(b.EditWindow(t.Context(), store, w.ID, w.ETag, Window{Services: []string{"*"}, Message: "three"}))
	if three.ETag <= w2.ETag {
		t.Errorf("%s is hidden by the damaged %s", three.ETag, w2.ETag)
	}
	reopened(t, b, store)
	if err := a.Refresh(t.Context(), store); err != nil || !reflect.DeepEqual(a.Windows(), b.Windows()) {
		t.Errorf("%v: %+v", err, a.Windows())
	}
}

// A reload may bring another storage. Maintenance must not end by that.
func TestWhatIsKnownMovesToAnotherStorage(t *testing.T) {
	t.Parallel()
	one, two := fileStore(t.TempDir()), fileStore(t.TempDir())
	b, other := opened(t, one), opened(t, two)
	kept := must[Window](t)(b.CreateWindow(t.Context(), one, Window{Services: []string{"a"}}))
	ended := must[Window](t)(b.CreateWindow(t.Context(), one, Window{Services: []string{"b"}}))
	there := must[Window](t)(other.CreateWindow(t.Context(), two, Window{Services: []string{"c"}, From: time.Now().Add(time.Hour)}))
	if _, _, err := b.EndWindow(t.Context(), two, ended.ID, ""); err != nil {
		t.Fatal(err)
	}
	if err := b.Refresh(t.Context(), two); err != nil {
		t.Fatal(err)
	}
	if got := b.Windows(); len(got) != 2 || got[0].ID != kept.ID || got[1].ID != there.ID {
		t.Errorf("windows %+v", got)
	}
	for range 2 {
		if err := b.Tidy(t.Context(), two); err != nil {
			t.Fatal(err)
		}
	}
	reopened(t, b, two)
	if err := b.Tidy(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	reopened(t, b, one)
}

// A file that a disk or another user keeps to itself is one record, and not the
// board: what everything else says goes on.
func TestARecordThatCannotBeLoadedHidesNoOther(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	a := opened(t, store)
	first := must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"b"}}))
	must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"c"}}))
	ofFirst := ref{kindMaintenance, first.ID}.key()
	s.failLoad = func(key string) error {
		if strings.HasPrefix(key, ofFirst) {
			return os.ErrPermission
		}
		return nil
	}
	log, lines := logged()
	b := New(log)
	for range 3 {
		if err := b.Refresh(t.Context(), store); !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), ofFirst) {
			t.Errorf("what cannot be read is not named: %v", err)
		}
	}
	if n := len(b.Windows()); n != 2 || b.Loaded() || b.Input().Failing.IsZero() {
		t.Errorf("%d windows, loaded %v, %+v", n, b.Loaded(), b.Input())
	}
	if n := strings.Count(lines.String(), "\n"); n != 1 {
		t.Errorf("logged %d times: %s", n, lines)
	}
	if _, err := b.CreateWindow(t.Context(), store, Window{Services: []string{"d"}}); err == nil {
		t.Error("an edit without knowing what there is")
	}
	s.failLoad = nil
	if err := b.Refresh(t.Context(), store); err != nil {
		t.Error(err)
	}
	if !reflect.DeepEqual(a.Windows(), b.Windows()) || !b.Input().Failing.IsZero() {
		t.Errorf("%+v", b.Windows())
	}
}
