package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/candor-edge/candor/errorpages"
)

// brand judges what is set in b. Every value is judged as a brand of its own, so
// that all that is wrong is told, also beside values that are not known yet; what
// thousands of services have in common is judged once.
func (v *validator) brand(key string, b *errorpages.BrandConfig) {
	if !v.later(b.Name) && !oneLine(b.Name) {
		v.add(key+".name", "must be one line of text")
	}
	v.part(key, 0, b.Logo, errorpages.BrandConfig{Logo: b.Logo})
	v.part(key, 0, b.Accent, errorpages.BrandConfig{Accent: b.Accent})
	v.part(key, 0, b.StatusURL, errorpages.BrandConfig{StatusURL: b.StatusURL})
	v.part(key, 0, b.Timezone, errorpages.BrandConfig{Timezone: b.Timezone})
	for i, tag := range b.Languages {
		v.part(key, i, tag, errorpages.BrandConfig{Languages: []string{tag}})
	}
	for i, c := range b.Contacts {
		if v.later(c.Label) {
			c.Label = "known later"
		}
		if v.later(c.URL) {
			c.URL = ""
		}
		v.part(key, i, c.Label+"\n"+c.URL, errorpages.BrandConfig{Contacts: []errorpages.Contact{c}})
	}
}

// part judges a brand of which nothing but value is set, element i of a list if
// it is one.
func (v *validator) part(key string, i int, value string, b errorpages.BrandConfig) {
	if value == "" && b.Languages == nil || v.later(value) {
		return
	}
	memo := fmt.Sprintf("%d %q %q", len(b.Contacts), b.Languages, []string{b.Logo, b.Accent, b.StatusURL, b.Timezone, value})
	err, known := v.judged[memo]
	if !known {
		_, err = errorpages.NewBrand(b)
		v.judged[memo] = err
	}
	if err == nil {
		return
	}
	var wrong *errorpages.KeyError
	if errors.As(err, &wrong) {
		key = join(key, strings.Replace(wrong.Key, "[0]", fmt.Sprintf("[%d]", i), 1))
		err = wrong.Err
	}
	v.add(key, "%v", err)
}
