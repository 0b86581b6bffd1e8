package errorpages

import (
	"testing"

	"github.com/rs/zerolog"
	"golang.org/x/text/language"
)

// Nothing that is built in is tried when a process starts, so it is here.
func TestEveryBuiltInPageRendersInEveryBuiltInLanguage(t *testing.T) {
	tt := builtinPages(t)
	r := newRenderer("'none'", zerolog.Nop(), tt)
	for _, l := range tt.words.locales {
		if err := r.tryIn(l.tag, samples(), 1); err != nil {
			t.Errorf("%s: %v", l.tag, err)
		}
	}
}

func TestEveryBuiltInMessageCanBeSaid(t *testing.T) {
	known := english(t)
	for _, tag := range append(builtinTags(), language.English) {
		messages, err := builtin(tag)
		if err != nil || len(messages) == 0 {
			t.Fatalf("%s: %d messages, %v", tag, len(messages), err)
		}
		for _, m := range messages {
			if err := checkMessage(m, known); err != nil {
				t.Errorf("%s: %s: %v", tag, m.ID, err)
			}
		}
	}
}
