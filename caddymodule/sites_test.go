package caddymodule

import (
	"fmt"
	"strings"
	"testing"
)

func TestWhereVisitorsFindAService(t *testing.T) {
	other, anywhere := freePort(t), freePort(t)
	e := startEdge(t, fmt.Sprintf("candor %s", tomlFile(t, `
		[[service]]
		name = "named"
		hosts = ["*.named.test", "first.named.test", "second.named.test"]
		[[service]]
		name = "wild"
		hosts = ["*.wild.test"]
		[[service]]
		name = "nowhere"`)), fmt.Sprintf(`
		handle /library/* {
			route {
				candor library
			}
		}
		candor portal
		handle_errors {
			candor errors
		}
	}
	http://*.test:%d, http://plain.test:%[1]d {
		candor plain
	}
	http://:%d {
		candor`, other, anywhere))
	app := running.newest()
	for name, want := range map[string]string{
		"named": "https://first.named.test", "wild": "", "nowhere": "",
		"portal": fmt.Sprintf("https://localhost:%d", e.https), "library": fmt.Sprintf("https://localhost:%d", e.https),
		"errors": fmt.Sprintf("https://localhost:%d", e.https), "plain": fmt.Sprintf("http://plain.test:%d", other), "default": "",
	} {
		svc, err := app.leadTo(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := app.siteOf(svc); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, at := range []struct {
		service, origin string
		here            bool
	}{
		{"named", "https://first.named.test", true},
		{"named", "https://any.named.test:8443", true},
		{"named", "https://LOCALHOST", false}, // where portal is
		{"portal", "https://localhost:1", true},
		{"portal", "https://portal.example.edu", false},
		{"library", "https://localhost", true},
		{"errors", "https://localhost", true},
		{"plain", "http://a.test", true},
		{"plain", "http://b.a.test", false},
		{"default", "https://whatever.example.edu", true},
		{"default", "https://x.wild.test", false},
		{"nowhere", "https://nowhere.example.edu", false},
	} {
		svc, err := app.leadTo(at.service)
		if err != nil {
			t.Fatal(err)
		}
		if warning := app.elsewhere(svc, at.origin); (warning == "") != at.here {
			t.Errorf("%s at %s: warning %q", at.service, at.origin, warning)
		}
	}
}

func TestTheOrganisationIsNotWhatFails(t *testing.T) {
	e := startEdge(t, "candor "+tomlFile(t, "[brand]\nname = \"Example University IT\""), "candor\nreverse_proxy "+deadAddr(t))
	a := e.get(e.h1, "/", header{"Accept": "text/plain"})
	if !strings.Contains(a.body, "Sorry, there is a problem with this site") || strings.Count(a.body, "Example University IT") != 1 {
		t.Errorf("the organisation may well work:\n%s", a.body)
	}
}
