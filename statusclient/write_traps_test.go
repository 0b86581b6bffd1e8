package statusclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

func TestCachet23KeepsAnInternalIncidentInternal(t *testing.T) {
	w := cachetWriting("2.3")
	w.stage(t, func(s *stage) {
		f := s.fake.(*fakeCachet2)
		s.is(s.writer().Update(s.t.Context(), "31", UpdateDraft{State: Identified, Message: "Still do not tell."}))
		s.wants("visible", f.incidents[30]["visible"], 0)
		s.wants("message", f.incidents[30]["message"], "Still do not tell.") // without a mark: it is not ours
		s.wants("read", s.read(), "")
	})
}

func TestCachet2LeavesAComponentSwitchedOff(t *testing.T) {
	for _, version := range []string{"2.3", "2.4"} {
		cachetWriting(version).stage(t, func(s *stage) {
			f := s.fake.(*fakeCachet2)
			s.is(s.writer().SetComponents(s.t.Context(), map[string]ComponentStatus{"Old": MajorOutage, "Post/Mail": Degraded}))
			s.wants(version, fmt.Sprint(f.components[2]["enabled"], f.components[2]["status"], f.components[1]["status"]), "false 4 2")
		})
	}
}

func TestCachet2SaysWhichStatusItDoesNotHave(t *testing.T) {
	cachetWriting("2.4").stage(t, func(s *stage) {
		d := s.w.draft()
		d.Components = map[string]ComponentStatus{"Portal": UnderMaintenance}
		r := s.is(s.writer().Open(s.t.Context(), d))
		s.wants("undone", r.Undone, "[component Portal set to maintenance: Cachet 2 has no such status]")
		s.wants("component", s.fake.(*fakeCachet2).components[0]["status"], 1)
	})
}

func TestOnlyWhatNoOtherIncidentIsAboutIsWellAgain(t *testing.T) {
	for _, w := range []writing{cachetWriting("2.3"), cachetWriting("2.4"), statuspageWriting()} {
		w.stage(t, func(s *stage) {
			ctx, at := s.t.Context(), s.writer()
			d := w.draft()
			d.Components[w.mail] = Degraded
			first := s.is(at.Open(ctx, d))
			d.Key, d.Components = "second", map[string]ComponentStatus{w.mail: PartialOutage}
			second := s.is(at.Open(ctx, d))
			s.is(at.Update(ctx, first.ID, UpdateDraft{State: Resolved, Message: "Done."}))
			if got := s.read(); strings.Contains(got, w.portal+"=") || !strings.Contains(got, w.mail+"=partial_outage") {
				s.t.Errorf("after the first: %s", got)
			}
			s.is(at.Update(ctx, second.ID, UpdateDraft{State: Resolved, Message: "Done."}))
			s.wants("after both", s.read(), "")
		})
	}
}

func TestWhatIsUnderMaintenanceStaysSoWhenAnIncidentEnds(t *testing.T) {
	w := statuspageWriting()
	w.stage(t, func(s *stage) {
		ctx, at := s.t.Context(), s.writer()
		r := s.is(at.Open(ctx, w.draft()))
		s.is(at.SetComponents(ctx, map[string]ComponentStatus{w.portal: UnderMaintenance}))
		s.is(at.Update(ctx, r.ID, UpdateDraft{State: Resolved, Message: "Done."}))
		s.wants("read", s.read(), "portal=maintenance")
	})
}

