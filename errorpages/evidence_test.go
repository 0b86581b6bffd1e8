package errorpages

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/statusclient"
)

// counted is a page of a service that fails since so many minutes for so many.
func counted(minutes int, others statusclient.Crowd) func(*Page) {
	return func(p *Page) { p.Evidence = statusclient.Evidence{Since: ago(minutes), Others: others} }
}

func TestEvidenceIsToldOnlyWhereItSaysSomethingTrue(t *testing.T) {
	for _, c := range []struct {
		name string
		with []func(*Page)
		want string
	}{
		{"nobody counted", nil, ""},
		{"about", []func(*Page){counted(22, 38)}, "We have had no working answer from Student portal since 13:40 CET, 22 minutes ago. About 40 other people had the same problem in the last five minutes."},
		{"thousands", []func(*Page){counted(0, 12_345)}, "About 10\u00A0000 other people had the same problem in the last five minutes."},
		{"few", []func(*Page){counted(0, 3)}, "A few other people had the same problem in the last five minutes."},
		{"nobody", []func(*Page){counted(0, statusclient.CrowdNobody)}, "We have seen nobody else with this problem in the last five minutes, although others were using Student portal."},
		{"unclear", []func(*Page){counted(0, statusclient.CrowdUnclear)}, "We have seen too few others use Student portal lately to say whether they have the same problem."},
		{"unclear, but staff know", []func(*Page){counted(0, statusclient.CrowdUnclear), incidents(registration())}, ""},
		{"held back on purpose", []func(*Page){counted(22, 38), hold(upgrade())}, ""},
		{"work under way", []func(*Page){counted(22, 38), work(upgrade())}, ""},
		{"the upload stalled", []func(*Page){counted(22, 38), cause(CauseUpload, 408)}, ""},
		{"the request is wrong", []func(*Page){counted(22, 38), cause(CauseClient, 404)}, ""},
	} {
		if got := sentence(viewOf(t, c.with...).Evidence); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestAnIncidentThatNobodyElseMeetsIsNotEverybodys(t *testing.T) {
	with := []func(*Page){incidents(registration()), cause(CauseTimeout, 504)}
	for others, want := range map[statusclient.Crowd]bool{
		statusclient.CrowdUnsaid: true, statusclient.CrowdUnclear: true, statusclient.CrowdFew: true, 40: true, statusclient.CrowdNobody: false,
	} {
		v := viewOf(t, append(with, counted(0, others))...)
		if got := strings.Contains(v.JustMe.Text, "others see this too"); got != want {
			t.Errorf("%d others: %q", others, v.JustMe.Text)
		}
		if got := strings.Contains(sentence(v.Advice), "no need to report"); got != want {
			t.Errorf("%d others: %q, %q", others, sentence(v.Advice), v.Ask)
		}
	}
}

func TestEvidenceIsRenderedOncePerClass(t *testing.T) {
	l := &fakeLayout{html: func() string { return "page" }}
	r := newRenderer("'none'", zerolog.Nop(), l)
	service := page(brand(t, campus())).Service
	renders := func(f Format, with ...func(*Page)) int64 {
		before := l.rendered.Load()
		for _, w := range with {
			p := page(service.Brand, w)
			p.Service = service
			serve(t, r, p, "GET", oneOfEach[f])
		}
		return l.rendered.Load() - before
	}
	near := func(p *Page) { counted(22, 38)(p); p.Evidence.Since = p.Evidence.Since.Add(59 * time.Second) }
	if n := renders(FormatHTML, counted(22, 38), counted(22, 41), near, counted(22, 40)); n != 1 {
		t.Errorf("one class was rendered %d times", n)
	}
	if n := renders(FormatHTML, counted(21, 38), counted(22, 50), counted(22, statusclient.CrowdFew)); n != 3 {
		t.Errorf("three classes were rendered %d times", n)
	}
	untold := func(with func(*Page)) []func(*Page) {
		return []func(*Page){with, func(p *Page) { with(p); counted(22, 38)(p) }}
	}
	if n := renders(FormatHTML, untold(hold(upgrade()))...); n != 1 {
		t.Errorf("what a page does not tell was rendered %d times", n)
	}
	if n := renders(FormatProblem, counted(22, 38), counted(22, 41)); n != 0 {
		t.Errorf("JSON was laid out %d times", n)
	}
	entries := len(*r.shelf(service).entries.Load())
	renders(FormatNone, untold(func(*Page) {})...)
	if n := len(*r.shelf(service).entries.Load()) - entries; n != 1 {
		t.Errorf("what has no body takes %d places", n)
	}
}

// TestNobodyIsToldWhatIsSoForAnother asks in one minute for pages of which each says
// something else because of what was counted.
func TestNobodyIsToldWhatIsSoForAnother(t *testing.T) {
	pages := map[string][]func(*Page){
		"nobody else":       {incidents(registration()), counted(0, statusclient.CrowdNobody)},
		"others":            {incidents(registration()), counted(0, 40)},
		"it has begun":      {counted(9, 40)},
		"it goes on and on": {counted(10, 40)},
	}
	for f, headers := range oneOfEach {
		r := rendererOf(t, PagesConfig{})
		service := page(brand(t, campus())).Service
		says := func(r *Renderer, with []func(*Page)) string {
			p := page(service.Brand, with...)
			p.Service, p.Situation.Version = service, uint64(1+len(p.Situation.Incidents))
			w := serve(t, r, p, "GET", headers)
			return w.Header().Get("Grpc-Message") + w.Body.String()
		}
		for name, with := range pages {
			if got, want := says(r, with), says(rendererOf(t, PagesConfig{}), with); got != want {
				t.Errorf("%v, %s: got\n%s\nwant\n%s", f, name, got, want)
			}
		}
	}
}

func TestScriptsReadEvidence(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	for _, c := range []struct {
		with func(*Page)
		want string
	}{
		{func(*Page) {}, ``},
		{hold(upgrade()), ``},
		{counted(22, 38), `{"failing_since":"2026-11-23T12:40:00Z","others":"about","about":40}`},
		{counted(22, 4), `{"failing_since":"2026-11-23T12:40:00Z","others":"few"}`},
		{func(p *Page) { p.Evidence.Others = statusclient.CrowdNobody }, `{"others":"nobody"}`},
		{func(p *Page) { p.Evidence.Others = statusclient.CrowdUnclear }, `{"others":"unclear"}`},
	} {
		p := page(brand(t, campus()), c.with)
		var got struct{ Evidence json.RawMessage }
		check(t, json.Unmarshal(serve(t, r, p, "GET", oneOfEach[FormatProblem]).Body.Bytes(), &got))
		if string(got.Evidence) != c.want {
			t.Errorf("got %s, want %s", got.Evidence, c.want)
		}
	}
}

func TestWhatLastsIsToBeReported(t *testing.T) {
	for _, c := range []struct {
		name string
		with []func(*Page)
		want bool
	}{
		{"it has just begun", []func(*Page){counted(9, 38)}, false},
		{"for ten minutes", []func(*Page){counted(10, 38)}, true},
		{"for ten minutes, after something was sent", []func(*Page){counted(10, 38), received(ReceivedNo)}, true},
		{"some get through", []func(*Page){func(p *Page) { p.Evidence.Others = 38 }}, false},
		{"staff know", []func(*Page){counted(10, 38), incidents(registration())}, false},
		{"work is under way", []func(*Page){counted(10, 38), hold(upgrade())}, false},
	} {
		v := viewOf(t, c.with...)
		if got := strings.Contains(v.Lead, "gone on for a while"); got != c.want {
			t.Errorf("%s: %q", c.name, v.Lead)
		}
		if got := v.Ask == "Please report it:"; got != c.want {
			t.Errorf("%s: %q", c.name, v.Ask)
		}
	}
}
