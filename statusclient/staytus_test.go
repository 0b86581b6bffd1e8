package statusclient

import (
	"encoding/json"
	"os"
	"testing"
	"time"
)

func TestStaytus(t *testing.T) {
	conform(t, conformance{typ: "staytus", fixtures: "testdata/staytus/*.json", serve: serveTree})
}

func TestStaytusIsFollowedThroughADay(t *testing.T) {
	page := &fakeStaytus{level: "operational"}
	cfg := BackendConfig{Type: "staytus", URL: "http://status.example.edu/issue/id-1", Token: fakeToken, Secret: fakeSecret}
	var before int
	follow(t, cfg, page, []event{
		{nil, ""},
		{
			func() { page.open("Portal down", "We look into it.") },
			"Portal=major_outage; Portal down investigating critical [] 1 We look into it.",
		},
		{
			func() { page.update(1, "identified", "A disk is <full>.") },
			"Portal=major_outage; Portal down identified critical [] 2 A disk is <full>.",
		},
		{
			func() { page.update(1, "monitoring", "Freed.") },
			"Portal=major_outage; Portal down monitoring critical [] 3 Freed.",
		},
		{func() { time.Sleep(2 * time.Minute) }, "Portal=major_outage; Portal down monitoring critical [] 3 Freed."},
		{
			func() { before = page.infos; time.Sleep(time.Hour) },
			"Portal=major_outage; Portal down monitoring critical [] 3 Freed.",
		},
		{func() { page.update(1, "resolved", "Done.") }, ""},
	})
	if page.infos != before {
		t.Errorf("%d updates were read again that had not changed", page.infos-before)
	}
}

func TestStaytusErrorsWithStatusCode200AreErrors(t *testing.T) {
	page := &fakeStaytus{level: "operational"}
	cfg := BackendConfig{Type: "staytus", URL: "http://status.example.edu", Token: fakeToken, Secret: "wr0ng-secret"}
	follow(t, cfg, page, []event{{nil, "refuses token and secret"}})
}

func TestStaytusReadsARealIssue(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("../../shared/fixtures/staytus/issues_info_data.json")
	if err != nil {
		t.Skip("no recorded issue")
	}
	var n staytusIssue
	if err := json.Unmarshal(body, &n); err != nil {
		t.Fatal(err)
	}
	st := staytusStatus(nil, []staytusIssue{n}, "https://home.example")
	st.Clean()
	in := st.Incidents[0]
	if in.State != Monitoring || in.Impact != ImpactNone || len(in.Updates) != 2 || in.Updates[0].State != "identified" || in.Started.IsZero() {
		t.Errorf("read as %+v", in)
	}
}

func FuzzStaytus(f *testing.F) {
	fuzzTree(f, "testdata/staytus/*.json", func(b []byte) *Status {
		var services []staytusService
		var issues []staytusIssue
		if json.Unmarshal(b, &services) != nil && json.Unmarshal(b, &issues) != nil {
			return nil
		}
		return staytusStatus(services, issues, "https://home.example")
	})
}
