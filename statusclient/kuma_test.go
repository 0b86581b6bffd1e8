package statusclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

func TestKuma(t *testing.T) {
	conform(t, conformance{
		typ: "uptime-kuma", fixtures: "testdata/uptime-kuma/*.json", serve: serveTree,
		url: "http://status.example.edu/" + secretPath + "/status/campus",
		now: time.Date(2026, 11, 21, 19, 0, 0, 0, time.UTC),
	})
}

func TestKumaTellsTheLifeOfAPage(t *testing.T) {
	for name, v1 := range map[string]bool{"1.x": true, "2.x": false} {
		t.Run(name, func(t *testing.T) {
			f := newFakeKuma(v1)
			followFrom(t, time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC), BackendConfig{Type: "uptime-kuma", URL: "https://status.example.edu/status/campus"}, f, []event{
				{want: ""},
				{f.beat("1", 0), "Portal=major_outage; Portal is down investigating major [1] 0 -"},
				{f.write("Portal down", "We look into it."), "Portal=major_outage; Portal down investigating major [] 1 We look into it."},
				{f.beat("1", 1), "Portal down investigating major [] 1 We look into it."},
				{f.write("", "A disk is full."), "Portal down investigating major [] 1 A disk is full."},
				{f.beat("1", 0), "Portal=major_outage; Portal down investigating major [] 1 A disk is full."},
				{f.write("", "Freed."), "Portal=major_outage; Portal down investigating major [] 1 Freed."},
				{f.beat("1", 2), "Portal=degraded; Portal down investigating major [] 1 Freed."},
				{f.beat("1", 1), "Portal down investigating major [] 1 Freed."},
				{f.unpin, ""},
				{f.maintain, "Mail=maintenance; Mail moves in_progress 1h0m0s [2] It is slow."},
				{f.maintained, ""},
			})
			if f.bypassed["/api/status-page/campus"] == 0 || f.bypassed["/api/status-page/heartbeat/campus"] != 0 {
				t.Errorf("went past the cache for %v", f.bypassed)
			}
		})
	}
}

func TestKumaFindsThePageOfItsHost(t *testing.T) {
	down := "Portal=major_outage; Portal is down investigating major [1] 0 -"
	f := newFakeKuma(false)
	f.beat("1", 0)()
	follow(t, BackendConfig{Type: "uptime-kuma", URL: "https://status.example.edu/"}, f, []event{{want: down}})
	for answer, want := range map[string]string{
		`{"type":"entryPage","entryPage":"statusPage-campus"}`: down,
		`{"type":"entryPage","entryPage":"dashboard"}`:         "shows no status page on this host; the url must end with the page's /status/ and name",
		`{"type":"entryPage","entryPage":null}`:                "shows no status page on this host; the url must end with the page's /status/ and name",
		`{}`:                                                   "answered JSON that is not of an Uptime Kuma",
	} {
		follow(t, BackendConfig{Type: "uptime-kuma", URL: "https://status.example.edu"}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/entry-page" {
				w.Write([]byte(answer))
				return
			}
			f.ServeHTTP(w, r)
		}), []event{{want: want}})
	}
}

func TestKumaDoesNotWaitForAPageThatIsNotThere(t *testing.T) {
	for v1, want := range map[bool]string{true: "no complete answer within 10s", false: "answered with status code 404"} {
		follow(t, BackendConfig{Type: "uptime-kuma", URL: "https://status.example.edu/status/Campus"}, newFakeKuma(v1), []event{
			{func() { time.Sleep(10 * time.Second) }, want},
		})
	}
}

func TestKumaTakesTheLastBeat(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]int{
		`[{"status":1},{"status":0}]`:                        0,
		`[ {"status":0}, {"status":2, "msg":"a } b { c"} ] `: 2,
		`[{"status":1,"msg":"{\"status\":0}]"}]`:             1,
		`[{"status":1},{"msg":""}]`:                          -1,
		`[]`:                                                 -1,
		`null`:                                               -1,
		`[null]`:                                             -1,
	} {
		var k kumaBeat
		if err := json.Unmarshal([]byte(give), &k); err != nil || k.status != want {
			t.Errorf("%s: %d, %v; want %d", give, k.status, err, want)
		}
	}
}

