package campus

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// steer serves a control page for apps that no edge stands in front of.
func steer(t *testing.T) (*Campus, *fakeEdge, string) {
	t.Helper()
	c, edge, links := open(t), new(fakeEdge), Links{}
	for _, app := range c.Apps() {
		links[app.Name] = "http://" + app.Addr()
	}
	server := httptest.NewServer(c.Control(edge, links))
	t.Cleanup(server.Close)
	return c, edge, server.URL
}

// submit sends a form and returns the page that follows.
func submit(t *testing.T, base, path string, form url.Values) string {
	t.Helper()
	res, body := ask(t, "POST", base+path, form)
	if res.StatusCode == http.StatusSeeOther {
		_, body = ask(t, "GET", base+res.Header.Get("Location"), nil)
	}
	return body
}

func expect(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("%q is not in\n%s", w, page)
		}
	}
}

func TestThePageBreaksAndRepairsApps(t *testing.T) {
	t.Parallel()
	c, _, base := steer(t)
	_, page := ask(t, "GET", base, nil)
	expect(t, page, "Course portal", "Library catalogue", "Campus mail", "http://"+c.App("mail").Addr()+"/")
	for _, info := range faults[1:] {
		expect(t, submit(t, base, "/fault", url.Values{"app": {"mail"}, "fault": {string(info.Fault)}}),
			info.State, info.About, "Open the app now", "Repair every app")
		if c.App("mail").Fault() != info.Fault || c.App("courses").Fault() != OK {
			t.Error(info.Fault, "was not set, or everywhere")
		}
	}
	expect(t, submit(t, base, "/fault", url.Values{"app": {"mail"}, "fault": {"ok"}}), "The app works again")
	_ = c.App("library").Set(Hang)
	if page := submit(t, base, "/repair", nil); strings.Contains(page, "Repair every app") || c.App("library").Fault() != OK {
		t.Error(page)
	}
}

func TestThePageTellsPeople(t *testing.T) {
	t.Parallel()
	_, edge, base := steer(t)
	expect(t, submit(t, base, "/maintenance/on", url.Values{"app": {"library"}, "minutes": {"45"}, "message": {"New <shelves>."}}),
		"held back", "“New &lt;shelves&gt;.”", "Let visitors in again")
	if d := time.Until(edge.windows[0].Until); d < 44*time.Minute || d > 45*time.Minute {
		t.Error(d)
	}
	if page := submit(t, base, "/maintenance/off", url.Values{"app": {"library"}}); strings.Contains(page, "held back") {
		t.Error(page)
	}
	expect(t, submit(t, base, "/incident/open", url.Values{"title": {"No sign-in"}, "message": {"We look."}, "services": {"mail", "courses"}}),
		"The incident is published", "No sign-in", "We look.")
	if got := edge.incidents[0].Services; !slices.Equal(got, []string{"mail", "courses"}) {
		t.Error(got)
	}
	expect(t, submit(t, base, "/incident/update", url.Values{"id": {"1"}, "state": {"identified"}, "message": {"A cable."}}),
		"A cable.", "identified")
	expect(t, submit(t, base, "/incident/update", url.Values{"id": {"1"}, "state": {"resolved"}}), "The incident is resolved", "None.")
}

func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	t.Parallel()
	_, edge, base := steer(t)
	for want, give := range map[string]struct {
		path string
		form url.Values
	}{
		"There is no such app.":      {"/fault", url.Values{"app": {"x"}, "fault": {"ok"}}},
		"There is no such fault.":    {"/fault", url.Values{"app": {"mail"}, "fault": {"x"}}},
		"The minutes must be":        {"/maintenance/on", url.Values{"app": {"mail"}, "minutes": {"-1"}}},
		"An incident needs a title.": {"/incident/open", url.Values{"title": {" "}}},
		"An update needs a text.":    {"/incident/update", url.Values{"id": {"1"}, "state": {"monitoring"}}},
		"There is no such state.":    {"/incident/update", url.Values{"id": {"1"}, "state": {"x"}, "message": {"x"}}},
		"There is no such incident.": {"/incident/update", url.Values{"id": {"9"}, "state": {"resolved"}}},
	} {
		expect(t, submit(t, base, give.path, give.form), want)
	}
	edge.down = errors.New("the admin endpoint does not answer; is candor running?")
	_, page := ask(t, "GET", base, nil)
	expect(t, page, "Candor cannot be asked right now", "is candor running?", "Course portal")
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	c, _, base := steer(t)
	req, _ := http.NewRequestWithContext(t.Context(), "POST", base+"/fault", strings.NewReader("app=mail&fault=hang"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://elsewhere.example")
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden || c.App("mail").Fault() != OK {
		t.Error(res.Status, c.App("mail").Fault())
	}
	if res, _ := ask(t, "GET", base, nil); !strings.Contains(res.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Error("the page may be shown in frames, where clicks can be stolen")
	}
}

func TestTheAnswerForProgramsStandsBesideThePage(t *testing.T) {
	t.Parallel()
	c, _, base := steer(t)
	for fault, want := range map[Fault][]string{
		OK:        {"200 OK", "INF-114", "nothing is wrong"},
		ErrorJSON: {"500 Internal Server Error", "The database did not answer.", "byte for byte"},
		Refused:   {"The connection failed"},
		Hang:      {"No answer within 5s"},
	} {
		if err := c.App("courses").Set(fault); err != nil {
			t.Fatal(err)
		}
		_, page := ask(t, "GET", base+"/answer/courses", nil)
		expect(t, page, append(want, "Open as a visitor", "curl -i")...)
	}
	if res, _ := ask(t, "GET", base+"/answer/x", nil); res.StatusCode != 404 {
		t.Error(res.Status)
	}

	edge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != "application/json" {
			t.Error("asks as a person")
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(503)
		_, _ = w.Write([]byte(`{"title":"Maintenance","state":"maintenance","detail":"<script>"}`))
	}))
	defer edge.Close()
	control := httptest.NewServer(c.Control(new(fakeEdge), Links{"mail": strings.Replace(edge.URL, "127.0.0.1", "mail.localhost", 1)}))
	defer control.Close()
	_, page := ask(t, "GET", control.URL+"/answer/mail", nil)
	expect(t, page, "503 Service Unavailable", "Retry-After: 120", "problem&#43;json", "<b>  &#34;state&#34;: &#34;maintenance&#34;,</b>", "&lt;script&gt;")
}
