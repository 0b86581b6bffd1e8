package statusclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// writing is what a type that can be written hands to conformWriter.
type writing struct {
	cfg   BackendConfig // with all that reading and writing need
	fresh func() fakeDesk

	portal, mail string    // what the two components are called
	life         [6]string // what is read after each step of a life
	replaces     bool      // an update takes the place of what was said before
}

// fakeDesk is a system on which both people and Candor write.
type fakeDesk interface {
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
	fake fakeDesk
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
	return brief(Source{Status: st})
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

func (w writing) draft() Draft {
	return Draft{
		Key: "portal", Title: "Portal down", Message: "We look into it.", Impact: ImpactMajor,
		Components: map[string]ComponentStatus{w.portal: MajorOutage},
	}
}

// conformWriter runs what every writer must hold.
func conformWriter(t *testing.T, w writing) {
	t.Helper()
	t.Run("writes a whole life, which everybody can read", func(t *testing.T) { w.stage(t, w.aLife) })
	t.Run("finds what it opened before a restart", func(t *testing.T) { w.stage(t, w.aRestart) })
	t.Run("opens one for many who ask at once", func(t *testing.T) { w.stage(t, w.aCrowd) })
	t.Run("tells subscribers only if it is asked to", func(t *testing.T) { w.stage(t, w.notifications) })
	t.Run("writes nothing that is not right", func(t *testing.T) { w.stage(t, w.mistakes) })
	t.Run("says that its token is refused", func(t *testing.T) { w.stage(t, w.wrongToken) })
	t.Run("ends when it is told to", func(t *testing.T) { w.stage(t, w.cancelled) })
	t.Run("is never asked with what may write", func(t *testing.T) { w.stage(t, w.separate) })
	t.Run("gives nothing away", func(t *testing.T) { w.secrets(t) })
	for name, accident := range accidents {
		t.Run("does nothing twice after "+name, func(t *testing.T) { w.accident(t, accident) })
	}
}

func (w writing) aLife(s *stage) {
	ctx, t := s.t.Context(), s.t
	t.Helper()
	at := s.writer()
	r := s.is(at.Open(ctx, w.draft()))
	if r.ID == "" || r.Already || len(r.Done) == 0 {
		t.Fatalf("receipt %+v", r)
	}
	s.wants("opened", s.read(), w.life[0])
	s.is(at.Update(ctx, r.ID, Post{State: Identified, Message: "A disk is full."}))
	s.wants("updated", s.read(), w.life[1])
	s.is(at.SetComponents(ctx, map[string]ComponentStatus{w.mail: Degraded}))
	s.wants("set", s.read(), w.life[2])
	s.is(at.Update(ctx, r.ID, Post{State: Monitoring, Message: "Freed.", Components: map[string]ComponentStatus{w.portal: Degraded}}))
	s.wants("updated with components", s.read(), w.life[3])
	again := s.is(at.Update(ctx, r.ID, Post{State: Resolved, Message: "It works again."}))
	if again.ID != r.ID || again.Already {
		t.Errorf("receipt %+v", again)
	}
	s.wants("resolved", s.read(), w.life[4])
	s.is(at.SetComponents(ctx, map[string]ComponentStatus{w.mail: Operational}))
	s.wants("set back", s.read(), w.life[5])
	want := "We look into it. | A disk is full. | Freed. | It works again."
	if w.replaces {
		want = "It works again."
	}
	s.wants("said", unmarkedLog(s.fake.log("Portal down")), []string{want})
	s.wants("secrets in the log", strings.Contains(s.log.String(), fakeWriteToken), false)
}

// unmarkedLog is a log as people see it.
func unmarkedLog(log []string) []string {
	out := []string{}
	for _, line := range log {
		var parts []string
		for part := range strings.SplitSeq(line, " | ") {
			parts = append(parts, unmarked(part))
		}
		out = append(out, strings.Join(parts, " | "))
	}
	return out
}

func (w writing) aRestart(s *stage) {
	ctx := s.t.Context()
	first := s.is(s.writer().Open(ctx, w.draft()))
	later := w.draft()
	later.Title, later.Message = "Portal is down", "Said anew by a process that forgot."
	second := s.is(s.writer().Open(ctx, later))
	if second.ID != first.ID || !second.Already {
		s.t.Errorf("opened %+v, and then %+v", first, second)
	}
	wrote := s.road.wrote()
	s.is(s.writer().Open(ctx, w.draft()))
	s.wants("requests for what was there", s.road.wrote(), wrote)
	s.is(s.writer().Update(ctx, first.ID, Post{State: Identified, Message: "A disk is full."}))
	if r := s.is(s.writer().Update(ctx, first.ID, Post{Message: "A disk is full."})); !r.Already {
		s.t.Errorf("said twice: %+v", r)
	}
	if third := s.is(s.writer().Open(ctx, w.draft())); third.ID != first.ID {
		s.t.Errorf("opened %+v, and after an update %+v", first, third)
	}
	s.is(s.writer().Update(ctx, first.ID, Post{State: Resolved, Message: "Done."}))
	other := w.draft()
	other.Key = "mail"
	if r := s.is(s.writer().Open(ctx, other)); r.ID == first.ID || r.Already {
		s.t.Errorf("another key found %+v", r)
	}
	if r := s.is(s.writer().Open(ctx, w.draft())); r.ID == first.ID || r.Already {
		s.t.Errorf("one that is over was found: %+v", r)
	}
	s.wants("incidents", len(s.fake.log("Portal down")), 3)
}

func (w writing) aCrowd(s *stage) {
	at := s.writer()
	ids := make([]string, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			r, err := at.Open(s.t.Context(), w.draft())
			if err != nil {
				s.t.Error(err)
			}
			ids[i] = r.ID
		})
	}
	all.Wait()
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 1 || len(s.fake.log("Portal down")) != 1 {
		s.t.Errorf("%v, %q", ids, s.fake.log("Portal down"))
	}
}

