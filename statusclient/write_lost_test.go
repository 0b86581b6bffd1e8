package statusclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// writings are all types that can be written.
func writings() map[string]writing {
	return map[string]writing{
		"cachet 2.3": cachetWriting("2.3"), "cachet 2.4": cachetWriting("2.4"), "cachet 3": cachetWriting("3"),
		"statuspage": statuspageWriting(), "staytus": staytusWriting(), "sorry": sorryWriting(),
	}
}

// eachWriting runs a story on a stage for each of them but some.
func eachWriting(t *testing.T, f func(s *stage), but ...string) {
	t.Helper()
	for name, w := range writings() {
		if !strings.Contains(strings.Join(but, ";"), name) {
			t.Run(name, func(t *testing.T) { w.stage(t, f) })
		}
	}
}

func TestWhatWasDoneAndWhoseAnswerWasLostIsNoFailure(t *testing.T) {
	for name, accident := range accidents {
		if !strings.Contains(name, "answer") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			eachWriting(t, func(s *stage) {
				ctx := s.t.Context()
				at := func(nth int) *remoteWriter {
					nth += s.road.wrote()
					s.road.meddle = func(n int, w http.ResponseWriter, r *http.Request) bool {
						if n == nth {
							accident(s.road, w, r)
						}
						return n == nth
					}
					return s.writer()
				}
				r := s.is(at(1).Open(ctx, s.w.draft()))
				s.is(at(1).Update(ctx, r.ID, UpdateDraft{State: Identified, Message: "A disk is full."}))
				s.is(at(1).SetComponents(ctx, map[string]ComponentStatus{s.w.mail: Degraded}))
				s.wants("incidents", len(s.fake.log("Portal down")), 1)
			})
		})
	}
}

