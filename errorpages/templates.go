package errorpages

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	texttemplate "text/template"

	"golang.org/x/text/language"
)

// templates writes pages with the words of a catalog. It is immutable and safe
// for concurrent use.
type templates struct {
	words  *catalog
	dir    string                        // of the operator; empty: only what is built in
	own    []string                      // names of the operator's files in it
	html   map[string]*template.Template // by file name
	text   *texttemplate.Template
	assets *assets
	base   string // where the edge serves the files of brands and templates
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
	t := &templates{words: words, dir: cfg.Templates, base: base}
	if err := t.parse(); err != nil {
		return nil, &KeyError{"templates", err}
	}
	if cfg.Templates == "" && cfg.Messages == "" {
		return t, nil
	}
	for _, l := range words.locales {
		pages := t.samples()
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

// try renders pages once, so that a template fails now and not in an outage.
func (t *templates) try(tag language.Tag, pages []*Page) error {
	for _, p := range pages {
		v, err := t.view(p, tag)
		if err != nil {
			return err
		}
		for _, f := range []Format{FormatHTML, FormatFragment, FormatText} {
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
		name := t.pageFor(v.Code)
		if err := t.html[name].ExecuteTemplate(&b, name, v); err != nil {
			return nil, t.located(err)
		}
		return b.Bytes(), nil
	case FormatFragment:
		if err := t.html[pageHTML].ExecuteTemplate(&b, fragmentHTML, v); err != nil {
			return nil, t.located(err)
		}
		return b.Bytes(), nil
	case FormatText:
		if err := t.text.Execute(&b, v); err != nil {
			return nil, t.located(err)
		}
		return []byte(terminal(b.String())), nil
	}
	return nil, errors.New("only HTML and text are laid out")
}

var _ layout = (*templates)(nil)
