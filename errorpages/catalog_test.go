package errorpages

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

func english(t *testing.T) map[string]*i18n.Message {
	t.Helper()
	data, err := builtinMessages.ReadFile("messages/en.toml")
	check(t, err)
	messages, err := i18n.ParseMessageBytes(data, toml.Unmarshal)
	check(t, err)
	keys := map[string]*i18n.Message{}
	for _, m := range messages {
		keys[m.ID] = m
	}
	return keys
}

// usedKeys are all strings in code and templates that look like a key: those
// that begin with one of the catalog's sections.
func usedKeys(t *testing.T, keys map[string]*i18n.Message) []string {
	t.Helper()
	sections := map[string]bool{}
	for key := range keys {
		section, _, _ := strings.Cut(key, ".")
		sections[section] = true
	}
	var used []string
	note := func(s string) {
		if section, name, ok := strings.Cut(s, "."); ok && sections[section] && regexp.MustCompile(`^[a-z_%.\d]+$`).MatchString(name) {
			used = append(used, s)
		}
	}
	files, err := filepath.Glob("*.go")
	check(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		check(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, _ := strconv.Unquote(lit.Value)
				note(s)
			}
			return true
		})
	}
	check(t, fs.WalkDir(builtinTemplates, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := builtinTemplates.ReadFile(path)
		for _, m := range regexp.MustCompile(`\.(?:T|N) "([^"]+)"`).FindAllStringSubmatch(string(data), -1) {
			used = append(used, m[1])
		}
		return err
	}))
	return used
}

func TestEveryKeyThatIsUsedExistsAndEveryKeyIsUsed(t *testing.T) {
	keys := english(t)
	used := usedKeys(t, keys)
	expand := func(pattern string, from, to int) {
		i := slices.Index(used, pattern)
		if i < 0 {
			t.Fatalf("%s is not used any more", pattern)
		}
		used = slices.Delete(used, i, i+1)
		for n := from; n <= to; n++ {
			used = append(used, strings.Replace(pattern, "%d", strconv.Itoa(n), 1))
		}
	}
	expand("weekday.d%d", 0, 6)
	expand("month.m%d", 1, 12)
	for _, key := range used {
		if keys[key] == nil {
			t.Errorf("%s is used and has no text", key)
		}
	}
	for key := range keys {
		if !slices.Contains(used, key) {
			t.Errorf("%s has a text and is not used", key)
		}
	}
}

func TestEnglishSaysNothingThatIsBanned(t *testing.T) {
	banned := regexp.MustCompile(`(?i)maintenance|improve|technical difficult|upgrad|oops|have been (told|notified|informed)|\b[45]\d\d\b|error`)
	for key, m := range english(t) {
		for _, form := range forms(m) {
			if word := banned.FindString(actionPattern.ReplaceAllString(form, "")); word != "" {
				t.Errorf("%s says %q: %s", key, word, form)
			}
		}
	}
}

func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		check(t, os.MkdirAll(filepath.Dir(path), 0o700))
		check(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

func TestMessagesFolderOverridesAndAdds(t *testing.T) {
	c, err := newCatalog(folder(t, map[string]string{
		".hidden": "x",
		"en.toml": "[retry]\nagain = \"Have another go\"\n",
		"de.toml": "[retry]\nagain = \"Nochmal\"\n",
		"nl.toml": "[retry]\ncheck = \"Opnieuw kijken\"\n[age.minutes]\none = \"{{.Count}} minuut geleden\"\nother = \"{{.Count}} minuten geleden\"\n",
	}))
	check(t, err)
	nl, de := c.locale(language.Dutch), c.locale(language.German)
	for key, want := range map[string]string{"retry.again": "Nochmal", "retry.check": "Noch einmal nachsehen"} {
		if got, err := de.lookup(key, fill{}); got != want || err != nil {
			t.Errorf("%s is %q, %v, want %q", key, got, err, want)
		}
	}
	if de.name() != "Deutsch" || nl.name() != "nl" {
		t.Errorf("languages are called %q and %q", de.name(), nl.name())
	}
	for key, want := range map[string]string{"retry.check": "Opnieuw kijken", "retry.again": "Have another go", "label.known": "What is known"} {
		if got, err := nl.lookup(key, fill{}); got != want || err != nil {
			t.Errorf("%s is %q, %v, want %q", key, got, err, want)
		}
	}
	for n, want := range map[int]string{1: "1 minuut geleden", 2: "2 minuten geleden"} {
		if got, _ := nl.lookup("age.minutes", fill{Count: n}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if _, err := nl.lookup("retry.never", fill{}); err == nil {
		t.Error("a key that does not exist has a text")
	}
	if got := c.locale(language.MustParse("nl-BE")); got != nl {
		t.Errorf("Flemish reads %v", got.tag)
	}
	if got := c.locale(language.Hindi); got.tag != language.English {
		t.Errorf("Hindi reads %v", got.tag)
	}
}

func TestMessagesThatCannotBeSaidAreRefusedAtLoad(t *testing.T) {
	for _, c := range []struct{ name, content, says string }{
		{"de.toml", "[retry]\nagain = \"Nochmal\"\nagian = \"Nochmal\"\n", "de.toml:3: retry.agian: is not a text of any page"},
		{"de.toml", "[age.minutes]\nother = \"vor {{.Minutes}} Minuten\"\n", "de.toml:1: age.minutes: "},
		{"de.toml", "[retry]\nagain = \"{{.Time}}\"\n", "de.toml:2: retry.again: has nothing to fill {{.Time}} with"},
		{"de.toml", "[retry]\nagain = \"{{.Time\"\n", "de.toml:2: retry.again: "},
		{"de.toml", "[retry]\nagain = Nochmal\n", "de.toml:2: "},
		{"de.toml", "[retry]\nagain = 3\n", "de.toml:2: retry.again: is not a text"},
		{"de.toml", "retry.again = true\n", "de.toml:1: retry.again: is not a text"},
		{"de.toml", "[age.minutes]\none = \"vor einer Minute\"\nother = [\"vor\"]\n", "de.toml:3: age.minutes.other: is not a text"},
		{"deutsch.toml", "", "LANGUAGE.toml"},
		{"de.json", "{}", "LANGUAGE.toml"},
	} {
		_, err := newCatalog(folder(t, map[string]string{c.name: c.content}))
		var at *KeyError
		if !errors.As(err, &at) || at.Key != "messages" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want … %s …", c.name, err, c.says)
		}
	}
	if _, err := newCatalog(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a folder that does not exist is accepted")
	}
}

func TestLanguagesWithoutMessagesAreFound(t *testing.T) {
	c, err := newCatalog("")
	check(t, err)
	check(t, c.check([]language.Tag{language.English, language.BritishEnglish}))
	err = c.check([]language.Tag{language.English, language.MustParse("zh-TW"), language.Hindi})
	var at *KeyError
	if !errors.As(err, &at) || at.Key != "languages" || !strings.Contains(err.Error(), "hi.toml") {
		t.Errorf("got %v", err)
	}
}
