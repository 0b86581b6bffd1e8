package config

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// placeholder is one of Caddy's, as {env.TOKEN}; what follows a colon is its
// default value.
var placeholder = regexp.MustCompile(`\{[^{}]+\}`)

// hasPlaceholder reports whether s can only be judged once it is resolved.
func hasPlaceholder(s string) bool {
	return strings.IndexByte(s, '{') >= 0 && placeholder.MatchString(s)
}

func startsWithPlaceholder(s string) bool {
	at := placeholder.FindStringIndex(s)
	return at != nil && at[0] == 0
}

// Resolve returns a copy of c that is ready for use: placeholders replaced,
// hosts, origins and path in the one form they are compared in, defaults filled
// in, and all of it valid. The copy holds secrets and is never to be written
// out; c is not changed. replace fails for a placeholder that is unknown or
// empty; the error names the key, never a value.
func (c *Config) Resolve(replace func(string) (string, error)) (*Config, error) {
	out := *c
	r := resolver{replace: replace}
	r.walk(reflect.ValueOf(&out).Elem())
	out.normalise()
	for i := range r.problems {
		r.problems[i].Text += c.whose(r.problems[i].Key)
	}
	if err := r.problems.and(out.validate(true)).Err(); err != nil {
		return nil, err
	}
	return &out, nil
}

// whose is the name of the entry of a list that a key is in: what comes as JSON has
// no lines, and nobody counts backends.
func (c *Config) whose(key string) string {
	list, rest, _ := strings.Cut(key, "[")
	n, _, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(n)
	switch {
	case err != nil:
	case list == "backend":
		return " (of " + c.Backends[i].Name + ")"
	case list == "service":
		return " (of " + c.Services[i].Name + ")"
	}
	return ""
}

// resolver replaces placeholders in every string of a value, and cuts the value
// loose from what it was copied from.
type resolver struct {
	replace  func(string) (string, error)
	path     []string // to where it is, with the index of a list as "[0]"
	problems Problems
}

func (r *resolver) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); hasPlaceholder(s) {
			v.SetString(r.resolve(s))
		}
	case reflect.Struct:
		for f, field := range v.Fields() {
			r.into(jsonName(f), field)
		}
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(list, v)
		v.Set(list)
		for i := range v.Len() {
			r.into("["+strconv.Itoa(i)+"]", v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			return
		}
		table := reflect.MakeMapWithSize(v.Type(), v.Len())
		for k, e := range v.Seq2() {
			elem := reflect.New(v.Type().Elem()).Elem()
			elem.Set(e)
			r.into(k.String(), elem)
			table.SetMapIndex(k, elem)
		}
		v.Set(table)
	}
}

func (r *resolver) into(name string, v reflect.Value) {
	r.path = append(r.path, name)
	r.walk(v)
	r.path = r.path[:len(r.path)-1]
}

// resolve replaces what s holds. On failure the placeholder that fails is named,
// by its name only: its default could be a secret.
func (r *resolver) resolve(s string) string {
	resolved, err := r.replace(s)
	if err == nil {
		return resolved
	}
	var failing []string
	for _, p := range placeholder.FindAllString(s, -1) {
		if _, err := r.replace(p); err != nil {
			name, _, _ := strings.Cut(strings.Trim(p, "{}"), ":")
			failing = append(failing, "{"+name+"}")
		}
	}
	r.problems = append(r.problems, Problem{
		Key:  strings.ReplaceAll(strings.Join(r.path, "."), ".[", "["),
		Text: strings.TrimSpace("unknown or empty placeholder " + strings.Join(failing, ", ")),
	})
	return ""
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
