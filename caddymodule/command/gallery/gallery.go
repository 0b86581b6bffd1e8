// Package gallery shows every page that visitors may meet: as a small web site
// for whoever works on how pages look, and as files.
package gallery

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/candor-edge/candor/errorpages"
)

// Show is what one configuration has to show.
type Show struct {
	Renderer *errorpages.Renderer
	Services []*errorpages.Service
	Base     string // the public path

	// Own answers for a file that the edge serves below the public path, such as
	// a logo, and reports whether there is one. A slash does not begin name.
	Own func(w http.ResponseWriter, r *http.Request, name string) bool
}

// Gallery hangs pages up. Whoever opens its front page gets what the
// configuration says by then.
type Gallery struct {
	load func() (*Show, error)

	mu     sync.Mutex
	show   *Show
	scenes map[string][]errorpages.Scene // by service
	err    error                         // why show is not what there would be now
}

// New loads what there is to show for the first time, and fails where that does.
func New(load func() (*Show, error)) (*Gallery, error) {
	g := &Gallery{load: load}
	g.reload()
	return g, g.err
}

func (g *Gallery) reload() {
	g.mu.Lock()
	defer g.mu.Unlock()
	show, err := g.load()
	if g.err = err; err != nil {
		return
	}
	g.show, g.scenes = show, make(map[string][]errorpages.Scene)
	for _, svc := range show.Services {
		g.scenes[svc.Name] = errorpages.Scenes(svc, time.Now())
	}
}

func (g *Gallery) now() (*Show, map[string][]errorpages.Scene, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.show, g.scenes, g.err
}

// ServeHTTP implements http.Handler.
func (g *Gallery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this is only for looking", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Path == "/" || r.URL.Path == "/index.html" {
		g.reload()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:")
		_, _ = w.Write(g.index())
		return
	}
	show, _, _ := g.now()
	if name, ok := strings.CutPrefix(r.URL.Path, "/"+filesDir+"/"); ok && show.Own(w, r, name) {
		return
	}
	if name, ok := strings.CutPrefix(r.URL.Path, show.Base+"/"); ok {
		if show.Own(w, r, name) { // what a style refers to
			return
		}
		w.WriteHeader(http.StatusNoContent) // what a page's script asks for
		return
	}
	a := g.page(strings.TrimPrefix(r.URL.Path, "/"+pagesDir+"/"))
	if a == nil {
		http.NotFound(w, r)
		return
	}
	for k, v := range a.header {
		w.Header()[k] = v
	}
	w.WriteHeader(a.code)
	_, _ = w.Write(a.body)
}

//go:embed index.html
var indexText string

var indexTemplate = template.Must(template.New("index").Parse(indexText))

// index is the front page.
func (g *Gallery) index() []byte {
	show, scenes, err := g.now()
	type named struct {
		Name  string   `json:"name"`
		Title string   `json:"title"`
		Langs []string `json:"langs,omitempty"`
	}
	about := struct {
		Services []named  `json:"services"`
		Scenes   []named  `json:"scenes"`
		Themes   []string `json:"themes"`
		Formats  []string `json:"formats"`
	}{Themes: themes, Formats: []string{errorpages.FormatHTML.String()}}
	for _, svc := range show.Services {
		about.Services = append(about.Services, named{svc.Name, titleOf(svc), languages(svc)})
	}
	for _, s := range scenes[show.Services[0].Name] {
		about.Scenes = append(about.Scenes, named{Name: s.Name, Title: s.Title})
	}
	for _, f := range formats {
		about.Formats = append(about.Formats, f.name)
	}
	data, _ := json.Marshal(about) // strings
	var b bytes.Buffer
	err = indexTemplate.Execute(&b, map[string]any{"About": template.JS(data), "Pages": pagesDir, "Error": err, "First": about.Services[0], "Scenes": about.Scenes})
	if err != nil {
		return []byte(err.Error())
	}
	return b.Bytes()
}

func titleOf(svc *errorpages.Service) string {
	if svc.Title == "" || svc.Title == svc.Name {
		return svc.Name
	}
	return fmt.Sprintf("%s (%s)", svc.Title, svc.Name)
}

func languages(svc *errorpages.Service) (tags []string) {
	for _, l := range svc.Brand.Languages() {
		tags = append(tags, l.String())
	}
	return tags
}

// find returns a service, nil if there is none of that name.
func (s *Show) find(name string) *errorpages.Service {
	i := slices.IndexFunc(s.Services, func(svc *errorpages.Service) bool { return svc.Name == name })
	if i < 0 {
		return nil
	}
	return s.Services[i]
}
