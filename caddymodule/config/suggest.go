package config

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

var indexes = regexp.MustCompile(`\[\d+\]`)

// suggest finds what a key that t does not have was meant to be: one of t's keys
// written wrongly, or a key that belongs into another table.
func suggest(root, t reflect.Type, at, name string) string {
	lower := strings.ToLower(name)
	if best := closest(lower, slices.Sorted(maps.Keys(fieldsOf(t)))); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	if home := homeOf(root, indexes.ReplaceAllString(at, ""), lower); home != "" {
		return "; it belongs in " + home
	}
	return ""
}

// closest is the one of known that s may be a slip of; empty when none is near.
func closest(s string, known []string) string {
	best, least := "", max(1, min(3, len(s)/2))+1
	for _, k := range known {
		if d := distance(s, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// homeOf is the table that has a key of this name: one below the table it was
// found in, or the only one at all.
func homeOf(root reflect.Type, table, name string) string {
	var others []string
	for _, home := range homes(root, "", name) {
		path := strings.Trim(home, "[]")
		if table != "" && strings.HasPrefix(path, table+".") {
			return home
		}
		if !strings.HasPrefix(path, "service.brand") { // it repeats [brand]
			others = append(others, home)
		}
	}
	if len(others) != 1 {
		return ""
	}
	return others[0]
}

// homes lists the tables that have a key of this name, as their headers.
func homes(t reflect.Type, at, name string) []string {
	var out []string
	fields := fieldsOf(t)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		here, list := fields[key], false
		if here.Kind() == reflect.Slice {
			here, list = here.Elem(), true
		}
		if here.Kind() != reflect.Struct {
			continue
		}
		path := join(at, key)
		if _, ok := fieldsOf(here)[name]; ok {
			header := "[" + path + "]"
			if list {
				header = "[" + header + "]"
			}
			out = append(out, header)
		}
		out = append(out, homes(here, path, name)...)
	}
	return out
}

// distance counts the letters to insert, drop, replace or swap between a and b.
func distance(a, b string) int {
	before, prev := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(prev[j]+cost, prev[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}
