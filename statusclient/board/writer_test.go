package board

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/candor-edge/candor/statusclient"
)

func draft() statusclient.Draft {
	return statusclient.Draft{
		Key: "portal", Title: "Portal down", Message: "We look into it.",
		Components: map[string]statusclient.ComponentStatus{"Portal": statusclient.MajorOutage, "Mail": ""},
	}
}

// said is the board in one line.
func said(b *Board) string {
	var out strings.Builder
	for _, c := range b.Status().Components {
		if c.Status != statusclient.Operational {
			fmt.Fprintf(&out, "%s=%s; ", c.Name, c.Status)
		}
	}
	for _, in := range b.Status().Incidents {
		if in.State.Open() {
			fmt.Fprintf(&out, "%s %s %v %d; ", in.Title, in.State, in.Components, len(in.Updates))
		}
	}
	return strings.TrimSuffix(out.String(), "; ")
}

func TestTheBoardIsWrittenLikeAnyOther(t *testing.T) {
	store, ctx := fileStore(t.TempDir()), t.Context()
	b := opened(t, store)
	w := b.Writer(store)
	wants := func(want string) {
		t.Helper()
		parts := strings.Split(said(b), "; ")
		for _, w := range strings.Split(want, "; ") {
			if found := false; w != "" {
				for _, p := range parts {
					found = found || p == w
				}
				if !found {
					t.Errorf("board says %q, want %q", said(b), want)
				}
			}
		}
		if len(parts) != len(strings.Split(want, "; ")) {
			t.Errorf("board says %q, want %q", said(b), want)
		}
	}
	r, err := w.Open(ctx, draft())
	if err != nil || r.Already || len(r.Done) != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
	wants("Portal=major_outage; Mail=partial_outage; Portal down investigating [Mail Portal] 1")
	if _, err = w.Update(ctx, r.ID, statusclient.UpdateDraft{State: statusclient.Identified, Message: "A disk."}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SetComponents(ctx, map[string]statusclient.ComponentStatus{"Print": statusclient.UnderMaintenance, "Mail": statusclient.Degraded}); err != nil {
		t.Fatal(err)
	}
	wants("Print=maintenance; Mail=degraded; Portal=major_outage; Portal down identified [Mail Portal] 2")
	other := draft()
	other.Key, other.Title, other.Components = "mail", "Mail slow", map[string]statusclient.ComponentStatus{"Mail": statusclient.Degraded}
	if _, err := w.Open(ctx, other); err != nil {
		t.Fatal(err)
	}
	if r, err = w.Update(ctx, r.ID, statusclient.UpdateDraft{State: statusclient.Resolved, Message: "Done."}); err != nil || len(r.Done) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	wants("Print=maintenance; Mail=degraded; Mail slow investigating [Mail] 1")

	// Another process, after a restart, finds the same.
	again := opened(t, store)
	if a, b := strings.Count(said(again), ";"), strings.Count(said(b), ";"); a != b {
		t.Errorf("after a restart %q", said(again))
	}
	entries, err := again.Log(ctx, store, Query{})
	if err != nil || entries[len(entries)-2].Action != "component.set" {
		t.Errorf("log has %+v, %v", entries, err)
	}
}

func TestTheBoardOpensOneForAKey(t *testing.T) {
	store, ctx := fileStore(t.TempDir()), t.Context()
	first, err := opened(t, store).Writer(store).Open(ctx, draft())
	if err != nil {
		t.Fatal(err)
	}
	b := opened(t, store)
	later := draft()
	later.Title, later.Message = "Portal is down", "Said by a process that forgot."
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if r, err := b.Writer(store).Open(ctx, later); err != nil || r.ID != first.ID || !r.Already {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
	all.Wait()
	w := b.Writer(store)
	post := statusclient.UpdateDraft{Message: "More."}
	for i := range 2 {
		if r, err := w.Update(ctx, first.ID, post); err != nil || r.Already != (i == 1) {
			t.Errorf("%+v, %v", r, err)
		}
	}
	if _, err := w.Update(ctx, first.ID, statusclient.UpdateDraft{State: statusclient.Resolved, Message: "Done."}); err != nil {
		t.Fatal(err)
	}
	if r, err := w.Open(ctx, draft()); err != nil || r.ID == first.ID || r.Already {
		t.Errorf("one that is over was found: %+v, %v", r, err)
	}
	if n := len(b.Incidents(true)); n != 2 {
		t.Errorf("%d incidents", n)
	}
}

func TestTheBoardRefusesToBeWrittenWrongly(t *testing.T) {
	store := fileStore(t.TempDir())
	w := opened(t, store).Writer(store)
	for name, spoil := range map[string]func(*statusclient.Draft){
		"title":      func(d *statusclient.Draft) { d.Title = " " },
		"message":    func(d *statusclient.Draft) { d.Message = "" },
		"state":      func(d *statusclient.Draft) { d.State = statusclient.Resolved },
		"services":   func(d *statusclient.Draft) { d.Services = []string{"No service"} },
		"components": func(d *statusclient.Draft) { d.Components["Mail"] = "on fire" },
	} {
		d := draft()
		spoil(&d)
		_, err := w.Open(t.Context(), d)
		if bad := new(statusclient.InvalidError); !errors.As(err, &bad) || bad.Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.Update(t.Context(), "nobody", statusclient.UpdateDraft{Message: "x"}); !errors.Is(err, statusclient.ErrNoIncident) {
		t.Errorf("update of none: %v", err)
	}
	for _, set := range []map[string]statusclient.ComponentStatus{nil, {"Mail": "on fire"}, {" ": statusclient.Degraded}} {
		if _, err := w.SetComponents(t.Context(), set); !errors.As(err, new(*statusclient.InvalidError)) {
			t.Errorf("%v: %v", set, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Open(ctx, draft()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if said, err := w.Check(t.Context()); err != nil || said == "" {
		t.Errorf("check: %q, %v", said, err)
	}
}
