package statusclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/tidwall/gjson"
)

// sampleJSON is for a system of nobody's, with words and times of its own.
func sampleJSON() JSONConfig {
	return JSONConfig{
		Page:       "https://status.example.edu",
		Requires:   "page.id",
		Components: "systems",
		Component:  JSONComponent{ID: "key", Name: "label", Group: "area.name", Status: "state"},
		Incidents:  `messages.#(kind=="fault")#`,
		Incident: JSONIncident{
			ID: "nr", Title: "subject", State: "phase", Impact: "level", Components: "systems", Started: "since",
			Resolved: "to", NextUpdate: "promised", Link: "href", Updates: "log",
		},
		Maintenances: `messages.#(kind=="work")#`,
		Maintenance: JSONMaintenance{
			ID: "nr", Title: "subject", State: "phase", Components: "systems", From: "begin", Until: "end", Link: "href", Updates: "log",
		},
		Update:     JSONUpdate{Text: "what", At: "when", State: "now"},
		Markup:     Markdown,
		TimeFormat: "02.01.2006 15:04",
		Statuses:   map[string]string{"rot": "major_outage", "Grün": "operational"},
		States:     map[string]string{"neu": "investigating", "gefunden": "identified", "erledigt": "resolved"},
		Impacts:    map[string]string{"3": "critical"},
	}
}

func TestJSON(t *testing.T) {
	conform(t, conformance{
		typ: "json", fixtures: "testdata/json/*.json", json: sampleJSON(),
		now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC),
	})
}

func TestJSONAsksForTheURLAsItStands(t *testing.T) {
	t.Parallel()
	for _, give := range []string{"/", "/state.json", "/a%2Fb/?key=s%20x&y", "/trailing/"} {
		var asked string
		h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = r.RequestURI })
		n := newFakeNet(h)
		b := must(build(BackendConfig{
			Name: "campus", Type: "json", URL: "http://status.example.edu" + give + "#x", JSON: sampleJSON(),
		}, zerolog.Nop(), n.transport))
		b.Fetch(t.Context())
		n.shutdown()
		if asked != strings.ReplaceAll(give, "%2F", "/") {
			t.Errorf("%s: asked for %s", give, asked)
		}
		if page := b.(pageOwner).PageURL(); page != "https://status.example.edu" {
			t.Errorf("page is %s", page)
		}
	}
}

func TestJSONIsJudgedBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*JSONConfig){
		"":                                  func(*JSONConfig) {},
		"json is missing, which json needs": func(c *JSONConfig) { *c = JSONConfig{} },
		"json names none of components, incidents":                func(c *JSONConfig) { *c = JSONConfig{Page: c.Page} },
		"json.page must start with http":                          func(c *JSONConfig) { c.Page = "javascript:x" },
		"json.markup must be plain":                               func(c *JSONConfig) { c.Markup = "rst" },
		`json.statuses translates "rot" to what is none of op`:    func(c *JSONConfig) { c.Statuses["rot"] = "red" },
		`json.states translates "neu" to what is none of invest`:  func(c *JSONConfig) { c.States["neu"] = "new" },
		`json.impacts translates "3" to what is none of none, mi`: func(c *JSONConfig) { c.Impacts["3"] = "worst" },
	} {
		cfg := BackendConfig{Name: "campus", Type: "json", URL: "https://status.example.edu/x.json", JSON: sampleJSON()}
		change(&cfg.JSON)
		err := cfg.Validate()
		if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), "backend campus: "+want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	cfg := BackendConfig{Name: "campus", Type: "statuspage", URL: "https://status.example.edu", JSON: sampleJSON()}
	if err := cfg.Validate(); err == nil {
		t.Error("a statuspage takes json")
	}
}

