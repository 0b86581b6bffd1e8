package errorpages

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// catalog is every text in every language, checked. It is immutable; languages
// that nobody asks for are not read.
type catalog struct {
	locales []*locale // English first
	matcher language.Matcher
}

// newCatalog reads the built-in messages and those of a folder, if there is one,
// over them. Every error is a *KeyError of [pages].
func newCatalog(dir string) (*catalog, error) {
	own := map[language.Tag][]*i18n.Message{}
	if dir != "" {
		if err := readMessages(os.DirFS(dir), dir, own); err != nil {
			return nil, &KeyError{"messages", err}
		}
	}

	tags := append([]language.Tag{language.English}, builtinTags()...)
	for tag := range own {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	slices.SortFunc(tags[1:], func(a, b language.Tag) int { return strings.Compare(a.String(), b.String()) })
	c := &catalog{matcher: language.NewMatcher(tags)}
	for _, tag := range tags {
		l := newLocale(tag, own)
		if l.altered {
			if _, err := l.load(); err != nil {
				return nil, &KeyError{"messages", err}
			}
		}
		c.locales = append(c.locales, l)
	}
	return c, nil
}

// locale returns the texts for a language, English where there are none.
func (c *catalog) locale(tag language.Tag) *locale {
	_, i, confidence := c.matcher.Match(tag)
	if confidence < language.High {
		return c.locales[0]
	}
	return c.locales[i]
}

// check says whether there are texts for all these languages.
func (c *catalog) check(tags []language.Tag) error {
	for _, tag := range tags {
		if _, _, confidence := c.matcher.Match(tag); confidence < language.High {
			var have []string
			for _, l := range c.locales {
				have = append(have, l.tag.String())
			}
			return &KeyError{"languages", fmt.Errorf("there are no messages for %q, only for %s; add %s.toml to the folder that [pages] messages names",
				tag, strings.Join(have, ", "), tag)}
		}
	}
	return nil
}

// readMessages adds the files of a folder to texts. The built-in English ones say
// which keys and fields there are.
func readMessages(dir fs.FS, name string, texts map[language.Tag][]*i18n.Message) error {
	english, err := builtin(language.English)
	if err != nil {
		return err
	}
	files, err := fs.ReadDir(dir, ".")
	if err != nil {
		return err
	}
	known := map[string]*i18n.Message{}
	for _, m := range english {
		known[m.ID] = m
	}
	for _, f := range files {
		if strings.HasPrefix(f.Name(), ".") {
			continue
		}
		path := filepath.Join(name, f.Name())
		tag, err := language.Parse(strings.TrimSuffix(f.Name(), ".toml"))
		if err != nil || !strings.HasSuffix(f.Name(), ".toml") {
			return fmt.Errorf("%s: is not named as a message file: LANGUAGE.toml, such as de.toml or zh-Hans.toml", path)
		}
		data, err := fs.ReadFile(dir, f.Name())
		if err != nil {
			return err
		}
		messages, err := parseMessages(data)
		if at := (toml.ParseError{}); errors.As(err, &at) {
			return fmt.Errorf("%s:%d: %s", path, at.Position.Line, at.Message)
		}
		if key := noText(data); key != "" {
			return fmt.Errorf("%s:%d: %s: is not a text: put it in quotes", path, lineOf(string(data), key), key)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, m := range messages {
			if err := checkMessage(m, known); err != nil {
				return fmt.Errorf("%s:%d: %s: %w", path, lineOf(string(data), m.ID), m.ID, err)
			}
		}
		texts[tag] = append(texts[tag], messages...)
	}
	return nil
}

// parseMessages reads a message file. The order of a map is not that of the file:
// the same error is to be reported every time.
func parseMessages(data []byte) ([]*i18n.Message, error) {
	messages, err := i18n.ParseMessageBytes(data, toml.Unmarshal)
	slices.SortFunc(messages, func(a, b *i18n.Message) int { return strings.Compare(a.ID, b.ID) })
	return messages, err
}

// noText is the first key of a message file that has something else than a text.
func noText(data []byte) string {
	var tables map[string]any
	if toml.Unmarshal(data, &tables) != nil {
		return ""
	}
	var find func(path string, v any) string
	find = func(path string, v any) string {
		switch v := v.(type) {
		case string:
			return ""
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				if key := find(strings.TrimPrefix(path+"."+name, "."), v[name]); key != "" {
					return key
				}
			}
			return ""
		}
		return path
	}
	return find("", tables)
}

// lineOf finds where a key is set, for error messages: 1 when it is written in
// a way this does not understand.
func lineOf(data, key string) int {
	table := ""
	for i, line := range strings.Split(data, "\n") {
		line = strings.TrimSpace(line)
		if head, ok := strings.CutPrefix(line, "["); ok {
			if head, _, ok = strings.Cut(head, "]"); ok {
				table = strings.TrimSpace(head)
			}
			if table == key {
				return i + 1
			}
			continue
		}
		name, _, ok := strings.Cut(line, "=")
		name = strings.Trim(strings.TrimSpace(name), `"'`)
		if ok && (table+"."+name == key || table == "" && name == key) {
			return i + 1
		}
	}
	return 1
}
