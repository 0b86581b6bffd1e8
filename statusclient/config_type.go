package statusclient

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// particular are the keys that some types read and others do not, and whether
// they are set.
func (c BackendConfig) particular() []particularKey {
	return []particularKey{
		{"token", c.Token != ""},
		{"secret", c.Secret != ""},
		{"timezone", c.Timezone != ""},
		{"json", !reflect.ValueOf(c.JSON).IsZero()},
	}
}

type particularKey struct {
	name string
	set  bool
}

// checkParticular judges what depends on the type.
func (c BackendConfig) checkParticular(a adapter) error {
	for _, k := range c.particular() {
		needed := slices.Contains(a.needs, k.name)
		switch {
		case needed && !k.set:
			return fmt.Errorf("%s is missing, which %s needs", k.name, c.Type)
		case k.set && !needed && !slices.Contains(a.reads, k.name):
			return fmt.Errorf("%s is nothing that %s reads", k.name, c.Type)
		}
	}
	if err := c.checkWriting(a); err != nil {
		return err
	}
	switch {
	case !httpguts.ValidHeaderFieldValue(c.Token):
		return errors.New("token has characters that no header may have")
	case !httpguts.ValidHeaderFieldValue(c.Secret):
		return errors.New("secret has characters that no header may have")
	}
	if _, err := c.location(); err != nil {
		return err
	}
	if a.check != nil {
		return a.check(c)
	}
	return nil
}

// checkWriting judges the keys that are for writing.
func (c BackendConfig) checkWriting(a adapter) error {
	keys := []struct{ name, value string }{
		{"write_token", c.WriteToken}, {"write_secret", c.WriteSecret}, {"page_id", c.PageID},
	}
	for _, k := range keys {
		needed := k.name == "write_token" || slices.Contains(a.writes, k.name)
		switch {
		case k.value == "" && (c.WriteToken == "" || !needed):
		case k.value == "":
			return fmt.Errorf("%s is missing, which writing to %s needs", k.name, c.Type)
		case a.editor == nil:
			return fmt.Errorf("%s is set, but %s is of no type that can be written; these can: %s",
				k.name, c.Type, strings.Join(Writable(), ", "))
		case !needed:
			return fmt.Errorf("%s is nothing that %s reads", k.name, c.Type)
		case c.WriteToken == "":
			return fmt.Errorf("%s is set, but not write_token, without which nothing is written", k.name)
		case !httpguts.ValidHeaderFieldValue(k.value):
			return fmt.Errorf("%s has characters that no header may have", k.name)
		}
	}
	if c.WriteToken != "" && c.WriteToken == c.Token {
		return errors.New("write_token is also the token; what is asked every few seconds must not be able to write")
	}
	return nil
}

// location is the zone of times that name none.
func (c BackendConfig) location() (*time.Location, error) {
	if c.Timezone == "" {
		return time.UTC, nil
	}
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil || c.Timezone == "Local" {
		return nil, fmt.Errorf("timezone %.80q is not known; it is written as Europe/Zurich", c.Timezone)
	}
	return zone, nil
}

func (c BackendConfig) interval() time.Duration {
	if c.Interval == 0 {
		return c.polite()
	}
	return time.Duration(c.Interval)
}

// polite is how often a system of this type is made to be asked.
func (c BackendConfig) polite() time.Duration {
	if d := adapters[c.Type].interval; d > 0 {
		return d
	}
	return DefaultInterval
}

// haste says that a system of a type is asked more often than it is made for, or "".
func (c BackendConfig) haste(typ string) string {
	least := BackendConfig{Type: typ}.polite()
	if c.interval() >= least {
		return ""
	}
	return fmt.Sprintf("interval is %s; systems of type %s are made to be asked every %s and may refuse", c.interval(), typ, least)
}

// Haste is Warning's word on the interval for a b that finds out of which type it is, or
// "" as long as it has not, or there is nothing to say.
func (c BackendConfig) Haste(b Backend) string {
	a, ok := b.(*auto)
	if !ok || c.Interval == 0 {
		return ""
	}
	f := a.found.Load()
	if f == nil {
		return ""
	}
	return c.haste(f.typ)
}

// Warning says what of a valid config is allowed but not wise, or "".
func (c BackendConfig) Warning() string {
	if w := c.haste(c.Type); w != "" && c.Type != "auto" { // which knows later, see Haste
		return "backend " + c.Name + ": " + w
	}
	if u, err := parseBase(c.URL); err == nil && c.WriteToken != "" && c.PageID == "" && u.Scheme == "http" && !internal(u.Hostname()) {
		return fmt.Sprintf("backend %s: write_token goes over the network unencrypted; write url with https://", c.Name)
	}
	return ""
}
