package statusclient

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// writableFake is a system on which both people and Candor write.
type writableFake interface {
	http.Handler

	// log is what was said, oldest first, of each incident of that title; mails is
	// how often subscribers were told something.
	log(title string) []string
	mails() int
}

// road is the way to a system, on which things happen to what is written.
type road struct {
	http.Handler

	mu     sync.Mutex
	writes int
	polled []string // headers of what was not
	meddle func(n int, w http.ResponseWriter, r *http.Request) (handled bool)
}

func (d *road) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	meddle, n := d.meddle, 0
	if r.Method != http.MethodGet {
		d.writes++
		n = d.writes
	}
	d.polled = append(d.polled, fmt.Sprint(r.Header))
	d.mu.Unlock()
	if n == 0 || meddle == nil || !meddle(n, w, r) {
		d.Handler.ServeHTTP(w, r)
	}
}

// wrote is how many requests so far were to change something.
func (d *road) wrote() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.writes
}

// The ways in which a request and its answer come to grief.
var accidents = map[string]func(d *road, w http.ResponseWriter, r *http.Request){
	"a lost request": func(_ *road, _ http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
	"a lost answer": func(d *road, _ http.ResponseWriter, r *http.Request) {
		d.Handler.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	},
	"a 502 in place of the answer": func(d *road, w http.ResponseWriter, r *http.Request) {
		d.Handler.ServeHTTP(httptest.NewRecorder(), r)
		w.WriteHeader(http.StatusBadGateway)
	},
	"a 500 instead": func(_ *road, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	"a 429":         func(_ *road, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
	"HTML with 200": func(_ *road, w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>Sign in") },
}

// stage is a system with a road to it.
type stage struct {
	t    *testing.T
	w    writing
	fake writableFake
	road *road
	net  *fakeNet
	log  bytes.Buffer
}

func (w writing) stage(t *testing.T, f func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, w: w, fake: w.fresh()}
		s.road = &road{Handler: s.fake}
		s.net = newFakeNet(s.road)
		defer s.net.shutdown()
		f(s)
	})
}

// writer is one of a process that has just begun.
func (s *stage) writer(change ...func(*BackendConfig)) *remoteWriter {
	s.t.Helper()
	cfg := s.w.cfg
	cfg.Name = "campus"
	for _, f := range change {
		f(&cfg)
	}
	w, err := buildWriter(cfg, zerolog.New(zerolog.SyncWriter(&s.log)).Level(zerolog.TraceLevel), s.net.transport)
	if err != nil {
		s.t.Fatal(err)
	}
	return w
}

// read is what everybody can see there now.
func (s *stage) read() string {
	s.t.Helper()
	cfg := s.w.cfg
	cfg.Name = "campus"
	b, err := build(cfg, zerolog.Nop(), s.net.transport)
	if err != nil {
		s.t.Fatal(err)
	}
	st, err := b.Fetch(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	st.Clean()
	return brief(Input{Status: st})
}

func (s *stage) wants(what string, got, want any) {
	s.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("%s:\ngot  %v\nwant %v", what, got, want)
	}
}

// is fails where something was not done, and lets some time pass.
func (s *stage) is(r Receipt, err error) Receipt {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	time.Sleep(time.Minute)
	return r
}
