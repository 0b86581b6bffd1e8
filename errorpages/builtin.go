package errorpages

import (
	"embed"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed messages/*.toml
var builtinMessages embed.FS

// builtin are the texts that come with this package, none for other languages.
// They are checked by a test and not in every process.
func builtin(tag language.Tag) ([]*i18n.Message, error) {
	data, _ := builtinMessages.ReadFile("messages/" + tag.String() + ".toml") // or there is no such file
	if data == nil {
		return nil, nil
	}
	return parseMessages(data)
}

// builtinTags are the languages that come with this package, but for English.
func builtinTags() (tags []language.Tag) {
	files, _ := builtinMessages.ReadDir("messages") // it is there
	for _, f := range files {
		if tag := language.Make(strings.TrimSuffix(f.Name(), ".toml")); tag != language.English {
			tags = append(tags, tag)
		}
	}
	return tags
}
