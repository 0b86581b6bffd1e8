package errorpages

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rs/zerolog"
)

// everyAsked is all that a visitor can ask the address of an open page for.
func everyAsked(b *Brand) (pages []*Page, lines []string) {
	svc := page(b).Service
	for _, tag := range b.names {
		for code := 500; code <= 511; code++ {
			for _, c := range []Cause{CauseMaintenance, CauseUnreachable, CauseTimeout, CauseUpstream, CauseEdge} {
				for _, r := range []Received{ReceivedUnsaid, ReceivedNo, ReceivedUnknown} {
					if http.StatusText(code) == "" {
						continue
					}
					p := page(b, cause(c, code), received(r))
					p.Service = svc
					pages, lines = append(pages, p), append(lines, oneOfEach[FormatHTML]+"\nAccept-Encoding: gzip\nAccept-Language: "+tag)
				}
			}
		}
	}
	return pages, lines
}

func threeLanguages() BrandConfig {
	cfg := campus()
	cfg.Languages = []string{"en", "de", "ja"}
	return cfg
}

func TestAskingForEverythingIsNotRenderedForEver(t *testing.T) {
	l := &fakeLayout{html: func() string { return "page" }}
	r := newRenderer("'none'", zerolog.Nop(), l)
	pages, lines := everyAsked(brand(t, threeLanguages()))
	real := page(pages[0].Service.Brand, cause(CauseTimeout, 504))
	real.Service = pages[0].Service
	serve(t, r, real, "GET", oneOfEach[FormatHTML])
	refused := 0
	for i := range pages {
		w := httptest.NewRecorder()
		sent, err := r.ServeAsked(w, request("GET", lines[i]), pages[i])
		check(t, err)
		if !sent {
			refused++
		}
		if sent != (w.Body.Len() > 0) {
			t.Errorf("sent is %t, with %d bytes", sent, w.Body.Len())
		}
	}
	if n := l.rendered.Load(); n > maxEntries+1 || refused == 0 {
		t.Errorf("%d pages were rendered for %d questions, %d were refused", n, len(pages), refused)
	}
	// Who waits in front of a real page has it all the same.
	before := l.rendered.Load()
	serve(t, r, real, "GET", oneOfEach[FormatHTML])
	if sent, err := r.ServeAsked(httptest.NewRecorder(), request("GET", oneOfEach[FormatHTML]), real); !sent || err != nil {
		t.Errorf("a page that visitors have is not to be had: %v", err)
	}
	if n := l.rendered.Load() - before; n != 0 {
		t.Errorf("the page of real visitors had to make room: rendered %d times", n)
	}
}

// BenchmarkServeAsked is what a visitor costs who asks for everything, over and over;
// unbounded is the same from pages that are rendered whenever they are not there.
func BenchmarkServeAsked(b *testing.B) {
	pages, lines := everyAsked(brand(b, threeLanguages()))
	requests := make([]*http.Request, len(pages))
	for i := range pages {
		requests[i] = request("GET", lines[i])
	}
	w := &discard{header: http.Header{}}
	b.Run("bounded", func(b *testing.B) {
		r, i := rendererOf(b, PagesConfig{}), 0
		for b.Loop() {
			clear(w.header)
			if _, err := r.ServeAsked(w, requests[i%len(pages)], pages[i%len(pages)]); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
	b.Run("unbounded", func(b *testing.B) {
		r, i := rendererOf(b, PagesConfig{}), 0
		for b.Loop() {
			clear(w.header)
			if _, err := r.Serve(w, requests[i%len(pages)], pages[i%len(pages)]); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
}