func (w writing) notifications(s *stage) {
	ctx, at := s.t.Context(), s.writer()
	r := s.is(at.Open(ctx, w.draft()))
	s.is(at.Update(ctx, r.ID, Post{State: Identified, Message: "A disk is full."}))
	s.is(at.SetComponents(ctx, map[string]ComponentStatus{w.mail: Degraded}))
	s.is(at.Update(ctx, r.ID, Post{State: Resolved, Message: "Done."}))
	s.wants("mails", s.fake.mails(), 0)
	loud := w.draft()
	loud.Notify = true
	s.is(at.Open(ctx, loud))
	s.wants("mails", s.fake.mails(), 1)
}

func (w writing) mistakes(s *stage) {
	ctx, at := s.t.Context(), s.writer()
	for name, spoil := range map[string]func(*Draft){
		"title is empty":              func(d *Draft) { d.Title = " \n" },
		"title has more":              func(d *Draft) { d.Title = strings.Repeat("ü", 201) },
		"message is empty":            func(d *Draft) { d.Message = "\n" },
		"message has more":            func(d *Draft) { d.Message = strings.Repeat("x", 10001) },
		"message is not valid":        func(d *Draft) { d.Message = "\xff" },
		"state is resolved":           func(d *Draft) { d.State = Resolved },
		"state is \"broken\"":         func(d *Draft) { d.State = "broken" },
		"impact is \"huge\"":          func(d *Draft) { d.Impact = "huge" },
		"key has more":                func(d *Draft) { d.Key = strings.Repeat("x", 201) },
		"which is not there":          func(d *Draft) { d.Components = map[string]ComponentStatus{"Xyzzy": Degraded} },
		`did you mean "` + w.portal:   func(d *Draft) { d.Components = map[string]ComponentStatus{w.portal + "s": Degraded} },
		"the status \"on fire\"":      func(d *Draft) { d.Components = map[string]ComponentStatus{w.portal: "on fire"} },
		"components name \"" + w.mail: func(d *Draft) { d.Components = w.twice(s) },
	} {
		d := w.draft()
		spoil(&d)
		_, err := at.Open(ctx, d)
		var bad *InvalidError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), name) {
			s.t.Errorf("want %q: %v", name, err)
		}
	}
	if _, err := at.Update(ctx, "no-such", Post{Message: "x"}); !errors.Is(err, ErrNoIncident) {
		s.t.Errorf("update of none: %v", err)
	}
	for _, p := range []Post{{}, {Message: "x", State: Postmortem}, {Message: "x", Impact: "huge"}} {
		if _, err := at.Update(ctx, "1", p); !errors.As(err, new(*InvalidError)) {
			s.t.Errorf("%+v: %v", p, err)
		}
	}
	if _, err := at.SetComponents(ctx, nil); !errors.As(err, new(*InvalidError)) {
		s.t.Errorf("no components: %v", err)
	}
	s.wants("requests that change something", s.road.wrote(), 0)
}

