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
	warned := e.logs.lines("a service misses what is said of a component")
	if len(warned) != 2 {
		t.Errorf("warned %d times in\n%s", len(warned), e.logs)
	}
}