func TestWhatNobodyAnsweredIsSaidToBeUnknown(t *testing.T) {
	eachWriting(t, func(s *stage) {
		r := s.is(s.writer().Open(s.t.Context(), s.w.draft()))
		s.road.meddle = func(_ int, _ http.ResponseWriter, r *http.Request) bool {
			io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
			return true
		}
		for what, do := range map[string]func(context.Context) error{
			"update": func(ctx context.Context) error {
				_, err := s.writer().Update(ctx, r.ID, UpdateDraft{Message: "More."})
				return err
			},
			"components": func(ctx context.Context) error {
				_, err := s.writer().SetComponents(ctx, map[string]ComponentStatus{s.w.mail: Degraded})
				return err
			},
		} {
			if what == "components" && s.w.cfg.Type == "sorry" {
				continue // it sets none
			}
			ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Second)
			err := do(ctx)
			cancel()
			var we *WriteError
			if !errors.As(err, &we) || len(we.Unknown) != 1 || len(we.Undone) > 0 {
				s.t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestAnUpdateThatIsRefusedSetsNothingAndSaysSo(t *testing.T) {
	eachWriting(t, func(s *stage) {
		r := s.is(s.writer().Open(s.t.Context(), s.w.draft()))
		s.road.meddle = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return true
		}
		_, err := s.writer().Update(s.t.Context(), r.ID, UpdateDraft{Message: "More.", Components: map[string]ComponentStatus{s.w.mail: Degraded}})
		var we *WriteError
		if !errors.As(err, &we) {
			s.t.Fatal(err)
		}
		s.wants("undone", we.Undone, fmt.Sprintf("[update of incident %s posted component %s set to degraded]", r.ID, s.w.mail))
		s.wants("done", len(we.Done)+len(we.Unknown), 0)
	})
}

func TestARedirectOfAWriteIsNotFollowed(t *testing.T) {
	eachWriting(t, func(s *stage) {
		s.road.meddle = func(_ int, w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
			return true
		}
		_, err := s.writer().Open(s.t.Context(), s.w.draft())
		if err == nil || !strings.Contains(err.Error(), "redirects what is written; configure the address") || !strings.Contains(err.Error(), "not done: incident opened") {
			s.t.Errorf("error is %v", err)
		}
	})
}

func TestAnAnswerInHTMLIsSaidToBeOne(t *testing.T) {
	eachWriting(t, func(s *stage) {
		s.road.meddle = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			io.WriteString(w, "<html>Sign in")
			return true
		}
		_, err := s.writer().Open(s.t.Context(), s.w.draft())
		if err == nil || !strings.Contains(err.Error(), "answered HTML instead of JSON (status code 200)") {
			s.t.Errorf("error is %v", err)
		}
	})
}

func TestAWriterWaitsForAsLongAsItIsAskedTo(t *testing.T) {
	eachWriting(t, func(s *stage) {
		s.road.meddle = func(n int, w http.ResponseWriter, r *http.Request) bool {
			if n == 1 {
				w.Header().Set("Retry-After", "20")
				w.WriteHeader(http.StatusTooManyRequests)
			}
			return n == 1
		}
		began := time.Now()
		if _, err := s.writer().Open(s.t.Context(), s.w.draft()); err != nil {
			s.t.Fatal(err)
		}
		if took := time.Since(began); took < 20*time.Second {
			s.t.Errorf("waited for %s", took)
		}
	})
}

func TestAnIncidentIsOpenedInTheStateThatWasSaid(t *testing.T) {
	eachWriting(t, func(s *stage) {
		d := s.w.draft()
		d.State = Identified
		s.is(s.writer().Open(s.t.Context(), d))
		if got := s.read(); !strings.Contains(got, "Portal down identified") {
			s.t.Error(got)
		}
	})
}

// TestOpeningAgainLeavesWhatPeopleHaveSet, once they have said more.
func TestOpeningAgainLeavesWhatPeopleHaveSet(t *testing.T) {
	eachWriting(t, func(s *stage) {
		ctx, at := s.t.Context(), s.writer()
		r := s.is(at.Open(ctx, s.w.draft()))
		s.is(at.Update(ctx, r.ID, UpdateDraft{State: Identified, Message: "Better.", Components: map[string]ComponentStatus{s.w.portal: Degraded}}))
		before, wrote := s.read(), s.road.wrote()
		s.is(at.Open(ctx, s.w.draft()))
		s.wants("read", s.read(), before)
		s.wants("requests", s.road.wrote(), wrote)
	}, "cachet 2.3") // which has one text, and cannot tell
}

func TestAnIncidentStaysAboutWhatItWasOpenedFor(t *testing.T) {
	eachWriting(t, func(s *stage) {
		ctx, at := s.t.Context(), s.writer()
		d := s.w.draft()
		d.Components[s.w.mail] = Degraded
		r := s.is(at.Open(ctx, d))
		s.is(at.Update(ctx, r.ID, UpdateDraft{State: Identified, Message: "A disk is full."}))
		s.is(at.Update(ctx, r.ID, UpdateDraft{State: Monitoring, Message: "Freed.", Components: map[string]ComponentStatus{s.w.mail: PartialOutage}}))
		s.is(s.writer().Update(ctx, r.ID, UpdateDraft{State: Resolved, Message: "Done."}))
		s.wants("read", s.read(), "")
	})
}

func TestStaytusLeavesTheOthersWhenSomeAreNamedAtTheEnd(t *testing.T) {
	staytusWriting().stage(t, func(s *stage) {
		d := s.w.draft()
		d.Components["Mail"] = MajorOutage
		r := s.is(s.writer().Open(s.t.Context(), d))
		s.is(s.writer().Update(s.t.Context(), r.ID, UpdateDraft{State: Resolved, Message: "Mail is well.", Components: map[string]ComponentStatus{"Mail": Operational}}))
		s.wants("read", s.read(), "Portal=major_outage")
	})
}

func TestCachet3SetsWhatAComponentIsByItself(t *testing.T) {
	cachetWriting("3").stage(t, func(s *stage) {
		s.is(s.writer().Open(s.t.Context(), s.w.draft()))
		s.is(s.writer().SetComponents(s.t.Context(), map[string]ComponentStatus{"Portal": MajorOutage}))
		s.wants("own", s.fake.(*fakeCachet3).own, map[int]int{4: 4, 5: 1})
	})
}

func TestSorryLeavesPlannedWorkAlone(t *testing.T) {
	sorryWriting().stage(t, func(s *stage) {
		f := s.fake.(*fakeSorry)
		n := &fakeNotice{id: 1, typ: "planned", subject: "Portal down", born: time.Now()}
		n.say("investigating", markPlain("Planned.", markOf("portal")))
		f.notices = append(f.notices, n)
		if _, err := s.writer().Update(s.t.Context(), "1", UpdateDraft{Message: "x"}); !errors.Is(err, ErrNoIncident) {
			s.t.Errorf("update: %v", err)
		}
		if r := s.is(s.writer().Open(s.t.Context(), s.w.draft())); r.Already || r.ID == "1" {
			s.t.Errorf("found %+v", r)
		}
	})
}
