package board

import (
	"fmt"
	"os"
	"testing"

	"github.com/rs/zerolog"
)

// A full board that nobody has changed costs a listing to refresh.
func BenchmarkRefresh500(b *testing.B) {
	store := fileStore(b.TempDir())
	edge := New(zerolog.Nop())
	for i := range 500 {
		r := &record{ref: ref{kindMaintenance, newID()}, stamp: stamp{1, "w"}, window: &Window{Services: []string{fmt.Sprint("s", i)}}}
		data, err := r.encode()
		if err == nil {
			err = store.Store(b.Context(), key(r.ref, r.stamp), data)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			if err := New(zerolog.Nop()).Refresh(b.Context(), store); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("nothing new", func(b *testing.B) {
		for b.Loop() {
			if err := edge.Refresh(b.Context(), store); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkLogOfAFullLog(b *testing.B) {
	filled, store := memStore{}, fileStore(b.TempDir())
	board := New(zerolog.Nop())
	for range maxEntries {
		if err := board.Record(b.Context(), filled, Entry{Action: "x.y", Services: []string{"a"}, New: map[string]string{"message": "New disks."}}); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.MkdirAll(store.file(logRoot), 0o700); err != nil {
		b.Fatal(err)
	}
	for key, value := range filled { // without syncing each
		if err := os.WriteFile(store.file(key), value, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	read := func(b *testing.B, board *Board, q Query) {
		if list, err := board.Log(b.Context(), store, q); err != nil || len(list) == 0 {
			b.Fatal(len(list), err)
		}
	}
	b.Run("first, one service", func(b *testing.B) {
		for b.Loop() {
			read(b, New(zerolog.Nop()), Query{Service: "a"})
		}
	})
	b.Run("first, the newest", func(b *testing.B) {
		for b.Loop() {
			read(b, New(zerolog.Nop()), Query{Limit: 50})
		}
	})
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			read(b, board, Query{Limit: 50})
		}
	})
}
