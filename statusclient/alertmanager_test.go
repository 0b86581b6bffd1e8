package statusclient

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"
)

func TestAlertmanager(t *testing.T) {
	conform(t, conformance{typ: "alertmanager", fixtures: "testdata/alertmanager/*.json", serve: serveTree})
}

func TestAlertmanagerShowsWhatItsOwnPageShows(t *testing.T) {
	for give, want := range map[string]url.Values{
		"":                          {},
		"/":                         {},
		"/#/alerts":                 {},
		"/#/alerts?silenced=true":   {},
		"/api/v2/alerts":            {},
		"/alerts?receiver=campus":   {"receiver": {"campus"}},
		"/#/alerts?receiver=a%20b":  {"receiver": {"a b"}},
		`/?filter=team%3D%22web%22`: {"filter": {`team="web"`}},
		"/#/alerts?silenced=false&inhibited=false&active=true&filter=%7Bteam%3D%22web%22%2C%20app%3D~%22a%2Cb%5C%22%7Bc%7D%22%7D": {
			"filter": {`team="web"`, `app=~"a,b\"{c}"`},
		},
	} {
		asked, page := askedFor(t, "alertmanager", "http://alerts.example.edu:9093/sub"+give)
		u := must(url.Parse("http://" + asked[0]))
		got := u.Query()
		for _, k := range []string{"silenced", "inhibited", "unprocessed"} {
			if got.Get(k) != "false" || got.Get("active") != "true" {
				t.Errorf("%s: asked for %s", give, asked[0])
			}
			got.Del(k)
		}
		got.Del("active")
		if len(asked) != 1 || u.Path != "/sub/api/v2/alerts" || !slices.Equal(got["filter"], want["filter"]) || got.Get("receiver") != want.Get("receiver") || page != "" {
			t.Errorf("%s: asked for %v, page is %q", give, asked, page)
		}
	}
}

// TestAlertmanagerThroughADay has alerts whose texts change while they fire, one
// that goes first, and a silence of what is upgraded.
func TestAlertmanagerThroughADay(t *testing.T) {
	l := new(life)
	at := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
	h := l.documents(map[string]func() any{
		"/api/v2/alerts": func() any {
			alerts := array{}
			if i := l.incident; i != nil {
				for n := range i.said {
					alerts = append(alerts, object{
						"fingerprint": fmt.Sprint(n), "startsAt": at(i.from.Add(time.Duration(n) * time.Second)), "endsAt": at(time.Now().Add(time.Hour)),
						"status": object{"state": "active"}, "annotations": object{"summary": i.title, "description": i.said[n].text},
						"labels":       object{"alertname": "SiteDown", "instance": fmt.Sprint("lms-", n, ".internal"), "service": "portal", "severity": "critical"},
						"generatorURL": "http://prometheus.internal/graph",
					})
				}
			}
			return alerts
		},
		"/api/v2/silences": func() any {
			if l.plan == nil {
				return array{}
			}
			state := "pending"
			if !l.plan.from.After(time.Now()) {
				state = "active"
			}
			return array{object{
				"id": "s1", "comment": l.plan.title, "createdBy": "noc@example.edu", "startsAt": at(l.plan.from), "endsAt": at(l.plan.until),
				"status": object{"state": state}, "matchers": array{object{"name": "service", "value": "mail", "isRegex": false, "isEqual": true}},
			}}
		},
	})
	l.follow(t, BackendConfig{Type: "alertmanager", URL: "http://alerts.example.edu:9093"}, h, [8]string{
		"",
		"portal=major_outage; Portal down investigating critical [portal] 1 We look into it.",
		"portal=major_outage; Portal down investigating critical [portal] 2 A disk is full.",
		"portal=major_outage; Portal down investigating critical [portal] 3 Freed.",
		"",
		"mail=unknown; Mail moves scheduled 1h0m0s [mail] -",
		"mail=maintenance; Mail moves in_progress 1h0m0s [mail] -",
		"",
	})
}

func TestAlertmanagerRefusesAFilterThatItCannotRead(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(`"bad matcher format: team"`))
	})
	follow(t, BackendConfig{Type: "alertmanager", URL: "http://alerts.example.edu/?filter=team"}, h, []event{
		{want: "answered with status code 400"},
	})
}

