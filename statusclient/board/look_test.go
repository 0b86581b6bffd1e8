package board

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestALookAtNothingNewLoadsOneValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := fileStore(t.TempDir())
		a, b := opened(t, files), opened(t, files)
		for range 50 {
			must[Window](t)(a.CreateWindow(t.Context(), files, Window{Services: []string{"a"}}))
		}
		spy, store := newSpy(t)
		spy.Store = files
		look := func() {
			t.Helper()
			if err := b.Look(t.Context(), store); err != nil {
				t.Fatal(err)
			}
		}
		changes := 0
		b.Subscribe(func() { changes++ })
		look()
		if len(b.Windows()) != 50 || changes != 1 {
			t.Fatalf("%d windows after the first look, %d changes", len(b.Windows()), changes)
		}
		spy.loads.Store(0)
		spy.lists.Store(0)
		for range 29 {
			look()
			time.Sleep(time.Second)
		}
		if spy.loads.Load() != 29 || spy.lists.Load() != 0 || changes != 1 {
			t.Errorf("%d loads, %d lists, %d changes for nothing", spy.loads.Load(), spy.lists.Load(), changes)
		}
		if age := time.Since(b.Input().Fetched); age > time.Second {
			t.Errorf("what is known is said to be %v old", age)
		}
		time.Sleep(lookAnyway)
		look()
		if spy.lists.Load() != 1 {
			t.Errorf("%d lists after a while", spy.lists.Load())
		}
		w := must[Window](t)(a.CreateWindow(t.Context(), files, Window{Services: []string{"b"}}))
		spy.loads.Store(0)
		look()
		if _, err := b.Window(w.ID); err != nil || spy.loads.Load() != 2 {
			t.Errorf("%v after %d loads", err, spy.loads.Load())
		}
		if _, _, err := a.EndWindow(t.Context(), files, w.ID, ""); err != nil {
			t.Fatal(err)
		}
		look()
		if _, err := b.Window(w.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("ended elsewhere: %v", err)
		}
	})
}

func TestMarksThatCrossHideNothing(t *testing.T) {
	files, ctx := fileStore(t.TempDir()), t.Context()
	a, b := opened(t, files), opened(t, files)
	both := func() {
		for _, x := range []*Board{a, b} {
			if err := x.Look(ctx, files); err != nil {
				t.Fatal(err)
			}
		}
	}
	both()
	// b stores an edit while a is about to leave the mark of its own, after it has read.
	var late Window
	spy, store := newSpy(t)
	spy.Store, spy.failStore = files, func(key string) error {
		if key == markKey && late.ID == "" {
			late = must[Window](t)(b.CreateWindow(ctx, files, Window{Services: []string{"b"}}))
		}
		return nil
	}
	early := must[Window](t)(a.CreateWindow(ctx, store, Window{Services: []string{"a"}}))
	both()
	for name, x := range map[string]*Board{"a": a, "b": b} {
		for _, id := range []string{early.ID, late.ID} {
			if _, err := x.Window(id); err != nil {
				t.Errorf("%s does not know %s: %v", name, id, err)
			}
		}
	}
}

func TestAnEditWhoseMarkIsLostIsSeenAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files, ctx := fileStore(t.TempDir()), t.Context()
		a, b := opened(t, files), opened(t, files)
		spy, full := newSpy(t)
		spy.Store, spy.failStore = files, func(key string) error {
			if key == markKey {
				return errors.New("no room")
			}
			return nil
		}
		if err := b.Look(ctx, files); err != nil {
			t.Fatal(err)
		}
		w := must[Window](t)(a.CreateWindow(ctx, full, Window{Services: []string{"a"}}))
		seen := func() bool {
			if err := b.Look(ctx, files); err != nil {
				t.Fatal(err)
			}
			_, err := b.Window(w.ID)
			return err == nil
		}
		if seen() {
			t.Error("seen without a mark")
		}
		if err := a.Look(ctx, files); err != nil || !seen() { // it is left later
			t.Errorf("not seen once the mark is there: %v", err)
		}
		w = must[Window](t)(a.CreateWindow(ctx, full, Window{Services: []string{"a"}})) // a is killed here
		time.Sleep(lookAnyway)
		if !seen() {
			t.Error("never seen")
		}
	})
}

func TestAStorageThatIsGoneIsSaidOnceAndNothingIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir() + "/storage"
		files, ctx := fileStore(folder), t.Context()
		log, lines := logged()
		b := New(log)
		w := must[Window](t)(b.CreateWindow(ctx, files, Window{Services: []string{"a"}}))
		changes := 0
		b.Subscribe(func() { changes++ })
		look := func(ok bool) {
			t.Helper()
			for range 3 {
				if err := b.Look(ctx, files); (err == nil) != ok {
					t.Errorf("a look says %v", err)
				}
				time.Sleep(time.Second)
			}
			if src := b.Input(); (src.Error == "") != ok || src.Failing.IsZero() != ok {
				t.Errorf("said of it: %q since %v", src.Error, src.Failing)
			}
			if _, err := b.Window(w.ID); err != nil {
				t.Errorf("forgotten: %v", err)
			}
		}
		look(true)
		for _, gone := range []func(string) error{
			os.RemoveAll, // an empty folder where something is mounted
			func(name string) error { return errors.Join(os.RemoveAll(name), os.WriteFile(name, nil, 0o600)) },
		} {
			if err := errors.Join(os.Rename(folder, folder+".away"), gone(folder)); err != nil {
				t.Fatal(err)
			}
			changes = 0
			lines.Reset()
			look(false)
			if got := strings.Count(lines.String(), "\n"); got != 1 || changes != 1 {
				t.Errorf("%d changes, %d lines: %s", changes, got, lines)
			}
			if err := errors.Join(os.RemoveAll(folder), os.Rename(folder+".away", folder)); err != nil {
				t.Fatal(err)
			}
			look(true)
			if changes != 2 {
				t.Errorf("%d changes", changes)
			}
		}
	})
}

func TestAStorageThatNeverAnswersIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spy, store := newSpy(t)
		log, lines := logged()
		b := New(log)
		w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
		changes := 0
		b.Subscribe(func() { changes++ })
		hang := make(chan struct{})
		spy.failLoad = func(string) error {
			<-hang
			return nil
		}
		go func() { _ = b.Look(t.Context(), store) }()
		for range 20 {
			time.Sleep(time.Second)
			b.Unanswered()
		}
		if src := b.Input(); src.Error == "" || changes != 1 || strings.Count(lines.String(), "\n") != 1 {
			t.Errorf("%q, %d changes: %s", src.Error, changes, lines)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := b.EndWindow(ctx, store, w.ID, ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an edit meanwhile: %v", err)
		}
		if _, err := b.Window(w.ID); err != nil {
			t.Error(err)
		}
		close(hang)
		synctest.Wait()
		if src := b.Input(); src.Error != "" || changes != 2 {
			t.Errorf("it answers again: %q, %d changes", src.Error, changes)
		}
	})
}
