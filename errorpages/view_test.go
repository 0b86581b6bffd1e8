package errorpages

import (
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient"
	"golang.org/x/text/language"
)

func viewOf(t *testing.T, with ...func(*Page)) *View {
	t.Helper()
	v, err := builtinPages(t).view(page(brand(t, campus()), with...), language.English)
	check(t, err)
	return v
}

func TestRepeatingIsOfferedOnlyWhereItIsSafe(t *testing.T) {
	for _, c := range []struct {
		name  string
		with  []func(*Page)
		retry bool
		sent  string
	}{
		{"GET", nil, true, ""},
		{"GET, incident", []func(*Page){incidents(registration())}, true, ""},
		{"GET, held", []func(*Page){hold(upgrade())}, true, ""},
		{"POST, not received", []func(*Page){received(ReceivedNo)}, false, "safe to send it again"},
		{"POST, unknown", []func(*Page){received(ReceivedUnknown)}, false, "Check before you repeat it"},
		{"POST, held", []func(*Page){hold(upgrade()), received(ReceivedNo)}, false, "safe to send it again"},
		{"upload", []func(*Page){cause(CauseUpload, 408), received(ReceivedUnknown)}, false, "Check before you repeat it"},
		{"not found", []func(*Page){cause(CauseClient, 404), received(ReceivedUnknown)}, false, ""},
	} {
		v := viewOf(t, c.with...)
		if (v.Retry != "") != c.retry {
			t.Errorf("%s: retry is %q", c.name, v.Retry)
		}
		if got := sentence(v.Sent); c.sent == "" && got != "" || !strings.Contains(got, c.sent) {
			t.Errorf("%s: says %q about what was sent", c.name, got)
		}
	}
}

func sentence(list []Phrase) string {
	var all []string
	for _, p := range list {
		all = append(all, p.Text)
	}
	return strings.Join(all, " ")
}

func TestReportingIsAskedForOnlyWhereNobodyKnows(t *testing.T) {
	for _, c := range []struct {
		name   string
		with   func(*Page)
		report bool
	}{
		{"fault", func(*Page) {}, true},
		{"incident", incidents(registration()), false},
		{"held", hold(upgrade()), false},
		{"work in force", work(upgrade()), false},
		{"work to come", work(mail()), true},
	} {
		v := viewOf(t, c.with)
		if noNeed := strings.Contains(sentence(v.Advice), "no need to report"); noNeed == c.report || (v.Ask == "If it does not go away, tell:") != c.report {
			t.Errorf("%s: %q, %q", c.name, sentence(v.Advice), v.Ask)
		}
	}
	cfg := campus()
	cfg.Contacts = nil
	v := newView(page(brand(t, cfg)), builtinPages(t).words.locales[0], monday, "")
	if v.Ask != "" || len(v.Contacts) > 0 {
		t.Errorf("asks to tell nobody: %q", v.Ask)
	}
}

