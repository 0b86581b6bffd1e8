package board

import (
	"reflect"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

func TestAPreviewSaysWhatTheEditWouldAndChangesNothing(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	b.now = func() time.Time { return time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC) }
	window := Window{Services: []string{"a"}, Title: "New disks", Message: "Back <soon>", Until: b.now().Add(time.Hour)}
	draft := Draft{Title: "Down", Services: []string{"a"}, Message: "We look."}
	post := UpdateDraft{State: statusclient.Identified, Message: "A disk."}
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	in := must[Incident](t)(b.OpenIncident(t.Context(), store, draft))
	for name, one := range map[string]struct {
		preview func() (statusclient.Input, error)
		edit    func() error
	}{
		"a window": {
			func() (statusclient.Input, error) { return b.PreviewWindow("", window) },
			func() error { _, err := b.CreateWindow(t.Context(), store, window); return err },
		},
		"an edit": {
			func() (statusclient.Input, error) { return b.PreviewWindow(w.ID, window) },
			func() error { _, err := b.EditWindow(t.Context(), store, w.ID, "", window); return err },
		},
		"an incident": {
			func() (statusclient.Input, error) { return b.PreviewIncident(draft) },
			func() error { _, err := b.OpenIncident(t.Context(), store, draft); return err },
		},
		"an update": {
			func() (statusclient.Input, error) { return b.PreviewUpdate(in.ID, post) },
			func() error { _, err := b.UpdateIncident(t.Context(), store, in.ID, "", post); return err },
		},
	} {
		before := b.Status()
		preview := must[statusclient.Input](t)(one.preview())
		if b.Status() != before {
			t.Fatalf("the preview of %s has changed the board", name)
		}
		if err := one.edit(); err != nil {
			t.Fatal(err)
		}
		if got, want := texts(preview.Status), texts(b.Status()); !reflect.DeepEqual(got, want) {
			t.Errorf("the preview of %s says %v; it became %v", name, got, want)
		}
	}
}

// texts are what visitors read of a status.
func texts(s *statusclient.Status) map[string]int {
	all := map[string]int{}
	for _, m := range s.Maintenances {
		all["title "+m.Title]++
		all["until "+m.Until.String()]++
		for _, u := range m.Updates {
			all[string(u.Text.HTML)]++
		}
	}
	for _, in := range s.Incidents {
		all["title "+in.Title]++
		all["state "+string(in.State)]++
		for _, u := range in.Updates {
			all[string(u.Text.HTML)]++
		}
	}
	return all
}

func TestAPreviewIsRefusedInTheWordsOfTheEdit(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	in := must[Incident](t)(b.OpenIncident(t.Context(), store, Draft{Title: "x", Services: []string{"a"}}))
	past := time.Now().Add(-time.Hour)
	for name, pair := range map[string][2]func() error{
		"a window that is over": {
			func() error { _, err := b.PreviewWindow("", Window{Services: []string{"a"}, Until: past}); return err },
			func() error {
				_, err := b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}, Until: past})
				return err
			},
		},
		"an edit without services": {
			func() error { _, err := b.PreviewWindow(w.ID, Window{}); return err },
			func() error { _, err := b.EditWindow(t.Context(), store, w.ID, "", Window{}); return err },
		},
		"a window that is not there": {
			func() error { _, err := b.PreviewWindow("none", Window{Services: []string{"a"}}); return err },
			func() error {
				_, err := b.EditWindow(t.Context(), store, "none", "", Window{Services: []string{"a"}})
				return err
			},
		},
		"an incident without a title": {
			func() error { _, err := b.PreviewIncident(Draft{Services: []string{"a"}}); return err },
			func() error {
				_, err := b.OpenIncident(t.Context(), store, Draft{Services: []string{"a"}})
				return err
			},
		},
		"an empty update": {
			func() error { _, err := b.PreviewUpdate(in.ID, UpdateDraft{}); return err },
			func() error { _, err := b.UpdateIncident(t.Context(), store, in.ID, "", UpdateDraft{}); return err },
		},
	} {
		got, want := pair[0](), pair[1]()
		if want == nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the preview says %v, the edit %v", name, got, want)
		}
	}
}

func TestStartIsRefusedWhereSomethingRunsAlready(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	one := Window{Services: []string{"a", "b"}}
	w := must[Window](t)(b.Start(t.Context(), store, one))
	one.Message, one.Services = "other words", []string{"b", "a"}
	if _, err := b.Start(t.Context(), store, one); !isChanged(err, w.ETag) {
		t.Errorf("a second start: %v", err)
	}
	if now := must[Window](t)(b.Window(w.ID)); now.ETag != w.ETag {
		t.Errorf("changed to %+v", now)
	}
	one.From = time.Now().Add(time.Hour)
	must[Window](t)(b.Start(t.Context(), store, one))
	must[Window](t)(b.Start(t.Context(), store, Window{Services: []string{"a"}}))
}
