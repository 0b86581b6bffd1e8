package caddymodule

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// layFiles puts files into a folder of their own.
func layFiles(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAssetsOfTemplatesAreServedByTheEdgeAndNothingElseIs(t *testing.T) {
	dir := layFiles(t, map[string]string{
		"candor.toml":                   "[pages]\ntemplates = \"t\"",
		"t/page.txt":                    "{{.Headline}}",
		"t/assets/look.css":             "h1 { color: rgb(1, 2, 3) }",
		"t/assets/.secret.css":          "secret",
		"t/assets/fonts/.hidden/a.woff": "secret",
		"t/503.html":                    "{{.Headline}}",
	})
	e := startEdge(t, "candor "+filepath.Join(dir, "candor.toml"), "candor portal {\nunify 503\n}\nreverse_proxy "+deadAddr(t))
	if a := e.get(e.h2, "/.candor/assets/look.css", nil); a.StatusCode != 200 || !strings.Contains(a.body, "rgb(1, 2, 3)") || a.Header.Get("Etag") == "" {
		t.Errorf("%d %v %s", a.StatusCode, a.Header, a.body)
	}
	if a := e.do(e.h1, "HEAD", "/.candor/assets/look.css", nil, nil); a.StatusCode != 200 || a.body != "" || a.ContentLength != 26 {
		t.Errorf("HEAD: %d %d %q", a.StatusCode, a.ContentLength, a.body)
	}
	for _, path := range []string{
		"/.candor/assets", "/.candor/assets/", "/.candor/assets/fonts/", "/.candor/assets/../503.html", "/.candor/assets/%2e%2e/503.html",
		"/.candor/assets/..%2f503.html", "/.candor/assets//look.css", "/.candor/assets/.secret.css", "/.candor/assets/fonts/.hidden/a.woff",
		"/.candor/assets/look.css/", "/.candor/assets/look.css%00", `/.candor/assets/..\503.html`, "/.candor/503.html", "/.candor/assets/page.txt",
	} {
		if a := e.get(e.h1, path, nil); a.StatusCode != 404 || strings.Contains(a.body, "secret") || strings.Contains(a.body, "Headline") {
			t.Errorf("%s: %d %q", path, a.StatusCode, a.body)
		}
	}
}

func TestABrowserTakesTheStyleOfATemplate(t *testing.T) {
	ctx := browser(t)
	dir := layFiles(t, map[string]string{
		"candor.toml":       "[pages]\ntemplates = \"t\"",
		"t/assets/look.css": "h1 { color: rgb(1, 2, 3) }",
		"t/502.html":        `<!DOCTYPE html><link rel="stylesheet" href="{{.Asset "look.css"}}"><h1>{{.Headline}}</h1>`,
	})
	e := startEdge(t, "candor "+filepath.Join(dir, "candor.toml"), "candor portal\nreverse_proxy "+deadAddr(t))
	v := tab{t, ctx}
	v.open(e.plain("/"))
	v.sees("the style", `getComputedStyle(document.querySelector("h1")).color === "rgb(1, 2, 3)"`)
}

func TestAChangedAssetIsAChangedConfiguration(t *testing.T) {
	dir := layFiles(t, map[string]string{"candor.toml": "[pages]\ntemplates = \"t\"", "t/assets/look.css": "a {}"})
	e := startEdge(t, "", "respond ok")
	global := "candor " + filepath.Join(dir, "candor.toml")
	before := e.adapt(global, "candor portal")
	if err := os.WriteFile(filepath.Join(dir, "t/assets/look.css"), []byte("b {}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if after := e.adapt(global, "candor portal"); string(before) == string(after) {
		t.Error("a reload would not notice")
	}
}
