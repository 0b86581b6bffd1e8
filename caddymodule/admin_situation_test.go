package caddymodule_test

import (
	"strings"
	"testing"
	"time"
)

func TestAdminTellsEverythingAboutAnIncident(t *testing.T) {
	o := startOperator(t, t.TempDir())
	var in struct {
		ID, Title, State, ETag string
		Updates                []struct{ State, Message string }
	}
	next := time.Now().Add(time.Hour).UTC().Truncate(time.Second).Format(time.RFC3339)
	r := o.call("POST", "/candor/incidents",
		`{"services": ["portal"], "title": "Sign-in is slow", "message": "We look into it.", "next_update": "`+next+`"}`).wants(201).into(&in)
	path := "/candor/incidents/" + in.ID
	if r.Header.Get("Location") != path || r.Header.Get("ETag") != `"`+in.ETag+`"` {
		t.Errorf("headers %v", r.Header)
	}
	var portal struct {
		Service, Title, State string
		Incidents             []struct {
			ID         string
			NextUpdate string `json:"next_update"`
			Updates    []struct{ Text string }
		}
		Backends []struct {
			Name string
			Age  int `json:"age_seconds"`
		}
	}
	o.call("GET", "/candor/services/portal", "").wants(200).into(&portal)
	if portal.State != "incident" || portal.Title != "Student portal" || len(portal.Incidents) != 1 ||
		portal.Incidents[0].Updates[0].Text != "We look into it." || portal.Incidents[0].NextUpdate != next ||
		len(portal.Backends) != 1 || portal.Backends[0].Name != "board" || portal.Backends[0].Age < 0 {
		t.Errorf("situation %+v", portal)
	}
	if library := o.call("GET", "/candor/services/library", "").wants(200); !strings.Contains(library.body, `"state":"up"`) ||
		!strings.Contains(library.body, `"incidents":[]`) {
		t.Errorf("situation %s", library.body)
	}

	stale := `"` + in.ETag + `"`
	o.call("POST", path+"/updates", `{"state": "identified", "message": "A disk."}`, "If-Match", stale).wants(201).into(&in)
	if in.State != "identified" || len(in.Updates) != 2 {
		t.Errorf("incident %+v", in)
	}
	o.call("POST", path+"/updates", `{"message": "too late"}`, "If-Match", stale).wants(412)
	o.call("POST", path+"/updates", `{}`).wants(400).says("nothing to add")
	o.call("POST", path+"/updates", `{"state": "resolved"}`).wants(201)
	for query, want := range map[string]int{"": 0, "?all=false": 0, "?all=true": 1} {
		var list []struct{ ID string }
		if o.call("GET", "/candor/incidents"+query, "").wants(200).into(&list); len(list) != want {
			t.Errorf("%d incidents with %q, want %d", len(list), query, want)
		}
	}
	o.call("GET", path, "").wants(200)
}

func TestAdminTellsHowBackendsDo(t *testing.T) {
	o := startOperator(t, t.TempDir())
	var list []struct {
		Name, Type, Error string
		Age               int `json:"age_seconds"`
	}
	o.call("GET", "/candor/backends", "").wants(200).into(&list)
	if len(list) != 1 || list[0].Name != "board" || list[0].Age < 0 || list[0].Error != "" {
		t.Errorf("backends %+v", list)
	}
}

// FuzzAdminBody looks for bodies that are neither taken nor refused.
func FuzzAdminBody(f *testing.F) {
	f.Add(`{"services": ["portal"], "until": "2126-11-22T22:00:00Z"}`)
	f.Add(`{"services": ["*"], "title": "\u0000\ud800", "from": "9999-12-31T23:59:60+23:59"}`)
	f.Add(`{"services": null, "message": 1e999}`)
	f.Add(`{"title": "x", "services": ["library"], "state": "monitoring", "next_update": "2126-01-01T00:00:00Z"}`)
	running := startOperator(f, f.TempDir())
	f.Fuzz(func(t *testing.T, body string) {
		o := *running
		o.t = t
		for _, path := range []string{"/candor/maintenance", "/candor/incidents"} {
			r := o.call("POST", path, body)
			switch r.StatusCode {
			case 200, 201:
				o.call("GET", r.Header.Get("Location"), "").wants(200)
				if path == "/candor/maintenance" {
					o.call("DELETE", r.Header.Get("Location"), "").wants(204)
				}
			case 400, 413, 415, 507:
				r.says("")
			default:
				t.Fatalf("%s: status code %d: %s", path, r.StatusCode, r.body)
			}
		}
	})
}
