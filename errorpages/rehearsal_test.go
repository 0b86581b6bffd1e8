package errorpages

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

func TestARehearsalIsMarkedInEveryFormatWhateverTheTemplate(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "page.html"), []byte("<title>x</title><h1>{{.Headline}}</h1>"), 0o600))
	own, err := NewRenderer(PagesConfig{Templates: dir}, "/.candor", zerolog.Nop())
	check(t, err)
	builtin, err := NewRenderer(PagesConfig{}, "/.candor", zerolog.Nop())
	check(t, err)
	broken := newRenderer("'none'", zerolog.Nop())
	p := page(brand(t, campus()), func(p *Page) { p.Rehearsal = monday.Add(time.Hour) })
	live := page(p.Service.Brand)
	live.Service = p.Service
	for name, r := range map[string]*Renderer{"built-in": builtin, "own": own, "last resort": broken} {
		for format, ask := range map[string]http.Header{
			"html": {"Accept": {"text/html"}}, "json": {"Accept": {"application/json"}}, "text": {"Accept": {"*/*"}},
			"grpc": {"Content-Type": {"application/grpc"}}, "upgrade": {"Connection": {"Upgrade"}, "Upgrade": {"websocket"}},
		} {
			said := func(p *Page) string {
				w := httptest.NewRecorder()
				_, err := r.Serve(w, &http.Request{Method: "GET", URL: &url.URL{Path: "/"}, Header: ask}, p)
				check(t, err)
				return w.Body.String() + w.Header().Get("Grpc-Message")
			}
			if got := said(p); !strings.Contains(got, "Rehearsal: ") {
				t.Errorf("%s, %s does not say that it is a rehearsal:\n%s", name, format, got)
			}
			if got := said(live); strings.Contains(got, "Rehearsal") {
				t.Errorf("%s, %s: the real page says that it is a rehearsal", name, format)
			}
		}
	}
}
