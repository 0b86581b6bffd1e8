package errorpages

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	texttemplate "text/template"

	"golang.org/x/text/language"
)

//go:embed templates
var builtinTemplates embed.FS

// What a folder of templates may hold. page.css and page.js are parts of
// page.html, so that a brand can change the look and keep the page.
var templateNames = []string{"page.html", "page.css", "page.js", "page.txt"}

// templates writes pages with the words of a catalog. It is immutable and safe
// for concurrent use.
type templates struct {
	words *catalog
	html  *template.Template
	text  *texttemplate.Template
	base  string // where the edge serves the files of brands
}

// newTemplates reads words and templates, and tries every page with those of the
// operator. The built-in ones are tried by a test: here it would cost megabytes
// that every process keeps. base is the public path. Every error is a *KeyError
// of [pages].
func newTemplates(cfg PagesConfig, base string) (*templates, error) {
	words, err := newCatalog(cfg.Messages)
	if err != nil {
		return nil, err
	}
	t := &templates{words: words, base: base}
	if err := t.parse(cfg.Templates); err != nil {
		return nil, &KeyError{"templates", err}
	}
	if cfg.Templates == "" && cfg.Messages == "" {
		return t, nil
	}
	for _, l := range words.locales {
		pages := samples()
		switch {
		case l.tag == language.English || l.altered:
		case cfg.Templates != "":
			pages = some(pages) // a template seldom asks for the language
		default:
			continue // a test tries what is built in
		}
		if err := t.try(l.tag, pages); err != nil {
			return nil, &KeyError{"templates", err}
		}
	}
	return t, nil
}

// some are a few pages of every situation and for every cause.
func some(pages []*Page) (few []*Page) {
	for i := 0; i < len(pages); i += 8 {
		few = append(few, pages[i])
	}
	return few
}

func (t *templates) parse(dir string) error {
	t.html = template.New("")
	t.text = texttemplate.New("page.txt").Funcs(texttemplate.FuncMap{"short": short})
	if dir != "" {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(templateNames, e.Name()) {
				return fmt.Errorf("%s: is not a template of any page; those are %s", filepath.Join(dir, e.Name()), strings.Join(templateNames, ", "))
			}
		}
	}
	for _, name := range templateNames {
		data, err := fs.ReadFile(builtinTemplates, "templates/"+name)
		if dir != "" {
			own, ownErr := os.ReadFile(filepath.Join(dir, name))
			if !errors.Is(ownErr, fs.ErrNotExist) {
				data, err = own, ownErr
			}
		}
		if err != nil {
			return err
		}
		if name == "page.txt" {
			_, err = t.text.Parse(string(data))
		} else {
			_, err = t.html.New(name).Parse(string(data))
		}
		if err != nil {
			return inFolder(dir, err)
		}
	}
	return nil
}

// inFolder says where a template is that an error names: "page.html:12" alone
// does not.
func inFolder(dir string, err error) error {
	s := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "html/"), "template: ")
	s = strings.TrimPrefix(s, "template:")
	return errors.New(filepath.Join(dir, s))
}

// try renders pages once, so that a template fails now and not in an outage.
func (t *templates) try(tag language.Tag, pages []*Page) error {
	for _, p := range pages {
		v, err := t.view(p, tag)
		if err != nil {
			return err
		}
		for _, f := range []Format{FormatHTML, FormatText} {
			if _, err := t.render(f, v); err != nil {
				return fmt.Errorf("%w (%s page, %s)", err, v.State, tag)
			}
		}
	}
	return nil
}

// render lays a view out.
func (t *templates) render(f Format, v *View) ([]byte, error) {
	var b bytes.Buffer
	switch f {
	case FormatHTML:
		if err := t.html.ExecuteTemplate(&b, "page.html", v); err != nil {
			return nil, err
		}
		return b.Bytes(), nil
	case FormatText:
		if err := t.text.Execute(&b, v); err != nil {
			return nil, err
		}
		return []byte(terminal(b.String())), nil
	}
	return nil, errors.New("only HTML and text are laid out")
}

var _ layout = (*templates)(nil)
