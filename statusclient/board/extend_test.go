package board

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

func TestAnEndThatWasMovedIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, ctx := fileStore(t.TempDir()), t.Context()
		b := opened(t, store)
		start := time.Now().UTC()
		in := func(d time.Duration) time.Time { return start.Add(d) }
		promised := func(w Window, want time.Time) {
			t.Helper()
			if !w.Promised.Equal(want) {
				t.Errorf("promised for %v, want %v", w.Promised, want)
			}
		}
		scope := Window{Services: []string{"mail"}}
		if _, err := b.Extend(ctx, store, scope, time.Hour); !errors.Is(err, ErrNotFound) {
			t.Errorf("nothing runs: %v", err)
		}
		plan := scope
		plan.From, plan.Until = in(time.Hour), in(2*time.Hour)
		w := must[Window](t)(b.CreateWindow(ctx, store, plan))
		plan.Until = in(3 * time.Hour)
		promised(must[Window](t)(b.EditWindow(ctx, store, w.ID, "", plan)), time.Time{}) // what has not begun is just planned anew

		time.Sleep(2 * time.Hour)
		w = must[Window](t)(b.Extend(ctx, store, Window{Services: scope.Services, Message: "Slower."}, 30*time.Minute))
		if !w.Until.Equal(in(3*time.Hour+30*time.Minute)) || w.Message != "Slower." {
			t.Errorf("extended: %+v", w)
		}
		promised(w, in(3*time.Hour))
		promised(must[Window](t)(b.Extend(ctx, store, scope, time.Hour)), in(3*time.Hour)) // the first counts
		back := scope
		back.Until = in(3 * time.Hour)
		promised(must[Window](t)(b.EditWindow(ctx, store, w.ID, "", back)), time.Time{}) // kept after all
		open := must[Window](t)(b.EditWindow(ctx, store, w.ID, "", scope))
		promised(open, in(3*time.Hour))
		promised(reopened(t, b, store).Windows()[0], in(3*time.Hour))

		if _, err := b.Extend(ctx, store, scope, time.Hour); !errors.Is(err, ErrNoEnd) {
			t.Errorf("there is no end to move: %v", err)
		}
		situation := func() *statusclient.Situation {
			return statusclient.Merge([]statusclient.Service{{Name: "mail"}}, []statusclient.Input{b.Input()}, nil, time.Now()).Situations["mail"]
		}
		before := situation()
		know := statusclient.Merge([]statusclient.Service{{Name: "mail"}}, []statusclient.Input{b.Input()}, nil, time.Now())
		if !before.Hold.Promised.IsZero() || !know.Next.Equal(in(3*time.Hour)) {
			t.Errorf("overdue before its time: %+v, next %v", before.Hold, know.Next)
		}
		time.Sleep(time.Hour)
		if after := situation(); !after.Hold.Promised.Equal(in(3*time.Hour)) || after.Version == before.Version {
			t.Errorf("not overdue: %+v", after.Hold)
		}
	})
}
