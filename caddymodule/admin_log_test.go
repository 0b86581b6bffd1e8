package caddymodule_test

import (
	"testing"
	"time"
)

// entry is one line of the log in an answer.
type entry struct {
	ID, At, Who, From, Action, Subject, Outcome string
	Claimed                                     bool
	Services                                    []string
	Old, New                                    map[string]string
}

func (o *operator) log(query string) []entry {
	o.t.Helper()
	var list []entry
	o.call("GET", "/candor/log"+query, "").wants(200).into(&list)
	return list
}

func TestAdminTellsWhoChangedWhat(t *testing.T) {
	o := startOperator(t, t.TempDir())
	if list := o.log(""); list == nil || len(list) != 0 {
		t.Errorf("log %+v", list)
	}
	var w window
	o.call("POST", "/candor/maintenance", `{"services": ["portal"], "message": "one"}`, "Candor-As", "mueller").wants(201).into(&w)
	path, stale := "/candor/maintenance/"+w.ID, `"`+w.ETag+`"`
	o.call("PUT", path, `{"services": ["portal"], "message": "two"}`, "Candor-As", "Zo\u00eb \u202eevil\u202c").wants(200)
	o.call("PUT", path, `{"services": ["portal"], "message": "three"}`, "If-Match", stale).wants(412)
	o.call("POST", "/candor/incidents", `{"services": ["library"], "title": "x"}`).wants(201)
	o.call("POST", "/candor/incidents", `{"services": ["library"]}`).wants(400)
	o.call("DELETE", path, "").wants(204)

	list := o.log("")
	if len(list) != 4 {
		t.Fatalf("log %+v", list)
	}
	for i, want := range []entry{
		{Action: "maintenance.end"},
		{Action: "incident.open"},
		{Action: "maintenance.edit", Who: "Zoë evil", Claimed: true},
		{Action: "maintenance.create", Who: "mueller", Claimed: true},
	} {
		got := list[i]
		if got.Action != want.Action || got.Who != want.Who || got.Claimed != want.Claimed || got.From != "127.0.0.1" {
			t.Errorf("entry %+v, want %+v", got, want)
		}
		if at, err := time.Parse(time.RFC3339, got.At); err != nil || time.Since(at) > time.Hour {
			t.Errorf("entry of %s: %v", got.At, err)
		}
	}
	if edit := list[2]; edit.Old["message"] != "one" || edit.New["message"] != "two" || edit.Subject != w.ID {
		t.Errorf("entry %+v", edit)
	}
	for query, want := range map[string]int{
		"?service=portal": 3, "?service=library": 1, "?limit=2": 2, "?since=" + list[1].At: 2,
		"?since=2126-01-01T00:00:00Z": 0, "?service=portal&limit=1": 1,
	} {
		if got := o.log(query); len(got) != want {
			t.Errorf("%s: %d entries, want %d", query, len(got), want)
		}
	}
	for query, says := range map[string]string{
		"?service=libary": `did you mean "library"?`, "?since=yesterday": "RFC 3339", "?limit=0": "limit",
		"?limit=x": "limit", "?limit=99999": "limit", "?who=mueller": "no parameter",
	} {
		o.call("GET", "/candor/log"+query, "").wants(400).says(says)
	}
	o.call("POST", "/candor/log", `{}`).wants(405)
	o.load()
	if again := o.log(""); len(again) != 4 {
		t.Errorf("after a reload: %+v", again)
	}
}
