package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong, and where.
type Problem struct {
	File string // empty when the configuration came as JSON
	Line int    // 1 is the first; 0: not known
	Key  string // as in JSON: service[2].hosts[0], counted from 0
	Text string // never holds a secret
}

// String is the problem on one line, as compilers write it.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		b.WriteString(": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Text)
	return b.String()
}

// Problems is everything that is wrong at once. As an error it is one line per
// problem; an empty list must not be handed on as an error: see Err.
type Problems []Problem

// maxShown bounds an error text: a generated file of ten thousand services with
// the same mistake in each is understood from its beginning.
const maxShown = 50

func (ps Problems) Error() string {
	lines := make([]string, 0, min(len(ps), maxShown+1))
	for i, p := range ps {
		if i == maxShown {
			lines = append(lines, fmt.Sprintf("and %d more", len(ps)-maxShown))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// Err is nil when there are no problems.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// and adds those of more whose keys have no problem yet: a value of the wrong
// type is not also reported as missing.
func (ps Problems) and(more Problems) Problems {
	known := make(map[string]bool, len(ps))
	for _, p := range ps {
		known[p.Key] = true
	}
	for _, p := range more {
		if !known[p.Key] {
			ps = append(ps, p)
		}
	}
	return ps
}

// locate says where in the file each problem is, and puts them in that order.
func (ps Problems) locate(file string, lines map[string]int) {
	for i := range ps {
		ps[i].File = file
		for key := ps[i].Key; key != "" && ps[i].Line == 0; key = parent(key) {
			ps[i].Line = lines[key]
		}
	}
	slices.SortStableFunc(ps, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
}

// parent is the key that holds this one; empty at the top.
func parent(key string) string {
	return key[:max(strings.LastIndexAny(key, ".["), 0)]
}
