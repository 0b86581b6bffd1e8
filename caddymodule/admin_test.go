package caddymodule_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
)

func TestAdminTurnsMaintenanceOnAndOffForTheVeryNextRequest(t *testing.T) {
	o := startOperator(t, t.TempDir())
	for range 20 {
		var w window
		r := o.call("POST", "/candor/maintenance", `{"services": ["portal"], "message": "New disks."}`).wants(201).into(&w)
		if got := o.visit("portal"); got != 503 {
			t.Fatalf("portal answers %d in maintenance mode", got)
		}
		if w.State != "in_progress" || r.Header.Get("ETag") != `"`+w.ETag+`"` || r.Header.Get("Location") != "/candor/maintenance/"+w.ID {
			t.Fatalf("answer %+v, headers %v", w, r.Header)
		}
		if got := o.visit("library"); got != 200 {
			t.Fatalf("library answers %d while portal is in maintenance mode", got)
		}
		if r := o.call("DELETE", "/candor/maintenance/"+w.ID, "").wants(204); r.body != "" {
			t.Errorf("204 has a body: %s", r.body)
		}
		if got := o.visit("portal"); got != 200 {
			t.Fatalf("portal answers %d after maintenance mode", got)
		}
	}
}

func TestAdminEditsTheWindowThatRunsInPlace(t *testing.T) {
	o := startOperator(t, t.TempDir())
	var first, second window
	o.call("POST", "/candor/maintenance", `{"services": ["portal", "library"], "message": "one"}`).wants(201).into(&first)
	o.call("POST", "/candor/maintenance", `{"services": ["library", "portal"], "message": "two"}`).wants(200).into(&second)
	if second.ID != first.ID || second.Message != "two" || len(o.windows()) != 1 {
		t.Errorf("windows %+v", o.windows())
	}
	later := time.Now().Add(time.Hour).Format(time.RFC3339)
	var planned window
	o.call("POST", "/candor/maintenance", `{"services": ["portal", "library"], "from": "`+later+`"}`).wants(201).into(&planned)
	if planned.State != "scheduled" || len(o.windows()) != 2 {
		t.Errorf("windows %+v", o.windows())
	}
}

func TestAdminEditsOnlyWhatNobodyElseHasChanged(t *testing.T) {
	o := startOperator(t, t.TempDir())
	var w window
	o.call("POST", "/candor/maintenance", `{"services": ["portal"], "message": "one"}`).wants(201).into(&w)
	path, stale := "/candor/maintenance/"+w.ID, `"`+w.ETag+`"`

	got := o.call("GET", path, "").wants(200)
	if got.Header.Get("ETag") != stale {
		t.Errorf("ETag %s, want %s", got.Header.Get("ETag"), stale)
	}
	// An answer can be sent back as it came.
	o.call("PUT", path, strings.Replace(got.body, "one", "two", 1), "If-Match", stale).wants(200).into(&w)
	var lost struct {
		Error   string `json:"error"`
		Current window `json:"current"`
	}
	for _, tag := range []string{stale, "W/" + stale, `"x", ` + stale} {
		r := o.call("PUT", path, `{"services": ["portal"], "message": "three"}`, "If-Match", tag).wants(412).into(&lost)
		if lost.Current.Message != "two" || r.Header.Get("ETag") != `"`+w.ETag+`"` || lost.Error == "" {
			t.Errorf("If-Match %s: %s", tag, r.body)
		}
		o.call("DELETE", path, "", "If-Match", tag).wants(412)
	}
	o.call("PUT", path, `{"services": ["portal"]}`, "If-Match", w.ETag).wants(400).says("quotes")
	o.call("PUT", path, `{"services": ["portal"], "message": "four"}`, "If-Match", `"x", "`+w.ETag+`"`).wants(200)
	o.call("DELETE", path, "", "If-Match", "*").wants(204)
	o.call("DELETE", path, "").wants(404).says("no more")
	o.call("PUT", path, `{"services": ["portal"]}`).wants(404)
}

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

