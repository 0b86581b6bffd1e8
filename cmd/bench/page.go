package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// pageFrame is a page as an operator's own template makes it: what is said, and
// style and words enough to be of the size that is asked for.
const pageFrame = `<!doctype html>
<html lang="{{.Lang}}"><meta charset="utf-8"><title>{{.Title}}</title><style>
%s</style>
<h1>{{.Headline}}</h1><p>{{.Lead}}</p>%s<p>{{.Reference}}</p></html>
`

// prose is about n bytes that compress as what people write does.
func prose(n int) string {
	words := strings.Fields(`the exam portal library mail service student office network disk registration update
		known problem people staff weekend morning until after before again slowly works fails answers waits saved safe
		soon later tomorrow Monday team storage database certificate building campus help desk telephone open closed`)
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < n {
		b.WriteString("<p>")
		for range 12 {
			b.WriteString(words[rng.IntN(len(words))] + " ")
		}
		b.WriteString("</p>\n")
	}
	return b.String()
}

// style is about n bytes of rules such as pages have.
func style(n int) string {
	rng := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, ".part%d { color: #%06x; margin: %dpx %dpx; padding: %drem; border-radius: %dpx; }\n",
			i, rng.IntN(1<<24), rng.IntN(32), rng.IntN(32), rng.IntN(4), rng.IntN(16))
	}
	return b.String()
}

// branded is the global option for contenders that send a page: one whose page has
// the size of -page, else none, for the built-in page.
func (b *bench) branded() (string, error) {
	if b.page == 0 {
		return "", nil
	}
	dir := filepath.Join(b.dir, "pages")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	// Most of a page is how it looks.
	rest := b.page - len(pageFrame) - 100
	page := fmt.Sprintf(pageFrame, style(rest*3/4), prose(rest/4))
	if err := os.WriteFile(filepath.Join(dir, "page.html"), []byte(page), 0o644); err != nil {
		return "", err
	}
	config := filepath.Join(b.dir, "pages.toml")
	return "candor " + config, os.WriteFile(config, []byte("[pages]\ntemplates = \"pages\"\n"), 0o644)
}