func TestJSONKnowsTimesInManyForms(t *testing.T) {
	t.Parallel()
	zone := must(time.LoadLocation("Europe/Zurich"))
	b := &anyJSON{zone: zone}
	for give, want := range map[string]string{
		`"2026-11-20T08:27:41.53Z"`:         "2026-11-20T08:27:41Z",
		`"2026-11-20T08:27:41+01:00"`:       "2026-11-20T07:27:41Z",
		`"2026-11-20 08:27:41"`:             "2026-11-20T07:27:41Z",
		`"2026-07-20T08:27:41"`:             "2026-07-20T06:27:41Z",
		`"2026-07-20 08:27"`:                "2026-07-20T06:27:00Z",
		`"Fri, 20 Nov 2026 08:27:41 +0000"`: "2026-11-20T08:27:41Z",
		`1795163261`:                        "2026-11-20T08:27:41Z",
		`1795163261123`:                     "2026-11-20T08:27:41Z",
		`1e300`:                             "0001-01-01T00:00:00Z",
		`"soon"`:                            "0001-01-01T00:00:00Z",
		`null`:                              "0001-01-01T00:00:00Z",
		`{}`:                                "0001-01-01T00:00:00Z",
	} {
		if got := b.time(gjson.Parse(give)).Format(time.RFC3339); got != want {
			t.Errorf("%s is %s, want %s", give, got, want)
		}
	}
}

func TestJSONThroughADay(t *testing.T) {
	l := new(life)
	log := func(i *lifeItem) array {
		var out array
		for _, w := range i.newestFirst() {
			out = append(out, object{"what": w.text, "when": w.at.Format("02.01.2006 15:04"), "now": w.state})
		}
		return out
	}
	h := l.documents(map[string]func() any{"/state.json": func() any {
		messages := array{}
		if i := l.incident; i != nil {
			messages = append(messages, object{"kind": "fault", "nr": 1, "subject": i.title, "phase": i.state, "level": 3, "systems": "Portal", "log": log(i)})
		}
		if p := l.plan; p != nil {
			messages = append(messages, object{
				"kind": "work", "nr": 2, "subject": p.title, "systems": array{"mail"}, "log": log(p),
				"begin": p.from.Format("02.01.2006 15:04"), "end": p.until.Format("02.01.2006 15:04"),
			})
		}
		return object{
			"page":    object{"id": 7},
			"systems": array{object{"key": "portal", "label": "Portal", "state": l.portal("rot", "grün")}, object{"key": "mail", "label": "Mail", "state": "grün"}}, "messages": messages,
		}
	}})
	cfg := BackendConfig{Type: "json", URL: "https://status.example.edu/state.json?key=x", Token: fakeToken, JSON: sampleJSON()}
	l.follow(t, cfg, h, [8]string{
		"",
		"Portal=major_outage; Portal down investigating critical [portal] 1 We look into it.",
		"Portal=major_outage; Portal down identified critical [portal] 2 A disk is full.",
		"Portal=major_outage; Portal down monitoring critical [portal] 3 Freed.",
		"",
		"Mail moves scheduled 1h0m0s [mail] Mail will be away.",
		"Mail moves in_progress 1h0m0s [mail] Begun.",
		"",
	})
}

