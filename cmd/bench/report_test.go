package main

import (
	"strings"
	"testing"
)

func TestReportFailsWhenOneGateIsNotHeld(t *testing.T) {
	var r report
	r.add("a", "rps", "x", "y", spread{0.96, 0.9, 1}, atLeast(0.95))
	r.add("a", "rps (noise)", "y, again", "y", spread{0.2, 0.1, 0.3}, nil)
	if !r.ok() {
		t.Error("a figure for information failed the run")
	}
	r.add("b", "MiB more", "x", "y", spread{4.5, 4, 5}, atMost(4))
	if r.ok() {
		t.Error("a gate that is not held passed")
	}
	var out strings.Builder
	r.write(&out)
	for _, want := range []string{"≥ 0.95", "≤ 4", "pass", "FAIL", "0.9 to 1", "4 to 5"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

func TestReportSaysWhatWasNotMeasured(t *testing.T) {
	r := report{rows: []row{{"a", "RSS", "x", "y", spreadOf(nil), atMost(1)}}}
	var out strings.Builder
	if r.write(&out); r.ok() || !strings.Contains(out.String(), "not measured") {
		t.Error(out.String())
	}
}

// A server that had time to spare was not what limited the rate.
func TestReportSaysWhenAServerWasNotBusy(t *testing.T) {
	all := map[string]*figures{"x": {rps: []float64{100}, busy: []float64{0.5}}, "y": {rps: []float64{90}, busy: []float64{0.99}}}
	for _, c := range []struct {
		check check
		want  bool
	}{
		{check{subject: "x", against: "y", rate: true}, true},
		{check{subject: "y", against: "x", rate: true}, true},
		{check{subject: "y", against: "y", rate: true}, false},
		{check{subject: "x", against: "y"}, false},
	} {
		if got := c.check.loadBound(all); got != c.want {
			t.Errorf("%+v: %v", c.check, got)
		}
	}
}

func TestOnlyChoosesByTheBeginningOfNames(t *testing.T) {
	for give, want := range map[string]int{"": len(scenarios), "held": 2, "held-gzip": 1, "pass-1k, idle": 3, "nothing": 0, ",": 0} {
		if got := chosen(give); len(got) != want {
			t.Errorf("%q: %d scenarios, want %d", give, len(got), want)
		}
	}
}

func TestHostRequestsAskForEveryHostOnce(t *testing.T) {
	for _, n := range []int{fewHosts, manyHosts} {
		seen := map[string]bool{}
		for _, r := range hostRequests(n, "h%d.test") {
			seen[r] = true
		}
		if len(seen) != n {
			t.Errorf("%d requests for %d hosts", len(seen), n)
		}
	}
}
