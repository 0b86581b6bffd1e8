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
func (v *validator) brand(key func() string, b *errorpages.BrandConfig) {
	if !v.later(b.Name) && !oneLine(b.Name) {
		v.add(key()+".name", "must be one line of text")
	}
	v.part(key, 0, [3]string{"logo", b.Logo}, errorpages.BrandConfig{Logo: b.Logo})
	v.part(key, 0, [3]string{"accent", b.Accent}, errorpages.BrandConfig{Accent: b.Accent})
	v.part(key, 0, [3]string{"status_url", b.StatusURL}, errorpages.BrandConfig{StatusURL: b.StatusURL})
	v.part(key, 0, [3]string{"timezone", b.Timezone}, errorpages.BrandConfig{Timezone: b.Timezone})
	for i, tag := range b.Languages {
		v.part(key, i, [3]string{"languages", tag}, errorpages.BrandConfig{Languages: []string{tag}})
	}
	for i, c := range b.Contacts {
		if v.later(c.Label) {
			c.Label = "known later"
		}
		if v.later(c.URL) {
			c.URL = ""
		}
		v.part(key, i, [3]string{"contact", c.Label, c.URL}, errorpages.BrandConfig{Contacts: []errorpages.Contact{c}})
	}
}

// part judges a brand in which nothing is set but the values under one key,
// element i of its list if it is one.
func (v *validator) part(key func() string, i int, values [3]string, b errorpages.BrandConfig) {
	field, value := values[0], values[1]
	if value == "" && b.Languages == nil && b.Contacts == nil || v.later(value) {
		return
	}
	err, known := v.judged[values]
	if !known {
		_, err = errorpages.NewBrand(b)
		v.judged[values] = err
	}
	if err == nil {
		return
	}
	var wrong *errorpages.KeyError
	if errors.As(err, &wrong) {
		field, err = strings.Replace(wrong.Key, "[0]", fmt.Sprintf("[%d]", i), 1), wrong.Err
	}
	v.add(join(key(), field), "%v", err)
}
