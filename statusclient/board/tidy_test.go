package board

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func folders(t *testing.T, store fileStore, k kind) int {
	t.Helper()
	list, err := os.ReadDir(store.file(root + "/" + string(k)))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return len(list)
}

func TestWhatHasLongBeenOverIsRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, ctx := fileStore(t.TempDir()), t.Context()
		b, away := opened(t, store), opened(t, store)
		day := 24 * time.Hour
		over := must[Window](t)(b.CreateWindow(ctx, store, Window{Services: []string{"a"}, Until: time.Now().Add(day)}))
		ended := must[Window](t)(b.CreateWindow(ctx, store, Window{Services: []string{"b"}}))
		kept := must[Window](t)(b.CreateWindow(ctx, store, Window{Services: []string{"c"}}))
		fixed := must[Incident](t)(b.OpenIncident(ctx, store, Draft{Title: "x", Services: []string{"a"}}))
		goesOn := must[Incident](t)(b.OpenIncident(ctx, store, Draft{Title: "y", Services: []string{"a"}}))
		if err := away.Refresh(ctx, store); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.EndWindow(ctx, store, ended.ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := b.ResolveIncident(ctx, store, fixed.ID, "", ""); err != nil {
			t.Fatal(err)
		}
		for i, want := range []struct {
			wait               time.Duration
			windows, incidents int
		}{{0, 3, 2}, {29 * day, 3, 2}, {25 * time.Hour, 2, 2}, {day, 1, 2}, {59 * day, 1, 1}, {9999 * day, 1, 1}} {
			time.Sleep(want.wait)
			if err := b.Tidy(ctx, store); err != nil {
				t.Fatal(err)
			}
			if w, n := folders(t, store, kindMaintenance), folders(t, store, kindIncident); w != want.windows || n != want.incidents {
				t.Errorf("step %d: %d windows and %d incidents are stored, want %+v", i, w, n, want)
			}
			if i == 1 {
				if err := away.Tidy(ctx, store); err != nil {
					t.Fatal(err)
				}
			}
		}
		reopened(t, b, store)
		if err := away.Tidy(ctx, store); err != nil || folders(t, store, kindMaintenance) != 1 || folders(t, store, kindIncident) != 1 {
			t.Errorf("an edge that was away brings back what was removed: %v", err)
		}
		_, err1 := b.Window(kept.ID)
		_, err2 := b.Incident(goesOn.ID)
		_, err3 := b.Window(over.ID)
		if err1 != nil || err2 != nil || !errors.Is(err3, ErrNotFound) {
			t.Error(err1, err2, err3)
		}
	})
}

func TestManyThatAreOverMakeRoom(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	now := time.Now().UTC()
	records := make(map[ref]*record)
	for i := range maxOver + 50 {
		r := &record{ref: ref{kindMaintenance, fmt.Sprint("w", i)}, stamp: stamp{1, "w"}, at: now.Add(-time.Duration(i+1) * time.Second)}
		records[r.ref] = r
	}
	b.publish(records)
	if err := b.Tidy(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	if n := folders(t, store, kindMaintenance); n != maxOver || len(b.state.Load().records) != maxOver {
		t.Errorf("%d stored, %d known", n, len(b.state.Load().records))
	}
	if b.state.Load().records[ref{kindMaintenance, "w0"}] == nil || b.state.Load().records[ref{kindMaintenance, fmt.Sprint("w", maxOver)}] != nil {
		t.Error("the wrong ones were removed")
	}
}

func TestTidyingWhereNothingCanBeWrittenForgetsNothing(t *testing.T) {
	t.Parallel()
	one := fileStore(t.TempDir())
	b := opened(t, one)
	w := must[Window](t)(b.CreateWindow(t.Context(), one, Window{Services: []string{"a"}}))
	s, two := newSpy(t)
	s.failStore = func(string) error { return syscall.EROFS }
	if err := b.Tidy(t.Context(), two); !errors.Is(err, syscall.EROFS) {
		t.Error(err)
	}
	if got, err := b.Window(w.ID); err != nil || got.ETag != w.ETag {
		t.Errorf("%+v, %v", got, err)
	}
}

// What is in force stays so when the clock is set back, even to 1970 by a machine
// that starts without one; it ends when the clock says so, whenever that is.
func TestTheClockMayJump(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	now := time.Now()
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}, Until: now.Add(time.Hour)}))
	must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"b"}, From: now.Add(time.Hour)}))
	for name, at := range map[string]time.Time{"1970": time.Unix(0, 0), "an hour back": now.Add(-time.Hour), "on time": now} {
		cold := New(newLog(t))
		cold.now = func() time.Time { return at }
		b.now = cold.now
		for _, b := range []*Board{b, cold} {
			if err := b.Refresh(t.Context(), store); err != nil {
				t.Fatal(err)
			}
			inForce := 0
			for _, m := range b.Status().Maintenances {
				if !m.From.After(at) {
					inForce++
				}
			}
			if got, err := b.Window(w.ID); err != nil || !got.Running(at) || inForce != 1 {
				t.Errorf("%s: %+v, %v, %d in force", name, got, err, inForce)
			}
		}
	}
	b.now = func() time.Time { return now.Add(2 * time.Hour) }
	if err := b.Refresh(t.Context(), store); err != nil || len(b.Windows()) != 1 {
		t.Errorf("ahead: %v, %+v", err, b.Windows())
	}
	b.now = time.Now
	if err := b.Refresh(t.Context(), store); err != nil || len(b.Status().Maintenances) != 2 {
		t.Errorf("and back: %v, %+v", err, b.Status())
	}
}