func TestPartOfAWriteThatFailsIsToldAndMadeUpFor(t *testing.T) {
	for name, tc := range map[string]struct {
		writing
		path string // of what fails
	}{
		"cachet":  {cachetWriting("2.4"), "/api/v1/components/5"},
		"staytus": {staytusWriting(), "/api/v1/services/set_status"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.stage(t, func(s *stage) {
				s.road.meddle = func(_ int, w http.ResponseWriter, r *http.Request) bool {
					if r.URL.Path == tc.path {
						w.WriteHeader(http.StatusInternalServerError)
					}
					return r.URL.Path == tc.path
				}
				d := tc.draft()
				d.Components["Mail"] = Degraded
				r, err := s.writer().Open(s.t.Context(), d)
				var we *WriteError
				if !errors.As(err, &we) || r.ID == "" {
					s.t.Fatalf("%+v, %v", r, err)
				}
				s.wants("done", we.Done, fmt.Sprintf("[incident %s opened component Portal set to major_outage]", r.ID))
				s.wants("undone", we.Undone, "[component Mail set to degraded]")
				s.wants("text", err, fmt.Sprintf("backend campus: answered with status code 500; "+
					"not done: component Mail set to degraded; done: incident %s opened, component Portal set to major_outage", r.ID))
				s.road.meddle = nil
				again := s.is(s.writer().Open(s.t.Context(), d))
				s.wants("made up for", fmt.Sprint(again.ID, again.Already, again.Done), fmt.Sprint(r.ID, true, []string{"component Mail set to degraded"}))
				s.wants("incidents", len(s.fake.log("Portal down")), 1)
				if got := s.read(); !strings.HasPrefix(got, "Portal=major_outage; Mail=degraded; ") {
					s.t.Error(got)
				}
			})
		})
	}
}

func TestCachet3TouchesNoStatusOfAComponentsOwn(t *testing.T) {
	cachetWriting("3").stage(t, func(s *stage) {
		ctx, at, f := s.t.Context(), s.writer(), s.fake.(*fakeCachet3)
		r := s.is(at.Open(ctx, s.w.draft()))
		post := UpdateDraft{Message: "Slower.", Components: map[string]ComponentStatus{"Portal": Degraded}}
		got := s.is(at.Update(ctx, r.ID, post))
		s.wants("undone", strings.Contains(fmt.Sprint(got.Undone), "keeps what it had"), true)
		s.wants("own", f.own, map[int]int{4: 1, 5: 1})
		s.is(at.Update(ctx, r.ID, UpdateDraft{State: Resolved, Message: "Done."}))
		s.wants("read", s.read(), "")
	})
}

func TestCachet3SaysWhatTheTokenMayNotDo(t *testing.T) {
	cachetWriting("3").stage(t, func(s *stage) {
		s.fake.(*fakeCachet3).abilities = []string{"incidents"}
		r := s.is(s.writer().Open(s.t.Context(), s.w.draft()))
		_, err := s.writer().Update(s.t.Context(), r.ID, UpdateDraft{Message: "x"})
		s.wants("error", err, "backend campus: write_token may not do that (status code 403): Invalid ability provided.; "+
			"not done: update of incident "+r.ID+" posted")
	})
}

func TestCachetWithItsAPISwitchedOffSaysSo(t *testing.T) {
	w := cachetWriting("3")
	w.stage(t, func(s *stage) {
		s.road.Handler = http.NotFoundHandler()
		_, err := s.writer().Check(s.t.Context())
		s.wants("error", err, "backend campus: does not answer as Cachet does (status code 404); its API may be switched off")
	})
}

func TestCachetIsWrittenAsTheVersionThatItIsByNow(t *testing.T) {
	cachetWriting("2.4").stage(t, func(s *stage) {
		at := s.writer()
		s.is(at.Open(s.t.Context(), s.w.draft()))
		s.fake = newFakeCachet3()
		s.road.Handler = s.fake
		if _, err := at.Open(s.t.Context(), s.w.draft()); err == nil {
			s.t.Fatal("no error from another version")
		}
		s.is(at.Open(s.t.Context(), s.w.draft()))
		s.wants("incidents", len(s.fake.log("Portal down")), 1)
	})
}

func TestStatuspageIsWaitedForWhenItAsksForFewerRequests(t *testing.T) {
	statuspageWriting().stage(t, func(s *stage) {
		f := s.fake.(*fakeStatuspage)
		f.limited = 3
		began := time.Now()
		s.is(s.writer().Open(s.t.Context(), s.w.draft()))
		if took := time.Since(began); took < 3*time.Second {
			s.t.Errorf("took %s", took)
		}
		f.limited = 100
		_, err := s.writer().Update(s.t.Context(), "new1", UpdateDraft{Message: "x"})
		s.wants("error", err, "backend campus: asks for fewer requests (status code 420)")
		f.limited = 100
		ctx, cancel := context.WithTimeout(s.t.Context(), 500*time.Millisecond)
		defer cancel()
		began = time.Now()
		if _, err := s.writer().Update(ctx, "new1", UpdateDraft{Message: "x"}); err == nil || time.Since(began) > 0 {
			s.t.Errorf("waited for %s: %v", time.Since(began), err)
		}
	})
}

