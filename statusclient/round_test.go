package statusclient

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// TestRoundHandsOutWholeBodies: an adapter of two documents must get both also
// when only one has changed.
func TestRoundHandsOutWholeBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var version atomic.Int64
		net := newFakeNet(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := `{"v":0}`
			if r.URL.Path == "/moving" {
				body = fmt.Sprintf(`{"v":%d}`, version.Load())
			}
			w.Header().Set("Last-Modified", "Fri, 20 Nov 2026 12:10:00 GMT")
			w.Header().Set("ETag", fmt.Sprintf("%q", body))
			if r.Header.Get("If-None-Match") == w.Header().Get("ETag") {
				if r.Header.Get("If-Modified-Since") == "" {
					t.Error("no If-Modified-Since")
				}
				w.WriteHeader(http.StatusNotModified)
				return
			}
			io.WriteString(w, body)
		}))
		defer net.shutdown()
		c, err := newClient(BackendConfig{Name: "campus", URL: "http://a.example"}, zerolog.Nop(), net.transport)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []struct {
			version  int64
			modified bool
		}{{1, true}, {1, false}, {2, true}, {2, false}} {
			version.Store(want.version)
			r := c.Round(t.Context())
			still, moving := struct{ V int64 }{-1}, struct{ V int64 }{-1}
			if err := errors.Join(r.JSON("/still", &still), r.JSON("/moving?a=b", &moving)); err != nil {
				t.Fatal(err)
			}
			_, err := r.Done(new(Status))
			if still.V != 0 || moving.V != want.version || errors.Is(err, ErrNotModified) == want.modified {
				t.Errorf("round %d: %d, %d, %v", i, still.V, moving.V, err)
			}
		}
	})
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		big := strings.Repeat(" ", maxKept) + "{}"
		net := newFakeNet(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"x"`)
			switch r.URL.Path {
			case "/big":
				io.WriteString(w, big)
			case "/long":
				w.Header().Set("ETag", `"`+strings.Repeat("x", 1000)+`"`)
				fallthrough
			default:
				io.WriteString(w, "{}")
			}
		}))
		defer net.shutdown()
		c, err := newClient(BackendConfig{Name: "campus", URL: "http://a.example"}, zerolog.Nop(), net.transport)
		if err != nil {
			t.Fatal(err)
		}
		get := func(ref string) {
			t.Helper()
			var v struct{}
			if err := c.Round(t.Context()).JSON(ref, &v); err != nil {
				t.Fatal(err)
			}
		}
		get("/big")
		get("/long")
		if n := c.seen.ItemCount(); n != 0 {
			t.Errorf("%d answers kept that are too large", n)
		}
		for i := range 100 {
			get(fmt.Sprintf("/%d", i))
		}
		if n := c.seen.ItemCount(); n != maxAnswers {
			t.Errorf("%d answers kept", n)
		}
		time.Sleep(2 * keepAnswers)
		get("/new")
		if n := c.seen.ItemCount(); n != 1 {
			t.Errorf("%d answers kept after they expired", n)
		}
	})
}
