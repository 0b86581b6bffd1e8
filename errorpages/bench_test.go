package errorpages

import (
	"net/http"
	"testing"
	"time"
)

const browser = "\nAccept-Encoding: gzip, deflate, br, zstd\nAccept-Language: de-CH,de;q=0.9,en;q=0.8\n" +
	"Sec-Fetch-Dest: document\nSec-Fetch-Mode: navigate\nSec-Fetch-Site: none\nUpgrade-Insecure-Requests: 1"

func BenchmarkServeHTML(b *testing.B)     { benchmark(b, "Accept: "+chrome+"\nSec-Fetch-Dest: document") }
func BenchmarkServeHTMLGzip(b *testing.B) { benchmark(b, "Accept: "+chrome+browser) }
func BenchmarkServeJSON(b *testing.B)     { benchmark(b, "Accept: "+axios) }
func BenchmarkServeText(b *testing.B)     { benchmark(b, "Accept: */*") }
func BenchmarkServeNone(b *testing.B)     { benchmark(b, "Accept: */*\nSec-Fetch-Dest: image") }

func benchmark(b *testing.B, lines string) {
	r := rendererOf(b, PagesConfig{})
	cfg := campus()
	cfg.Languages = []string{"en", "de"}
	p := page(brand(b, cfg), incidents(registration()), work(mail()))
	p.RetryAfter = 127 * time.Second
	req := request("GET", lines)
	b.Run("one", func(b *testing.B) {
		w := &discard{header: http.Header{}}
		b.ReportAllocs()
		for b.Loop() {
			clear(w.header)
			if _, err := r.Serve(w, req, p); err != nil {
				b.Fatal(err)
			}
		}
		b.SetBytes(int64(w.n))
	})
	b.Run("many", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			w := &discard{header: http.Header{}}
			for pb.Next() {
				clear(w.header)
				if _, err := r.Serve(w, req, p); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkRender is what the first visitor of a new situation waits for.
func BenchmarkRender(b *testing.B) {
	r := rendererOf(b, PagesConfig{})
	p := page(brand(b, campus()), incidents(registration()), work(mail()))
	b.ReportAllocs()
	for b.Loop() {
		r.compose(variant{format: FormatHTML}, p).in(true)
	}
}

type discard struct {
	header http.Header
	n      int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(b []byte) (int, error) { d.n = len(b); return len(b), nil }