func TestAlertmanagerReadsRealAlerts(t *testing.T) {
	t.Parallel()
	dir := "../../shared/fixtures/alertmanager/"
	body, err := os.ReadFile(dir + "v0.34.0_alerts.json")
	if err != nil {
		t.Skip("no recorded alerts")
	}
	var alerts []amAlert
	var silences []amSilence
	if err := json.Unmarshal(body, &alerts); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(must(os.ReadFile(dir+"v0.34.0_silences.json")), &silences); err != nil {
		t.Fatal(err)
	}
	st := alertmanagerStatus(alerts, silences)
	checkPublishable(t, st)
	want := "web=major_outage; files=degraded; mail=maintenance; vpn=unknown; eduroam=unknown; " +
		"LMS slow investigating minor [lms] 0 -; c is down investigating critical [web] 1 b is down; " +
		"DiskFull investigating minor [files] 0 -; " +
		"Mail upgrade window CHG-1042 in_progress 965h32m18.46s [mail] -; Planned VPN maintenance scheduled 4h0m0s [vpn eduroam] -"
	if got := brief(Input{Status: st}); got != "lms=degraded; "+want {
		t.Errorf("got  %s\nwant lms=degraded; %s", got, want)
	}
}

func TestAlertmanagerQuirks(t *testing.T) {
	alert := func(labels object, annotations object) object {
		return object{"fingerprint": "f", "labels": labels, "annotations": annotations, "status": object{"state": "active"}, "startsAt": "2026-11-20T08:00:00.000Z"}
	}
	tree := func(alerts, silences any) object {
		return object{"/api/v2/alerts": alerts, "/api/v2/silences?expired=false": silences}
	}
	none := array{}
	quirks := map[string]quirk{}
	words := map[string][2]string{
		"critical": {"major_outage", "critical"}, "page": {"major_outage", "critical"}, "disaster": {"major_outage", "critical"}, "emergency": {"major_outage", "critical"},
		"error": {"partial_outage", "major"}, "major": {"partial_outage", "major"}, "high": {"partial_outage", "major"},
		"warning": {"degraded", "minor"}, "minor": {"degraded", "minor"}, "low": {"degraded", "minor"}, "Warning": {"degraded", "minor"},
		"info": {"unknown", "none"}, "information": {"unknown", "none"}, "odd": {"unknown", "unknown"}, "": {"unknown", "unknown"},
	}
	for word, is := range words {
		quirks["severity "+word] = quirk{
			tree: tree(array{alert(object{"alertname": "A", "service": "s", "severity": word}, nil)}, none),
			want: fmt.Sprintf("s=%s; A investigating %s [s] 0 -", is[0], is[1]),
		}
	}
	for i, label := range []string{"service", "app", "application", "component", "job"} {
		labels := object{"alertname": "A", "severity": "warning", "instance": "i"}
		for _, l := range []string{"service", "app", "application", "component", "job"}[i:] {
			labels[l] = "by " + l
		}
		quirks["it is about its "+label] = quirk{
			tree: tree(array{alert(labels, nil)}, none), want: "by " + label + "=degraded; A investigating minor [by " + label + "] 0 -",
		}
	}
	silence := func(state, matchers string) any {
		return array{raw(`{"id":"1","comment":"by noc@example.edu","status":{"state":"` + state + `"},"matchers":[` + matchers + `]}`)}
	}
	service := `{"name":"service","value":"mail","isRegex":false}`
	for name, give := range map[string][3]string{
		"of a component runs":         {"active", service, "mail=maintenance; by in_progress endless [mail] -"},
		"of a component is ahead":     {"pending", service, "mail=unknown; by scheduled endless [mail] -"},
		"of a component is over":      {"expired", service, ""},
		"of a component but one":      {"active", `{"name":"service","value":"mail","isEqual":false}`, ""},
		"of several components":       {"active", `{"name":"app","value":"(mail|web)","isRegex":true}`, "mail=maintenance; web=maintenance; by in_progress endless [mail web] -"},
		"of components by a pattern":  {"active", `{"name":"app","value":"mail.*","isRegex":true}`, ""},
		"of an alert of a component":  {"active", service + `,{"name":"alertname","value":"DiskFull"}`, ""},
		"of a machine of a component": {"active", service + `,{"name":"instance","value":"a:1"}`, ""},
		"of a team":                   {"active", `{"name":"team","value":"web"}`, ""},
	} {
		quirks["a silence "+name] = quirk{tree: tree(none, silence(give[0], give[1])), want: give[2]}
	}
	quirks["an alert for nobody is not shown"] = quirk{tree: tree(array{alert(object{"alertname": "Watchdog", "severity": "none"}, nil)}, none)}
	silenced := alert(object{"alertname": "A"}, nil)
	silenced["status"] = object{"state": "suppressed"}
	quirks["an alert that is silenced is not shown"] = quirk{tree: tree(array{silenced}, none)}
	quirks["what names machines and people is left out"] = quirk{
		tree: tree(array{alert(
			object{"alertname": "Down", "service": "lms", "instance": "lms-3.internal:443", "pod": "lms-7f9c", "severity": "warning"},
			object{
				"summary":     "lms-3.internal:443 is down",
				"description": "lms-3.internal (10.1.2.3:9100, db.internal:5432, [fd00::1]:80) of lms on lms-7f9c, see https://wiki.internal/x or mail noc@example.edu. Slow: 99.5 %, since 10:30.",
			},
		)}, none),
		want: "lms=degraded; … is down investigating minor [lms] 1 … (…, …, …) of lms on …, see or mail . Slow: 99.5 %, since 10:30.",
	}
	for _, label := range []string{
		"instance", "exported_instance", "host", "hostname", "node", "nodename", "server", "target", "ip", "pod", "container",
	} {
		quirks["the "+label+" is a machine"] = quirk{
			tree: tree(array{alert(object{"alertname": "A", "service": "s", label: "web7"}, object{"summary": "web7: is (web7) web77 xweb7"})}, none),
			want: "s=unknown; …: is (…) web77 xweb7 investigating unknown [s] 0 -",
		}
	}
	quirks["a machine that is what it is about may be named"] = quirk{
		tree: tree(array{alert(object{"alertname": "A", "service": "web7", "instance": "web7:80"}, object{"summary": "web7 is down"})}, none),
		want: "web7=unknown; web7 is down investigating unknown [web7] 0 -",
	}
	second, first := alert(object{"alertname": "A", "service": "s"}, object{"summary": "Later", "description": "Same."}), alert(object{"alertname": "A", "service": "s"}, object{"summary": "First", "description": "Same."})
	second["startsAt"] = "2026-11-20T09:00:00.000Z"
	quirks["the oldest alert gives the title, and what two say is said once"] = quirk{
		tree: tree(array{second, first}, none), want: "s=unknown; First investigating unknown [s] 1 Same.",
	}
	quirks["a text that is only a summary is not told twice"] = quirk{
		tree: tree(array{alert(object{"service": "s"}, object{"summary": "Down"})}, none), want: "s=unknown; Down investigating unknown [s] 0 -",
	}
	conformance{typ: "alertmanager", url: "http://alerts.example.edu"}.hold(t, quirks)
}

func FuzzAlertmanager(f *testing.F) {
	fuzzTree(f, "testdata/alertmanager/*.json", func(b []byte) *Status {
		var alerts []amAlert
		var silences []amSilence
		if json.Unmarshal(b, &alerts) != nil || json.Unmarshal(b, &silences) != nil {
			matchers(string(b))
			return nil
		}
		return alertmanagerStatus(alerts, silences)
	})
}

func BenchmarkAlertmanager(b *testing.B) {
	var alerts array
	for i := range 200 {
		alerts = append(alerts, object{
			"fingerprint": fmt.Sprint(i), "startsAt": "2026-11-20T00:00:00.000Z", "status": object{"state": "active"},
			"annotations": object{"summary": "Down", "description": benchText},
			"labels":      object{"alertname": "SiteDown", "service": fmt.Sprint("s", i), "instance": "x", "severity": "critical"},
		})
	}
	benchDecoder(b, must(json.Marshal(alerts)), func(body []byte) *Status {
		var alerts []amAlert
		if json.Unmarshal(body, &alerts) != nil {
			return nil
		}
		return alertmanagerStatus(alerts, nil)
	})
}
