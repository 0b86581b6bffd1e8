package caddymodule

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/statusclient"
)

// BenchmarkPass is what Candor adds to an answer that is none of its business.
func BenchmarkPass(b *testing.B) {
	c := newCounter(b, "")
	for name, kind := range passes {
		b.Run(name, func(b *testing.B) {
			r := c.request(kind.fields)
			r.ProtoMajor = max(kind.proto, 1)
			c.bench(b, c.handler(b, kind.handler), r, answersOK)
		})
	}
}

// passes are a program, which no timeout is set for, and people.
var passes = map[string]struct {
	handler Handler
	fields  header
	proto   int     // of HTTP; 0 is 1
	allocs  float64 // at most
}{
	"no timeout":         {Handler{}, header{"Accept": "*/*"}, 0, 0},
	"timeout off":        {Handler{Timeout: -1}, navigation, 0, 0},
	"default timeout":    {Handler{}, navigation, 0, 0},
	"timeout of a day":   {Handler{Timeout: caddyDuration(24 * time.Hour)}, header{"Accept": "*/*"}, 0, 0},
	"exempt":             {Handler{Exempt: []string{"/courses/*"}}, navigation, 0, 0},
	"a listed service":   {Handler{Service: "portal"}, header{"Accept": "*/*"}, 0, 0},
	"HTTP/2":             {Handler{}, header{"Accept": "*/*"}, 2, ownContext},
	"HTTP/2 and timeout": {Handler{}, navigation, 2, ownContext},
}

// ownContext is the most that a context of its own may cost a request whose
// connection is shared with others: the context, what cancels it, and the copy of
// the request that has it.
const ownContext = 5

// TestPassingAllocatesNothingOrAContext guards what passes, with and without a timeout.
func TestPassingAllocatesNothingOrAContext(t *testing.T) {
	if racing() {
		t.Skip("the race detector makes pools forget")
	}
	c := newCounter(t, "")
	for name, kind := range passes {
		t.Run(name, func(t *testing.T) {
			h, r, w := c.handler(t, kind.handler), c.request(kind.fields), newSilence()
			r.ProtoMajor = max(kind.proto, 1)
			w.ask(t, h, r, answersOK) // the pool is filled
			if got := testing.AllocsPerRun(2000, func() { w.ask(t, h, r, answersOK) }); got > kind.allocs {
				t.Errorf("%v allocations, want at most %v", got, kind.allocs)
			}
		})
	}
}

// BenchmarkReplace is a page in place of a 500, without what the connection costs.
func BenchmarkReplace(b *testing.B) {
	c := newCounter(b, "")
	h := c.handler(b, Handler{})
	b.Run("answer", func(b *testing.B) { c.bench(b, h, c.request(navigation), answers500) })
	b.Run("answer without a timeout", func(b *testing.B) { c.bench(b, h, c.request(header{"Accept": "*/*"}), answers500) })
	refused := caddyhttp.Error(http.StatusBadGateway, errors.New("dial tcp: connection refused"))
	b.Run("error", func(b *testing.B) {
		c.bench(b, h, c.request(navigation), func(http.ResponseWriter, *http.Request) error { return refused })
	})
}

// BenchmarkHeld is the maintenance page.
func BenchmarkHeld(b *testing.B) {
	c := newCounter(b, "")
	c.hold("portal")
	h := c.handler(b, Handler{Service: "portal"})
	gzip := maps.Clone(navigation)
	gzip["Accept-Encoding"] = "gzip, deflate, br, zstd"
	b.Run("html", func(b *testing.B) { c.bench(b, h, c.request(navigation), answersOK) })
	b.Run("gzip", func(b *testing.B) { c.bench(b, h, c.request(gzip), answersOK) })
}

// BenchmarkServiceFor10000Hosts is the look-up of a service by host.
func BenchmarkServiceFor10000Hosts(b *testing.B) {
	const n = 10_000
	var toml strings.Builder
	for i := range n {
		fmt.Fprintf(&toml, "[[service]]\nname = \"s%d\"\nhosts = [\"h%[1]d.test\", \"*.w%[1]d.test\"]\n", i)
	}
	app := newCounter(b, toml.String()).app
	for name, host := range map[string]string{
		"exact": "h%d.test", "port": "h%d.test:8443", "wildcard": "a.w%d.test", "unknown": "unknown%d.test",
	} {
		b.Run(name, func(b *testing.B) {
			hosts := make([]string, n)
			for i := range hosts {
				hosts[i] = fmt.Sprintf(host, i)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if app.serviceFor(hosts[i]) == nil {
					b.Fatal("no service")
				}
				if i++; i == n {
					i = 0
				}
			}
		})
	}
}

// BenchmarkExempt is the comparison of a path with patterns that it is none of.
func BenchmarkExempt(b *testing.B) {
	for _, n := range []int{1, 20} {
		patterns := slices.Clone(defaultExempt)
		for i := len(patterns); i < n; i++ {
			patterns = append(patterns, fmt.Sprintf("/hooks/%d/*", i))
		}
		ps := statusclient.Paths(patterns)
		for name, path := range map[string]string{"clean": "/courses/2026/algebra", "dirty": "/courses//2026/../2026/algebra/"} {
			b.Run(fmt.Sprintf("%d patterns, %s path", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if read := statusclient.ReadingsOf(path); ps.MatchAll(&read) {
						b.Fatal("exempt")
					}
				}
			})
		}
	}
}
