package caddymodule

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/candor-edge/candor/caddymodule/console"
)

func TestWhatIsSaidOfAServiceIsAsOldAsTheLastWordOfItsBackends(t *testing.T) {
	desks(t)
	d := running.newest().ConsoleDesk()
	type word struct{ Fetched time.Time }
	read := func(path string, into any) {
		t.Helper()
		if a := d.Call(t.Context(), console.User{}, console.Call{Method: "GET", Path: path}); json.Unmarshal(a.Body, into) != nil {
			t.Fatal(a.Problem())
		}
	}
	ofAll := func() time.Time {
		var list []word
		read("backends", &list)
		return list[0].Fetched
	}
	begun := ofAll()
	wait(t, "the board to be read again", func() bool { return ofAll().After(begun) })
	before := ofAll() // and nothing has changed since
	for name, words := range map[string]func() []word{
		"one service": func() []word {
			var one struct{ Backends []word }
			read("services/portal", &one)
			return one.Backends
		},
		"all of them": func() []word {
			var list []struct{ Backends []word }
			read("services", &list)
			return list[0].Backends
		},
		"those of the console": func() []word {
			var list []struct{ Backends []word }
			if err := json.Unmarshal(d.Services(console.Selection{Most: 60}).Body, &list); err != nil {
				t.Fatal(err)
			}
			return list[0].Backends
		},
	} {
		wait(t, name, func() bool { w := words(); return len(w) == 1 && w[0].Fetched.After(before) })
	}
}
