package statusclient

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// asking runs f in a bubble with a client in front of h.
func asking(t *testing.T, h http.HandlerFunc, f func(t *testing.T, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := newFakeNet(h)
		defer n.shutdown()
		c, err := newClient(BackendConfig{Name: "campus", URL: "http://a.example/base"}, zerolog.Nop(), n.transport)
		if err != nil {
			t.Fatal(err)
		}
		f(t, c)
	})
}

func TestPagesAreReadToTheLastOneAndBounded(t *testing.T) {
	for last, want := range map[int]int{1: 1, 3: 3, 1000: maxPages} {
		asking(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/base/list" || r.URL.Query().Get("q") != "x" {
				t.Errorf("asked for %s", r.RequestURI)
			}
			page := max(1, first0(strconv.Atoi(r.URL.Query().Get("page"))))
			if page < last {
				w.Header().Set("Link", fmt.Sprintf(`<http://a.example/base/list?q=x&page=1>; rel="prev", <http://a.example/base/list?q=x&page=%d>; rel="next"`, page+1))
			}
			fmt.Fprintf(w, "[%d]", page)
		}, func(t *testing.T, c *Client) {
			linked, err := linkedPages[int](c.Round(t.Context()), "/list?q=x")
			numbered, err2 := numberedPages(c.Round(t.Context()), "/list?q=x", func(p *[]int) bool { return (*p)[0] < last })
			if err := errors.Join(err, err2); err != nil {
				t.Fatal(err)
			}
			if len(linked) != want || len(numbered) != want || linked[want-1] != want || numbered[want-1][0] != want {
				t.Errorf("%d pages: %v, %v", last, linked, numbered)
			}
		})
	}
}

func first0(n int, _ error) int { return n }

func TestNextPageIsOnTheSameHostAndBelowItsBase(t *testing.T) {
	t.Parallel()
	base, _ := url.Parse("https://git.example/api/v3")
	for give, want := range map[string]string{
		``: "", `junk`: "", `<https://git.example/api/v3/x?page=2>; rel="last"`: "",
		`<https://git.example/api/v3/x%20y?page=2>; rel="next"`:                                 "/x%20y?page=2",
		`<http://git.example/api/v3/x?a=1>; title="b"; rel=next`:                                "/x?a=1",
		`<https://git.example/api/v3/x>; rel="prev", <https://git.example/api/v3/y>;rel="next"`: "/y?",
		`<https://other.example/api/v3/x>; rel="next"`:                                          "",
		`<https://git.example/elsewhere>; rel="next"`:                                           "",
		`<https://git.example/%zz>; rel="next"`:                                                 "",
	} {
		if got := nextRef(http.Header{"Link": {give}}, base); got != want {
			t.Errorf("%s: %q, want %q", give, got, want)
		}
	}
}

func TestMemoryReadsOnlyWhatChanged(t *testing.T) {
	reads := 0
	asking(t, func(w http.ResponseWriter, r *http.Request) {
		reads++
		io.WriteString(w, strconv.Quote(strings.TrimPrefix(r.URL.Path, "/base/")))
	}, func(t *testing.T, c *Client) {
		m := newMemory[string]()
		var sums []string
		for i, step := range []struct {
			version string
			keys    int
			reads   int
		}{{"1", 2, 2}, {"1", 2, 0}, {"2", 2, 2}, {"", 1, 1}, {"", 1, 1}, {"3", maxReads + 5, maxReads}, {"3", maxReads + 5, 5}} {
			reads = 0
			r := c.Round(t.Context())
			for k := range step.keys {
				ref := "/" + strconv.Itoa(k)
				v, ok, err := m.get(r, ref, step.version, func(r *Round) (v string, err error) { return v, r.JSON(ref, &v) })
				if err != nil || ok != (k < maxReads || i == 6) || ok && v != ref[1:] {
					t.Fatalf("step %d: %q, %v, %v", i, v, ok, err)
				}
			}
			if reads != step.reads {
				t.Errorf("step %d: %d requests, want %d", i, reads, step.reads)
			}
			sums = append(sums, string(r.sum.Sum(nil)))
		}
		if sums[0] != sums[1] || sums[1] != sums[2] || sums[5] == sums[6] {
			t.Error("what was remembered and what was read do not compare")
		}
		for i := range 2 * maxDetails {
			m.get(c.Round(t.Context()), strconv.Itoa(i), "", func(*Round) (string, error) { return "", nil })
		}
		if n := m.seen.ItemCount(); n != maxDetails {
			t.Errorf("%d details kept", n)
		}
	})
}

func TestSettledIsWhatNothingMoreHappensTo(t *testing.T) {
	t.Parallel()
	if settled(time.Time{}) != "" || settled(time.Now()) != "" || settled(time.Now().Add(time.Hour)) != "" {
		t.Error("a time that may still be the same tomorrow is a version")
	}
	if a, b := settled(time.Now().Add(-time.Hour)), settled(time.Now().Add(-2*time.Hour)); a == "" || a == b {
		t.Errorf("versions %q and %q", a, b)
	}
}

func TestRefusedObeysWhatGitHubSays(t *testing.T) {
	for name, tc := range map[string]struct {
		code   int
		header map[string]string
		want   time.Duration
		cause  string
	}{
		"nothing left":     {403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "946685400"}, 10 * time.Minute, "asks for fewer requests (status code 403)"},
		"for ever":         {429, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1507651200000"}, time.Hour, "asks for fewer requests"},
		"a second limit":   {403, map[string]string{"Retry-After": "60", "X-RateLimit-Remaining": "4000"}, time.Minute, "asks for fewer requests"},
		"simply forbidden": {403, map[string]string{"X-RateLimit-Remaining": "30", "X-RateLimit-Reset": "946685400"}, 0, "answered with status code 403"},
	} {
		t.Run(name, func(t *testing.T) {
			asking(t, func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range tc.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(tc.code)
			}, func(t *testing.T, c *Client) {
				err := c.Round(t.Context()).JSON("/", new(any))
				var fe *FetchError
				if !errors.As(err, &fe) || fe.RetryAfter != tc.want || !strings.Contains(fe.Cause, tc.cause) || !hasCode(err, tc.code) {
					t.Errorf("%v, again after %s", err, fe.RetryAfter)
				}
			})
		})
	}
}
