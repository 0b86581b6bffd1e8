package statusclient

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

func TestGatus(t *testing.T) {
	conform(t, conformance{typ: "gatus", fixtures: "testdata/gatus/*.json", serve: serveTree})
}

func TestGatusTellsWhatIsAnnounced(t *testing.T) {
	f := &fakeGatus{failing: make(map[string]time.Time)}
	late := f.announce("operational", "All well.")
	follow(t, BackendConfig{Type: "gatus", URL: "https://status.example.edu/endpoints/core_portal"}, f, []event{
		{want: ""},
		{f.with(func() { f.started = true }), ""},
		{f.announce("outage", "**Portal** is down.\nMore soon."), "Portal is down. investigating major [] 1 Portal is down.\nMore soon."},
		{f.breaks("core_portal"), "portal=major_outage; Portal is down. investigating major [] 1 Portal is down.\nMore soon."},
		{f.announce("warning", "A disk is full."), "portal=major_outage; Portal is down. investigating major [] 2 A disk is full."},
		{f.announce("information", "Room again."), "portal=major_outage; Portal is down. investigating major [] 3 Room again."},
		{f.heals("core_portal"), "Portal is down. investigating major [] 3 Room again."},
		{f.announce("operational", "All well."), "Portal is down. resolved major [] 4 All well."},
		{f.with(func() { f.announcements = nil }), ""},
		{f.announce("warning", "Mail is slow."), "Mail is slow. investigating minor [] 1 Mail is slow."},
		{func() { time.Sleep(25 * time.Hour); late() }, "Mail is slow. investigating minor [] 1 Mail is slow."},
	})
	if f.histories != 0 {
		t.Errorf("%d histories were read although people had said what is wrong", f.histories)
	}
}

func TestGatusTellsWhatFailsWhileNobodyAnnouncesAnything(t *testing.T) {
	f := &fakeGatus{failing: make(map[string]time.Time), started: true, old: true}
	down := "mail=major_outage; mail is down investigating major [core_mail] 0 -"
	follow(t, BackendConfig{Type: "gatus", URL: "https://status.example.edu"}, f, []event{
		{want: ""},
		{f.breaks("core_mail"), down},
		{func() { time.Sleep(time.Hour) }, down},
		{f.heals("core_mail"), ""},
		{f.breaks("core_mail"), down},
	})
	if f.histories != 2 {
		t.Errorf("%d histories were read of 2 outages", f.histories)
	}
}

func TestGatusThatShowsItsChecksToNobodyStillAnnounces(t *testing.T) {
	f := &fakeGatus{failing: make(map[string]time.Time), started: true, password: "s3same"}
	cfg := BackendConfig{Type: "gatus", URL: "https://status.example.edu"}
	told := []event{{want: ""}, {f.announce("outage", "Portal is down."), "Portal is down. investigating major [] 1 Portal is down."}}
	follow(t, cfg, f, told)
	cfg.Headers = map[string]string{"authorization": "Basic d3Jvbmc6cGFzcw=="}
	follow(t, cfg, f, []event{{want: "answered with status code 401"}})
	cfg.Headers = map[string]string{"Authorization": "Basic dTpzM3NhbWU="} // u:s3same
	follow(t, cfg, f, []event{{f.breaks("core_mail"), "mail=major_outage; Portal is down. investigating major [] 1 Portal is down."}})
}

func TestGatusAsksForFewHistoriesAtOnce(t *testing.T) {
	var all []any
	for i := range 100 {
		all = append(all, map[string]any{"key": strings.Repeat("k", i+1), "results": []any{map[string]any{"success": false}}})
	}
	histories := 0
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/v1/config":
			serveFake(w, map[string]any{"oidc": false})
		case "/api/v1/endpoints/statuses":
			serveFake(w, all)
		case "/api/v1/suites/statuses":
			http.NotFound(w, r)
		default:
			histories++
			http.NotFound(w, r)
		}
	})
	conformance{typ: "gatus"}.use(t, http.StripPrefix("/"+secretPath, h), func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		st, err := b.Fetch(t.Context())
		if err != nil || len(st.Incidents) != 100 {
			t.Fatal(st, err)
		}
		b.Fetch(t.Context())
		if histories != maxHistories {
			t.Errorf("%d histories", histories)
		}
	})
}

