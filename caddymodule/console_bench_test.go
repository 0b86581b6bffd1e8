package caddymodule

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/caddymodule/console"
)

// BenchmarkConsolePoll is what an open overview of so many services asks every few
// seconds: while nothing changes, after something has, and by a search.
func BenchmarkConsolePoll(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		var toml strings.Builder
		toml.WriteString("[console]\noperators = [\"mueller\"]\n")
		for i := range n {
			fmt.Fprintf(&toml, "[[service]]\nname = \"s%d\"\ntitle = \"Shop number %d\"\n", i, i)
		}
		c := newCounter(b, toml.String())
		h := new(console.Console)
		if err := h.Provision(c.ctx); err != nil {
			b.Fatal(err)
		}
		poll := func(url, etag string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
			repl := caddy.NewReplacer()
			repl.Set("http.auth.user.id", "mueller")
			ctx := context.WithValue(r.Context(), caddy.ReplacerCtxKey, repl)
			r = r.WithContext(context.WithValue(ctx, caddyhttp.VarsCtxKey, map[string]any{}))
			if etag != "" {
				r.Header.Set("If-None-Match", etag)
			}
			w := httptest.NewRecorder()
			if err := h.ServeHTTP(w, r, nil); err != nil {
				b.Fatal(err)
			}
			return w
		}
		b.Run(fmt.Sprintf("%d services, nothing new", n), func(b *testing.B) {
			etag := poll("/", "").Header().Get("Etag")
			b.ReportAllocs()
			for b.Loop() {
				if w := poll("/", etag); w.Code == http.StatusOK {
					etag = w.Header().Get("Etag") // now and then time alone makes it another one
				}
			}
		})
		b.Run(fmt.Sprintf("%d services, news", n), func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				size = poll("/", "").Body.Len()
			}
			b.ReportMetric(float64(size), "bytes")
		})
		b.Run(fmt.Sprintf("%d services, a search", n), func(b *testing.B) {
			for b.Loop() {
				poll("/?q=number+77", "")
			}
		})
	}
}
