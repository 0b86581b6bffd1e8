package errorpages

import (
	"bytes"
	"errors"
	"html/template"
	texttemplate "text/template"
)

// templates writes pages with the words of a catalog. It is immutable and safe
// for concurrent use.
type templates struct {
	words  *catalog
	dir    string   // of the operator; empty: only what is built in
	own    []string // names of the operator's files in it
	assets *assets
	base   string                   // where the edge serves the files of brands and templates
	parsed func() (*layouts, error) // the operator's at once, what is built in when it is first needed
}

// layouts are templates, parsed.
type layouts struct {
	html map[string]*template.Template // by file name
	text *texttemplate.Template
}

// newTemplates reads words and templates; nothing is rendered yet. base is the
// public path. Every error is a *KeyError of [pages].
func newTemplates(cfg PagesConfig, base string) (*templates, error) {
	words, err := newCatalog(cfg.Messages)
	if err != nil {
		return nil, err
	}
	t := &templates{words: words, dir: cfg.Templates, base: base}
	if err := t.read(); err != nil {
		return nil, &KeyError{"templates", err}
	}
	return t, nil
}

// render lays a view out.
func (t *templates) render(f Format, v *View) ([]byte, error) {
	l, err := t.parsed()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	switch f {
	case FormatHTML:
		name := l.pageFor(v.Code)
		if err := l.html[name].ExecuteTemplate(&b, name, v); err != nil {
			return nil, t.located(err)
		}
		if len(bytes.TrimSpace(b.Bytes())) == 0 {
			return nil, t.located(errors.New(name + ": the page is empty"))
		}
		return b.Bytes(), nil
	case FormatFragment:
		if err := l.html[pageHTML].ExecuteTemplate(&b, fragmentHTML, v); err != nil {
			return nil, t.located(err)
		}
		return b.Bytes(), nil
	case FormatText:
		if err := l.text.Execute(&b, v); err != nil {
			return nil, t.located(err)
		}
		return []byte(terminal(b.String())), nil
	}
	return nil, errors.New("only HTML and text are laid out")
}

var _ layout = (*templates)(nil)
