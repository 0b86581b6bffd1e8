package board

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
)

func TestAHundredEditorsLoseNothing(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	shared := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"shared"}, Message: "none"}))
	var wg sync.WaitGroup
	var mu sync.Mutex
	var kept, refused []string
	for i := range 100 {
		wg.Go(func() {
			w, err := b.CreateWindow(t.Context(), store, Window{Services: []string{fmt.Sprint("s", i)}})
			if err != nil {
				t.Error(err)
				return
			}
			if i%3 == 0 {
				if _, _, err := b.EndWindow(t.Context(), store, w.ID, w.ETag); err != nil {
					t.Error(err)
				}
			} else {
				mu.Lock()
				kept = append(kept, w.ID)
				mu.Unlock()
			}
			_, err = b.EditWindow(t.Context(), store, shared.ID, shared.ETag, Window{Services: []string{"shared"}, Message: fmt.Sprint(i)})
			if changed := new(ErrChanged); errors.As(err, &changed) {
				mu.Lock()
				refused = append(refused, changed.Current)
				mu.Unlock()
			} else if err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			_ = b.Windows()
			_ = b.Input()
			b.Subscribe(func() { _ = b.Status() })()
			if i%10 == 0 {
				if err := errors.Join(b.Refresh(t.Context(), store), b.Tidy(t.Context(), store)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if len(refused) != 99 || len(slices.Compact(refused)) != 1 {
		t.Errorf("%d of 100 were too late, after %q", len(refused), slices.Compact(refused))
	}
	b = reopened(t, b, store)
	for _, id := range kept {
		if _, err := b.Window(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if n := len(b.Windows()); n != len(kept)+1 {
		t.Errorf("%d windows, want %d", n, len(kept)+1)
	}
}

func TestTwoEdgesOverOneFolderAgree(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	edges := []*Board{opened(t, store), opened(t, store), opened(t, store)}
	w := must[Window](t)(edges[0].CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	in := must[Incident](t)(edges[1].OpenIncident(t.Context(), store, Draft{Title: "x", Services: []string{"a"}}))
	var wg sync.WaitGroup
	for n, b := range edges {
		wg.Go(func() {
			for i := range 15 {
				_, err1 := b.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: fmt.Sprint(n, i)})
				_, err2 := b.UpdateIncident(t.Context(), store, in.ID, "", UpdateDraft{Message: fmt.Sprint(n, i)})
				_, _, err3 := b.On(t.Context(), store, Window{Services: []string{fmt.Sprint("own", n)}, Title: fmt.Sprint(i)})
				if err := errors.Join(err1, err2, err3); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, b := range edges {
		if err := b.Refresh(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(b.Status(), edges[0].Status()) {
			t.Errorf("one edge says %+v, another %+v", b.Status(), edges[0].Status())
		}
	}
	if n := len(edges[0].Windows()); n != 4 {
		t.Errorf("%d windows", n)
	}
	reopened(t, edges[2], store)
}

// Both edges store version 2 before either has seen the other's.
func TestOfTwoCrossingEditsOneWinsAndTheOtherStaysStored(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	a, b := opened(t, store), opened(t, store)
	w := must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	var crossing Window
	s.failStore = func(string) error {
		s.failStore = nil
		crossing = must[Window](t)(b.EditWindow(t.Context(), store, w.ID, w.ETag, Window{Services: []string{"a"}, Message: "b"}))
		return nil
	}
	mine := must[Window](t)(a.EditWindow(t.Context(), store, w.ID, w.ETag, Window{Services: []string{"a"}, Message: "a"}))
	want := mine
	if b.writer > a.writer {
		want = crossing
	}
	for _, edge := range []*Board{a, b, opened(t, store)} {
		if err := edge.Refresh(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		if got, err := edge.Window(w.ID); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	for _, etag := range []string{mine.ETag, crossing.ETag} {
		if _, err := store.Load(t.Context(), (ref{kindMaintenance, w.ID}).key()+"/"+etag); err != nil {
			t.Error(err)
		}
	}
	if _, err := a.EditWindow(t.Context(), store, w.ID, want.ETag, Window{Services: []string{"a"}, Message: "c"}); err != nil {
		t.Error(err)
	}
}
