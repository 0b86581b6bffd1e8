package config

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// Validate judges the whole configuration and returns everything that is wrong
// with it. What holds a placeholder is left for Resolve, which judges again.
func (c *Config) Validate() Problems { return c.validate(false) }

func (c *Config) validate(resolved bool) Problems {
	v := &validator{config: c, resolved: resolved, judged: map[[3]string]error{}}
	v.brand(func() string { return "brand" }, &c.Brand)
	v.backends()
	v.services()
	v.public()
	v.maintenance("maintenance", c.Maintenance.BypassNetworks, c.Maintenance.BypassHeader)
	if d := c.Maintenance.Announce; d < 0 || d > maxAnnounce {
		v.add("maintenance.announce", "%s is not from 0 to %s", time.Duration(d), time.Duration(maxAnnounce))
	}
	if d := c.Maintenance.RemindAfter; d != 0 && d < statusclient.Duration(time.Minute) {
		v.add("maintenance.remind_after", "%s is too short; at least 1m", time.Duration(d))
	}
	v.console()
	v.frameAncestors()
	return v.problems
}

// validator gathers problems. Keys are put together only for a problem: a
// configuration can have a hundred thousand of them.
type validator struct {
	config   *Config
	resolved bool // what looks like a placeholder now is not one
	problems Problems
	judged   map[[3]string]error // of the values of brands so far
}

func (v *validator) add(key, format string, args ...any) {
	v.problems = append(v.problems, Problem{Key: key, Text: fmt.Sprintf(format, args...)})
}

// later reports whether s is judged once its placeholders are resolved.
func (v *validator) later(s string) bool { return !v.resolved && hasPlaceholder(s) }

// at writes the key of a field of one element of a list.
func at(list string, i int, field string) string {
	return fmt.Sprintf("%s[%d].%s", list, i, field)
}

// BrandFor is the brand of one service: what its own leaves out is taken from
// [brand].
func (c *Config) BrandFor(s *Service) errorpages.BrandConfig {
	return c.Brand.Merge(s.Brand)
}

// oneLine reports whether s is text that fits on one line.
func oneLine(s string) bool { return strings.IndexFunc(s, unicode.IsControl) < 0 }
