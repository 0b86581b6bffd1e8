package board

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"
)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestAnEmptyStoreIsAnEmptyBoard(t *testing.T) {
	t.Parallel()
	b := New(newLog(t))
	if b.Loaded() || b.Status() == nil || b.Input().Name != "board" || !b.Input().Holds {
		t.Errorf("a new board: %+v", b.Input())
	}
	if err := b.Refresh(t.Context(), fileStore(t.TempDir())); err != nil || !b.Loaded() || b.Input().Fetched.IsZero() {
		t.Errorf("%v, %+v", err, b.Input())
	}
}

func TestRefreshLoadsWhatItHasNotSeenAndNothingElse(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	a := opened(t, store)
	var ids []string
	for i := range 20 {
		ids = append(ids, must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{fmt.Sprint("s", i)}})).ID)
	}
	s := &spy{Store: store}
	b := New(newLog(t))
	told := 0
	b.Subscribe(func() { told++ })
	for i, step := range []struct {
		do          func()
		loads, told int32
	}{
		{func() {}, 20, 1},
		{func() {}, 0, 0},
		{func() {
			must[Window](t)(a.EditWindow(t.Context(), store, ids[0], "", Window{Services: []string{"x"}}))
			must[Window](t)(a.EditWindow(t.Context(), store, ids[0], "", Window{Services: []string{"y"}}))
		}, 1, 1},
		{func() {}, 0, 0},
	} {
		step.do()
		before, wasTold := s.loads.Load(), told
		status := b.Status()
		if err := b.Refresh(t.Context(), spyStore{s}); err != nil {
			t.Fatal(err)
		}
		if n := s.loads.Load() - before; n != step.loads || told-wasTold != int(step.told) || (b.Status() == status) != (step.told == 0) {
			t.Errorf("step %d: %d loads, told %d times", i, n, told-wasTold)
		}
	}
	if s.writes.Load() != 0 {
		t.Error("Refresh has written")
	}
	if !reflect.DeepEqual(a.Status(), b.Status()) {
		t.Errorf("a %+v\nb %+v", a.Status(), b.Status())
	}
}

func TestOnlyNotExistMeansEmpty(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	b := opened(t, store)
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"*"}}))
	status := b.Status()
	log, lines := logged()
	fresh := New(log)
	for name, fail := range map[string]func(){
		"list":              func() { s.failList = func(bool) error { return errors.New("no route") } },
		"list, permission":  func() { s.failList = func(bool) error { return fs.ErrPermission } },
		"list, always racy": func() { s.failList = racy(1 << 30) },
		"load":              func() { s.failLoad = func(string) error { return errors.New("bad disk") } },
		"load, permission":  func() { s.failLoad = func(string) error { return fs.ErrPermission } },
	} {
		s.failList, s.failLoad = nil, nil
		fail()
		if err := fresh.Refresh(t.Context(), store); err == nil || fresh.Loaded() {
			t.Errorf("%s: %v, loaded %v", name, err, fresh.Loaded())
		}
		if _, _, err := fresh.EndWindow(t.Context(), store, w.ID, ""); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("%s: an edit without knowing what there is", name)
		}
		if s.failList != nil {
			if err := b.Refresh(t.Context(), store); err == nil || b.Status() != status || b.Input().Failing.IsZero() || !b.Loaded() {
				t.Errorf("%s: %v, %+v", name, err, b.Input())
			}
		}
	}
	if n := strings.Count(lines.String(), "\n"); n != 1 {
		t.Errorf("one failure is logged %d times: %s", n, lines)
	}
	if src := fresh.Input(); src.Failing.IsZero() || !strings.Contains(src.Error, "cannot") {
		t.Errorf("source %+v", src)
	}
	s.failList, s.failLoad = nil, nil
	if err := fresh.Refresh(t.Context(), store); err != nil || !fresh.Input().Failing.IsZero() || !strings.Contains(lines.String(), "again") {
		t.Errorf("%v, %+v", err, fresh.Input())
	}
	if got, err := fresh.Window(w.ID); err != nil || !reflect.DeepEqual(got, w) {
		t.Errorf("%+v, %v", got, err)
	}
}

// racy fails recursive listings as a file that vanishes meanwhile makes them fail.
func racy(times int) func(bool) error {
	return func(recursive bool) error {
		if !recursive || times == 0 {
			return nil
		}
		times--
		return &fs.PathError{Op: "lstat", Path: "candor/board/maintenance/x/123456", Err: fs.ErrNotExist}
	}
}

func TestAListingThatOthersDisturbIsBegunAnew(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	a := opened(t, store)
	must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"*"}}))
	s.failList = racy(20)
	if b := opened(t, store); len(b.Windows()) != 1 {
		t.Error("the board was taken for empty")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.failList = racy(1 << 30)
	b := New(newLog(t))
	if err := b.Refresh(ctx, store); err == nil || !b.Input().Failing.IsZero() {
		t.Errorf("a caller who gave up: %v, %+v", err, b.Input())
	}
}
