package board

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/candor-edge/candor/statusclient"
)

const (
	maxTitle   = 200       // characters
	maxMessage = 10 * 1000 // bytes
	maxPaths   = 100
	maxNames   = 1000 // services, or components
	maxName    = 200  // bytes of one of them
	lastYear   = 9000 // beyond it JSON may not be able to write a time
)

var serviceForm = regexp.MustCompile(`^[a-z0-9._-]+$`)

func checkServices(list []string) error {
	if len(list) > maxNames {
		return invalid("services", `has more than %d names; "*" means all`, maxNames)
	}
	for _, name := range list {
		switch {
		case name == "*" && len(list) > 1:
			return invalid("services", `has "*" and others; it stands for all, alone`)
		case name != "*" && (len(name) > maxName || !serviceForm.MatchString(name)):
			return invalid("services", "has %.100q; names are of a-z 0-9 - _ .", name)
		}
	}
	return nil
}

func checkPaths(list statusclient.Paths) error {
	if len(list) > maxPaths {
		return invalid("paths", "has more than %d paths", maxPaths)
	}
	for _, p := range list {
		if len(p) > maxName || !utf8.ValidString(p) || strings.ContainsFunc(p, unicode.IsControl) {
			return invalid("paths", "has %.100q; a path has up to %d bytes of UTF-8", p, maxName)
		}
	}
	if err := list.Check(); err != nil {
		return invalid("paths", "has one that cannot be: %v", err)
	}
	return nil
}

func checkComponents(list []string) error {
	if len(list) > maxNames {
		return invalid("components", "has more than %d names", maxNames)
	}
	for _, name := range list {
		if strings.TrimSpace(name) == "" || len(name) > maxName || !utf8.ValidString(name) {
			return invalid("components", "has %.100q; names have 1 to %d bytes of UTF-8", name, maxName)
		}
	}
	return nil
}

// checkText checks what people read. A character has up to four bytes.
func checkText(field, text string, maxCharacters, maxBytes int) error {
	if !utf8.ValidString(text) {
		return invalid(field, "is not valid UTF-8")
	}
	if len(text) > maxBytes {
		return invalid(field, "has more than %d bytes", maxBytes)
	}
	if utf8.RuneCountInString(text) > maxCharacters {
		return invalid(field, "has more than %d characters", maxCharacters)
	}
	return nil
}

func checkTime(field string, t time.Time) error {
	if y := t.UTC().Year(); !t.IsZero() && (y < 1 || y > lastYear) {
		return invalid(field, "is too far away: the year %d", y)
	}
	return nil
}
