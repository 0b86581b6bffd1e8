package console

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/language"
)

// texts are all of a language, by key.
func texts(t *testing.T, file string) map[string]string {
	t.Helper()
	var tables map[string]any
	if _, err := toml.DecodeFile(file, &tables); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name, v := range tables {
		switch v := v.(type) {
		case string:
			out[name] = v
		case map[string]any:
			for key, s := range v {
				out[name+"."+key], _ = s.(string)
			}
		}
	}
	return out
}

var fields = regexp.MustCompile(`\{\{\.\w+\}\}`)

func fieldsOf(s string) []string {
	list := fields.FindAllString(s, -1)
	slices.Sort(list)
	return list
}

func TestTheConsoleSpeaksTheLanguagesOfThePages(t *testing.T) {
	english := texts(t, "messages/en.toml")
	pages, err := filepath.Glob("../../errorpages/messages/*.toml")
	if err != nil || len(pages) < 12 {
		t.Fatal(pages, err)
	}
	for _, page := range pages {
		name := filepath.Base(page)
		own := texts(t, "messages/"+name)
		for key, want := range english {
			if got := own[key]; strings.TrimSpace(got) == "" && key != "list.comma" || !slices.Equal(fieldsOf(got), fieldsOf(want)) {
				t.Errorf("%s: %s is %q, in English %q", name, key, got, want)
			}
		}
		for key := range own {
			if _, known := english[key]; !known {
				t.Errorf("%s: %s is not said anywhere", name, key)
			}
		}
		tag := language.Make(strings.TrimSuffix(name, ".toml"))
		if got := text(tag, "service.more", "Count", 7); !strings.Contains(got, "7") {
			t.Errorf("%s says %q", tag, got)
		}
	}
}

var said = regexp.MustCompile(`(?:\bT|say|refuse|refuseWith) "([a-z_]+\.[a-z_]+)"|(?:say|refuse|refuseWith)\((?:[^",]*, ?)?"([a-z_]+\.[a-z_]+)"`)

func TestEveryTextThatIsSaidIsThere(t *testing.T) {
	english := texts(t, "messages/en.toml")
	seen := 0
	for _, pattern := range []string{"*.go", "templates/*.html"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range said.FindAllStringSubmatch(string(b), -1) {
				key := m[1] + m[2]
				seen++
				if _, ok := english[key]; !ok {
					t.Errorf("%s says %s, which is not there", file, key)
				}
				if _, ok := english[key+"_more"]; strings.HasPrefix(key, "refused.") && !ok {
					t.Errorf("%s says %s_more, which is not there", file, key)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d texts were found", seen)
	}
	for _, list := range [][]string{
		{"state.up", "state.quiet", "state.fault", "state.incident", "state.maintenance"},
		{"outcome.lost", "outcome.failed", "outcome.unknown", "outcome.unreadable"},
	} {
		for _, key := range list {
			if english[key] == "" {
				t.Error(key)
			}
		}
	}
	for name := range spans {
		if english["span."+name] == "" {
			t.Error(name)
		}
	}
	for action := range actions {
		if english["action."+strings.ReplaceAll(action, ".", "_")] == "" {
			t.Error(action)
		}
	}
	for done := range known {
		if english["done."+done] == "" {
			t.Error(done)
		}
	}
}

func TestALanguageThatIsNotThereIsItsRelativeOrEnglish(t *testing.T) {
	for wanted, want := range map[string]string{"de": "de", "de-CH": "de", "zh-Hant": "zh-Hant", "pt-BR": "pt", "fi": "en", "tlh": "en"} {
		if got := catalogFor(language.Make(wanted)).String(); got != want {
			t.Errorf("%s is spoken to in %s, want %s", wanted, got, want)
		}
	}
}
