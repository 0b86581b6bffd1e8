package board

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/statusclient"
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
	second := must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"b"}}))
	third := must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"c"}}))
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
	if src := b.Input(); !strings.Contains(src.Error, ofFirst) {
		t.Errorf("its state names no record: %q", src.Error)
	}
	made := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"d"}}))
	must[Window](t)(b.EditWindow(t.Context(), store, second.ID, second.ETag, Window{Services: []string{"b"}, Message: "two"}))
	for _, id := range []string{made.ID, third.ID} {
		if _, _, err := b.EndWindow(t.Context(), store, id, ""); err != nil {
			t.Error(err)
		}
	}
	var unreadable *ErrUnreadable
	if _, _, err := b.EndWindow(t.Context(), store, first.ID, ""); !errors.As(err, &unreadable) || len(unreadable.Keys) != 1 {
		t.Errorf("what cannot be read is ended: %v", err)
	}
	s.failLoad = nil
	if err := a.Refresh(t.Context(), store); err != nil {
		t.Error(err)
	}
	if err := b.Refresh(t.Context(), store); err != nil {
		t.Error(err)
	}
	if !reflect.DeepEqual(a.Windows(), b.Windows()) || !b.Input().Failing.IsZero() {
		t.Errorf("%+v", b.Windows())
	}
}

// Another edge has edited what this one knows, and this one cannot read that: an
// edit here would undo the other without a word.
func TestNoEditIsMadeOverOneThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	a, b := opened(t, store), opened(t, store)
	w := must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"a"}, Message: "one"}))
	keyed := Draft{Title: "x", Key: "k", Services: []string{"a"}}
	in := must[Incident](t)(a.OpenIncident(t.Context(), store, keyed))
	if _, err := a.SetComponent(t.Context(), store, "disk", statusclient.MajorOutage); err != nil {
		t.Fatal(err)
	}
	if err := b.Refresh(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	w = must[Window](t)(a.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: "two"}))
	unreadable := []string{key(ref{kindMaintenance, w.ID}, stamp{2, a.writer}), ref{kindIncident, in.ID}.key(), componentRef("disk").key()}
	s.failLoad = func(key string) error {
		for _, prefix := range unreadable {
			if strings.HasPrefix(key, prefix) {
				return os.ErrPermission
			}
		}
		return nil
	}
	fresh := New(zerolog.Nop())
	for what, edit := range map[string]func() error{
		"edit": func() error {
			_, err := b.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: "three"})
			return err
		},
		"on, in place": func() error {
			_, _, err := b.On(t.Context(), store, Window{Services: []string{"a"}, Message: "three"})
			return err
		},
		"extend": func() error {
			_, err := fresh.Extend(t.Context(), store, Window{Services: []string{"a"}}, time.Hour)
			return err
		},
		"open with the same key": func() error {
			_, err := fresh.OpenIncident(t.Context(), store, keyed)
			return err
		},
		"recover": func() error {
			_, err := fresh.SetComponent(t.Context(), store, "disk", statusclient.Operational)
			return err
		},
	} {
		if err := edit(); !errors.As(err, new(*ErrUnreadable)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := fresh.OpenIncident(t.Context(), store, Draft{Title: "y", Services: []string{"a"}}); err != nil {
		t.Error(err)
	}
	s.failLoad = nil
	if err := b.Refresh(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Window(w.ID); err != nil || got.Message != "two" {
		t.Errorf("%+v, %v", got, err)
	}
}