func TestKumaTellsSinceWhenAMonitorIsDown(t *testing.T) {
	t.Parallel()
	beat := func(status, second int) string {
		return fmt.Sprintf(`{"status":%d,"time":"2026-11-21 08:00:%02d.250"}`, status, second)
	}
	for name, tc := range map[string]struct {
		beats []string
		want  string
	}{
		"the first time":      {[]string{beat(1, 1), beat(0, 2), beat(0, 3)}, "08:00:02.25"},
		"not the time before": {[]string{beat(1, 1), beat(0, 2), beat(1, 3), beat(0, 4)}, "08:00:04.25"},
		"not while it tries":  {[]string{beat(1, 1), beat(2, 2), beat(0, 3)}, "08:00:03.25"},
		"longer than is told": {[]string{beat(0, 2), beat(0, 3)}, "00:00:00"},
		"it is up again":      {[]string{beat(0, 2), beat(1, 3)}, "00:00:00"},
	} {
		var k kumaBeat
		if err := json.Unmarshal([]byte("["+strings.Join(tc.beats, ",")+"]"), &k); err != nil || k.since.Format("15:04:05.999") != tc.want {
			t.Errorf("%s: since %s, %v; want %s", name, k.since, err, tc.want)
		}
	}
}

// TestAMonitorThatIsDownForLongStaysOneIncident although the beat with which it
// went down is forgotten.
func TestAMonitorThatIsDownForLongStaysOneIncident(t *testing.T) {
	f := newFakeKuma(false)
	conformance{typ: "uptime-kuma", url: "https://status.example.edu/status/campus"}.use(t, f, func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		began := time.Now().Truncate(time.Second).UTC()
		f.beat("1", 0)()
		for range 200 {
			got := must(b.Fetch(t.Context())).Incidents
			if len(got) != 1 || !got[0].Started.Equal(began) {
				t.Fatalf("got %+v", got)
			}
			time.Sleep(time.Minute)
			f.beat("1", 0)()
		}
	})
}

