package caddymodule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestEveryAdminRouteRefusesWhatIsNoGoodJSON sends to every route and method that
// there is. Nothing of it may be made, and every answer is JSON that says why.
func TestEveryAdminRouteRefusesWhatIsNoGoodJSON(t *testing.T) {
	e := startEdge(t, "", "candor portal\nrespond in")
	window := e.hold("portal", time.Hour)
	incident := openIncident(t, "Search is slow", "We look into it.")
	app := running.newest()
	before := fmt.Sprintf("%+v %+v", app.pooled.board.Windows(), app.pooled.board.Incidents(true))

	names := map[string]string{"services": "portal", "maintenance": window.ID, "incidents": incident.ID}
	bodies := map[string]string{
		"one byte too many":      `{"title": "` + strings.Repeat("x", maxBody) + `"}`,
		"ten times too many":     strings.Repeat(" ", 10*maxBody) + "{}",
		"endless nesting":        strings.Repeat(`{"a":`, 100_000),
		"nested arrays":          `{"services": ` + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + `}`,
		"half":                   `{"services": ["portal"`,
		"no JSON":                `services=portal`,
		"an array":               `[]`,
		"a string":               `"portal"`,
		"a number":               `1e400`,
		"null":                   `null`,
		"two":                    `{}{}`,
		"something behind":       `{} x`,
		"a comment":              `/* */ {}`,
		"a byte order mark":      "\ufeff{}",
		"UTF-16":                 "\xff\xfe{\x00}\x00",
		"NUL":                    "{\x00}",
		"an unknown key":         `{"__proto__": {"services": ["portal"]}}`,
		"a key with another end": `{"service": "portal", "untill": 1}`,
		"wrong types":            `{"services": {"portal": true}, "site": 1, "for": [], "message": false, "state": 0}`,
		"numbers for all":        `{"services": 1, "title": 2, "message": 3, "from": 4, "until": 5, "site": 6, "to": 7}`,
	}
	kinds := map[string]string{
		"a form": "application/x-www-form-urlencoded", "text": "text/plain", "no type": "", "nonsense": "application/json, text/plain",
	}
	call := func(method, path, kind, body string) (int, []byte) {
		req, err := http.NewRequestWithContext(t.Context(), method, fmt.Sprintf("http://127.0.0.1:%d/candor/%s", e.admin, path), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header["Content-Type"] = []string{kind}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, b
	}
	tried := 0
	for route, methods := range adminRoutes {
		kind, _, _ := strings.Cut(route, "/")
		path := strings.Replace(route, "*", names[kind], 1)
		for method := range methods {
			if method == http.MethodGet {
				continue // reads no body
			}
			refused := func(what string, code int, answer []byte) {
				t.Helper()
				tried++
				var said struct{ Error string }
				if code < 400 || code > 499 || json.Unmarshal(answer, &said) != nil || said.Error == "" || len(answer) > 1000 {
					t.Errorf("%s %s with %s: %d %.200s", method, path, what, code, answer)
				}
				if bytes.Contains(answer, []byte("goroutine")) || bytes.Contains(answer, []byte("reflect")) || bytes.Contains(answer, []byte("Go value")) {
					t.Errorf("%s %s with %s tells of its own code: %s", method, path, what, answer)
				}
			}
			for what, body := range bodies {
				code, answer := call(method, path, "application/json", body)
				refused(what, code, answer)
			}
			if method == http.MethodDelete {
				continue // takes no body at all
			}
			for what, kind := range kinds {
				code, answer := call(method, path, kind, `{}`)
				refused(what, code, answer)
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d bodies were sent", tried)
	}
	if after := fmt.Sprintf("%+v %+v", app.pooled.board.Windows(), app.pooled.board.Incidents(true)); after != before {
		t.Errorf("something was made of it:\n%s\n%s", before, after)
	}
	if !app.passes.Empty() {
		t.Error("a link was made")
	}
	for _, path := range []string{
		"services/..%2f..%2fconfig/passes", "services/%2e%2e/passes", "services/portal%00/passes", "services/portal/passes/x", "services//passes",
		"services/PORTAL/passes", "services/" + strings.Repeat("x", 5000) + "/passes",
	} {
		if code, answer := call("POST", path, "application/json", `{}`); code < 300 || code > 499 || len(answer) > 1000 {
			t.Errorf("%.60s: %d %.200s", path, code, answer)
		}
	}
	if !app.passes.Empty() {
		t.Error("a link was made for a service that is none")
	}
}
