package errorpages

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// fill is what a text can have filled in. A text may use the fields that the
// English one uses, and Service and Org anywhere.
type fill struct {
	Service, Org, Headline       string
	Time, From, Age              string
	List, Name, Reference, Text  string
	Clock, Date, Zone, Offset    string
	Weekday, Month, Hour, Minute string
	Hour12, Day, Year            int
	PM                           bool
	Number                       string // Count as it is written
	Count                        int
}

// locale is all texts in one language, English where it lacks one.
type locale struct {
	tag     language.Tag
	dir     string
	altered bool                            // by an operator's folder
	load    func() (*i18n.Localizer, error) // reads the texts when they are first needed
}

// newLocale takes the texts of an operator, in every language.
func newLocale(tag language.Tag, own map[language.Tag][]*i18n.Message) *locale {
	l := &locale{tag: tag, dir: direction(tag), altered: len(own[tag]) > 0}
	l.load = sync.OnceValues(func() (*i18n.Localizer, error) {
		b := i18n.NewBundle(language.English)
		for _, tag := range slices.Compact([]language.Tag{language.English, tag}) {
			texts, err := builtin(tag)
			if err != nil {
				return nil, err
			}
			if err := b.AddMessages(tag, append(texts, own[tag]...)...); err != nil {
				return nil, fmt.Errorf("%s: %w", tag, err)
			}
		}
		return i18n.NewLocalizer(b, tag.String()), nil
	})
	return l
}

// name is what the language calls itself, its tag where no text says it.
func (l *locale) name() string {
	texts, err := l.load()
	if err != nil {
		return l.tag.String()
	}
	s, tag, err := texts.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: "language.name"})
	if err != nil || tag != l.tag {
		return l.tag.String()
	}
	return s
}

// direction is how a language is written.
func direction(tag language.Tag) string {
	script, _ := tag.Script()
	if slices.Contains([]string{"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"}, script.String()) {
		return "rtl"
	}
	return "ltr"
}

// lookup says a text. Only a key that does not exist is an error.
func (l *locale) lookup(key string, f fill) (string, error) {
	cfg := i18n.LocalizeConfig{MessageID: key, TemplateData: f}
	if f.Count > 0 {
		cfg.PluralCount = f.Count
	}
	texts, err := l.load()
	if err != nil {
		return "", err
	}
	s, err := texts.Localize(&cfg)
	if s == "" && err != nil {
		return "", fmt.Errorf("there is no text %q", key)
	}
	return s, nil
}

// timeFields are what languages write times of, each in its own way.
var timeFields = []string{"Hour", "Hour12", "PM", "Minute", "Weekday", "Day", "Month", "Year", "Zone", "Offset"}

var fieldPattern = regexp.MustCompile(`\.([A-Za-z]\w*)`)
var actionPattern = regexp.MustCompile(`\{\{.*?\}\}`)

// checkMessage makes sure that a text can be said, and is one of those known.
func checkMessage(m *i18n.Message, known map[string]*i18n.Message) error {
	base := known[m.ID]
	if base == nil {
		return errors.New("is not a text of any page")
	}
	allowed := append(fieldsOf(base), "Service", "Org")
	if strings.HasPrefix(m.ID, "time.") {
		allowed = append(allowed, timeFields...)
	}
	for _, form := range forms(m) {
		t, err := template.New(m.ID).Parse(form)
		if err == nil {
			err = t.Execute(io.Discard, fill{})
		}
		if err != nil {
			return err
		}
	}
	for _, field := range fieldsOf(m) {
		if !slices.Contains(allowed, field) {
			return fmt.Errorf("has nothing to fill {{.%s}} with, only %v", field, allowed)
		}
	}
	return nil
}

func fieldsOf(m *i18n.Message) (fields []string) {
	for _, form := range forms(m) {
		for _, action := range actionPattern.FindAllString(form, -1) {
			for _, f := range fieldPattern.FindAllStringSubmatch(action, -1) {
				if !slices.Contains(fields, f[1]) {
					fields = append(fields, f[1])
				}
			}
		}
	}
	return fields
}

func forms(m *i18n.Message) []string {
	return []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
}
