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
	fields := fieldsOf(t)
	if best := Nearest(lower, slices.Sorted(maps.Keys(fields))); best != "" {
		if at == "" {
			best = header(best, fields[best])
		}
		return fmt.Sprintf("; did you mean %q?", best)
	}
	if home := homeOf(root, indexes.ReplaceAllString(at, ""), lower); home != "" {
		return "; it belongs in " + home
	}
	return ""
}

// header is a table as one writes it.
func header(path string, t reflect.Type) string {
	if t.Kind() == reflect.Slice {
		return "[[" + path + "]]"
	}
	return "[" + path + "]"
}

// homeOf is the table that has a key of this name: one below the table it was
// found in, or those that there are, if they are few.
func homeOf(root reflect.Type, table, name string) string {
	const few = 3
	var others []string
	for _, home := range homes(root, "", name) {
		path := strings.Trim(home, "[]")
		if table != "" && strings.HasPrefix(path, table+".") {
			return home
		}
		// The one repeats [brand], the other is what nobody gets to by a slip.
		if !strings.HasPrefix(path, "service.brand") && !strings.HasPrefix(path, "backend.json") {
			others = append(others, home)
		}
	}
	if len(others) > few {
		return ""
	}
	return strings.Join(others, " or ")
}

// homes lists the tables that have a key of this name, as their headers.
func homes(t reflect.Type, at, name string) []string {
	var out []string
	fields := fieldsOf(t)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		here := fields[key]
		if here.Kind() == reflect.Slice {
			here = here.Elem()
		}
		if here.Kind() != reflect.Struct {
			continue
		}
		path := join(at, key)
		if _, ok := fieldsOf(here)[name]; ok {
			out = append(out, header(path, fields[key]))
		}
		out = append(out, homes(here, path, name)...)
	}
	return out
}
