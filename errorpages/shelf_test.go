package errorpages

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/text/language"
)

// fakeLayout counts, fails and panics as a test wants it.
type fakeLayout struct {
	rendered atomic.Int64
	html     func() string // nil: fails
}

func (l *fakeLayout) view(p *Page, lang language.Tag) (*View, error) {
	return &View{Lang: lang.String(), Headline: "Fake " + p.Service.Title, Lead: "Lead."}, nil
}

func (l *fakeLayout) render(_ Format, v *View) ([]byte, error) {
	l.rendered.Add(1)
	if l.html == nil {
		return nil, errors.New("no template")
	}
	return []byte(l.html()), nil
}

func TestAVariantIsRenderedOnce(t *testing.T) {
	started, release := make(chan struct{}, 64), make(chan struct{})
	l := &fakeLayout{html: func() string { started <- struct{}{}; <-release; return "page" }}
	r := newRenderer("'none'", zerolog.Nop(), l)
	p := page(brand(t, campus()))
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if got := serve(t, r, p, "GET", oneOfEach[FormatHTML]).Body.String(); got != "page" {
				t.Errorf("got %q", got)
			}
		})
	}
	<-started
	close(release)
	all.Wait()
	if n := l.rendered.Load(); n != 1 {
		t.Errorf("rendered %d times", n)
	}
	for _, change := range []func(*Page){
		func(p *Page) { s := *p.Situation; s.Version++; p.Situation = &s },
		cause(CauseTimeout, 504), received(ReceivedNo),
		func(p *Page) { p.Upstream = 500 },
	} {
		before := l.rendered.Load()
		change(p)
		serve(t, r, p, "GET", oneOfEach[FormatHTML])
		serve(t, r, p, "GET", oneOfEach[FormatHTML])
		if n := l.rendered.Load() - before; n != 1 {
			t.Errorf("a change was rendered %d times", n)
		}
	}
}

func TestPagesAreRenderedAnewBeforeTheyAreOld(t *testing.T) {
	l := &fakeLayout{html: func() string { return "page" }}
	r := newRenderer("'none'", zerolog.Nop(), l) // its janitor lives on the real clock
	p := page(brand(t, campus()))
	synctest.Test(t, func(t *testing.T) {
		serve(t, r, p, "GET", oneOfEach[FormatHTML])
		time.Sleep(shelfLife - time.Millisecond)
		serve(t, r, p, "GET", oneOfEach[FormatHTML])
		if n := l.rendered.Load(); n != 1 {
			t.Errorf("rendered %d times within %v", n, shelfLife)
		}
		time.Sleep(2 * time.Millisecond)
		serve(t, r, p, "GET", oneOfEach[FormatHTML])
		if n := l.rendered.Load(); n != 2 {
			t.Errorf("rendered %d times after %v", n, shelfLife)
		}
	})
}

func TestAShelfIsBounded(t *testing.T) {
	l := &fakeLayout{html: func() string { return "page" }}
	r := newRenderer("'none'", zerolog.Nop(), l)
	p := page(brand(t, campus()))
	favourite := *p
	for version := range 3 {
		s := *p.Situation
		s.Version = uint64(version)
		p.Situation, favourite.Situation = &s, &s
		for code := range 2 * maxEntries {
			p.Code = 500 + code
			serve(t, r, p, "GET", oneOfEach[FormatText])
			serve(t, r, &favourite, "GET", oneOfEach[FormatHTML])
		}
	}
	entries := *r.shelf(p.Service).entries.Load()
	if len(entries) > maxEntries {
		t.Errorf("%d entries", len(entries))
	}
	for _, e := range entries {
		if e.version != 2 {
			t.Errorf("an old situation is kept before the current one")
		}
	}
	before := l.rendered.Load()
	serve(t, r, &favourite, "GET", oneOfEach[FormatHTML])
	if l.rendered.Load() != before {
		t.Error("what is asked for all the time was dropped")
	}
}

func TestServicesOfOneNameDoNotShareAShelf(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	a, b := page(brand(t, campus())), page(brand(t, BrandConfig{Name: "Another"}))
	for range 2 {
		for p, want := range map[*Page]string{a: "Example University", b: "Another"} {
			if got := serve(t, r, p, "GET", oneOfEach[FormatHTML]).Body.String(); !strings.Contains(got, want) {
				t.Errorf("no %q in %s", want, got)
			}
		}
	}
}

func TestAFailingTemplateIsNobodysProblem(t *testing.T) {
	var log strings.Builder
	p := page(brand(t, campus()))
	p.Service.Title = "<Portal>"
	for name, broken := range map[string]*fakeLayout{
		"fails":                  {},
		"panics":                 {html: func() string { panic("boom") }},
		"writes nothing":         {html: func() string { return "" }},
		"marks up inside script": {html: func() string { return "<script>'" + markReference + "'</script>" }},
	} {
		log.Reset()
		r := newRenderer("'none'", zerolog.New(&log), broken, &fakeLayout{html: func() string { return "built-in" }})
		for range 3 {
			p.Situation.Version++
			if got := serve(t, r, p, "GET", oneOfEach[FormatHTML]); got.Body.String() != "built-in" || got.Code != 502 {
				t.Errorf("%s: got %d %q", name, got.Code, got.Body)
			}
		}
		if n := strings.Count(log.String(), "\n"); n != 1 {
			t.Errorf("%s: %d lines in the log:\n%s", name, n, log.String())
		}
		r = newRenderer("'none'", zerolog.Nop(), broken, broken)
		for _, f := range []Format{FormatHTML, FormatText} {
			got := serve(t, r, p, "GET", oneOfEach[f]).Body.String()
			if !strings.Contains(got, p.Reference) || f == FormatHTML && !strings.Contains(got, "&lt;Portal&gt;") {
				t.Errorf("%s: %s: got %q", name, f, got)
			}
		}
	}
}

func TestNoAnswerIsASuccess(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	for _, code := range []int{-1, 0, 100, 200, 204, 304, 1000} {
		for f, lines := range oneOfEach {
			p := page(brand(t, campus()), cause(CauseEdge, code))
			if got := serve(t, r, p, "POST", lines).Code; got != 503 && f != FormatGRPC {
				t.Errorf("%s: %d became %d", f, code, got)
			}
		}
	}
}

func TestServeReportsThatTheClientIsGone(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	f, err := r.Serve(gone{}, request("GET", ""), page(brand(t, campus())))
	if !errors.Is(err, io.ErrClosedPipe) || f != FormatText {
		t.Errorf("got %s, %v", f, err)
	}
}

type gone struct{}

func (gone) Header() http.Header       { return http.Header{} }
func (gone) WriteHeader(int)           {}
func (gone) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
