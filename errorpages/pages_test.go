package errorpages

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// The campus that the tests of this package are about, on a Monday afternoon.
var monday = time.Date(2026, time.November, 23, 14, 2, 0, 0, time.FixedZone("CET", 3600))

func campus() BrandConfig {
	return BrandConfig{
		Name:      "Example University IT",
		Logo:      "testdata/logo.svg",
		Accent:    "#8a1538",
		StatusURL: "https://status.example.edu",
		Timezone:  "Europe/Zurich",
		Contacts: []Contact{
			{Label: "IT help desk", URL: "tel:+41-44-000-0000", Hours: "Mon–Fri 8–18"},
			{Label: "it-help@example.edu", URL: "mailto:it-help@example.edu"},
		},
	}
}

func rightToLeft() BrandConfig {
	c := campus()
	c.Languages = []string{"ar"}
	c.Name = "جامعة المثال"
	return c
}

func brand(t testing.TB, cfg BrandConfig) *Brand {
	t.Helper()
	b, err := NewBrand(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func builtinPages(t testing.TB) *templates { return withMessages(t, "") }

func withMessages(t testing.TB, dir string) *templates {
	t.Helper()
	tt, err := newTemplates(PagesConfig{Messages: dir}, "/.candor")
	if err != nil {
		t.Fatal(err)
	}
	return tt
}

func text(s string) statusclient.Text {
	t := statusclient.Text{Source: s, Markup: statusclient.Markdown}
	t.Clean()
	return t
}

func ago(minutes int) time.Time { return monday.Add(-time.Duration(minutes) * time.Minute) }

func registration() statusclient.Incident {
	return statusclient.Incident{
		ID: "1", Title: "Exam registration fails for most students", State: statusclient.Identified,
		Impact: statusclient.ImpactMajor, Components: []string{"exams", "portal"},
		Started: ago(52), NextUpdate: ago(-28), URL: "https://status.example.edu/incidents/1",
		Updates: []statusclient.Update{
			{State: "identified", At: ago(12), Text: text("The database behind exam registration ran out of connections when registration opened at 13:00. We are moving it to a larger machine.\n\n**Registrations that were confirmed by e-mail are safe.** The deadline has been moved to Friday, 18:00, so nobody loses a place because of this.")},
			{State: "investigating", At: ago(34), Text: text("Signing in works again. Exam registration still fails for most students, and the cause is not known yet.")},
			{State: "investigating", At: ago(49), Text: text("Many students see an error when they register for exams. We are looking into it.")},
		},
	}
}

func signOn() statusclient.Incident {
	return statusclient.Incident{
		ID: "2", Title: "Single sign-on refuses some accounts", State: statusclient.Investigating,
		Impact: statusclient.ImpactMinor, Components: []string{"sso"}, Started: ago(20),
		Updates: []statusclient.Update{
			{State: "investigating", At: ago(9), Text: text("Accounts that were created this semester cannot sign in to most services. If yours is one of them, please do not reset your password: it does not help.")},
		},
	}
}

func upgrade() statusclient.Maintenance {
	return statusclient.Maintenance{
		ID: "m", Title: "Moving the student portal to new servers", State: statusclient.InProgress,
		From: ago(62), Until: ago(-118),
		Updates: []statusclient.Update{
			{State: "in_progress", At: ago(62), Text: text("Grades, timetables and registrations are not available until we are done. Moodle and e-mail are not affected.")},
		},
	}
}

func mail() statusclient.Maintenance {
	return statusclient.Maintenance{
		ID: "n", Title: "E-mail: new certificates", State: statusclient.Scheduled, From: monday.Add(40 * time.Hour), Until: monday.Add(42 * time.Hour),
	}
}

// incidents is a page with these posted, maintenance one with this work in force.
func incidents(list ...statusclient.Incident) func(*Page) {
	return func(p *Page) { p.Situation.Incidents = append(p.Situation.Incidents, list...) }
}

// parts is a page with components that nothing else tells of.
func parts(list ...statusclient.ComponentNote) func(*Page) {
	return func(p *Page) { p.Situation.Components = append(p.Situation.Components, list...) }
}

// sso is one that people or a monitor have said or seen something about.
func sso(status statusclient.ComponentStatus, told bool) statusclient.ComponentNote {
	c := statusclient.ComponentNote{Name: "Single sign-on", Status: status, Backend: "campus", Said: told}
	if told {
		c.Since = ago(22)
	}
	return c
}

func hold(m statusclient.Maintenance) func(*Page) {
	return func(p *Page) { p.Cause, p.Code, p.Situation.Hold = CauseMaintenance, 503, &m }
}

func work(m statusclient.Maintenance) func(*Page) {
	return func(p *Page) { p.Situation.Maintenances = append(p.Situation.Maintenances, m) }
}

func cause(c Cause, code int) func(*Page) { return func(p *Page) { p.Cause, p.Code = c, code } }

func received(r Received) func(*Page) { return func(p *Page) { p.Received = r } }

func failing(minutes int, last time.Time) func(*Page) {
	return func(p *Page) {
		s := p.Inputs["campus"]
		s.Failing, s.Fetched, s.Error = ago(minutes), last, "timeout"
		p.Inputs["campus"] = s
	}
}

// page is the student portal that cannot be reached, unless with says otherwise.
func page(b *Brand, with ...func(*Page)) *Page {
	p := &Page{
		Service:   &Service{Name: "portal", Title: "Student portal", Brand: b},
		Situation: &statusclient.Situation{Service: "portal", Backends: []string{"campus"}},
		Inputs: map[string]statusclient.Input{"campus": {
			Name: "campus", URL: "https://status.example.edu", Fetched: ago(0),
			Status: &statusclient.Status{Components: []statusclient.Component{
				{ID: "exams", Name: "Exam registration"}, {ID: "portal", Name: "Student portal"}, {ID: "sso", Name: "Single sign-on"},
			}},
		}},
		Cause: CauseUnreachable, Code: 502, Reference: "k3f9q2m7x", Time: monday,
	}
	for _, w := range with {
		w(p)
	}
	return p
}

// long is an incident with n updates of about so many characters, different ones
// for every salt.
func long(n, characters, salt int) statusclient.Incident {
	in := registration()
	in.Updates = nil
	for i := range n {
		var b strings.Builder
		for j := 0; b.Len() < characters; j++ {
			fmt.Fprintf(&b, "Update %d: at step %d of %d we moved table %x, checked %d rows and restarted worker %c%d. ", n-i, j, j*i+7, (i+3+salt)*(j+11)*7919, (i+1)*(j+1+salt)*1237, 'a'+rune(j%26), j)
		}
		in.Updates = append(in.Updates, statusclient.Update{State: "investigating", At: ago(5 + i*27), Text: text(b.String())})
	}
	return in
}

// strainedPages are the golden pages and what strains a layout, each as a
// service of its own.
func strainedPages(t testing.TB) []namedPage {
	b := brand(t, campus())
	words := statusclient.Incident{
		Title: strings.Repeat("Prüfungsanmeldungsdatenbankverbindungsfehler", 4), State: statusclient.Monitoring, Started: ago(90),
		Updates: []statusclient.Update{{At: ago(2), State: "monitoring", Text: text(strings.Repeat("Loremipsum", 30) +
			"\n\n```\n" + strings.Repeat("a line of code ", 20) + "\n```\n\n- one\n- two\n\n> quoted, with [a link](https://status.example.edu/)")}},
	}
	arabic := statusclient.Incident{
		Title: "تعذّر التسجيل في الامتحانات", State: statusclient.Identified, Started: ago(50),
		Updates: []statusclient.Update{{At: ago(2), Text: text("قاعدة البيانات لا تستجيب منذ الساعة 13:00. نعمل على إصلاحها.")}},
	}
	chinese := statusclient.Incident{
		Title: "考试报名系统无法使用 🚧", State: statusclient.Investigating, Started: ago(50),
		Updates: []statusclient.Update{{At: ago(2), Text: text("自下午一点起,大多数学生无法报名参加考试。我们正在查找原因。👩‍💻")}},
	}
	all := append(goldenPages(b),
		namedPage{"strain-ten-updates", page(b, incidents(long(10, 900, 0)))},
		namedPage{"strain-words", page(b, incidents(words))},
		namedPage{"strain-scripts", page(b, incidents(arabic, chinese))},
		namedPage{"strain-right-to-left", page(brand(t, rightToLeft()), incidents(arabic, registration()))},
		namedPage{"plain", page(brand(t, BrandConfig{}))})
	for _, p := range all {
		p.Service.Name = p.name
	}
	return all
}
