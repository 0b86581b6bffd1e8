package caddymodule_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
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

func TestAdminAnswersWhileConfigurationsComeAndGo(t *testing.T) {
	o := startOperator(t, t.TempDir())
	done := make(chan struct{})
	acknowledged := make(chan struct{}, 1)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				resp, err := http.Post("http://"+o.admin+"/candor/maintenance", "application/json", strings.NewReader(`{"services": ["library"]}`))
				if err != nil {
					continue // Caddy cuts connections when it changes its admin endpoint
				}
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusCreated && resp.StatusCode != http.StatusOK {
					t.Errorf("status code %d", resp.StatusCode)
				}
				select {
				case acknowledged <- struct{}{}:
				default:
				}
			}
		})
	}
	for range 5 {
		o.load()
	}
	select {
	case <-acknowledged:
	case <-time.After(time.Minute):
		t.Error("no edit was acknowledged")
	}
	close(done)
	all.Wait()
	if list := o.windows(); len(list) != 1 {
		t.Errorf("windows %+v", list)
	}
}
