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
	if best := Nearest(lower, slices.Sorted(maps.Keys(fieldsOf(t)))); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	if home := homeOf(root, indexes.ReplaceAllString(at, ""), lower); home != "" {
		return "; it belongs in " + home
	}
	return ""
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
		// The one repeats [brand], the other is what nobody gets to by a slip.
		if !strings.HasPrefix(path, "service.brand") && !strings.HasPrefix(path, "backend.json") {
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
