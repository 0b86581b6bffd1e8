package board

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

func TestAnIncidentLivesFromOpenToResolved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, ctx := fileStore(t.TempDir()), t.Context()
		b := opened(t, store)
		start := time.Now().UTC()
		promise := start.Add(30 * time.Minute)
		in, err := b.OpenIncident(ctx, store, Draft{
			Title: "Mail is slow", Message: "We look.", Services: []string{"mail"}, Components: []string{"SMTP"}, NextUpdate: promise,
		})
		if err != nil {
			t.Fatal(err)
		}
		if in.State != statusclient.Investigating || in.Impact != statusclient.ImpactMajor || !in.Started.Equal(start) || len(in.ID) != idLen {
			t.Errorf("opened %+v", in)
		}
		got := b.Status().Incidents[0]
		if got.ID != in.ID || got.Updates[0].Text.Plain != "We look." || !got.NextUpdate.Equal(promise) || got.Services[0] != "mail" || got.Components[0] != "SMTP" {
			t.Errorf("published %+v", got)
		}

		time.Sleep(10 * time.Minute)
		second, err := b.UpdateIncident(ctx, store, in.ID, in.ETag, UpdateDraft{State: statusclient.Identified, Impact: statusclient.ImpactCritical})
		if err != nil || !second.NextUpdate.Equal(promise) || len(second.Updates) != 2 {
			t.Errorf("a promise yet to come stands: %+v, %v", second, err)
		}
		if n := len(b.Status().Incidents[0].Updates); n != 1 {
			t.Errorf("an update without words is shown: %d", n)
		}
		if _, err := b.UpdateIncident(ctx, store, in.ID, in.ETag, UpdateDraft{Message: "x"}); !isChanged(err, second.ETag) {
			t.Errorf("update of what changed: %v", err)
		}
		time.Sleep(time.Hour)
		third, err := b.UpdateIncident(ctx, store, in.ID, "", UpdateDraft{Message: "Still."})
		if err != nil || !third.NextUpdate.IsZero() || third.State != statusclient.Identified || third.Updates[0].Message != "Still." {
			t.Errorf("a promise that has passed is kept: %+v, %v", third, err)
		}
		done, err := b.ResolveIncident(ctx, store, in.ID, third.ETag, "Fixed.")
		if err != nil || done.State != statusclient.Resolved || !done.Resolved.Equal(time.Now()) || len(done.Updates) != 4 {
			t.Errorf("resolved %+v, %v", done, err)
		}
		if len(b.Incidents(false)) != 0 || len(b.Incidents(true)) != 1 || b.Status().Incidents[0].State != statusclient.Resolved {
			t.Errorf("after the end: %+v", b.Incidents(true))
		}
		time.Sleep(time.Hour)
		report, err := b.UpdateIncident(ctx, store, in.ID, "", UpdateDraft{State: statusclient.Postmortem, Message: "Why."})
		if err != nil || !report.Resolved.Equal(done.Resolved) {
			t.Errorf("a report moves the end: %+v, %v", report, err)
		}
		again, err := b.UpdateIncident(ctx, store, in.ID, "", UpdateDraft{State: statusclient.Monitoring})
		if err != nil || !again.Resolved.IsZero() || len(b.Incidents(false)) != 1 {
			t.Errorf("opened again: %+v, %v", again, err)
		}
		n := reopened(t, b, store)
		if one, err := n.Incident(in.ID); err != nil || !reflect.DeepEqual(one, again) {
			t.Errorf("incident is %+v, %v", one, err)
		}
		if _, err := n.Incident("../x"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		if _, err := n.UpdateIncident(ctx, store, "nothing", "", UpdateDraft{Message: "x"}); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestIncidentsKeepTheirLastUpdates(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	in, err := b.OpenIncident(t.Context(), store, Draft{Title: "x", Services: []string{"*"}, Message: "first"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxPosts + 5 {
		if in, err = b.UpdateIncident(t.Context(), store, in.ID, in.ETag, UpdateDraft{Message: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if len(in.Updates) != maxPosts || in.Updates[0].Message != fmt.Sprint(maxPosts+4) || len(b.Status().Incidents[0].Updates) != maxSaid {
		t.Errorf("%d updates, the newest %+v", len(in.Updates), in.Updates[0])
	}
	reopened(t, b, store)
}

func TestWhatIsWrongWithAnIncidentIsSaid(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	good := Draft{Title: "x", Services: []string{"a"}}
	for want, change := range map[string]func(*Draft){
		"title is empty":                    func(d *Draft) { d.Title = " \n" },
		"title has more than 200":           func(d *Draft) { d.Title = strings.Repeat("ü", 201) },
		"title is not valid UTF-8":          func(d *Draft) { d.Title = "\xff" },
		"message has more than 10000 bytes": func(d *Draft) { d.Message = strings.Repeat("x", 10001) },
		"message is not valid UTF-8":        func(d *Draft) { d.Message = "\xff" },
		`state is "done"`:                   func(d *Draft) { d.State = "done" },
		"state is resolved":                 func(d *Draft) { d.State = statusclient.Resolved },
		`impact is "huge"`:                  func(d *Draft) { d.Impact = "huge" },
		"services and components are both":  func(d *Draft) { d.Services = nil },
		`services has "A"`:                  func(d *Draft) { d.Services = []string{"A"} },
		`services has "*" and others`:       func(d *Draft) { d.Services = []string{"*", "a"} },
		`components has " "`:                func(d *Draft) { d.Components = []string{" "} },
		"components has more than 1000":     func(d *Draft) { d.Components = names(1001) },
		"next_update is in the past":        func(d *Draft) { d.NextUpdate = time.Now().Add(-time.Second) },
		"next_update is too far away":       func(d *Draft) { d.NextUpdate = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		d := good
		change(&d)
		_, err := b.OpenIncident(t.Context(), store, d)
		if e := new(ErrInvalid); !errors.As(err, &e) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
	in, err := b.OpenIncident(t.Context(), store, good)
	if err != nil {
		t.Fatal(err)
	}
	for want, p := range map[string]UpdateDraft{
		"message is empty":           {},
		`state is "x"`:               {State: "x"},
		`impact is "x"`:              {Impact: "x"},
		"message is not valid":       {Message: "\xff"},
		"next_update is in the past": {NextUpdate: time.Now().Add(-time.Hour)},
	} {
		if _, err := b.UpdateIncident(t.Context(), store, in.ID, "", p); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
	if now, _ := b.Incident(in.ID); !reflect.DeepEqual(now, in) {
		t.Errorf("changed to %+v", now)
	}
}

func names(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint("n", i)
	}
	return list
}