func TestAPageThatIsNotThereIsToldFromAnIncident(t *testing.T) {
	for _, w := range []writing{statuspageWriting(), sorryWriting()} {
		w.stage(t, func(s *stage) {
			at := s.writer(func(c *BackendConfig) { c.PageID = "other/../page" })
			_, err := at.Open(s.t.Context(), w.draft())
			if err == nil || !strings.Contains(err.Error(), "does not know page_id") {
				s.t.Errorf("error is %v", err)
			}
		})
	}
}

func TestStaytusIsSpokenToInTheWordsOfThePage(t *testing.T) {
	w := staytusWriting()
	w.stage(t, func(s *stage) {
		f := s.fake.(*fakeStaytus)
		f.level, f.mail, f.renamed = "all-good", "all-good", map[string]string{"operational": "all-good"}
		r := s.is(s.writer().Open(s.t.Context(), w.draft()))
		s.is(s.writer().Update(s.t.Context(), r.ID, UpdateDraft{State: Resolved, Message: "Done.", Components: map[string]ComponentStatus{"Portal": Operational}}))
		s.wants("levels", f.level+" "+f.mail, "all-good all-good")
	})
}

func TestStaytusEndsWithAStatusThatThePageHas(t *testing.T) {
	w := staytusWriting()
	w.stage(t, func(s *stage) {
		f := s.fake.(*fakeStaytus)
		f.level, f.mail, f.renamed = "all-good", "all-good", map[string]string{"operational": "all-good"}
		r := s.is(s.writer().Open(s.t.Context(), w.draft()))
		s.is(s.writer().Update(s.t.Context(), r.ID, UpdateDraft{State: Resolved, Message: "Done."}))
		s.wants("levels", f.level+" "+f.mail, "all-good all-good")
	})
}

func TestStaytusErrorsWithStatusCode200AreNoSuccess(t *testing.T) {
	w := staytusWriting()
	w.stage(t, func(s *stage) {
		s.road.meddle = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			fmt.Fprint(w, `{"status":"validation-error","data":{"errors":{"title":["is too long"]}}}`)
			return true
		}
		_, err := s.writer().Open(s.t.Context(), w.draft())
		s.wants("error", err, "backend campus: answered with an error of its own: validation-error: title is too long; "+
			"not done: incident opened, component Portal set to major_outage")
	})
}

func TestSorrySaysWhichStatusItDoesNotShow(t *testing.T) {
	w := sorryWriting()
	w.stage(t, func(s *stage) {
		ctx, at := s.t.Context(), s.writer()
		d := w.draft()
		d.Components["Mail"] = Degraded
		r := s.is(at.Open(ctx, d))
		s.wants("undone", r.Undone, "[component Portal set to major_outage: Sorry shows what a notice is about as degraded]")
		s.is(at.Update(ctx, r.ID, UpdateDraft{Message: "Mail is well.", Components: map[string]ComponentStatus{"Mail": Operational}}))
		if got := s.read(); !strings.HasPrefix(got, "Portal=degraded; Portal down") {
			s.t.Error(got)
		}
		got := s.is(at.SetComponents(ctx, map[string]ComponentStatus{"Print": Degraded}))
		s.wants("set", len(got.Undone), 1)
	})
}

func TestImpactIsWhereSystemsKnowOne(t *testing.T) {
	for _, w := range []writing{statuspageWriting(), cachetWriting("2.4")} {
		w.stage(t, func(s *stage) {
			ctx, at := s.t.Context(), s.writer()
			r := s.is(at.Open(ctx, w.draft()))
			got := s.is(at.Update(ctx, r.ID, UpdateDraft{Message: "Worse.", Impact: ImpactCritical}))
			known := w.cfg.Type == "statuspage"
			s.wants("undone", len(got.Undone) == 0, known)
			s.wants("read", strings.Contains(s.read(), "critical"), known)
		})
	}
}

