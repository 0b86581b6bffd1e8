package errorpages

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/statusclient"
)

func shape(t testing.TB, r *Renderer, content string) (*JSONTemplate, error) {
	t.Helper()
	return r.NewJSONTemplate(filepath.Join(folder(t, map[string]string{"error.json": content}), "error.json"))
}

func TestAnAPIHasErrorsInItsOwnShape(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	own, err := shape(t, r, `{
		"ok": false, /* what clients look at */
		"error": {"code": {{.Code}}, "text": "{{.Headline}} ({{.Reference}})", "lead": {{.Lead}}},
		"again": {{.Problem.RetryAfter}},
		"incidents": {{.Problem.Incidents}},
		"works": {{.Problem.Maintenances}},
		{{with .Problem.Received}}"received": {{.}},{{end}}
		"titles": [{{range $i, $e := .Incidents}}{{if $i}}, {{end}}"{{$e.Title}}"{{end}}]
	}`)
	check(t, err)
	b := brand(t, campus())
	nasty := registration()
	nasty.Title = "\"quoted\" \\ back\u2028slash </script><script>alert(1)</script> {{.Code}} 'x' & `y`"
	p := page(b, incidents(nasty, signOn()), received(ReceivedUnknown))
	p.Service.JSON, p.RetryAfter = own, 90_000_000_000
	res := serve(t, r, p, "POST", oneOfEach[FormatProblem])
	if res.Code != 502 || res.Header().Get("Content-Type") != "application/json" || res.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", res.Code, res.Header())
	}
	var got struct {
		OK    *bool
		Error struct {
			Code       int
			Text, Lead string
		}
		Again     int
		Incidents []struct {
			Title string
			State statusclient.IncidentState
		}
		Works    []any
		Received string
		Titles   []string
	}
	if err := json.Unmarshal(res.Body.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, res.Body)
	}
	if got.OK == nil || got.Error.Code != 502 || got.Again != 90 || got.Works == nil || got.Received != "unknown" ||
		!strings.HasSuffix(got.Error.Text, "("+p.Reference+")") || len(got.Incidents) != 2 || got.Incidents[0].State != "identified" {
		t.Errorf("got %+v from %s", got, res.Body)
	}
	if title := got.Incidents[0].Title; title != nasty.Title || len(got.Titles) != 2 || got.Titles[0] != strings.ReplaceAll(title, "\u2028", " ") {
		t.Errorf("the titles are %q and %q", title, got.Titles)
	}
	if strings.ContainsAny(res.Body.String(), "<>") {
		t.Errorf("a browser could take this for a page: %s", res.Body)
	}
	client := page(b, cause(CauseClient, 404))
	client.Service.JSON = own
	if body := serve(t, r, client, "GET", oneOfEach[FormatProblem]).Body.String(); !strings.Contains(body, `"again":null,`) || !strings.Contains(body, `"incidents":[],`) {
		t.Errorf("got %s", body)
	}
	if html := serve(t, r, p, "GET", oneOfEach[FormatHTML]); !strings.Contains(html.Body.String(), "<main>") {
		t.Error("people do not get the page")
	}
}

func TestAJSONTemplateThatMakesNoJSONIsRefusedAtLoad(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	for content, says := range map[string]string{
		"":                         "makes no JSON",
		"{\n\"a\": {{.Heading}}}":  "error.json:2",
		"{\n\n\"a\": {{.Headline}": "error.json:3",
		`{"a": {{.Headline}},}`:    "makes no JSON: invalid character '}'",
		`{"a": [{{range .Incidents}}{{.Title}},{{end}}1]}`:                                   "",
		`{"a": [{{range .Incidents}}{{.Title}},{{end}}{{if ne .State "incident"}}1{{end}}]}`: "(state incident, cause ",
		`{"a": {{if eq .State "maintenance"}}{{else}}1{{end}}}`:                              "(state maintenance, cause ",
		`{"a": {{.Headline}} "b": 1}`:                                                        "makes no JSON",
		`{"a": "</script><script>"}`:                                                         "holds markup",
		`{"a": "<!-- x"}`:                                                                    "holds markup",
		`{"a": "{{if .Retry}}x"{{end}}}`:                                                     "branches end in different contexts",
		`{"a": {{.T "label.unheard"}}}`:                                                      "there is no text",
		`{"a": {{.Problem.Nothing}}}`:                                                        "error.json:1",
		strings.Repeat(" ", maxJSONTemplate) + "{}":                                          "larger than 64 KiB",
	} {
		_, err := shape(t, r, content)
		switch {
		case says == "" && err != nil, says != "" && (err == nil || !strings.Contains(err.Error(), says)):
			t.Errorf("%.60q: %v, want … %s …", content, err, says)
		case err != nil && !strings.Contains(err.Error(), "error.json"):
			t.Errorf("%.60q: %v does not name the file", content, err)
		}
	}
}

func TestAJSONTemplateThatFailsAtRunTimeLeavesProblemDetails(t *testing.T) {
	var log strings.Builder
	r, err := NewRenderer(PagesConfig{}, "/.candor", zerolog.New(&log))
	check(t, err)
	own, err := shape(t, r, `{"a": {{if gt (len .Incidents) 1}}oops{{else}}1{{end}}}`)
	check(t, err)
	for range 3 {
		p := page(brand(t, campus()), incidents(registration(), signOn()))
		p.Service.JSON = own
		res := serve(t, r, p, "GET", oneOfEach[FormatProblem])
		if res.Header().Get("Content-Type") != "application/problem+json" || !json.Valid(res.Body.Bytes()) {
			t.Errorf("got %v %s", res.Header(), res.Body)
		}
		if err := r.Check(p); err == nil {
			t.Error("a check does not tell")
		}
	}
	if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "error.json") {
		t.Errorf("the log has %s", log.String())
	}
}

// Whatever people and backends write, it comes out as JSON and says the same.
func FuzzJSONTemplate(f *testing.F) {
	r := rendererOf(f, PagesConfig{})
	own, err := shape(f, r, `{"in": "a {{range .Incidents}}{{.Title}}{{end}} b", "as": {{range .Incidents}}{{.Title}}{{end}}, "text": {{range .Problem.Incidents}}{{.Text}}{{end}}`+
		`{{if not .Incidents}}"", "x": ""{{end}}}`)
	if err == nil {
		f.Fatal("a template without a value in some states is accepted")
	}
	own, err = shape(f, r, `{"in": "a {{with .Incidents}}{{(index . 0).Title}}{{end}} b", "all": {{.Incidents}}, "problem": {{.Problem}}}`)
	check(f, err)
	b := brand(f, campus())
	for _, s := range []string{"plain", "\"", "\\", "\x00\x1f\x7f", "\u2028\u2029", "</script>", "{{.}}", "\xff\xfe", "`'&<>+/", "\U0001F6A7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		in := registration()
		in.Title, in.Updates[0].Text = s, text(s)
		p := page(b, incidents(in))
		p.Service.JSON = own
		a, err := own.answer(r.layouts[0], variant{}, p)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		var got struct {
			In  string
			All []struct{ Title string }
		}
		var values slotValues
		values.fill(p.Reference, p.Time, 120)
		body := a.plain.appendTo(nil, &values)
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatalf("%q: %v in %s", s, err, body)
		}
		if want := fmt.Sprintf("a %s b", got.All[0].Title); got.In != want {
			t.Errorf("%q is %q in a string and %q as a value", s, got.In, want)
		}
	})
}
