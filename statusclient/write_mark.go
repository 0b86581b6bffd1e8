package statusclient

import (
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"slices"
	"strings"
)

// markOf is what an incident that Candor opens is marked with, so that it is found
// again by its key. It tells nothing of the key, and is the same in every process.
func markOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "candor-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// A mark in a text is a line of its own. In Markdown it is a link that nothing
// refers to, which is not shown; behind the # there may be ids of components.
var markLine = regexp.MustCompile(`(?m)^[ \t]*\[(candor-[a-z2-7]{16})\](?:: #([0-9,]*))?[ \t\r]*$`)

func markPlain(text, mark string) string { return text + "\n\n[" + mark + "]" }

func markMarkdown(text, mark string, ids []string) string {
	return text + "\n\n[" + mark + "]: #" + strings.Join(ids, ",")
}

// unmark takes the mark out of a text again.
func unmark(text string) (rest, mark string, ids []string) {
	at := markLine.FindStringSubmatchIndex(text)
	if at == nil {
		return text, "", nil
	}
	if at[4] >= 0 {
		ids = splitIDs(text[at[4]:at[5]])
	}
	mark = text[at[2]:at[3]]
	before, after := strings.TrimRight(text[:at[0]], " \t\r\n"), strings.Trim(text[at[1]:], " \t\r\n")
	if after != "" && before != "" {
		before += "\n\n"
	}
	return before + after, mark, ids
}

// unmarked is unmark for those who only read.
func unmarked(text string) string {
	rest, _, _ := unmark(text)
	return rest
}

func splitIDs(s string) []string {
	return slices.DeleteFunc(strings.Split(s, ","), func(id string) bool { return id == "" })
}
