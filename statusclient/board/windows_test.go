package board

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

func TestAWindowLivesFromPlanToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, ctx := fileStore(t.TempDir()), t.Context()
		b := opened(t, store)
		changes := 0
		cancel := b.Subscribe(func() { changes++ })
		start := time.Now().UTC()

		planned, err := b.CreateWindow(ctx, store, Window{
			ID: "mine", ETag: "mine", Created: start.Add(time.Hour),
			Services: []string{"mail", "api", "mail"}, Title: "Move", Message: "See https://x.example",
			From: start.Add(time.Hour).In(time.FixedZone("", 7200)), Until: start.Add(2 * time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(planned.ID) != idLen || planned.ETag == "" || !planned.Created.Equal(start) || planned.From.Location() != time.UTC ||
			!reflect.DeepEqual(planned.Services, []string{"api", "mail"}) {
			t.Errorf("created %+v", planned)
		}
		m := b.Status().Maintenances[0]
		if m.State != statusclient.Scheduled || m.Updates[0].Text.Plain != "See https://x.example" ||
			!strings.Contains(string(m.Updates[0].Text.HTML), `href="https://x.example"`) {
			t.Errorf("published %+v", m)
		}
		if planned.Running(time.Now()) || len(b.Windows()) != 1 {
			t.Error("a planned window runs")
		}
		reopened(t, b, store)

		time.Sleep(90 * time.Minute)
		edited, err := b.EditWindow(ctx, store, planned.ID, planned.ETag, Window{Services: planned.Services, Message: "Later"})
		if err != nil {
			t.Fatal(err)
		}
		if !edited.From.Equal(planned.From) || !edited.Until.IsZero() || edited.Title != "" || edited.ETag == planned.ETag ||
			!edited.Created.Equal(start) || !edited.Changed.Equal(time.Now()) {
			t.Errorf("edited %+v", edited)
		}
		same, err := b.EditWindow(ctx, store, planned.ID, "", Window{Services: planned.Services, Message: "Later"})
		if err != nil || same.ETag != edited.ETag {
			t.Errorf("an edit that changes nothing: %+v, %v", same, err)
		}
		if _, err = b.EditWindow(ctx, store, planned.ID, planned.ETag, Window{Services: []string{"*"}}); !isChanged(err, edited.ETag) {
			t.Errorf("edit of what changed: %v", err)
		}
		if _, _, err = b.EndWindow(ctx, store, planned.ID, planned.ETag); !isChanged(err, edited.ETag) {
			t.Errorf("end of what changed: %v", err)
		}
		if got, err := b.Window(planned.ID); err != nil || !reflect.DeepEqual(got, edited) {
			t.Errorf("window is %+v, %v", got, err)
		}
		ended, ran, err := b.EndWindow(ctx, store, planned.ID, edited.ETag)
		if err != nil || !ran || !ended.Until.Equal(time.Now()) {
			t.Errorf("ended %+v, %v, %v", ended, ran, err)
		}
		if len(b.Windows()) != 0 || len(b.Status().Maintenances) != 0 {
			t.Errorf("after the end: %+v", b.Windows())
		}
		reopened(t, b, store)
		for _, id := range []string{planned.ID, "", "..", "a/b", "../../x"} {
			_, err1 := b.Window(id)
			_, err2 := b.EditWindow(ctx, store, id, "", Window{Services: []string{"*"}})
			_, _, err3 := b.EndWindow(ctx, store, id, "")
			if !errors.Is(err1, ErrNotFound) || !errors.Is(err2, ErrNotFound) || !errors.Is(err3, ErrNotFound) {
				t.Errorf("%q: %v, %v, %v", id, err1, err2, err3)
			}
		}
		if changes != 3 {
			t.Errorf("subscriber was told %d times", changes)
		}
		cancel()
		if _, _, err := b.On(ctx, store, Window{Services: []string{"x"}}); err != nil || changes != 3 {
			t.Errorf("after cancel: %v, %d changes", err, changes)
		}
	})
}

func isChanged(err error, current string) bool {
	var c *ErrChanged
	return errors.As(err, &c) && c.Current == current
}

func TestWindowsEndByThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := fileStore(t.TempDir())
		b := opened(t, store)
		w, err := b.CreateWindow(t.Context(), store, Window{Services: []string{"*"}, Until: time.Now().Add(time.Minute)})
		if err != nil || !w.Running(time.Now()) {
			t.Fatal(w, err)
		}
		time.Sleep(time.Minute)
		if _, err := b.Window(w.ID); !errors.Is(err, ErrNotFound) || len(b.Windows()) != 0 {
			t.Errorf("a window that is over is there: %v", err)
		}
		if _, _, err := b.EndWindow(t.Context(), store, w.ID, ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("it was ended again: %v", err)
		}
	})
}

func TestCancellingWhatIsPlanned(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	w, err := b.CreateWindow(t.Context(), store, Window{Services: []string{"*"}, From: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	got, ran, err := b.EndWindow(t.Context(), store, w.ID, w.ETag)
	if err != nil || ran || !reflect.DeepEqual(got, w) {
		t.Errorf("cancelled %+v, %v, %v", got, ran, err)
	}
}

func TestOnEditsInPlaceWhereExactlyTheseServicesAreOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, ctx := fileStore(t.TempDir()), t.Context()
		b := opened(t, store)
		on := func(w Window) (Window, bool) {
			t.Helper()
			got, created, err := b.On(ctx, store, w)
			if err != nil {
				t.Fatal(err)
			}
			return got, created
		}
		until := time.Now().UTC().Add(time.Hour)
		first, created := on(Window{Services: []string{"b", "a"}, Title: "T", Message: "M", Until: until})
		if !created {
			t.Error("nothing was created")
		}
		time.Sleep(time.Minute)
		b.Subscribe(func() {
			if w, err := b.Window(first.ID); err != nil || !w.Running(time.Now()) {
				t.Error("it passed through live")
			}
		})
		second, created := on(Window{Services: []string{"a", "b", "a"}, Message: "New"})
		if created || second.ID != first.ID || second.Title != "T" || second.Message != "New" || !second.Until.Equal(until) ||
			!second.From.Equal(first.From) || second.ETag == first.ETag {
			t.Errorf("edited %+v, was %+v", second, first)
		}
		third, _ := on(Window{Services: []string{"a", "b"}, From: time.Now().Add(-time.Hour), Until: until.Add(time.Hour)})
		if third.ID != first.ID || !third.Until.Equal(until.Add(time.Hour)) || !third.From.Equal(first.From) {
			t.Errorf("edited %+v", third)
		}
		if same, created := on(Window{Services: []string{"a", "b"}}); created || same.ETag != third.ETag {
			t.Errorf("nothing to do: %+v, %v", same, created)
		}
		for name, w := range map[string]Window{
			"fewer services": {Services: []string{"a"}},
			"more services":  {Services: []string{"a", "b", "c"}},
			"all services":   {Services: []string{"*"}},
			"later":          {Services: []string{"a", "b"}, From: time.Now().Add(time.Hour)},
		} {
			if got, created := on(w); !created || got.ID == first.ID {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if _, _, err := b.On(ctx, store, Window{Services: []string{"a", "b"}, Until: time.Now()}); err == nil {
			t.Error("an end in the past was taken")
		}
		reopened(t, b, store)
	})
}
