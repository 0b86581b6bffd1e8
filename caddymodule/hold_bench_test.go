package caddymodule

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// BenchmarkHolding is what it costs a request of a service that is not in
// maintenance to find that out: under 100 ns and no allocation, however many
// services there are and however much is planned.
func BenchmarkHolding(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		for _, windows := range []int{0, 1000} {
			b.Run(fmt.Sprintf("%d services, %d planned", n, windows), func(b *testing.B) {
				app, services := planned(b, n, windows)
				path := statusclient.ReadingsOf("/courses/2026/algebra")
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					if app.holding(services[i], &path, http.MethodGet) != nil {
						b.Fatal("held back")
					}
					if i++; i == len(services) {
						i = 0
					}
				}
			})
		}
	}
}

func TestTheCheckForMaintenanceAllocatesNothing(t *testing.T) {
	app, services := planned(t, 10, 20)
	w := board.Window{Services: []string{"s1"}, Paths: []string{"/enrol/*", "/exams/*"}, ReadOnly: true}
	if _, err := app.pooled.board.CreateWindow(t.Context(), app.storage, w); err != nil {
		t.Fatal(err)
	}
	app.merge()
	for _, svc := range services[:2] {
		if got := testing.AllocsPerRun(1000, func() {
			path := statusclient.ReadingsOf("/courses/2026")
			app.holding(svc, &path, http.MethodPost)
		}); got != 0 {
			t.Errorf("%s: %v allocations", svc.name, got)
		}
	}
	if path := statusclient.ReadingsOf("/exams/1"); app.holding(services[1], &path, http.MethodPost) == nil {
		t.Error("nothing is held back")
	}
}

// planned is an app of n services with windows for the first of them, and for all.
func planned(tb testing.TB, n, windows int) (*App, []*service) {
	tb.Helper()
	var toml strings.Builder
	for i := range n {
		fmt.Fprintf(&toml, "[[service]]\nname = \"s%d\"\n", i)
	}
	app := newCounter(tb, toml.String()).app
	store := memoryStore{}
	for i := range windows {
		who := fmt.Sprintf("s%d", i%n)
		if i%10 == 0 {
			who = "*"
		}
		from := time.Now().Add(time.Duration(i+1) * time.Hour)
		w := board.Window{Services: []string{who}, From: from, Until: from.Add(time.Hour)}
		if i%3 == 0 {
			w.Paths = []string{"/enrol/*"}
		}
		if _, err := app.pooled.board.CreateWindow(tb.Context(), store, w); err != nil {
			tb.Fatal(err)
		}
	}
	app.merge()
	services := make([]*service, n)
	for i := range services {
		services[i] = app.named[fmt.Sprintf("s%d", i)]
	}
	return app, services
}

// memoryStore makes many windows fast.
type memoryStore map[string][]byte

func (m memoryStore) Store(_ context.Context, key string, value []byte) error {
	m[key] = value
	return nil
}

func (m memoryStore) Load(_ context.Context, key string) ([]byte, error) {
	if v, ok := m[key]; ok {
		return v, nil
	}
	return nil, fs.ErrNotExist
}

func (m memoryStore) Delete(_ context.Context, key string) error {
	delete(m, key)
	return nil
}

func (m memoryStore) List(context.Context, string, bool) ([]string, error) {
	return slices.Collect(maps.Keys(m)), nil
}
