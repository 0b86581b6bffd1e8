package errorpages

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	texttemplate "text/template"

	"golang.org/x/text/language"
)

//go:embed templates
var builtinTemplates embed.FS

// What a folder of templates may hold beside pages for single status codes and
// the folder of assets. page.css and page.js are parts of page.html, so that a
// brand can change the look and keep the page.
var templateNames = []string{pageHTML, "page.css", "page.js", pageText, fragmentHTML}

const (
	pageHTML     = "page.html"
	pageText     = "page.txt"
	fragmentHTML = "fragment.html"
	assetFolder  = "assets"
)

// pageOf matches the names of pages for one status code or for a class of them.
var pageOf = regexp.MustCompile(`^[45](\d\d|xx)\.html$`)

// templates writes pages with the words of a catalog. It is immutable and safe
// for concurrent use.
type templates struct {
	words  *catalog
	dir    string                        // of the operator; empty: only what is built in
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

func (t *templates) parse() error {
	own, err := t.list()
	if err != nil {
		return err
	}
	if t.assets, err = readAssets(t.dir, t.base); err != nil {
		return err
	}
	t.text = texttemplate.New(pageText).Funcs(texttemplate.FuncMap{"short": short})
	page := template.New("")
	for _, name := range templateNames {
		data, err := builtinTemplates.ReadFile("templates/" + name)
		data = tight(name, data)
		if slices.Contains(own, name) {
			data, err = os.ReadFile(filepath.Join(t.dir, name))
		}
		if err != nil {
			return err
		}
		if name == pageText {
			_, err = t.text.Parse(string(data))
		} else {
			_, err = page.New(name).Parse(string(data))
		}
		if err != nil {
			return t.located(err)
		}
	}
	t.html = map[string]*template.Template{pageHTML: page}
	for _, name := range own {
		if !pageOf.MatchString(name) {
			continue
		}
		// It may use what page.html defines, and define it anew for itself alone.
		set, err := page.Clone()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(filepath.Join(t.dir, name))
		if err != nil {
			return err
		}
		if _, err := set.New(name).Parse(string(data)); err != nil {
			return t.located(err)
		}
		t.html[name] = set
	}
	return nil
}

// list names the templates of the operator.
func (t *templates) list() (names []string, err error) {
	if t.dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(t.dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, "."), name == assetFolder:
		case slices.Contains(templateNames, name), pageOf.MatchString(name):
			names = append(names, name)
		default:
			return nil, fmt.Errorf("%s: is not a template of any page; those are %s, and pages for single status codes such as 503.html and 5xx.html; other files belong into the folder %s",
				filepath.Join(t.dir, name), strings.Join(templateNames, ", "), assetFolder)
		}
	}
	return names, nil
}

// pageFor is the name of the template for a status code: its own, that of its
// class, or the one for all.
func (t *templates) pageFor(code int) string {
	exact := strconv.Itoa(code)
	for _, name := range []string{exact + ".html", exact[:1] + "xx.html"} {
		if t.html[name] != nil {
			return name
		}
	}
	return pageHTML
}

// located says in which file an error of a template is: "page.html:12" alone
// does not tell an operator's file from the built-in one.
func (t *templates) located(err error) error {
	s := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "html/"), "template: ")
	s = strings.TrimPrefix(s, "template:")
	name, _, _ := strings.Cut(s, ":")
	if _, missing := os.Stat(filepath.Join(t.dir, name)); t.dir == "" || missing != nil {
		return errors.New("built-in " + s)
	}
	return errors.New(filepath.Join(t.dir, s))
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
