package caddymodule

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

func TestAServiceMayHaveErrorsInTheShapeOfItsAPI(t *testing.T) {
	dir := layFiles(t, map[string]string{
		"candor.toml": "[pages]\njson = \"all.json\"\n[[service]]\nname = \"api\"\n[service.pages]\njson = \"api.json\"",
		"all.json":    `{"failed": {{.Service}}, "again": {{.Problem.RetryAfter}}}`,
		"api.json":    `{"errors": [{"status": "{{.Code}}", "title": {{.Headline}}, "id": "{{.Reference}}"}]}`,
	})
	dead := deadAddr(t)
	e := startEdge(t, "candor "+filepath.Join(dir, "candor.toml"), fmt.Sprintf(`
		handle /api/* {
			candor api
			reverse_proxy %[1]s
		}
		handle {
			candor portal
			reverse_proxy %[1]s
		}`, dead))
	var api struct {
		Errors []struct{ Status, Title, ID string }
	}
	a := e.get(e.h1, "/api/x", header{"Accept": "application/json"})
	if err := json.Unmarshal([]byte(a.body), &api); err != nil || a.StatusCode != 502 || len(api.Errors) != 1 || api.Errors[0].Status != "502" ||
		!strings.Contains(api.Errors[0].Title, "api") || a.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %v %s", a.StatusCode, err, a.body)
	}
	var all struct {
		Failed string
		Again  int
	}
	a = e.get(e.h2, "/", header{"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Accept-Encoding": "gzip"})
	if err := json.Unmarshal([]byte(a.body), &all); err != nil || all.Failed != "portal" || all.Again < 100 {
		t.Errorf("%d %v %s", a.StatusCode, err, a.body)
	}
	if a := e.get(e.h1, "/api/x", navigation); !strings.Contains(a.body, "<main>") {
		t.Errorf("a person got %s", a.body)
	}
}

func TestAShapeThatMakesNoJSONIsRefusedAndTheOldConfigurationGoesOn(t *testing.T) {
	dir := layFiles(t, map[string]string{
		"candor.toml": "[[service]]\nname = \"api\"\n[service.pages]\njson = \"api.json\"",
		"api.json":    "{\"a\": {{.Headline}},\n}",
	})
	e := startEdge(t, "", "respond fine")
	err := caddy.Load(e.adapt("candor "+filepath.Join(dir, "candor.toml"), "candor api"), true)
	if err == nil || !strings.Contains(err.Error(), "service[0].pages.json: ") || !strings.Contains(err.Error(), filepath.Join(dir, "api.json")+": makes no JSON") {
		t.Errorf("got %v", err)
	}
	if a := e.get(e.h1, "/", nil); a.body != "fine" {
		t.Errorf("the old configuration is gone: %d %s", a.StatusCode, a.body)
	}
}