func TestMailToHasTheReferenceInItsSubject(t *testing.T) {
	cfg := campus()
	cfg.Contacts = []Contact{
		{Label: "a", URL: "mailto:a@example.edu"}, {Label: "b", URL: "mailto:b@example.edu?cc=c@example.edu"},
		{Label: "c", URL: "mailto:d@example.edu?subject=Portal"}, {Label: "d", URL: "https://example.edu/help"},
	}
	v := newView(page(brand(t, cfg)), builtinPages(t).words.locales[0], monday, "")
	subject := "subject=Problem%20with%20Student%20portal%20%28" + markReference + "%29"
	for i, want := range []string{
		"mailto:a@example.edu?" + subject, "mailto:b@example.edu?cc=c@example.edu&" + subject,
		"mailto:d@example.edu?subject=Portal", "https://example.edu/help",
	} {
		if got := string(v.Contacts[i].URL); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestPromisesAreLateOnlyWhenTheyWereNotKept(t *testing.T) {
	for _, c := range []struct {
		name  string
		next  time.Time
		late  bool
		empty bool
	}{
		{"nobody promised", time.Time{}, false, true},
		{"ahead", ago(-28), false, false},
		{"passed", ago(7), true, false},
		{"kept", ago(15), false, true}, // the latest update is 12 minutes old
	} {
		in := registration()
		in.NextUpdate = c.next
		got := viewOf(t, incidents(in)).Incidents[0]
		if got.Late != c.late || (got.Next.Text == "") != c.empty {
			t.Errorf("%s: %q, late %v", c.name, got.Next.Text, got.Late)
		}
	}
}

func TestOldKnowledgeSaysSo(t *testing.T) {
	for _, c := range []struct {
		name string
		with []func(*Page)
		want string
	}{
		{"fresh", []func(*Page){incidents(registration())}, ""},
		{"one lost poll", []func(*Page){failing(1, ago(2))}, ""},
		{"something known", []func(*Page){failing(22, ago(23)), incidents(registration())}, "Our status page has not been reachable since 13:40 CET; this is what it said then."},
		{"nothing known", []func(*Page){failing(22, ago(23))}, "Our status page has not been reachable since 13:40 CET; until then it said nothing about this."},
		{"days ago", []func(*Page){failing(60*50, ago(60*50+1))}, "Our status page has not been reachable since 21 November, 12:02 CET; until then it said nothing about this."},
		{"the edge was away", []func(*Page){failing(0, ago(82)), incidents(registration())}, "Our status page has not been reachable since 12:40 CET; this is what it said then."},
		{"never asked", []func(*Page){failing(0, time.Time{})}, "Our status page cannot be reached, so there may be news that is not shown here."},
	} {
		if got := sentence(viewOf(t, c.with...).Stale); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestTimesAreInTheBrandsZoneAndMarkedUp(t *testing.T) {
	v := viewOf(t, hold(upgrade()))
	if v.Lead != "We have taken it offline to work on it. It will be back on Monday 23 November 2026 at 16:00 CET." {
		t.Errorf("got %q", v.Lead)
	}
	if !strings.Contains(string(v.LeadHTML), `<time datetime="2026-11-23T16:00:00+01:00">Monday 23 November 2026 at 16:00 CET</time>.`) {
		t.Errorf("got %q", v.LeadHTML)
	}
	cfg := campus()
	cfg.Timezone = "America/Sao_Paulo"
	v = newView(page(brand(t, cfg), hold(upgrade())), builtinPages(t).words.locales[0], monday, "")
	if !strings.Contains(v.Lead, "12:00 UTC-3") {
		t.Errorf("got %q", v.Lead)
	}
}

func TestIncidentsThatDisagreeAreNotSummedUp(t *testing.T) {
	fixed := registration()
	fixed.State = statusclient.Monitoring
	if v := viewOf(t, incidents(fixed)); v.Headline != "Student portal is coming back" {
		t.Errorf("got %q", v.Headline)
	}
	if v := viewOf(t, incidents(fixed, signOn())); v.Headline != "Sorry, there is a problem with Student portal" || v.Lead != "We know about it. This is what is known so far." {
		t.Errorf("got %q, %q", v.Headline, v.Lead)
	}
}

func TestViewIsBoundedHoweverMuchIsPosted(t *testing.T) {
	var many []statusclient.Incident
	for i := range 12 {
		many = append(many, long(10, 3000, i))
	}
	v := viewOf(t, incidents(many...))
	if len(v.Incidents) != maxIncidents {
		t.Errorf("%d incidents", len(v.Incidents))
	}
	for _, in := range v.Incidents {
		if in.Latest == nil || !in.Latest.Cut {
			t.Error("the latest word on an incident has to stay, cut")
		}
		if len(in.Earlier) >= maxUpdates {
			t.Errorf("%d earlier updates", len(in.Earlier))
		}
	}
}

func TestTheServiceIsBackWhenTheLastWorkOnAllOfItEnds(t *testing.T) {
	longer, part := upgrade(), upgrade()
	longer.Until = longer.Until.Add(time.Hour)
	part.Until, part.ReadOnly = part.Until.Add(2*time.Hour), true
	for i, m := range []*statusclient.Maintenance{&longer, &part} {
		m.ID, m.State = string(rune('a'+i)), statusclient.InProgress
	}
	also := func(p *Page) {
		s := *p.Situation
		s.Maintenances = []statusclient.Maintenance{longer, part}
		p.Situation = &s
	}
	v := viewOf(t, hold(upgrade()), also)
	if want := "It will be back on Monday 23 November 2026 at 17:00 CET."; !strings.HasSuffix(v.Lead, want) {
		t.Errorf("got %q, want it to end with %q", v.Lead, want)
	}
}