func TestUpdatesThatCannotTellSubscribersAreToldOf(t *testing.T) {
	for _, w := range []writing{statuspageWriting(), cachetWriting("2.4"), cachetWriting("3"), staytusWriting(), sorryWriting()} {
		w.stage(t, func(s *stage) {
			ctx, at := s.t.Context(), s.writer()
			r := s.is(at.Open(ctx, w.draft()))
			got := s.is(at.Update(ctx, r.ID, UpdateDraft{Message: "More.", Notify: true}))
			can := w.cfg.Type != "cachet"
			s.wants(w.cfg.Type+" mails", s.fake.mails(), map[bool]int{true: 1}[can])
			s.wants(w.cfg.Type+" undone", len(got.Undone) == 0, can)
		})
	}
}

func TestComponentsFollowFromTheImpact(t *testing.T) {
	for impact, want := range map[Impact]string{
		ImpactMinor: "portal=degraded", "": "portal=partial_outage", ImpactMajor: "portal=partial_outage", ImpactCritical: "portal=major_outage",
	} {
		statuspageWriting().stage(t, func(s *stage) {
			d := s.w.draft()
			d.Impact, d.Components = impact, map[string]ComponentStatus{"Services/portal": ""}
			s.is(s.writer().Open(s.t.Context(), d))
			if got := s.read(); !strings.HasPrefix(got, want) {
				s.t.Errorf("%s: %s", impact, got)
			}
		})
	}
}

func TestConfigOfWritingIsJudged(t *testing.T) {
	base := func(typ string) BackendConfig {
		return BackendConfig{Name: "campus", Type: typ, URL: "https://status.example.edu"}
	}
	for want, change := range map[string]func() BackendConfig{
		"page_id is missing, which writing to statuspage needs": func() BackendConfig { c := base("statuspage"); c.WriteToken = "t"; return c },
		"page_id is set, but not write_token":                   func() BackendConfig { c := base("sorry"); c.PageID = "p"; return c },
		"page_id is nothing that cachet reads":                  func() BackendConfig { c := base("cachet"); c.WriteToken, c.PageID = "t", "p"; return c },
		"write_secret is missing":                               func() BackendConfig { c := base("staytus"); c.Token, c.Secret, c.WriteToken = "a", "b", "t"; return c },
		"write_token is set, but gatus is of no type":           func() BackendConfig { c := base("gatus"); c.WriteToken = "t"; return c },
		"write_token is set, but auto is of no type":            func() BackendConfig { c := base("auto"); c.WriteToken = "t"; return c },
		"write_token is also the token":                         func() BackendConfig { c := base("cachet"); c.Token, c.WriteToken = "t", "t"; return c },
		"write_token has characters":                            func() BackendConfig { c := base("cachet"); c.WriteToken = "s3cret\n"; return c },
	} {
		err := change().Validate()
		if err == nil || !strings.Contains(err.Error(), "backend campus: "+want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("want %q: %v", want, err)
		}
	}
	for _, w := range []writing{cachetWriting("2.3"), statuspageWriting(), staytusWriting(), sorryWriting()} {
		w.cfg.Name = "campus"
		if err := w.cfg.Validate(); err != nil {
			t.Error(err)
		}
		if r := w.cfg.Reading(); r.WriteToken+r.WriteSecret+r.PageID != "" || r.Validate() != nil {
			t.Errorf("reads with %+v", r)
		}
	}
	if got := fmt.Sprint(Writable()); got != "[cachet sorry statuspage staytus]" {
		t.Errorf("writable are %s", got)
	}
}

func FuzzComplaint(f *testing.F) {
	for _, seed := range []string{
		`{"message":"The name field is required.","errors":{"name":["The name field is required."]}}`,
		`{"errors":[{"detail":"x","meta":{"details":["The name field is required."]}}]}`, `{"error":["Name is too long"]}`, `{"data":{"errors":{"a":[1]}}}`,
	} {
		f.Add([]byte(seed))
	}
	c, err := newClient(BackendConfig{
		Name: "campus", URL: "http://status.example.edu/" + secretPath, Headers: map[string]string{"X-Front": secretToken},
	}, zerolog.Nop(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		said := c.complaint(answer)
		if strings.Contains(said, secretPath) || strings.Contains(said, secretToken) || strings.ContainsAny(said, "\n\r") || len(said) > 4*300 {
			t.Errorf("%q says %q", answer, said)
		}
	})
}
