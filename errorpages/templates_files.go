package errorpages

import (
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
	"sync"
	texttemplate "text/template"
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

// read finds the operator's files and parses them: what is wrong with them is an
// error now. What is built in is right, and does not fill the memory of an edge
// that has nothing to show.
func (t *templates) read() error {
	var err error
	if t.own, err = t.list(); err != nil {
		return err
	}
	if t.assets, err = readAssets(t.dir, t.base); err != nil {
		return err
	}
	if t.parsed = sync.OnceValues(t.parse); len(t.own) > 0 {
		_, err = t.parsed()
	}
	return err
}

// parse reads all templates, the operator's in place of the built-in ones.
func (t *templates) parse() (*layouts, error) {
	l := &layouts{text: texttemplate.New(pageText).Funcs(texttemplate.FuncMap{"short": short})}
	page := template.New("")
	for _, name := range templateNames {
		data, err := builtinTemplates.ReadFile("templates/" + name)
		data = tight(name, data)
		if slices.Contains(t.own, name) {
			data, err = os.ReadFile(filepath.Join(t.dir, name))
		}
		if err != nil {
			return nil, err
		}
		if name == pageText {
			_, err = l.text.Parse(string(data))
		} else {
			_, err = page.New(name).Parse(string(data))
		}
		if err != nil {
			return nil, t.located(err)
		}
	}
	l.html = map[string]*template.Template{pageHTML: page}
	for _, name := range t.own {
		if !pageOf.MatchString(name) {
			continue
		}
		// It may use what page.html defines, and define it anew for itself alone.
		set, err := page.Clone()
		if err != nil {
			return nil, err
		}
		data, err := os.ReadFile(filepath.Join(t.dir, name))
		if err != nil {
			return nil, err
		}
		if _, err := set.New(name).Parse(string(data)); err != nil {
			return nil, t.located(err)
		}
		l.html[name] = set
	}
	return l, nil
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
func (l *layouts) pageFor(code int) string {
	exact := strconv.Itoa(code)
	for _, name := range []string{exact + ".html", exact[:1] + "xx.html"} {
		if l.html[name] != nil {
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
	if name, _, _ := strings.Cut(s, ":"); !slices.Contains(t.own, name) {
		return errors.New("built-in " + s)
	}
	return errors.New(filepath.Join(t.dir, s))
}
