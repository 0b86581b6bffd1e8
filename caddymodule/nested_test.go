package caddymodule

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestTheInnerDirectiveKnowsBest(t *testing.T) {
	e := startEdge(t, "", fmt.Sprintf(`
		candor campus
		handle /library* {
			candor library {
				health /library/health 503
			}
			encode
			reverse_proxy %s
		}
		reverse_proxy %[1]s`, deadAddr(t)))
	e.hold("library", time.Hour)
	for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
		a := e.get(c, "/library", header{"Accept": "application/json"})
		if p := problemOf(t, a); a.StatusCode != 503 || p["state"] != "maintenance" || p["service"] != "library" {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
		e.get(c, "/library", navigation).isPage(t, 503)
		e.do(c, "POST", "/library", strings.NewReader("x"), navigation).isPage(t, 503)
		if a := e.get(c, "/library/health", nil); a.StatusCode != 503 || a.body != "" {
			t.Errorf("health: %d %q", a.StatusCode, a.body)
		}
	}
	if l := e.logs.lines("answer replaced"); len(l) > 0 {
		t.Errorf("maintenance is logged as a failure: %v", l[0])
	}
	for _, svc := range running.newest().services() {
		if s := svc.tally.Snapshot(time.Now()); !s.Since.IsZero() {
			t.Errorf("maintenance is counted as a failure of %s", svc.name)
		}
	}
}

func TestTwoDirectivesAreOneFailure(t *testing.T) {
	e := startEdge(t, "", fmt.Sprintf("candor campus {\ntimeout 5s\n}\nroute {\ncandor mail\nreverse_proxy %s\n}", deadAddr(t)))
	e.get(e.h1, "/", navigation).isPage(t, 502)
	e.logs.handled(t, 1)
	if l := e.logs.lines("answer replaced"); len(l) != 1 || l[0]["service"] != "mail" {
		t.Errorf("one failure is logged as %v", l)
	}
}

func TestACodeThatIsNoneIsAnAnswerOfABadGateway(t *testing.T) {
	handle(t, "nonsense", func(w http.ResponseWriter, r *http.Request) error {
		code := 0
		_, _ = fmt.Sscan(strings.TrimPrefix(r.URL.Path, "/"), &code)
		w.WriteHeader(code)
		_, err := w.Write([]byte("nonsense"))
		return err
	})
	e := startEdge(t, "", "candor\ntest_below nonsense")
	for _, path := range []string{"/0", "/42", "/1000"} {
		e.get(e.h1, path, navigation).isPage(t, 502)
	}
}
