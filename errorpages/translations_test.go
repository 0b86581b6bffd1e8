package errorpages

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/net/html"
	"golang.org/x/text/language"
)

// pluralForms are the cardinal forms of CLDR.
var pluralForms = map[string][]string{
	"en": {"one", "other"}, "de": {"one", "other"},
	"es": {"one", "many", "other"}, "fr": {"one", "many", "other"}, "it": {"one", "many", "other"}, "pt": {"one", "many", "other"},
	"ru": {"one", "few", "many", "other"},
	"ar": {"zero", "one", "two", "few", "many", "other"},
	"ja": {"other"}, "ko": {"other"}, "zh-Hans": {"other"}, "zh-Hant": {"other"},
}

func formNames(m *i18n.Message) (names []string) {
	for i, name := range []string{"zero", "one", "two", "few", "many", "other"} {
		if forms(m)[i] != "" {
			names = append(names, name)
		}
	}
	return names
}

func TestEveryLanguageHasEveryTextInEveryForm(t *testing.T) {
	keys := english(t)
	if n := len(builtinTags()) + 1; n != len(pluralForms) {
		t.Errorf("%d languages, and the forms of %d are known", n, len(pluralForms))
	}
	for name, want := range pluralForms {
		messages, err := builtin(language.MustParse(name))
		check(t, err)
		seen := map[string]bool{}
		for _, m := range messages {
			base := keys[m.ID]
			if base == nil {
				t.Errorf("%s: %s is not a text of any page", name, m.ID)
				continue
			}
			seen[m.ID] = true
			if base.One == "" {
				want := []string{"other"}
				if got := formNames(m); !slices.Equal(got, want) {
					t.Errorf("%s: %s has the forms %v, want %v", name, m.ID, got, want)
				}
			} else if got := formNames(m); !slices.Equal(got, want) {
				t.Errorf("%s: %s has the forms %v, want %v", name, m.ID, got, want)
			}
			for _, field := range fieldsOf(base) {
				if !slices.Contains(fieldsOf(m), field) && !strings.HasPrefix(m.ID, "time.") {
					t.Errorf("%s: %s does not say {{.%s}}", name, m.ID, field)
				}
			}
		}
		for key := range keys {
			if !seen[key] {
				t.Errorf("%s: %s is missing", name, key)
			}
		}
	}
}

func TestNumbersAreSaidAsPeopleSayThem(t *testing.T) {
	c, err := newCatalog("")
	check(t, err)
	for lang, wants := range map[string]map[int]string{
		"ru": {1: "1 минуту назад", 2: "2 минуты назад", 5: "5 минут назад", 11: "11 минут назад", 21: "21 минуту назад", 34: "34 минуты назад"},
		"ar": {1: "قبل دقيقة واحدة", 2: "قبل دقيقتين", 3: "قبل 3 دقائق", 10: "قبل 10 دقائق", 11: "قبل 11 دقيقة", 59: "قبل 59 دقيقة"},
		"fr": {1: "il y a 1 minute", 2: "il y a 2 minutes"}, "pt": {1: "há 1 minuto", 40: "há 40 minutos"},
		"de": {1: "vor 1 Minute", 2: "vor 2 Minuten"}, "ja": {1: "1分前", 12: "12分前"}, "zh-Hant": {1: "1 分鐘前"},
	} {
		for n, want := range wants {
			if got, err := c.locale(language.MustParse(lang)).lookup("age.minutes", fill{Count: n}); got != want || err != nil {
				t.Errorf("%s: %d is %q, %v, want %q", lang, n, got, err, want)
			}
		}
	}
}

func TestNoLanguageSaysWhatIsBanned(t *testing.T) {
	for name, words := range map[string]string{
		"de": `wartung|technische (problem|schwierig|störung)|verbesser|fehler \d`, "fr": `maintenance|difficultés techniques|améliorer`,
		"es": `mantenimiento|dificultades técnicas|mejoras`, "it": `manutenzione|difficoltà tecnich|miglior`, "pt": `manutenção|dificuldades técnicas|melhorias`,
		"ru": `техобслуживан|технически|улучш`, "ja": `メンテナンス|技術的|改善`, "ko": `점검|유지보수|기술적`, "zh-Hans": `维护|技术|升级|改进`, "zh-Hant": `維護|技術|升級|改進`,
		"ar": `صيانة|تقنية|فنية`,
	} {
		banned := regexp.MustCompile(`(?i)` + words + `|\b[45]\d\d\b`)
		messages, err := builtin(language.MustParse(name))
		check(t, err)
		for _, m := range messages {
			for _, form := range forms(m) {
				if word := banned.FindString(actionPattern.ReplaceAllString(form, "")); word != "" {
					t.Errorf("%s: %s says %q: %s", name, m.ID, word, form)
				}
			}
		}
	}
}

func TestEveryPageIsWholeInEveryLanguage(t *testing.T) {
	tt := builtinPages(t)
	cfg := campus()
	for name := range pluralForms {
		cfg.Languages = append(cfg.Languages, name)
	}
	pages := goldenPages(brand(t, cfg))
	for _, l := range tt.words.locales {
		for _, p := range pages {
			for title, want := range map[string]string{"Student portal": "Student portal", "بوابة <الطلاب>": "بوابة <الطلاب>", "": ""} {
				service := *p.Service
				service.Title = title
				p := *p.Page
				p.Service = &service
				v, err := tt.view(&p, l.tag)
				check(t, err)
				if got := len(v.Languages); p.Received == ReceivedUnsaid && got != len(pluralForms) || p.Received != ReceivedUnsaid && got != 0 {
					t.Errorf("%s: %d languages to choose from", l.tag, got)
				}
				text, err := tt.render(FormatText, v)
				check(t, err)
				page, err := tt.render(FormatHTML, v)
				check(t, err)
				shown := visibleText(t, page)
				for _, s := range []string{string(text), shown} {
					if strings.Contains(s, "{{") || strings.Contains(s, "<no value>") || strings.Contains(s, placeTime) || p.Cause != CauseClient && !strings.Contains(s, want) {
						t.Fatalf("%s: %s", l.tag, s)
					}
					for line := range strings.Lines(s) {
						if !balanced(line) && s == shown {
							t.Errorf("%s: an isolate does not end: %s", l.tag, line)
						}
					}
				}
			}
		}
	}
}

// visibleText is what people read of a page, line by line as it is in the source.
func visibleText(t *testing.T, page []byte) string {
	t.Helper()
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(string(page)))
	for skip := false; ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken:
			name, _ := z.TagName()
			skip = string(name) == "style" || string(name) == "script"
		case html.EndTagToken:
			skip = false
		case html.TextToken:
			if !skip {
				b.Write(z.Text())
			}
		}
	}
}