// TestJSONNeedsNoPathsWhereNamesAreOurs: the paths that the configuration leaves
// out.
func TestJSONNeedsNoPathsWhereNamesAreOurs(t *testing.T) {
	conf := JSONConfig{Components: "c", Incidents: "i", Maintenances: "m"}
	answer := `{"c":[{"id":"p","name":"Portal","group":"G","status":"partial_outage"},{"name":"Mail","status":"Degraded"},{"id":"x","name":"X","status":"sad"},
		{"id":"y","name":"Y","status":"maintenance"}],
		"i":[{"id":"1","title":"Down","state":"identified","impact":"major","components":["p","Mail"],"started":"2026-11-20T08:00:00Z","next_update":"2026-11-20T13:00:00Z",
			"url":"https://status.example.edu/1","updates":[{"text":"a","at":"2026-11-20T08:00:00Z"},{"text":"b","at":"2026-11-20T09:00:00Z","state":"identified"}]},
			{"title":"Text","state":"monitoring","impact":"minor","updates":"one"},{"title":"Over","state":"resolved"},
			{"title":"By time","resolved":"2026-11-20T09:00:00Z"},{"title":"Odd","state":"sad","impact":"sad","components":"X"}],
		"m":[{"id":"2","title":"Work","state":"verifying","components":["p"],"from":"2026-11-20T08:00:00Z","until":"2026-11-20T10:00:00Z","url":"https://status.example.edu/2","updates":[{"text":"c"}]},
			{"title":"Ahead","from":"2026-11-20T13:00:00Z","until":"2026-11-20T14:00:00Z"},{"title":"Was","from":"2026-11-20T08:00:00Z","until":"2026-11-20T09:00:00Z"},{"title":"Done","state":"completed"}]}`
	b := must(newJSON(BackendConfig{JSON: conf}, &Client{base: new(url.URL)})).(*anyJSON)
	st := b.status(gjson.Parse(answer), quirkNoon)
	st.Clean()
	want := "Portal=partial_outage; Mail=degraded; X=unknown; Y=maintenance; Down identified major [p Mail] 2 b; Text monitoring minor [] 1 one; " +
		"Odd unknown unknown [x] 0 -; Work verifying 2h0m0s [p] c; Ahead scheduled 1h0m0s [] -"
	if got := brief(Input{Status: st}); got != want {
		t.Errorf("\ngot  %s\nwant %s", got, want)
	}
	in, m := st.Incidents[0], st.Maintenances[0]
	if st.Components[0].Group != "G" || st.Components[1].ID != "Mail" || in.ID != "1" || in.URL == "" || in.NextUpdate.IsZero() || in.Started.IsZero() ||
		in.Updates[0].State != "identified" || m.ID != "2" || m.URL == "" || st.Incidents[1].ID != "Text" || st.Maintenances[1].ID != "Ahead" {
		t.Errorf("%+v", st)
	}
}

func TestJSONWithoutItsListsIsRefused(t *testing.T) {
	for _, tc := range []struct{ requires, answer, want string }{
		{"", `{"c":[]}`, ""},
		{"", `{"c":null}`, ""},
		{"", `{"c":"x"}`, "answered JSON"},
		{"", `{}`, "answered JSON"},
		{"ok", `{}`, "answered JSON"},
		{"ok", `{"c":[]}`, "answered JSON"},
		{"ok", `{"ok":false}`, ""},
	} {
		c := conformance{typ: "json", url: "http://status.example.edu/x.json", json: JSONConfig{Requires: tc.requires, Components: "c"}}
		c.use(t, serveJSON([]byte(tc.answer)), func(t *testing.T, b Backend, _ *fakeNet, _ *bytes.Buffer) {
			if _, err := b.Fetch(t.Context()); (err != nil) != (tc.want != "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%+v: %v", tc, err)
			}
		})
	}
}

func FuzzJSON(f *testing.F) {
	b := must(newJSON(BackendConfig{JSON: sampleJSON()}, &Client{base: new(url.URL)})).(*anyJSON)
	fuzzTree(f, "testdata/json/*.json", func(body []byte) *Status {
		if !json.Valid(body) {
			return nil
		}
		return b.status(gjson.ParseBytes(body), time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC))
	})
}

func BenchmarkJSON(b *testing.B) {
	var systems, messages array
	for i := range 200 {
		systems = append(systems, object{"key": fmt.Sprint(i), "label": fmt.Sprint("Component ", i), "state": "grün"})
	}
	for i := range 20 {
		var log array
		for range 10 {
			log = append(log, object{"what": benchText, "when": "20.11.2026 09:27", "now": "neu"})
		}
		messages = append(messages, object{"kind": "fault", "nr": i, "subject": "Incident", "phase": "neu", "systems": array{"1"}, "log": log})
	}
	a := must(newJSON(BackendConfig{JSON: sampleJSON()}, &Client{base: new(url.URL)})).(*anyJSON)
	body := must(json.Marshal(object{"page": object{"id": 7}, "systems": systems, "messages": messages}))
	benchDecoder(b, body, func(body []byte) *Status { return a.status(gjson.ParseBytes(body), time.Time{}) })
}
