package command

import (
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
	"golang.org/x/text/width"
)

// gap is between two columns.
const gap = 2

// narrowest is how far a column is cut where a terminal is too narrow.
const narrowest = 12

// table aligns rows of cells under a header.
func table(w io.Writer, header []string, rows [][]string) { align(w, header, rows, 0) }

// overview is a table that is cut where it is too wide for the terminal; what goes
// to a program or a file never is.
func overview(w io.Writer, header []string, rows [][]string) { align(w, header, rows, screen(w)) }

func align(w io.Writer, header []string, rows [][]string, screen int) {
	rows = append([][]string{header}, rows...)
	widths := make([]int, len(header))
	for _, row := range rows {
		for i, cell := range row {
			row[i] = harmless(cell)
			widths[i] = max(widths[i], cells(row[i]))
		}
	}
	fit(widths, screen)
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			cell = cut(cell, widths[i])
			line.WriteString(cell)
			line.WriteString(strings.Repeat(" ", widths[i]-cells(cell)+gap))
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	_, _ = io.WriteString(w, b.String())
}

// screen is how many cells of a terminal w has in a line; 0 is no terminal.
func screen(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// fit takes from the widest columns what is too much for a screen.
func fit(widths []int, screen int) {
	for screen > 0 {
		total, widest := -gap, 0
		for i, n := range widths {
			total += n + gap
			if n > widths[widest] {
				widest = i
			}
		}
		if total <= screen || widths[widest] <= narrowest {
			return
		}
		widths[widest]--
	}
}

// cells is how much room s takes on a terminal: twice as much for what is as wide
// as it is high, nothing for what is put onto the letter before it.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n += cellsOf(r)
	}
	return n
}

func cellsOf(r rune) int {
	if r < unicode.MaxASCII {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cut shortens s to so many cells.
func cut(s string, most int) string {
	if cells(s) <= most {
		return s
	}
	n := 0
	for i, r := range s {
		if n += cellsOf(r); n > most-1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}
