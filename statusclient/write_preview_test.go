package statusclient

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAPreviewHasWhatWouldBeWritten(t *testing.T) {
	now := time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC)
	s := &Status{
		Components: []Component{{ID: "1", Name: "Portal"}, {ID: "2", Name: "Mail/Web"}},
		Incidents:  []Incident{{ID: "7", Title: "Mail is slow", State: Investigating, Impact: ImpactMinor, Updates: []Update{{Text: Text{Source: "x", Markup: HTML}}}}},
	}
	got, err := s.PreviewOpen(Draft{Title: " Sign-in  fails ", Message: "We <b>look</b>.<script>alert(1)</script>", Components: map[string]ComponentStatus{"Mail//Web": "", "1": Degraded}}, now)
	if err != nil {
		t.Fatal(err)
	}
	in := got.Incidents[0]
	if len(got.Incidents) != 2 || in.ID != previewID || in.Title != "Sign-in fails" || in.State != Investigating || in.Impact != ImpactMajor ||
		strings.Join(in.Components, " ") != "1 2" || !in.Started.Equal(now) || string(in.Updates[0].Text.HTML) != "We <b>look</b>." {
		t.Errorf("%+v", in)
	}
	got, err = s.PreviewUpdate("7", UpdateDraft{Message: "Freed.", State: Resolved}, now)
	if err != nil {
		t.Fatal(err)
	}
	if in := got.Incidents[0]; len(got.Incidents) != 1 || in.State != Resolved || in.Impact != ImpactMinor || len(in.Updates) != 2 || in.Updates[0].Text.Plain != "Freed." {
		t.Errorf("%+v", in)
	}
	if in := s.Incidents[0]; len(s.Incidents) != 1 || len(in.Updates) != 1 || in.State != Investigating {
		t.Errorf("the status itself is changed: %+v", s)
	}
}

func TestAPreviewIsRefusedAsTheWriteWouldBe(t *testing.T) {
	s := &Status{Components: []Component{{ID: "1", Name: "Portal"}}}
	named := map[string]ComponentStatus{"Portl": ""}
	for name, draft := range map[string]Draft{
		"without a title": {Message: "x"}, "without a text": {Title: "x"}, "at its end": {Title: "x", Message: "x", State: Resolved},
		"of a component that is not there": {Title: "x", Message: "x", Components: named},
	} {
		if _, err := s.PreviewOpen(draft, time.Time{}); !errors.As(err, new(*InvalidError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.PreviewUpdate("7", UpdateDraft{Message: "x"}, time.Time{}); !errors.Is(err, ErrNoIncident) {
		t.Error(err)
	}
	for name, post := range map[string]UpdateDraft{"without a text": {}, "of a component that is not there": {Message: "x", Components: named}} {
		if _, err := s.PreviewUpdate("7", post, time.Time{}); !errors.As(err, new(*InvalidError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
