package errorpages

import (
	"strings"
	"testing"

	"golang.org/x/text/language"
)

func TestWhatIsFilledInDoesNotTurnASentenceAround(t *testing.T) {
	c, err := newCatalog("")
	check(t, err)
	en, ar := c.locale(language.English), c.locale(language.Arabic)
	for _, tt := range []struct {
		in         *locale
		give, want string
	}{
		{en, "Portal", "Portal"}, {en, "学生ポータル", "学生ポータル"}, {en, "", ""}, {ar, "", ""},
		{en, "بوابة", startIsolate + "بوابة" + endIsolate}, {en, "שער (2)", startIsolate + "שער (2)" + endIsolate},
		{ar, "Portal (2)", startIsolate + "Portal (2)" + endIsolate},
	} {
		if got := tt.in.isolate(tt.give); got != tt.want {
			t.Errorf("%s: %q became %q", tt.in.tag, tt.give, got)
		}
	}
}

func TestTerminalsGetNoIsolateThatDoesNotEnd(t *testing.T) {
	for give, want := range map[string]string{
		"a \u2068b\u2069 c": "a \u2068b\u2069 c\n", "a \u2068b": "a b\n", "\u2069a": "a\n", "a\u202eb": "ab\n", "\u2066a\u2069": "a\n",
		"1\u00a0000 a": "1\u00a0000 a\n", "a\u202f? b": "a\u00a0? b\n",
	} {
		if got := terminal(give); got != want {
			t.Errorf("%q: got %q, want %q", give, got, want)
		}
	}
}

func TestAMailSubjectHasNoInvisibleCharacters(t *testing.T) {
	cfg := campus()
	cfg.Languages = []string{"ar"}
	v, err := builtinPages(t).view(page(brand(t, cfg)), language.Arabic)
	check(t, err)
	for _, contact := range v.Contacts {
		if strings.Contains(string(contact.URL), "%E2%81") {
			t.Errorf("got %s", contact.URL)
		}
	}
}
