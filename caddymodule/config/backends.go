package config

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/candor-edge/candor/statusclient"
)

func (v *validator) backends() {
	seen := map[string]bool{}
	for i := range v.config.Backends {
		b := &v.config.Backends[i]
		if !v.later(b.Name) {
			if err := CheckName(b.Name); err != nil {
				v.add(at("backend", i, "name"), "%v", err)
			} else if b.Name == boardName {
				v.add(at("backend", i, "name"), "%q is the embedded backend; choose another name", b.Name)
			} else if b.Name == FlagName {
				v.add(at("backend", i, "name"), "%q is what maintenance files are called; choose another name", b.Name)
			} else if seen[b.Name] {
				v.add(at("backend", i, "name"), "a backend %q is already there", b.Name)
			}
			seen[b.Name] = true
		}
		v.backend(i, b)
	}
}

// backend judges each key as part of a backend that is good otherwise, so that
// all that is wrong is told, also beside values that are not known yet.
func (v *validator) backend(i int, b *statusclient.BackendConfig) {
	judge := func(key string, values ...string) {
		if slices.ContainsFunc(values, v.later) {
			return
		}
		c := statusclient.BackendConfig{Name: "name", Type: goodType(), URL: "https://status.example.edu"}
		field, header, _ := strings.Cut(key, ".")
		switch field {
		case "type":
			c.Type = b.Type
		case "url":
			c.URL = b.URL
		case "interval":
			c.Interval = b.Interval
		case "hook_secret":
			c.HookSecret = b.HookSecret
		case "headers":
			c.Headers = map[string]string{header: b.Headers[header]}
		default:
			c = *b
			c.Name, c.Headers, c.HookSecret = "name", nil, ""
		}
		if err := c.Validate(); err != nil {
			if reason := errors.Unwrap(err); reason != nil {
				err = reason
			}
			text := err.Error()
			if field == "" {
				field, _, _ = strings.Cut(text, " ")
				field = strings.TrimSuffix(field, ":")
				key = field
			}
			text = strings.TrimPrefix(strings.TrimPrefix(text, field), ":")
			v.add(at("backend", i, key), "%s", strings.TrimSpace(text))
		}
	}
	before := len(v.problems)
	if !slices.Contains(statusclient.Types(), b.Type) {
		judge("type", b.Type)
	}
	judge("url", b.URL)
	judge("interval")
	judge("hook_secret", b.HookSecret)
	for _, name := range slices.Sorted(maps.Keys(b.Headers)) {
		judge("headers."+name, name, b.Headers[name])
	}
	if len(v.problems) == before {
		// What depends on the type can only be judged as a whole.
		judge("", b.Type, b.URL, b.Token, b.Secret, b.Timezone, b.WriteToken, b.WriteSecret, b.PageID)
	}
}

// goodType is a type that asks for nothing but a URL.
func goodType() string {
	for _, t := range statusclient.Types() {
		if (statusclient.BackendConfig{Name: "name", Type: t, URL: "https://status.example.edu"}).Validate() == nil {
			return t
		}
	}
	return ""
}
