package board

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestWhatCannotBeStoredDoesNotHappen(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	b := opened(t, store)
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	in := must[Incident](t)(b.OpenIncident(t.Context(), store, Draft{Title: "x", Services: []string{"a"}}))
	status := b.Status()
	b.Subscribe(func() { t.Error("something was published") })
	s.failStore = func(string) error { return syscall.ENOSPC }

	for name, edit := range map[string]func() error{
		"create": func() error {
			_, err := b.CreateWindow(t.Context(), store, Window{Services: []string{"b"}})
			return err
		},
		"edit": func() error {
			_, err := b.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"b"}})
			return err
		},
		"on": func() error {
			_, _, err := b.On(t.Context(), store, Window{Services: []string{"a"}, Title: "x"})
			return err
		},
		"end": func() error { _, _, err := b.EndWindow(t.Context(), store, w.ID, ""); return err },
		"open": func() error {
			_, err := b.OpenIncident(t.Context(), store, Draft{Title: "y", Services: []string{"a"}})
			return err
		},
		"update": func() error {
			_, err := b.UpdateIncident(t.Context(), store, in.ID, "", UpdateDraft{Message: "x"})
			return err
		},
	} {
		if err := edit(); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if b.Status() != status {
		t.Errorf("status is %+v", b.Status())
	}
	if got, err := b.Window(w.ID); err != nil || !reflect.DeepEqual(got, w) {
		t.Errorf("window is %+v, %v", got, err)
	}
	s.failStore = nil
	reopened(t, b, store)
}

// A store may say that it failed and have stored the value nevertheless. What is
// acknowledged later must win over it on every edge.
func TestAFailedEditNeverSharesItsStampWithAnAcknowledgedOne(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	b, other := opened(t, store), New(newLog(t))
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}, Message: "one"}))
	s.failStore = func(key string) error {
		_ = s.Store.Store(t.Context(), key, []byte("half of it"))
		// Another edge reads before it can be removed.
		return errors.Join(syscall.EIO, other.Refresh(t.Context(), s.Store))
	}
	if _, err := b.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: "two"}); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	s.failStore = nil
	three := must[Window](t)(b.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: "three"}))
	if !strings.HasPrefix(three.ETag, "3-") {
		t.Errorf("stamp %s", three.ETag)
	}
	if err := other.Refresh(t.Context(), store); err != nil || !reflect.DeepEqual(other.Windows(), b.Windows()) {
		t.Errorf("%v: %+v", err, other.Windows())
	}
}

func TestAStoreThatIsNoneIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	if err := os.WriteFile(filepath.Join(string(store), "candor"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b := New(newLog(t))
	if err := b.Refresh(t.Context(), store); err == nil || b.Loaded() {
		t.Errorf("a file in the place of the folder: %v", err)
	}
	if _, err := b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}); err == nil || !strings.Contains(err.Error(), "candor/board") {
		t.Error(err)
	}
}

func TestOnlyTheLastVersionsStay(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	for i := range 9 {
		w = must[Window](t)(b.EditWindow(t.Context(), store, w.ID, w.ETag, Window{Services: []string{"a"}, Message: fmt.Sprint(i)}))
	}
	files, err := filepath.Glob(store.file(key(ref{kindMaintenance, w.ID}, stamp{1, "x"})[:len("candor/board/maintenance/")+idLen]) + "/*")
	if err != nil || len(files) != keepVersions {
		t.Errorf("stored are %q, %v", files, err)
	}
	b = reopened(t, b, store)
	if got, _ := b.Window(w.ID); got.Message != "8" {
		t.Errorf("%+v", got)
	}
}

func TestTheBoardIsBounded(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	now := time.Now().UTC()
	records := make(map[ref]*record)
	for i := range maxEach {
		for _, r := range []*record{
			{ref: ref{kindMaintenance, fmt.Sprint("w", i)}, window: &Window{Services: []string{"a"}, From: now}},
			{ref: ref{kindMaintenance, fmt.Sprint("x", i)}, at: now},
			{ref: ref{kindIncident, fmt.Sprint("i", i)}, incident: &Incident{Resolved: now.Add(-time.Hour), State: "resolved"}},
		} {
			r.finish()
			records[r.ref] = r
		}
	}
	b.publish(records)
	if _, err := b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}, From: now.Add(time.Hour)}); !errors.Is(err, ErrFull) {
		t.Errorf("window %d: %v", maxEach+1, err)
	}
	if _, _, err := b.On(t.Context(), store, Window{Services: []string{"a"}, Title: "edited"}); err != nil {
		t.Errorf("a full board cannot be edited: %v", err)
	}
	if _, err := b.OpenIncident(t.Context(), store, Draft{Title: "x", Services: []string{"a"}}); err != nil {
		t.Errorf("incidents that are over are in the way: %v", err)
	}
}

func TestWaitingForOnesTurnEndsWithTheContext(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	b.turn <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.CreateWindow(ctx, store, Window{Services: []string{"a"}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if b.Status() == nil || b.Windows() == nil {
		t.Error("readers wait for writers")
	}
}
