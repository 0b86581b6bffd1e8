package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/certmagic"

	"github.com/candor-edge/candor/caddymodule/config"
)

// documents are all that is written about Candor, README first.
func documents(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir("../..", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && name != ".." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "out") {
			return fs.SkipDir
		}
		if filepath.Ext(name) == ".md" {
			rel, err := filepath.Rel("../..", file)
			out = append(out, rel)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(out, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
	return out
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// section is what stands under a heading, up to the next of the same level, in
// whichever document has it.
func section(t *testing.T, heading string) string {
	t.Helper()
	for _, file := range documents(t) {
		_, text, ok := strings.Cut(read(t, file), "\n"+heading+"\n")
		if !ok {
			continue
		}
		level, _, _ := strings.Cut(heading, " ")
		text, _, _ = strings.Cut(text, "\n"+level+" ")
		return text
	}
	t.Fatalf("no document has %s", heading)
	return ""
}

// block is a fenced block of a document.
type block struct {
	file           string
	line           int
	language, text string
}

var fences = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

// blocks are those of all documents.
func blocks(t *testing.T) []block {
	t.Helper()
	var out []block
	for _, file := range documents(t) {
		doc := read(t, file)
		for _, m := range fences.FindAllStringSubmatchIndex(doc, -1) {
			out = append(out, block{file, 1 + strings.Count(doc[:m[0]], "\n"), doc[m[2]:m[3]], doc[m[4]:m[5]]})
		}
	}
	return out
}

func TestEveryConfigurationInDocumentsLoads(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("STATUS_TOKEN", "s3cret")
	t.Setenv("DEPLOY_KEY", "s3cret")
	caddy.DefaultStorage = &certmagic.FileStorage{Path: t.TempDir()}
	write("logo.svg", read(t, "examples/campus/logo.svg"))
	write("templates/page.css", read(t, "errorpages/templates/page.css"))

	all := blocks(t)
	var whole []block // of candor.toml; Caddyfiles name the first, which gets all that is written for pages
	for _, b := range all {
		name, named := strings.CutPrefix(strings.SplitN(b.text, "\n", 2)[0], "# ")
		switch {
		case b.language == "gotemplate":
			write("error.json", b.text)
			write("portal-error.json", b.text)
		case b.language == "html":
			write("templates/503.html", b.text)
		case b.language != "toml":
		case named && strings.HasSuffix(name, ".toml"):
			write(name, b.text)
		default:
			whole = append(whole, b)
		}
	}
	for i, b := range slices.Backward(whole) {
		if i == 0 {
			b.text += "\n[pages]\ntemplates = \"templates\"\nmessages = \"messages\"\njson = \"error.json\"\n"
		}
		write("candor.toml", b.text)
		if _, err := config.Load(filepath.Join(dir, "candor.toml")); err != nil {
			t.Errorf("%s:%d: %v", b.file, b.line, err)
		}
	}
	seen := 0
	for _, b := range all {
		if b.language != "caddyfile" {
			continue
		}
		seen++
		name := filepath.Join(dir, "Caddyfile")
		out, warnings, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(b.text), map[string]any{"filename": name})
		if err != nil {
			t.Errorf("%s:%d: %v", b.file, b.line, err)
			continue
		}
		for _, w := range warnings {
			t.Errorf("%s:%d: %s", b.file, b.line, w)
		}
		var cfg caddy.Config
		if err := json.Unmarshal(out, &cfg); err != nil {
			t.Fatal(err)
		}
		cfg.Logging = &caddy.Logging{Logs: map[string]*caddy.CustomLog{
			caddy.DefaultLoggerName: {BaseLog: caddy.BaseLog{Level: "ERROR"}},
		}}
		if err := caddy.Validate(&cfg); err != nil {
			t.Errorf("%s:%d: %v", b.file, b.line, err)
		}
	}
	if seen == 0 {
		t.Error("there is no Caddyfile in any document")
	}
}

func TestJSONInDocumentsIsJSON(t *testing.T) {
	for _, b := range blocks(t) {
		if b.language == "json" && !json.Valid([]byte(b.text)) {
			t.Errorf("%s:%d: not JSON", b.file, b.line)
		}
	}
}

func TestEveryBlockSaysWhatItIs(t *testing.T) {
	known := []string{"sh", "console", "caddyfile", "toml", "json", "gotemplate", "html", "nginx", "http"}
	for _, b := range blocks(t) {
		if !slices.Contains(known, b.language) {
			t.Errorf("%s:%d: a block of %q, which nothing looks into", b.file, b.line, b.language)
		}
	}
}

var (
	links    = regexp.MustCompile(`\]\(([^)\s]+)\)|src="([^"]+)"`)
	headings = regexp.MustCompile(`(?m)^#+ (.*)$`)
	outside  = regexp.MustCompile(`^(https?|mailto):`)
	dropped  = regexp.MustCompile("[^a-z0-9 _-]")
)

// TestLinksLeadSomewhere follows every relative link, and looks from README for
// every other document.
func TestLinksLeadSomewhere(t *testing.T) {
	reached := map[string]bool{"README.md": true}
	for _, file := range documents(t) {
		for _, m := range links.FindAllStringSubmatch(fences.ReplaceAllString(read(t, file), ""), -1) {
			link := m[1] + m[2]
			if outside.MatchString(link) {
				continue
			}
			path, anchor, _ := strings.Cut(link, "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
				st, err := os.Stat(filepath.Join("../..", target))
				if err != nil {
					t.Errorf("%s: %v", file, err)
					continue
				}
				reached[target] = true
				if st.IsDir() {
					reached[filepath.Join(target, "README.md")] = true
				}
			}
			if anchor != "" && !slices.Contains(anchors(t, target), anchor) {
				t.Errorf("%s: %s has no #%s", file, target, anchor)
			}
		}
	}
	for _, file := range documents(t) {
		if !reached[file] {
			t.Errorf("no document leads to %s", file)
		}
	}
}

// anchors are those of a document's headings.
func anchors(t *testing.T, file string) []string {
	var out []string
	for _, m := range headings.FindAllStringSubmatch(fences.ReplaceAllString(read(t, file), ""), -1) {
		slug := dropped.ReplaceAllString(strings.ToLower(m[1]), "")
		out = append(out, strings.ReplaceAll(slug, " ", "-"))
	}
	for i, a := range out {
		if slices.Contains(out[:i], a) {
			t.Errorf("%s has two headings #%s", file, a)
		}
	}
	return out
}
