package config

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// checker compares a decoded TOML document with the types it is meant for. It
// takes out what does not fit, so that the rest can still be judged, and all
// problems are told at once.
type checker struct {
	root     reflect.Type
	problems Problems
	fields   map[reflect.Type]map[string]reflect.Type
}

func newChecker() *checker {
	return &checker{root: reflect.TypeFor[Config](), fields: map[reflect.Type]map[string]reflect.Type{}}
}

func (c *checker) add(key, format string, args ...any) {
	c.problems = append(c.problems, Problem{Key: key, Text: fmt.Sprintf(format, args...)})
}

// table checks the keys of one table against the fields of t.
func (c *checker) table(at string, m map[string]any, t reflect.Type) {
	fields, ok := c.fields[t]
	if !ok {
		fields = fieldsOf(t)
		c.fields[t] = fields
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		key := join(at, name)
		field, known := fields[name]
		if !known {
			c.add(key, "unknown key%s", suggest(c.root, t, at, name))
			delete(m, name)
			continue
		}
		if !c.value(key, m[name], field) {
			delete(m, name)
		}
	}
}

// value reports whether v, or what is left of it, fits t.
func (c *checker) value(key string, v any, t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(textType) {
		s, ok := v.(string)
		if !ok {
			c.add(key, "must be a string such as \"30s\", not %s", nameOf(v))
			return false
		}
		text := reflect.New(t).Interface().(encoding.TextUnmarshaler)
		if err := text.UnmarshalText([]byte(s)); err != nil {
			c.add(key, "%v", err)
			return false
		}
		return true
	}
	if !fits(v, t) {
		c.add(key, "must be %s, not %s", wanted(key, t), nameOf(v))
		return false
	}
	switch t.Kind() {
	case reflect.Struct:
		c.table(key, v.(map[string]any), t)
	case reflect.Map:
		m := v.(map[string]any)
		maps.DeleteFunc(m, func(name string, v any) bool {
			return !c.value(join(key, name), v, t.Elem())
		})
	case reflect.Slice:
		return c.list(key, v, t)
	}
	return true
}

// list keeps the places of its elements, so that later problems are counted as
// in the file: a list with an element of the wrong type is dropped as a whole.
func (c *checker) list(key string, v any, t reflect.Type) bool {
	ok := true
	for i, e := range elements(v) {
		ok = c.value(fmt.Sprintf("%s[%d]", key, i), e, t.Elem()) && ok
	}
	return ok
}

// elements are those of an array, or the tables of an array of tables.
func elements(v any) []any {
	tables, ok := v.([]map[string]any)
	if !ok {
		return v.([]any)
	}
	out := make([]any, len(tables))
	for i, m := range tables {
		out[i] = m
	}
	return out
}

func fits(v any, t reflect.Type) bool {
	ok := false
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		_, ok = v.(map[string]any)
	case reflect.Slice:
		switch v.(type) {
		case []any, []map[string]any:
			ok = true
		}
	case reflect.String:
		_, ok = v.(string)
	case reflect.Bool:
		_, ok = v.(bool)
	case reflect.Int, reflect.Int64:
		_, ok = v.(int64)
	case reflect.Float64:
		switch v.(type) {
		case float64, int64:
			ok = true
		}
	}
	return ok
}

// wanted names the type as one writes it in TOML.
func wanted(key string, t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return fmt.Sprintf("a table, written [%s]", indexes.ReplaceAllString(key, ""))
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return fmt.Sprintf("an array of tables, written [[%s]]", indexes.ReplaceAllString(key, ""))
		}
		return "an array of strings"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	default:
		return "a number"
	}
}

func nameOf(v any) string {
	switch v.(type) {
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case int64:
		return "an integer"
	case float64:
		return "a float"
	case time.Time:
		return "a date"
	case map[string]any:
		return "a table"
	default:
		return "an array"
	}
}

// fieldsOf maps the keys of a table to the types of their values.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := make(map[string]reflect.Type, t.NumField())
	for f := range t.Fields() {
		if tag, _, _ := strings.Cut(f.Tag.Get("toml"), ","); tag != "" && tag != "-" {
			fields[tag] = f.Type
		}
	}
	return fields
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
