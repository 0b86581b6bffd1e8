package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
)

// report is what is printed at the end.
type report struct {
	rows    []row
	details []detail
}

// row is one figure and whether it keeps its gate.
type row struct {
	scenario, what, subject, against string
	spread                           spread
	gate                             *gate
}

// detail is how one contender did.
type detail struct {
	scenario, name string
	figures        *figures
}

func (r *report) add(scenario, what, subject, against string, s spread, g *gate) {
	r.rows = append(r.rows, row{scenario, what, subject, against, s, g})
}

// ok reports whether every gate was held.
func (r *report) ok() bool {
	for _, row := range r.rows {
		if row.gate != nil && !row.gate.holds(row.spread.median) {
			return false
		}
	}
	return true
}

func (r *report) write(w io.Writer) {
	if len(r.details) > 0 {
		fmt.Fprint(w, "\nContenders: medians. Absolute figures are those of this machine in this minute.\n\n")
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "scenario\tcontender\trps\tCPU µs\tbusy\tallocs\tnew conns\tRSS MiB\tstart ms")
		for _, d := range r.details {
			f := d.figures
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.scenario, d.name, number(median(f.rps), 0),
				number(median(f.cpu), 1), number(median(f.busy)*100, 0)+" %", number(median(f.allocs), 1),
				number(median(f.conns), 3), number(median(f.rss), 1), number(median(f.start), 0))
		}
		_ = t.Flush()
	}
	fmt.Fprint(w, "\nComparisons: the median of the rounds, and the lowest and highest of them.\n\n")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "scenario\tfigure\tof\tagainst\tmedian\trounds\tgate\t")
	for _, row := range r.rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s to %s\t%s\t%s\n", row.scenario, row.what, row.subject, row.against,
			number(row.spread.median, 3), number(row.spread.min, 3), number(row.spread.max, 3), row.gate, row.verdict())
	}
	_ = t.Flush()
}

func (row *row) verdict() string {
	switch {
	case row.gate == nil:
		return ""
	case row.gate.holds(row.spread.median):
		return "pass"
	case math.IsNaN(row.spread.median):
		return "FAIL: not measured"
	}
	return "FAIL"
}

// String is the bound as the table shows it.
func (g *gate) String() string {
	switch {
	case g == nil:
		return ""
	case g.atLeast:
		return "≥ " + number(g.bound, 3)
	}
	return "≤ " + number(g.bound, 3)
}

// number drops the zeros at the end.
func number(v float64, digits int) string {
	if math.IsNaN(v) {
		return "–"
	}
	s := fmt.Sprintf("%.*f", digits, v)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