func TestGatusLinksToWhatFails(t *testing.T) {
	failing := func(key string) []any {
		return []any{map[string]any{"key": key, "results": []any{map[string]any{"success": false}}}}
	}
	answers := map[string]any{
		"/api/v1/config": map[string]any{"oidc": false}, "/api/v1/endpoints/statuses": failing("core_portal"),
		"/api/v1/suites/statuses": failing("core_login-flow"),
	}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answers[r.URL.Path] == nil {
			http.NotFound(w, r)
			return
		}
		serveFake(w, answers[r.URL.Path])
	})
	conformance{typ: "gatus"}.use(t, http.StripPrefix("/"+secretPath, h), func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
		st, err := b.Fetch(t.Context())
		if err != nil || len(st.Incidents) != 2 {
			t.Fatal(st, err)
		}
		for i, want := range []string{"/endpoints/core_portal", "/suites/core_login-flow"} {
			if link := st.Incidents[i].URL; !strings.HasSuffix(link, want) {
				t.Errorf("%s, want …%s", link, want)
			}
		}
	})
}

func TestGatusReadsARealOne(t *testing.T) {
	t.Parallel()
	const dir = "../../shared/fixtures/gatus/v5.36.0_"
	if _, err := os.Stat(dir + "config.json"); err != nil {
		t.Skip("no recorded answers")
	}
	var config gatusConfig
	var endpoints, suites []gatusEndpoint
	var one gatusEndpoint
	for name, v := range map[string]any{
		"config": &config, "endpoints_statuses_during": &endpoints, "suites_statuses": &suites, "endpoint_status_events": &one,
	} {
		if err := json.Unmarshal(must(os.ReadFile(dir+name+".json")), v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	var got []string
	for _, e := range append(append(endpoints, suites...), one) {
		c := e.component()
		got = append(got, c.ID+"="+string(c.Status))
	}
	for _, n := range gatusNews(config.Announcements.items, "https://status.example.edu") {
		got = append(got, n.Title+"="+string(n.State)+"/"+string(n.Impact))
	}
	want := "_refused=major_outage core_front-end=operational teaching---learning_lms---moodle=major_outage core_login-flow=operational teaching---learning_lms---moodle=major_outage " +
		"We found the cause.=investigating/major Mail gateway upgrade on Sunday 01:00-02:00 UTC planned=unknown/none"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if n := len(one.Events.items); n != 2 || one.Events.items[1].Type != "UNHEALTHY" {
		t.Errorf("%d events", n)
	}
}

func TestGatusQuirks(t *testing.T) {
	tree := func(announcements, endpoints any) object {
		return object{
			"/api/v1/config": object{"announcements": announcements, "authenticated": false, "oidc": false},
			"/api/v1/endpoints/statuses?page=1&pageSize=1": endpoints, "/api/v1/suites/statuses?page=1&pageSize=1": array{},
		}
	}
	result := func(members string) any {
		return array{raw(`{"name":"A","key":"_a","results":[{"timestamp":"2026-11-20T11:00:00+01:00",` + members + `}]}`)}
	}
	down := "A=major_outage; A is down investigating major [_a] 0 -"
	news := func(typ, message, at string) object { return object{"type": typ, "message": message, "timestamp": at} }
	eight, nine, ten := "2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"
	conformance{typ: "gatus"}.hold(t, map[string]quirk{
		"a check that has no result": {tree: tree(nil, raw(`[{"name":"A","key":"_a","results":[]}]`)), want: "A=unknown"},
		"a check that says nothing":  {tree: tree(nil, result(`"status":200`)), want: "A=unknown"},
		"a check without a name":     {tree: tree(nil, raw(`[{"key":"_a","results":[]}]`)), want: "_a=unknown"},
		"a check that is well":       {tree: tree(nil, result(`"success":true`))},
		"a check that fails":         {tree: tree(nil, result(`"success":false`)), want: down},
		"a check that is slow": {
			tree: tree(nil, result(`"success":false,"conditionResults":[{"condition":"[STATUS] == 200","success":true},{"condition":"[RESPONSE_TIME] (900) < 300","success":false}]`)),
			want: "A=degraded; A has degraded performance investigating minor [_a] 0 -",
		},
		"a check that is slow and wrong": {
			tree: tree(nil, result(`"success":false,"conditionResults":[{"condition":"[RESPONSE_TIME] (900) < 300","success":false},{"condition":"[STATUS] (500) == 200","success":false}]`)),
			want: down,
		},
		"a check that is slow since nobody answered": {
			tree: tree(nil, result(`"success":false,"errors":["timeout"],"conditionResults":[{"condition":"[RESPONSE_TIME] (0) < 300","success":false}]`)), want: down,
		},
		"a warning is minor, and tells of what fails": {
			tree: tree(array{news("warning", "Mail.", eight)}, result(`"success":false`)), want: "A=major_outage; Mail. investigating minor [] 1 Mail.",
		},
		"an outage is major, and so is what was a warning": {
			tree: tree(array{news("outage", "Worse.", nine), news("warning", "Mail.", eight)}, array{}), want: "Mail. investigating major [] 2 Worse.",
		},
		"a warning does not make an outage less": {
			tree: tree(array{news("warning", "Better.", nine), news("outage", "Mail.", eight)}, array{}), want: "Mail. investigating major [] 2 Better.",
		},
		"what is operational ends it":    {tree: tree(array{news("operational", "Done.", nine), news("outage", "Mail.", eight)}, array{}), want: "Mail. resolved major [] 2 Done."},
		"in whatever order it is listed": {tree: tree(array{news("outage", "Mail.", eight), news("operational", "Done.", nine)}, array{}), want: "Mail. resolved major [] 2 Done."},
		"what is operational a day later, nobody knows of what": {
			tree: tree(array{news("operational", "Done.", "2026-11-21T08:00:01Z"), news("outage", "Mail.", eight)}, array{}), want: "Mail. investigating major [] 1 Mail.",
		},
		"information during an outage is part of it": {
			tree: tree(array{news("information", "Parts.", nine), news("outage", "Mail.", eight)}, array{}), want: "Mail. investigating major [] 2 Parts.",
		},
		"information by itself tells of nothing that fails": {
			tree: tree(array{news("information", "Exams.", nine)}, result(`"success":false`)), want: "A=major_outage; Exams. unknown none [] 1 Exams.; A is down investigating major [_a] 0 -",
		},
		"none is news, and a type that nobody knows is nothing certain": {
			tree: tree(array{news("none", "Hello.", ten), news("odd", "Huh.", eight)}, array{}), want: "Hello. unknown none [] 1 Hello.; Huh. unknown unknown [] 1 Huh.",
		},
		"what is archived is not shown": {tree: tree(raw(`[{"type":"outage","message":"Old.","timestamp":"2026-11-20T08:00:00Z","archived":true}]`), array{})},
	})
}

func FuzzGatus(f *testing.F) {
	fuzzTree(f, "testdata/gatus/*.json", func(b []byte) *Status {
		var config gatusConfig
		var endpoints []gatusEndpoint
		st := new(Status)
		if json.Unmarshal(b, &config) == nil {
			st.Incidents = gatusNews(config.Announcements.items, "https://status.example.edu")
		} else if json.Unmarshal(b, &endpoints) != nil {
			return nil
		}
		for i := range endpoints {
			c := endpoints[i].component()
			st.Components = append(st.Components, c)
			st.Incidents = append(st.Incidents, c.alarm(endpoints[i].last().Timestamp.Time, "https://status.example.edu/endpoints/"))
		}
		return st
	})
}
