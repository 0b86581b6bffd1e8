package statusclient

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
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

func TestStaytusQuirks(t *testing.T) {
	level := func(permalink, kind string) object { return object{"permalink": permalink, "status_type": kind} }
	answer := func(data any) object { return object{"status": "success", "data": data} }
	services, known := each([][2]string{
		{"operational ok", ""}, {"degraded-performance minor", "degraded"}, {"partial-outage minor", "partial_outage"},
		{"major-outage major", "major_outage"}, {"maintenance maintenance", "maintenance"}, {"snow major", "major_outage"},
		{"odd odd", "unknown"}, {"none ", "unknown"},
	}, "S%d=%s", func(n int, word string) any {
		permalink, kind, _ := strings.Cut(word, " ")
		return object{"name": fmt.Sprint("S", n), "permalink": fmt.Sprint("s", n), "status": level(permalink, kind)}
	})
	// Issues do not say of what type their status is. The services do, else it is
	// what an installation begins with.
	issue := func(n int, permalink string) any {
		return object{"id": n, "identifier": fmt.Sprint("i", n), "title": fmt.Sprint("I", n), "state": "investigating", "service_status": object{"permalink": permalink}}
	}
	words := [][2]string{
		{"operational", "none"}, {"degraded-performance", "minor"}, {"partial-outage", "major"}, {"major-outage", "critical"},
		{"maintenance", "maintenance"}, {"snow", "unknown"},
	}
	issues, told := each(words, "I%d investigating %s [] 0 -", issue)
	tree := func(services, issues any) object {
		out := object{"/services/all": answer(services), "/issues/all": answer(issues)}
		for i := range 9 {
			info := url.QueryEscape(fmt.Sprintf(`{"issue":%d}`, i+1))
			out["/issues/info?params="+info] = answer(object{"updates": array{}})
		}
		return out
	}
	snow := array{object{"name": "P", "permalink": "p", "status": level("snow", "major")}}
	conformance{typ: "staytus"}.hold(t, map[string]quirk{
		"every status of a service":       {tree: tree(services, array{}), want: known},
		"every impact without a table":    {tree: tree(array{}, issues), want: told},
		"an impact by the page's own row": {tree: tree(snow, array{issue(1, "snow")}), want: "P=major_outage; I1 investigating major [] 0 -"},
		"services, where a version has them": {
			tree: tree(array{}, raw(`[{"id":1,"identifier":"i1","title":"I","state":"monitoring","service_status":{"permalink":"major-outage"},
				"services":[{"name":"Portal","permalink":"portal"}],"user":{"email_address":"admin@example.com","name":"Admin"}}]`)),
			want: "I monitoring critical [portal] 0 -",
		},
	})
	errors := map[string]quirk{}
	for status, want := range map[string]string{
		"access-denied": "refuses token and secret", "parameter-error": "answered with an error of its own: parameter-error",
		"validation-error": "answered with an error of its own: validation-error", "error": "answered with an error of its own: error",
		"internal-server-error": "answered with an error of its own: internal-server-error", "not-found": "does not know what it has listed",
		"<b>": "answered with an error of its own", "": "answered JSON that is nothing of Staytus: status is missing",
	} {
		errors["status code 200 and "+status] = quirk{tree: object{"/services/all": object{"status": status, "data": object{"message": "hidden"}}}, want: want}
	}
	conformance{typ: "staytus"}.hold(t, errors)
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