func TestKumaReadsARealOne(t *testing.T) {
	t.Parallel()
	const dir = "../../shared/fixtures/uptime-kuma/"
	if _, err := os.Stat(dir + "v2.5.3_status_page.json"); err != nil {
		t.Skip("no recorded answers")
	}
	var page kumaPage
	var beats kumaBeats
	for name, v := range map[string]any{"v2.5.3_status_page.json": &page, "v1.23.17_heartbeat.json": &beats} {
		if err := json.Unmarshal(must(os.ReadFile(dir+name)), v); err != nil {
			t.Fatal(err)
		}
	}
	st := page.status(beats.last(), "https://status.example.edu/status/campus", time.Date(2026, 11, 21, 18, 50, 0, 0, time.UTC))
	st.Clean()
	got := brief(Input{Status: st})
	want := strings.Join([]string{
		"Moodle LMS=major_outage", "Mail gateway=maintenance",
		"Moodle is not reachable investigating major [] 1 Cause found: storage failure. Fix under way.\n\n~~We are investigating~~",
		"Mail delays investigating minor [] 1 Queue is draining.",
		"Mail gateway upgrade in_progress 1h10m0s [3] Mail may be delayed.", "Manual freeze in_progress endless [3] manual",
		"Cron window in_progress 1h0m0s [3] cron", "Weekly window in_progress 2h0m0s [3] weekly",
	}, "; ")
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestKumaQuirks(t *testing.T) {
	beat := func(status string) any {
		return array{object{"status": 1}, object{"status": raw(status), "time": "2026-11-20 08:00:00.000"}}
	}
	tree := func(page object, beats object) object {
		page["config"] = object{"slug": "campus"}
		if page["publicGroupList"] == nil {
			page["publicGroupList"] = array{}
		}
		return object{"/api/status-page/campus": page, "/api/status-page/heartbeat/campus": object{"heartbeatList": beats}}
	}
	monitors := func(ids ...int) any {
		var list array
		for _, id := range ids {
			list = append(list, object{"id": id, "name": fmt.Sprint("M", id), "url": "https://secret.internal", "tags": array{object{"value": "secret"}}})
		}
		return array{object{"name": "G", "monitorList": list}}
	}
	incident := func(members string) object {
		return object{"incidents": raw(`[{"id":1,"title":"I","content":"x","pin":true,"active":true,"createdDate":"2026-11-20 08:00:00",` + members + `}]`)}
	}
	plan := func(members string) object {
		return object{"maintenanceList": raw(`[{"id":1,"title":"M","description":"x",` + members + `}]`)}
	}
	runs := `"status":"under-maintenance"`
	single := runs + `,"strategy":"single","timeslotList":[{"startDate":"2026-11-20T12:30","endDate":"2026-11-20 14:00:00"}],`
	quirks := map[string]quirk{
		"every beat, of which the last counts": {
			tree: tree(object{"publicGroupList": monitors(1, 2, 3, 4, 5, 6)}, object{"1": beat("1"), "2": beat("2"), "3": beat("3"), "4": beat("7"), "5": array{}, "6": array{object{"status": 0}, object{"status": 1}}}),
			want: "M2=degraded; M3=maintenance; M4=unknown; M5=unknown",
		},
		"a monitor that is down stands in two groups and is one incident": {
			tree: tree(object{"publicGroupList": array{monitors(1).(array)[0], monitors(1).(array)[0]}}, object{"1": beat("0")}),
			want: "M1=major_outage; M1=major_outage; M1 is down investigating major [1] 0 -",
		},
		"work is on the monitors whose beat says so": {
			tree: tree(object{"publicGroupList": monitors(1, 2), "maintenanceList": raw(`[{"id":1,"title":"M","status":"under-maintenance"}]`)}, object{"1": beat("3"), "2": beat("1")}),
			want: "M1=maintenance; M in_progress endless [1] -",
		},
		"an incident of 1.x":        {tree: tree(object{"incident": raw(`{"id":1,"title":"I","content":"x","pin":1,"style":"danger"}`)}, nil), want: "I investigating major [] 1 x"},
		"no incident in 1.x":        {tree: tree(object{"incident": nil}, nil)},
		"what is resolved":          {tree: tree(incident(`"style":"danger","active":false`), nil), want: "I resolved major [] 1 x"},
		"what is unpinned is gone":  {tree: tree(incident(`"style":"danger","pin":false`), nil)},
		"work in the zone it is of": {tree: tree(plan(single+`"timezone":"Europe/Berlin","timezoneOffset":"+00:00"`), nil), want: "M in_progress 1h30m0s [] x"},
		"work by the offset alone":  {tree: tree(plan(single+`"timezoneOffset":"+01:00"`), nil), want: "M in_progress 1h30m0s [] x"},
		"work in a zone of no name": {tree: tree(plan(single+`"timezone":"Local","timezoneOffset":"+01:00"`), nil), want: "M in_progress 1h30m0s [] x"},
		"work of 1.19 is in the server's zone, which nobody knows": {tree: tree(plan(single+`"x":0`), nil), want: "M in_progress endless [] x"},
		"work by hand has no time":                                 {tree: tree(plan(runs+`,"strategy":"manual","timeslotList":[]`), nil), want: "M in_progress endless [] x"},
		"work in the slot that is now": {
			tree: tree(plan(runs+`,"timezone":"UTC","timeslotList":[{"startDate":"2026-11-19T11:00:00Z","endDate":"2026-11-19T13:00:00Z"},
				{"startDate":"2026-11-20T11:00:00Z","endDate":"2026-11-20T13:00:00Z"},{"startDate":"2026-11-20T11:30:00Z","endDate":"2026-11-27T13:00:00Z"}]`), nil),
			want: "M in_progress 2h0m0s [] x",
		},
	}
	for style, impact := range map[string]string{
		"danger": "major", "warning": "minor", "info": "none", "primary": "none", "light": "none", "dark": "none", "odd": "unknown",
	} {
		quirks["an incident in the style "+style] = quirk{tree: tree(incident(`"style":"`+style+`"`), nil), want: "I investigating " + impact + " [] 1 x"}
	}
	for status, state := range map[string]string{
		"under-maintenance": "in_progress", "scheduled": "scheduled", "ended": "completed", "inactive": "completed", "unknown": "unknown",
	} {
		quirks["work that is "+status] = quirk{tree: tree(plan(`"status":"`+status+`"`), nil), want: "M " + state + " endless [] x"}
	}
	conformance{typ: "uptime-kuma", url: "http://kuma.example.edu/status/campus"}.hold(t, quirks)
}

func FuzzKuma(f *testing.F) {
	fuzzTree(f, "testdata/uptime-kuma/*.json", func(b []byte) *Status {
		var page kumaPage
		var beats kumaBeats
		if json.Unmarshal(b, &page) != nil {
			return nil
		}
		_ = json.Unmarshal(b, &beats)
		return page.status(beats.last(), "https://status.example.edu/status/campus", time.Unix(1795287600, 0))
	})
}
