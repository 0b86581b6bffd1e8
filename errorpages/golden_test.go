package errorpages

import (
	"bytes"
	"flag"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient"
	"golang.org/x/text/language"
)

var update = flag.Bool("update", false, "write the golden pages anew")

type namedPage struct {
	name string
	*Page
}

// goldenPages are every state with every cause, and what is special beside them.
func goldenPages(b *Brand) []namedPage {
	states := []struct {
		name string
		with func(*Page)
	}{
		{"maintenance", func(p *Page) {
			m := upgrade()
			if p.Cause == CauseMaintenance {
				p.Situation.Hold = &m
				return
			}
			work(m)(p)
		}},
		{"incident", func(p *Page) { incidents(registration())(p); work(mail())(p) }},
		{"fault", func(*Page) {}},
	}
	causes := []struct {
		cause Cause
		code  int
	}{
		{CauseMaintenance, 503}, {CauseUnreachable, 502}, {CauseTimeout, 504}, {CauseUpload, 408},
		{CauseUpstream, 500}, {CauseEdge, 500}, {CauseClient, 400},
	}
	var all []namedPage
	for _, s := range states {
		for _, c := range causes {
			if (s.name == "maintenance") != (c.cause == CauseMaintenance) && c.cause == CauseMaintenance {
				continue // what is held back on purpose has no other state
			}
			p := page(b, cause(c.cause, c.code), s.with)
			if c.cause == CauseUpload {
				p.Received = ReceivedUnknown
			}
			all = append(all, namedPage{s.name + "-" + string(c.cause), p})
		}
	}
	add := func(name string, with ...func(*Page)) { all = append(all, namedPage{name, page(b, with...)}) }
	open, overdue, recovering, late := upgrade(), upgrade(), registration(), registration()
	open.Title, open.Until, open.Updates = "", time.Time{}, nil
	overdue.Until = ago(17)
	recovering.State, recovering.NextUpdate = statusclient.Monitoring, time.Time{}
	recovering.Updates = append([]statusclient.Update{{State: "monitoring", At: ago(3), Text: text("Exam registration is on the larger machine and works again. We are watching it while everyone comes back.")}}, recovering.Updates...)
	late.NextUpdate = ago(7)
	add("maintenance-open-end", hold(open))
	add("maintenance-overdue", hold(overdue))
	part, read, forms := upgrade(), upgrade(), upgrade()
	part.Paths, part.Title = statusclient.Paths{"/enrol/*"}, "Moving enrolment to new servers"
	read.ReadOnly, read.Title, read.Updates = true, "Moving the database", nil
	forms.Paths, forms.ReadOnly, forms.Until = part.Paths, true, time.Time{}
	extended, endless, stuck := upgrade(), upgrade(), read
	extended.Promised, endless.Promised, stuck.Promised = ago(20), ago(20), ago(20)
	endless.Until = time.Time{}
	add("maintenance-extended", hold(extended))
	add("maintenance-extended-open-end", hold(endless))
	add("maintenance-read-only-extended", hold(stuck), received(ReceivedNo))
	stuck.Until = time.Time{}
	add("maintenance-read-only-extended-open-end", hold(stuck), received(ReceivedNo))
	add("maintenance-part", hold(part))
	add("maintenance-part-elsewhere", work(part))
	add("maintenance-read-only", hold(read), received(ReceivedNo))
	add("maintenance-read-only-elsewhere", work(read))
	add("maintenance-read-only-part", hold(forms), received(ReceivedNo))
	add("maintenance-post", hold(upgrade()), received(ReceivedNo))
	add("incident-two", incidents(registration(), signOn()))
	add("incident-recovering", incidents(recovering))
	add("incident-late-and-old", incidents(late), failing(22, ago(23)))
	add("incident-post-unknown", incidents(registration()), cause(CauseTimeout, 504), received(ReceivedUnknown))
	add("parts-out", parts(sso(statusclient.MajorOutage, true)))
	add("parts-out-and-incident", incidents(recovering), parts(sso(statusclient.PartialOutage, true), statusclient.ComponentNote{
		Name: "شبكة الحرم", Status: statusclient.Degraded, Backend: "campus", Said: true,
	}))
	add("parts-in-work", cause(CauseUpstream, 503), parts(sso(statusclient.UnderMaintenance, true)))
	add("parts-noticed", parts(sso(statusclient.MajorOutage, false)))
	add("parts-noticed-slow", cause(CauseTimeout, 504), parts(sso(statusclient.Degraded, true)))
	add("parts-old", parts(sso(statusclient.MajorOutage, false)), failing(22, ago(23)))
	add("fault-alternatives", timetable())
	add("fault-post-no", received(ReceivedNo))
	add("fault-post-unknown", cause(CauseUpstream, 500), received(ReceivedUnknown))
	add("fault-blind", failing(22, ago(23)))
	add("rehearsal", func(p *Page) { p.Rehearsal = monday.Add(10 * time.Minute) })
	add("fault-blind-from-the-start", failing(22, time.Time{}))
	add("evidence-about", counted(22, 38), cause(CauseTimeout, 504))
	add("evidence-about-many", counted(22, 12_345))
	add("evidence-few", counted(2, statusclient.CrowdFew), cause(CauseUpstream, 500))
	add("evidence-nobody", counted(0, statusclient.CrowdNobody), cause(CauseUpstream, 500))
	add("evidence-unclear", counted(12, statusclient.CrowdUnclear))
	add("evidence-incident", counted(22, 38), incidents(registration()))
	add("evidence-incident-nobody", counted(0, statusclient.CrowdNobody), cause(CauseTimeout, 504), incidents(registration()))
	for _, code := range []int{401, 403, 404, 410, 413, 429} {
		p := page(b, cause(CauseClient, code), incidents(registration()))
		all = append(all, namedPage{"client-" + string(rune('0'+code/100)) + string(rune('0'+code/10%10)) + string(rune('0'+code%10)), p})
	}
	return all
}

