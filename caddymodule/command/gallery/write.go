package gallery

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
)

// still keeps the script of a page in a file from asking an edge that is not there.
const still = `<script>window.fetch=function(){return new Promise(function(){})}</script>`

var (
	bodyStart = regexp.MustCompile(`<body[^>]*>`)
	edgeFiles = regexp.MustCompile(`(?:src|href)="\.\./\.\./` + filesDir + `/([^"?]+)`)
)

// Write puts the whole gallery into a folder, to be opened from there or served by
// any web server, and returns how many pages it has. The folder is made if there is
// none; what is in it and called otherwise stays.
func (g *Gallery) Write(dir string) (pages int, err error) {
	show, scenes, _ := g.now()
	files := make(map[string]bool)
	for _, svc := range show.Services {
		if err := os.MkdirAll(filepath.Join(dir, pagesDir, svc.Name), 0o755); err != nil {
			return pages, err
		}
		for _, scene := range scenes[svc.Name] {
			for _, lang := range languages(svc) {
				for _, path := range paths(svc.Name, scene.Name, lang) {
					if err := g.writePage(dir, path, files); err != nil {
						return pages, err
					}
					pages++
				}
			}
		}
	}
	for name := range files {
		if err := show.writeFile(dir, name); err != nil {
			return pages, err
		}
	}
	return pages, os.WriteFile(filepath.Join(dir, "index.html"), g.index(), 0o644)
}

// paths are those of one scene in one language.
func paths(service, scene, lang string) (out []string) {
	for _, theme := range themes {
		out = append(out, pathOf(service, scene, lang, theme, "html"))
	}
	for _, f := range formats {
		out = append(out, pathOf(service, scene, lang, f.name, "txt"))
	}
	return out
}

// writePage notes which files of the edge's a page shows.
func (g *Gallery) writePage(dir, path string, files map[string]bool) error {
	body := g.page(path).body
	if at := bodyStart.FindIndex(body); at != nil && filepath.Ext(path) == ".html" {
		body = bytes.Join([][]byte{body[:at[1]], body[at[1]:]}, []byte(still))
		for _, m := range edgeFiles.FindAllSubmatch(body, -1) {
			files[string(m[1])] = true
		}
	}
	return os.WriteFile(filepath.Join(dir, pagesDir, filepath.FromSlash(path)), body, 0o644)
}

// writeFile puts what the edge serves itself where the pages look for it. What it
// does not have is missing there, too.
func (s *Show) writeFile(dir, name string) error {
	name, err := url.PathUnescape(name)
	if err != nil || !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil
	}
	r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/" + name}, Header: make(http.Header)}
	a := &answer{code: http.StatusOK, header: make(http.Header)}
	if !s.Own(a, r, name) || a.code != http.StatusOK {
		return nil
	}
	to := filepath.Join(dir, filesDir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, a.body, 0o644)
}
