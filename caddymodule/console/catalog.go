package console

import (
	"embed"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed messages/*.toml
var messages embed.FS

// catalogs are the console's own texts. Words that pages of visitors have, too,
// such as those for the states of an incident, are theirs.
var catalogs = sync.OnceValue(func() map[language.Tag]*i18n.Localizer {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	found := map[language.Tag]*i18n.Localizer{}
	files, _ := messages.ReadDir("messages") // it is there
	for _, f := range files {
		tag := language.Make(strings.TrimSuffix(f.Name(), ".toml"))
		if _, err := bundle.LoadMessageFileFS(messages, "messages/"+f.Name()); err == nil { // a test reads them all
			found[tag] = i18n.NewLocalizer(bundle, tag.String())
		}
	}
	return found
})

// catalogFor is the language that the console speaks to who reads another one: its
// relative, English where there is none.
func catalogFor(wanted language.Tag) language.Tag {
	tags := []language.Tag{language.English}
	for tag := range catalogs() {
		if tag == wanted {
			return tag
		}
		tags = append(tags, tag)
	}
	if _, i, confidence := language.NewMatcher(tags).Match(wanted); confidence >= language.High {
		return tags[i]
	}
	return language.English
}

// text is a text with its fields, given as name and value in turn, filled in.
func text(lang language.Tag, key string, fields ...any) string {
	data := map[string]any{}
	for i := 0; i+1 < len(fields); i += 2 {
		if name, ok := fields[i].(string); ok {
			data[name] = fields[i+1]
		}
	}
	s, err := catalogs()[lang].Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data})
	if s == "" && err != nil {
		return key // a test has all keys looked up
	}
	return s
}
