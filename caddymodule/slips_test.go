package caddymodule

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// TestAComponentThatIsNotThereIsWarnedOf: a service that names what no backend
// has misses what is said of it, and nobody else would notice.
func TestAComponentThatIsNotThereIsWarnedOf(t *testing.T) {
	var name atomic.Pointer[string]
	call := func(s string) { name.Store(&s) }
	call("Student portal")
	page := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"page":{"id":"p"},"components":[{"id":"1","name":%q,"status":"operational"}],"incidents":[]}`, *name.Load())
	})
	config := `
		[[backend]]
		name = "campus"
		type = "statuspage"
		url  = "http://` + page + `"
		interval = "10m"
		[[backend]]
		name = "away"
		type = "statuspage"
		url  = "http://` + deadAddr(t) + `"
		[[service]]
		name = "portal"
		components = ["campus/Student portl", "campus/Student portal", "away/Anything"]
		[[service]]
		name = "library"
		components = ["campus/*"]`
	e := startEdge(t, "candor "+tomlFile(t, config), "candor portal\nreverse_proxy "+deadAddr(t))
	app := running.newest()
	missing := func(service string) string { return strings.Join(app.slipsOf(service), "; ") }
	slip := `backend campus has no component "campus/Student portl"; did you mean "campus/Student portal"?`
	wait(t, "the slip is known", func() bool { return missing("portal") == slip })
	if missing("library") != "" {
		t.Errorf("library misses %s", missing("library"))
	}
	// What is renamed is warned of, too; what was warned of is not again.
	call("Portal")
	app.pooled.pollers[0].Refresh()
	wait(t, "both are missing", func() bool { return len(app.slipsOf("portal")) == 2 })
	call("Student portl")
	app.pooled.pollers[0].Refresh()
	wait(t, "one is there", func() bool { return len(app.slipsOf("portal")) == 1 })
	if got := len(e.logs.lines("a service hears of several components by one name")); got != 0 {
		t.Errorf("warned %d times of what is one", got)
	}
	warned := e.logs.lines("a service misses what is said of a component")
	if len(warned) != 2 {
		t.Errorf("warned %d times in\n%s", len(warned), e.logs)
	}
}

// TestANameOfSeveralComponentsIsWarnedOf: a service that names one of them hears of
// the other one, too.
func TestANameOfSeveralComponentsIsWarnedOf(t *testing.T) {
	page := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"page":{"id":"p"},"incidents":[],"components":[
			{"id":"g1","name":"Staff","group":true,"status":"operational"},{"id":"g2","name":"Students","group":true,"status":"operational"},
			{"id":"1","name":"Mail","group_id":"g1","status":"operational"},{"id":"2","name":"Mail","group_id":"g2","status":"operational"}]}`)
	})
	e := startEdge(t, "candor "+tomlFile(t, `
		[[backend]]
		name = "campus"
		type = "statuspage"
		url  = "http://`+page+`"
		[[service]]
		name = "mail"
		components = ["campus/Mail"]
		[[service]]
		name = "staff"
		components = ["campus/Staff/Mail", "campus/2"]`), "candor mail\nreverse_proxy "+deadAddr(t))
	app := running.newest()
	wait(t, "it is known", func() bool { return len(app.slipsOf("mail")) == 1 })
	want := `backend campus has 2 components "campus/Mail", and all are meant; write "campus/Staff/Mail" or "campus/Students/Mail"`
	if got := app.slipsOf("mail")[0]; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := app.slipsOf("staff"); len(got) != 0 {
		t.Errorf("staff: %v", got)
	}
	wait(t, "it is warned of", func() bool { return len(e.logs.lines("a service hears of several components by one name")) == 1 })
}
