package board_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// What Caddy calls storage is a Store.
var _ board.Store = certmagic.Storage(nil)

func TestEdgesShareCaddysFileStorage(t *testing.T) {
	t.Parallel()
	store := &certmagic.FileStorage{Path: t.TempDir()}
	edges := []*board.Board{board.New(zerolog.Nop()), board.New(zerolog.Nop())}
	var wg sync.WaitGroup
	for n, b := range edges {
		if b.Loaded() {
			t.Error("a new board is loaded")
		}
		wg.Go(func() {
			for i := range 10 {
				service := fmt.Sprint("s", n, "-", i)
				w, _, err := b.On(t.Context(), store, board.Window{Services: []string{service}, Until: time.Now().Add(time.Hour)})
				if err == nil && i%2 == 0 {
					_, _, err = b.EndWindow(t.Context(), store, w.ID, w.ETag)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, b := range edges {
		if err := b.Tidy(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		if len(b.Windows()) != 10 || !reflect.DeepEqual(b.Status(), edges[0].Status()) {
			t.Errorf("windows %+v", b.Windows())
		}
	}
}

func TestAWindowHoldsItsServicesBack(t *testing.T) {
	t.Parallel()
	store := &certmagic.FileStorage{Path: t.TempDir()}
	b := board.New(zerolog.Nop())
	w, _, err := b.On(t.Context(), store, board.Window{Services: []string{"mail"}, Message: "Back soon"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.OpenIncident(t.Context(), store, board.Draft{Title: "Relay", Components: []string{"SMTP/out"}})
	if err != nil {
		t.Fatal(err)
	}
	services := []statusclient.Service{
		{Name: "mail", Components: []string{"campus/Mail"}}, {Name: "relay", Components: []string{"board/SMTP//out"}}, {Name: "all"},
	}
	know := func(prev *statusclient.Knowledge) *statusclient.Knowledge {
		return statusclient.Merge(services, []statusclient.Input{b.Input()}, prev, time.Now())
	}
	k := know(nil)
	mail, relay, all := k.Situations["mail"], k.Situations["relay"], k.Situations["all"]
	if mail.Hold == nil || mail.Hold.ID != w.ID || mail.Hold.Updates[0].Text.Plain != "Back soon" || len(mail.Incidents) > 0 {
		t.Errorf("mail: %+v", mail)
	}
	if relay.Hold != nil || len(relay.Incidents) != 1 || all.Hold != nil || len(all.Incidents) != 1 {
		t.Errorf("relay: %+v, all: %+v", relay, all)
	}
	if err := b.Refresh(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	if again := know(k); again.Situations["mail"] != mail || again.Situations["all"] != all {
		t.Error("a refresh without news makes a new situation")
	}
	if _, _, err := b.EndWindow(t.Context(), store, w.ID, ""); err != nil {
		t.Fatal(err)
	}
	if now := know(k).Situations["mail"]; now.Hold != nil || now.State() != statusclient.StateUp {
		t.Errorf("mail: %+v", now)
	}
}
