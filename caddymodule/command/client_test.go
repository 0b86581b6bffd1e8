package command

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// instanceAt is a client of whatever handler is.
func instanceAt(t *testing.T, handler http.HandlerFunc) *client {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	c, err := newClient(strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClientSaysWhatIsWrongWithWhatAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		give http.HandlerFunc
		want string
	}{
		"nothing for a long time": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "did not answer within"},
		"not JSON":                {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<p>")) }, "is not Candor"},
		"another server":          {http.NotFound, "another program, or a Caddy without Candor"},
		"an error of its own":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, "status code 502"},
		"an access rule": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(403)
			_, _ = w.Write([]byte(`{"error": "host not allowed: x"}`))
		}, "does not let us in: host not allowed: x"},
		"a refusal": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(507)
			_, _ = w.Write([]byte(`{"error": "the storage is full"}`))
		}, "the storage is full"},
		"a cut connection": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "closed the connection"},
		"half an answer": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("{"))
		}, "not Caddy's admin endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := instanceAt(t, c.give)
			at.http.Timeout = time.Minute
			if strings.HasPrefix(name, "nothing") {
				at.http.Timeout = 200 * time.Millisecond
			}
			var out struct{}
			if err := at.get(t.Context(), "services", &out); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestOpenTriesAgainWhenSomebodyElseWasFirst(t *testing.T) {
	asked := 0
	c := instanceAt(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet:
			_, _ = w.Write([]byte(`[{"id": "a", "services": ["portal"], "state": "in_progress", "etag": "1"}]`))
		case asked == 0:
			asked++
			w.WriteHeader(http.StatusPreconditionFailed)
			_, _ = w.Write([]byte(`{"error": "changed"}`))
		default:
			if r.Header.Get("If-Match") != `"1"` {
				t.Errorf("If-Match %s", r.Header.Get("If-Match"))
			}
			w.WriteHeader(http.StatusNoContent)
		}
	})
	done, err := c.open(t.Context(), []string{"portal", "mail"}, nil)
	if err != nil || len(done.Ended) != 1 || len(done.Idle) != 1 || done.Idle[0] != "mail" {
		t.Errorf("%+v %v", done, err)
	}
}

func TestAddressesOfUnixSocketsMayHavePermissions(t *testing.T) {
	for _, addr := range []string{"unix//run/caddy.sock", "unix//run/caddy.sock|0220", "localhost:2019", ":2019", "[::1]:2019"} {
		if _, err := newClient(addr); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{":::", "localhost:1-5", "localhost:port"} {
		if _, err := newClient(addr); err == nil {
			t.Errorf("%s is an address", addr)
		}
	}
}
