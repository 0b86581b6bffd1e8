package statusclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// writing is what a type that can be written hands to conformWriter.
type writing struct {
	cfg   BackendConfig // with all that reading and writing need
	fresh func() writableFake

	portal, mail string    // what the two components are called
	life         [6]string // what is read after each step of a life
	replaces     bool      // an update takes the place of what was said before
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
	s.is(at.Update(ctx, r.ID, UpdateDraft{State: Identified, Message: "A disk is full."}))
	s.wants("updated", s.read(), w.life[1])
	s.is(at.SetComponents(ctx, map[string]ComponentStatus{w.mail: Degraded}))
	s.wants("set", s.read(), w.life[2])
	s.is(at.Update(ctx, r.ID, UpdateDraft{State: Monitoring, Message: "Freed.", Components: map[string]ComponentStatus{w.portal: Degraded}}))
	s.wants("updated with components", s.read(), w.life[3])
	again := s.is(at.Update(ctx, r.ID, UpdateDraft{State: Resolved, Message: "It works again."}))
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
	s.is(s.writer().Update(ctx, first.ID, UpdateDraft{State: Identified, Message: "A disk is full."}))
	if r := s.is(s.writer().Update(ctx, first.ID, UpdateDraft{Message: "A disk is full."})); !r.Already {
		s.t.Errorf("said twice: %+v", r)
	}
	if third := s.is(s.writer().Open(ctx, w.draft())); third.ID != first.ID {
		s.t.Errorf("opened %+v, and after an update %+v", first, third)
	}
	s.is(s.writer().Update(ctx, first.ID, UpdateDraft{State: Resolved, Message: "Done."}))
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
	s.is(at.Update(ctx, r.ID, UpdateDraft{State: Identified, Message: "A disk is full."}))
	s.is(at.SetComponents(ctx, map[string]ComponentStatus{w.mail: Degraded}))
	s.is(at.Update(ctx, r.ID, UpdateDraft{State: Resolved, Message: "Done."}))
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
	if _, err := at.Update(ctx, "no-such", UpdateDraft{Message: "x"}); !errors.Is(err, ErrNoIncident) {
		s.t.Errorf("update of none: %v", err)
	}
	for _, p := range []UpdateDraft{{}, {Message: "x", State: Postmortem}, {Message: "x", Impact: "huge"}} {
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
	e, err := s.writer().connect(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := e.components(s.t.Context())
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
		"update": func(ctx context.Context) error { _, err := at.Update(ctx, "1", UpdateDraft{Message: "x"}); return err },
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
	s.is(s.writer().Update(s.t.Context(), r.ID, UpdateDraft{Message: "More."}))
	for _, h := range s.road.polled {
		if !strings.Contains(h, fakeWriteToken) || strings.Contains(h, fakeToken) {
			s.t.Errorf("written with %s", h)
		}
	}
}