// twice names one component by its name and by its id.
func (w writing) twice(s *stage) map[string]ComponentStatus {
	out := map[string]ComponentStatus{w.mail: Degraded}
	at, err := s.writer().sit(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := at.components(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range all {
		if c.Name == w.mail {
			out[c.ID] = Degraded
		}
	}
	return out
}

func (w writing) wrongToken(s *stage) {
	at := s.writer(func(c *BackendConfig) { c.WriteToken = "wr0ng-token" })
	_, err := at.Open(s.t.Context(), w.draft())
	if err == nil || !strings.Contains(err.Error(), "backend campus: refuses write_token") || strings.Contains(err.Error(), "wr0ng") {
		s.t.Errorf("error is %v", err)
	}
	s.wants("incidents", s.fake.log("Portal down"), "[]")
	_, err = at.Check(s.t.Context())
	said, good := s.writer().Check(s.t.Context())
	if good != nil || said == "" {
		s.t.Errorf("a good token: %q, %v", said, good)
	}
	if err == nil && !strings.Contains(said, "shows with the first write") {
		s.t.Errorf("a wrong token is found good; a good one %q", said)
	}
	s.wants("requests of checks", s.road.wrote() <= 1, true)
}

func (w writing) cancelled(s *stage) {
	ctx, cancel := context.WithCancel(s.t.Context())
	cancel()
	at := s.writer()
	for what, do := range map[string]func(context.Context) error{
		"open":   func(ctx context.Context) error { _, err := at.Open(ctx, w.draft()); return err },
		"update": func(ctx context.Context) error { _, err := at.Update(ctx, "1", Post{Message: "x"}); return err },
		"set": func(ctx context.Context) error {
			_, err := at.SetComponents(ctx, map[string]ComponentStatus{w.mail: Degraded})
			return err
		},
		"check": func(ctx context.Context) error { _, err := at.Check(ctx); return err },
	} {
		start := time.Now()
		if err := do(ctx); !errors.Is(err, context.Canceled) || time.Since(start) > 0 {
			s.t.Errorf("%s: %v after %s", what, err, time.Since(start))
		}
	}
	s.wants("requests that change something", s.road.wrote(), 0)

	// While an answer is waited for: nobody can say what became of it.
	s.road.meddle = func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		io.Copy(io.Discard, r.Body) // only then a server notices that somebody leaves
		<-r.Context().Done()
		return true
	}
	ctx, cancel = context.WithTimeout(s.t.Context(), 3*time.Second)
	defer cancel()
	start := time.Now()
	_, err := at.Open(ctx, w.draft())
	var we *WriteError
	if !errors.As(err, &we) || !errors.Is(err, context.DeadlineExceeded) || len(we.Unknown) != 1 || time.Since(start) != 3*time.Second {
		s.t.Errorf("%v after %s", err, time.Since(start))
	}
}

func (w writing) separate(s *stage) {
	s.read()
	for _, h := range s.road.polled {
		if strings.Contains(h, fakeWriteToken) || strings.Contains(h, fakeWriteSecret) {
			s.t.Errorf("polled with %s", h)
		}
	}
	s.road.polled = nil
	r := s.is(s.writer().Open(s.t.Context(), w.draft()))
	s.is(s.writer().Update(s.t.Context(), r.ID, Post{Message: "More."}))
	for _, h := range s.road.polled {
		if !strings.Contains(h, fakeWriteToken) || strings.Contains(h, fakeToken) {
			s.t.Errorf("written with %s", h)
		}
	}
}

// accident has something happen to every single request of a story, one after the
// other, and calls again whenever a call failed.
func (w writing) accident(t *testing.T, what func(*road, http.ResponseWriter, *http.Request)) {
	var calm string
	var total int
	story := func(s *stage) {
		ctx := s.t.Context()
		insist := func(f func() (Receipt, error)) Receipt {
			s.t.Helper()
			for range 3 {
				if r, err := f(); err == nil {
					time.Sleep(time.Minute)
					return r
				}
			}
			s.t.Fatalf("does not recover")
			return Receipt{}
		}
		d := w.draft()
		d.State = Identified
		d.Components[w.mail] = Degraded
		r := insist(func() (Receipt, error) { return s.writer().Open(ctx, d) })
		insist(func() (Receipt, error) {
			return s.writer().Update(ctx, r.ID, Post{State: Monitoring, Message: "Freed."})
		})
		during := s.read()
		insist(func() (Receipt, error) {
			return s.writer().Update(ctx, r.ID, Post{State: Resolved, Message: "Done."})
		})
		calmOr := fmt.Sprintf("%s\n%s\n%q\n%d mails", during, s.read(), s.fake.log("Portal down"), s.fake.mails())
		if calm == "" {
			calm, total = calmOr, s.road.wrote()
			return
		}
		s.wants("the end", calmOr, calm)
	}
	w.stage(t, story)
	for nth := 1; nth <= total; nth++ {
		t.Run(fmt.Sprint(nth), func(t *testing.T) {
			w.stage(t, func(s *stage) {
				s.road.meddle = func(n int, w http.ResponseWriter, r *http.Request) bool {
					if n == nth {
						what(s.road, w, r)
					}
					return n == nth
				}
				story(s)
			})
		})
	}
}

// secrets has systems answer writes with all that must not be shown.
func (w writing) secrets(t *testing.T) {
	all := strings.Join([]string{fakeWriteToken, fakeWriteSecret, secretPath, secretToken, "http://status.example.edu/x"}, " ")
	for name, h := range map[string]http.HandlerFunc{
		"in a message": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(422)
			fmt.Fprintf(w, `{"message":%q,"errors":{"name":[%q]},"status":"validation-error","data":{"message":%q}}`, all, all, all)
		},
		"in a list": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			fmt.Fprintf(w, `{"errors":[{"detail":%q,"meta":{"details":[%q]}}]}`, all, all)
		},
		"in an error of another kind": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"status":"error","data":{"message":%q}}`, all)
		},
		"as text": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, all) },
		"in a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://other.example/"+fakeWriteToken, http.StatusTemporaryRedirect)
		},
		"in a redirect that makes a question of it": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		},
		"in an endless answer": func(w http.ResponseWriter, _ *http.Request) {
			for range 1 << 20 {
				if _, err := io.WriteString(w, all); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w.stage(t, func(s *stage) {
				t := s.t
				s.road.meddle = func(_ int, w http.ResponseWriter, r *http.Request) bool { h(w, r); return true }
				at := s.writer(func(c *BackendConfig) { c.Headers = map[string]string{"X-Front": secretToken} })
				_, err := at.Open(t.Context(), w.draft())
				var we *WriteError
				if !errors.As(err, &we) || len(we.Done) > 0 || len(we.Undone)+len(we.Unknown) == 0 {
					t.Fatalf("error is %#v", err)
				}
				for _, secret := range []string{
					fakeWriteToken, fakeWriteSecret, fakeToken, secretPath, secretToken, "/api", "http:", "https:",
				} {
					if strings.Contains(err.Error(), secret) || strings.Contains(s.log.String(), secret) {
						t.Errorf("%q in error or log:\n%v\n%s", secret, err, s.log.String())
					}
				}
				for _, host := range s.net.hosts() {
					if strings.Contains(host, "other") {
						t.Error("the other host was asked")
					}
				}
				s.wants("incidents", s.fake.log("Portal down"), "[]")
			})
		})
	}
}
