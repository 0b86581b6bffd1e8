package caddymodule

import (
	"fmt"
	"strings"
	"testing"
)

func TestPagesOfAServiceOfferItsAlternatives(t *testing.T) {
	toml := tomlFile(t, `
		[[service]]
		name = "portal"
		[[service.alternative]]
		label = "Timetable as PDF"
		url = "https://files.example.edu/timetable.pdf"
		[[service]]
		name = "library"
	`)
	e := startEdge(t, "candor "+toml, fmt.Sprintf(`
		handle /portal {
			candor portal
			reverse_proxy %[1]s
		}
		handle {
			candor library
			reverse_proxy %[1]s
		}`, deadAddr(t)))
	for accept, want := range map[string]string{
		"text/html":        `<a href="https://files.example.edu/timetable.pdf" dir="auto">Timetable as PDF</a>`,
		"application/json": `"alternatives":[{"label":"Timetable as PDF","url":"https://files.example.edu/timetable.pdf"}]`,
		"text/plain":       "  - Timetable as PDF · https://files.example.edu/timetable.pdf\n",
	} {
		if body := e.get(e.h1, "/portal", header{"Accept": accept}).body; !strings.Contains(body, want) {
			t.Errorf("%s: no %q in %s", accept, want, body)
		}
		if body := e.get(e.h1, "/library", header{"Accept": accept}).body; strings.Contains(body, "Timetable") {
			t.Errorf("%s: another service offers it too: %s", accept, body)
		}
	}
}
