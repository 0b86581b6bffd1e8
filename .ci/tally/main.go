// Command tally reads the events of go test -json, tells what fails and what is
// skipped, and writes the numbers of tests that passed, failed and were skipped
// into the file that it is given, and after them, a line each, the tests that may
// be asked again: "package TestName". It fails if a test did.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go test -json … | tally FILE")
		os.Exit(2)
	}
	t := tally{output: map[string][]string{}, failures: map[string]int{}}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Println(lines.Text()) // not from a test
			continue
		}
		t.take(&e)
	}
	if err := lines.Err(); err != nil {
		t.failed++
		fmt.Println(err)
	}
	text := fmt.Sprintln(t.passed, t.failed, t.skipped)
	if !t.broken {
		for _, name := range t.again {
			text += name + "\n"
		}
	}
	if err := os.WriteFile(os.Args[1], []byte(text), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if t.failed > 0 {
		os.Exit(1)
	}
}

type tally struct {
	passed, failed, skipped int

	again    []string            // failed tests whose failure may be the machine's
	broken   bool                // some failure is not
	output   map[string][]string // of tests that have not ended
	failures map[string]int      // by package
}

func (t *tally) take(e *event) {
	name := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		t.output[name] = append(t.output[name], e.Output)
		if strings.HasPrefix(e.Output, "panic: ") || strings.Contains(e.Output, "DATA RACE") {
			t.broken = true
		}
	case "build-output":
		fmt.Print("        ", e.Output)
	case "pass", "skip", "fail":
		if e.Test == "" {
			t.end(e, name)
			break
		}
		t.count(e, name)
		delete(t.output, name)
	}
}

func (t *tally) count(e *event, name string) {
	switch e.Action {
	case "pass":
		t.passed++
	case "skip":
		t.skipped++
		fmt.Printf("skipped %s: %s\n", name, t.reason(name))
	case "fail":
		t.failed++
		t.failures[e.Package]++
		fmt.Printf("FAILED  %s\n", name)
		t.print(name)
		if !strings.Contains(e.Test, "/") {
			t.again = append(t.again, name)
		}
	}
}

// end is that of a package. One that fails without a test that does could not be
// built, panicked, or ran out of time: what its tests have said so far tells why.
func (t *tally) end(e *event, name string) {
	switch {
	case e.Action == "fail" && t.failures[e.Package] == 0:
		t.failed++
		t.broken = true
		fmt.Printf("FAILED  %s\n", e.Package)
		t.print(name)
		for other := range t.output {
			if strings.HasPrefix(other, e.Package+" ") && other != name {
				t.print(other)
			}
		}
	case e.Action == "pass":
		fmt.Printf("ok      %s %.1fs\n", e.Package, e.Elapsed)
	}
	delete(t.output, name)
}

func (t *tally) print(name string) {
	for _, line := range t.output[name] {
		fmt.Print("        ", line)
	}
}

// reason is what a skipped test said, without the place in the code.
func (t *tally) reason(name string) string {
	for _, line := range t.output[name] {
		line = strings.TrimSpace(line)
		if _, text, ok := strings.Cut(line, ".go:"); ok {
			_, text, _ = strings.Cut(text, ": ")
			return text
		}
	}
	return "no reason given"
}
