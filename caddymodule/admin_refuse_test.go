package caddymodule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
)

func TestAdminRefusesWhatItDoesNotUnderstand(t *testing.T) {
	o := startOperator(t, t.TempDir())
	past := time.Now().Add(-time.Minute).Format(time.RFC3339)
	for name, c := range map[string]struct {
		path, body, contentType string
		code                    int
		says                    string
	}{
		"an unknown field":          {"maintenance", `{"services": ["portal"], "untill": "2026-11-22T22:00:00Z"}`, "", 400, "untill"},
		"an unknown incident field": {"incidents", `{"services": ["portal"], "titel": "x"}`, "", 400, "titel"},
		"not JSON":                  {"maintenance", `{services: portal}`, "", 400, "not JSON"},
		"half of it":                {"maintenance", `{"services": ["portal"]`, "", 400, "not JSON"},
		"two objects":               {"maintenance", `{"services": ["portal"]} {}`, "", 400, "followed"},
		"an array":                  {"maintenance", `["portal"]`, "", 400, "object"},
		"null":                      {"maintenance", `null`, "", 400, "object"},
		"nothing but space":         {"maintenance", "  \n", "", 400, "object"},
		"the wrong type":            {"maintenance", `{"services": "portal"}`, "", 400, "services cannot be a JSON string"},
		"a time without a zone":     {"maintenance", `{"services": ["portal"], "until": "2026-11-22 22:00"}`, "", 400, "RFC 3339"},
		"a time as a number":        {"maintenance", `{"services": ["portal"], "until": 1700000000}`, "", 400, "RFC 3339"},
		"an end in the past":        {"maintenance", `{"services": ["portal"], "until": "` + past + `"}`, "", 400, "past"},
		"no services":               {"maintenance", `{}`, "", 400, "services"},
		"a service that is not":     {"maintenance", `{"services": ["protal"]}`, "", 400, `did you mean "portal"?`},
		"all and one":               {"maintenance", `{"services": ["*", "portal"]}`, "", 400, "alone"},
		"a form":                    {"maintenance", `services=portal`, "application/x-www-form-urlencoded", 415, "application/json"},
		"text":                      {"maintenance", `{"services": ["portal"]}`, "text/plain", 415, "application/json"},
		"too much":                  {"maintenance", `{"services": ["portal"], "message": "` + strings.Repeat("x", 1<<20) + `"}`, "", 413, "1 MiB"},
		"a long message":            {"maintenance", `{"services": ["portal"], "message": "` + strings.Repeat("x", 10001) + `"}`, "", 400, "message"},
		"an incident for a ghost":   {"incidents", `{"services": ["libary"], "title": "x"}`, "", 400, `did you mean "library"?`},
		"an incident for nothing":   {"incidents", `{"title": "x"}`, "", 400, "services"},
		"an incident in no state":   {"incidents", `{"services": ["portal"], "title": "x", "state": "panic"}`, "", 400, "panic"},
	} {
		t.Run(name, func(t *testing.T) {
			o := *o
			o.t = t
			header := []string{}
			if c.contentType != "" {
				header = []string{"Content-Type", c.contentType}
			}
			o.call("POST", "/candor/"+c.path, c.body, header...).wants(c.code).says(c.says)
		})
	}
	if len(o.windows()) != 0 {
		t.Errorf("windows %+v", o.windows())
	}
}

func TestAdminExtendsNothingThatHasNoEnd(t *testing.T) {
	o := startOperator(t, t.TempDir())
	o.call("POST", "/candor/maintenance", `{"services": ["portal"]}`).wants(201)
	o.call("POST", "/candor/maintenance", `{"services": ["portal"], "extend": "30m"}`).wants(409).says("give it an until")
}

func TestAdminSaysInJSONWhatIsNotThere(t *testing.T) {
	o := startOperator(t, t.TempDir())
	for _, path := range []string{"/candor/", "/candor/x", "/candor/services/", "/candor/services/portal/x", "/candor/incidents/x/updates/y"} {
		o.call("GET", path, "").wants(404).says("nothing at " + path)
	}
	o.call("GET", "/candor/services/portl", "").wants(404).says(`did you mean "portal"?`)
	o.call("GET", "/candor/maintenance/none", "").wants(404).says("no such")
	o.call("GET", "/candor/incidents/none", "").wants(404).says("no such")
	o.call("POST", "/candor/incidents/none/updates", `{"message": "x"}`).wants(404).says("no such")
	o.call("GET", "/candor/incidents?all=maybe", "").wants(400).says("all")
	r := o.call("POST", "/candor/services", `{}`).wants(405)
	r.says("POST", "GET")
	if got := r.Header.Get("Allow"); got != "GET" {
		t.Errorf("Allow: %s", got)
	}
	if got := o.call("PATCH", "/candor/maintenance/x", `{}`).wants(405).Header.Get("Allow"); got != "DELETE, GET, PUT" {
		t.Errorf("Allow: %s", got)
	}
	if got := o.call("HEAD", "/candor/services", "").wants(200).body; got != "" {
		t.Errorf("HEAD has a body: %s", got)
	}
	if err := caddy.Load(fmt.Appendf(nil, `{"admin": {"listen": %q, "config": {"persist": false}}}`, o.admin), true); err != nil {
		t.Fatal(err)
	}
	o.call("GET", "/candor/services", "").wants(503).says("directive")
}
