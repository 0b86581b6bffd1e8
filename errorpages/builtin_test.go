package errorpages

import (
	"io/fs"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Nothing that is built in is tried when a process starts, so it is here.
func TestEveryBuiltInPageRendersInEveryBuiltInLanguage(t *testing.T) {
	tt, err := newTemplates(PagesConfig{}, "/.candor")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range tt.words.locales {
		if err := tt.try(l.tag); err != nil {
			t.Errorf("%s: %v", l.tag, err)
		}
	}
}

func TestEveryBuiltInMessageCanBeSaid(t *testing.T) {
	builtin, err := fs.Sub(builtinMessages, "messages")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[language.Tag][]*i18n.Message{}
	if err := readMessages(builtin, "built-in messages", texts, nil); err != nil {
		t.Fatal(err)
	}
	known := map[string]*i18n.Message{}
	for _, m := range texts[language.English] {
		known[m.ID] = m
	}
	if len(known) == 0 {
		t.Fatal("there are no English messages")
	}
	for tag, messages := range texts {
		for _, m := range messages {
			if err := checkMessage(m, known); err != nil {
				t.Errorf("%s: %s: %v", tag, m.ID, err)
			}
		}
	}
}
