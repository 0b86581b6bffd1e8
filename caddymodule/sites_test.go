package caddymodule

import (
	"fmt"
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
		svc, err := app.serviceNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := app.siteOf(svc); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