var inlined = regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`)

func TestPagesSayWhatTheyHaveAlwaysSaid(t *testing.T) {
	tt := builtinPages(t)
	for _, p := range goldenPages(brand(t, campus())) {
		goldenPage(t, tt, p.Page, language.English, p.name)
	}
}

// One page of every state is enough where the words alone are others.
func TestPagesSayWhatTheyHaveAlwaysSaidInEveryLanguage(t *testing.T) {
	tt := builtinPages(t)
	for _, l := range tt.words.locales[1:] {
		cfg := campus()
		cfg.Languages = []string{"en", l.tag.String()}
		b := brand(t, cfg)
		in := filepath.Join("languages", l.tag.String())
		late := registration()
		late.NextUpdate = ago(7)
		goldenPage(t, tt, page(b, hold(upgrade())), l.tag, in+"-maintenance")
		goldenPage(t, tt, page(b, incidents(late, signOn()), work(mail()), counted(22, 38), parts(
			sso(statusclient.MajorOutage, true), sso(statusclient.PartialOutage, false), sso(statusclient.Degraded, false), sso(statusclient.UnderMaintenance, true),
		)), l.tag, in+"-incident")
		goldenPage(t, tt, page(b, cause(CauseClient, 404)), l.tag, in+"-client")
		goldenPage(t, tt, page(b, received(ReceivedUnknown), cause(CauseTimeout, 504), failing(60*50, ago(60*51)), timetable()), l.tag, in+"-fault")
	}
}

// goldenPage compares a page, as HTML and as text, with what it was.
func goldenPage(t *testing.T, tt *templates, p *Page, tag language.Tag, name string) {
	t.Helper()
	v, err := tt.view(p, tag)
	check(t, err)
	for f, ext := range map[Format]string{FormatHTML: ".html", FormatText: ".txt"} {
		got, err := tt.render(f, v)
		check(t, err)
		got = inlined.ReplaceAll(got, []byte("<$1>…</$1>")) // templates/page.css and page.js as they are
		got = regexp.MustCompile(`data:image/svg[^"]*`).ReplaceAll(got, []byte("data:image/svg…"))
		for mark, fixed := range map[string]string{markReference: "REFERENCE", markTime: "TIME", markStamp: "STAMP"} {
			got = bytes.ReplaceAll(got, []byte(mark), []byte(fixed))
		}
		golden(t, filepath.Join("testdata", "pages", name+ext), got)
	}
}