func TestAdminLeavesTheBoardAsItWasWhenStorageFails(t *testing.T) {
	o := startOperator(t, t.TempDir())
	t.Cleanup(func() { storageFails.Store(nil) })
	var w window
	o.call("POST", "/candor/maintenance", `{"services": ["portal"], "message": "one"}`).wants(201).into(&w)
	for _, c := range []struct {
		err  error
		code int
		says string
	}{
		{&fs.PathError{Op: "open", Path: "/secret/place", Err: syscall.EROFS}, 500, "read-only"},
		{&fs.PathError{Op: "write", Path: "/secret/place", Err: syscall.ENOSPC}, 507, "full"},
		{errors.New("redis://user:secret@host: no route"), 500, "log"},
	} {
		storageFails.Store(&c.err)
		path := "/candor/maintenance/" + w.ID
		for _, r := range []*reply{
			o.call("POST", "/candor/maintenance", `{"services": ["library"]}`),
			o.call("PUT", path, `{"services": ["portal"], "message": "two"}`),
			o.call("DELETE", path, ""),
			o.call("POST", "/candor/incidents", `{"services": ["*"], "title": "x"}`),
		} {
			r.wants(c.code).says(c.says, "nothing was changed")
			if strings.Contains(r.body, "secret") {
				t.Errorf("answer tells too much: %s", r.body)
			}
		}
		if list := o.windows(); len(list) != 1 || list[0].Message != "one" {
			t.Errorf("windows %+v", list)
		}
		if portal, library := o.visit("portal"), o.visit("library"); portal != 503 || library != 200 {
			t.Errorf("portal answers %d, library %d", portal, library)
		}
	}
	storageFails.Store(nil)
	o.call("DELETE", "/candor/maintenance/"+w.ID, "").wants(204)
}

func TestAdminKeepsWhatItAcknowledgedAcrossRestarts(t *testing.T) {
	root := t.TempDir()
	o := startOperator(t, root)
	o.call("POST", "/candor/maintenance", `{"services": ["portal"]}`).wants(201)
	o.load()
	if got := o.visit("portal"); got != 503 {
		t.Errorf("portal answers %d after a reload", got)
	}
	_ = caddy.Stop()
	o.load()
	if got := o.visit("portal"); got != 503 {
		t.Errorf("portal answers %d after a restart", got)
	}
}

func TestAdminTakesEditsFromManyAtOnce(t *testing.T) {
	o := startOperator(t, t.TempDir())
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			o.call("POST", "/candor/incidents", fmt.Sprintf(`{"services": ["library"], "title": "incident %d"}`, i)).wants(201)
			r := o.call("POST", "/candor/maintenance", `{"services": ["portal"]}`)
			if r.StatusCode != http.StatusCreated && r.StatusCode != http.StatusOK {
				t.Errorf("status code %d: %s", r.StatusCode, r.body)
			}
			o.call("GET", "/candor/services", "").wants(200)
		})
	}
	all.Wait()
	var incidents []struct{ ID string }
	o.call("GET", "/candor/incidents", "").wants(200).into(&incidents)
	if len(incidents) != 8 || len(o.windows()) != 1 {
		t.Errorf("%d incidents, windows %+v", len(incidents), o.windows())
	}
	// Of those who start from the same word, one is first.
	etag := `"` + o.windows()[0].ETag + `"`
	var won, lost int
	var mu sync.Mutex
	for i := range 8 {
		all.Go(func() {
			r := o.call("PUT", "/candor/maintenance/"+o.windows()[0].ID,
				fmt.Sprintf(`{"services": ["portal"], "message": "%d"}`, i), "If-Match", etag)
			mu.Lock()
			defer mu.Unlock()
			if r.StatusCode == 200 {
				won++
			} else if r.StatusCode == 412 {
				lost++
			}
		})
	}
	all.Wait()
	if won != 1 || lost != 7 {
		t.Errorf("%d won, %d lost", won, lost)
	}
}
