package board

import (
	"fmt"
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
