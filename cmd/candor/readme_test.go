package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/caddyserver/certmagic"
	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/caddymodule"
	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// block is a fenced block of a document.
type block struct {
	line           int
	language, text string
}

var fences = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

func blocks(t *testing.T, file string) []block {
	t.Helper()
	doc := read(t, file)
	var out []block
	for _, m := range fences.FindAllStringSubmatchIndex(doc, -1) {
		out = append(out, block{1 + strings.Count(doc[:m[0]], "\n"), doc[m[2]:m[3]], doc[m[4]:m[5]]})
	}
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

// section is what stands under a heading of the README, up to the next of the
// same level.
func section(t *testing.T, heading string) string {
	t.Helper()
	_, text, ok := strings.Cut(read(t, "README.md"), "\n"+heading+"\n")
	if !ok {
		t.Fatalf("README has no %s", heading)
	}
	level, _, _ := strings.Cut(heading, " ")
	text, _, _ = strings.Cut(text, "\n"+level+" ")
	return text
}

func TestEveryConfigurationInREADMELoads(t *testing.T) {
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

	all := blocks(t, "README.md")
	var whole []block // of candor.toml; Caddyfiles name the longest, which has every key
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
	slices.SortStableFunc(whole, func(a, b block) int { return len(a.text) - len(b.text) })
	for _, b := range whole {
		write("candor.toml", b.text)
		if _, err := config.Load(filepath.Join(dir, "candor.toml")); err != nil {
			t.Errorf("README.md:%d: %v", b.line, err)
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
			t.Errorf("README.md:%d: %v", b.line, err)
			continue
		}
		for _, w := range warnings {
			t.Errorf("README.md:%d: %s", b.line, w)
		}
		var cfg caddy.Config
		if err := json.Unmarshal(out, &cfg); err != nil {
			t.Fatal(err)
		}
		cfg.Logging = &caddy.Logging{Logs: map[string]*caddy.CustomLog{
			caddy.DefaultLoggerName: {BaseLog: caddy.BaseLog{Level: "ERROR"}},
		}}
		if err := caddy.Validate(&cfg); err != nil {
			t.Errorf("README.md:%d: %v", b.line, err)
		}
	}
	if seen == 0 {
		t.Error("there is no Caddyfile in README")
	}
}

func TestJSONInREADMEIsJSON(t *testing.T) {
	for _, b := range blocks(t, "README.md") {
		if b.language == "json" && !json.Valid([]byte(b.text)) {
			t.Errorf("README.md:%d: not JSON", b.line)
		}
	}
}

// TestREADMENamesEveryKey looks for each key in the table it belongs to. Keys that
// only some types of backends take are commented out.
func TestREADMENamesEveryKey(t *testing.T) {
	tables := map[string]string{}
	for _, b := range blocks(t, "README.md") {
		table := ""
		for line := range strings.Lines(b.text) {
			if b.language != "toml" {
				break
			}
			line = strings.TrimPrefix(line, "# ")
			if line[0] == '[' {
				table, _, _ = strings.Cut(strings.TrimLeft(line, "["), "]")
			} else if key, _, ok := strings.Cut(line, "="); ok {
				tables[table] += " " + strings.TrimSpace(key) + " "
			}
		}
	}
	var walk func(table string, typ reflect.Type)
	walk = func(table string, typ reflect.Type) {
		for f := range typ.Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
			inner := f.Type
			if inner.Kind() == reflect.Slice {
				inner = inner.Elem()
			}
			switch {
			case key == "" || key == "-":
			case inner.Kind() == reflect.Struct && table == "":
				walk(key, inner)
			case inner.Kind() == reflect.Struct && table == "service" && key == "brand":
				// As [brand].
			case inner.Kind() == reflect.Struct:
				walk(table+"."+key, inner)
			case !strings.Contains(tables[table], " "+key+" "):
				t.Errorf("[%s] %s is not in README", table, key)
			}
		}
	}
	walk("", reflect.TypeFor[config.Config]())
}

func TestREADMENamesEveryOptionOfTheDirective(t *testing.T) {
	doc := section(t, "## Directive")
	for f := range reflect.TypeFor[caddymodule.Handler]().Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if key != "" && key != "service" && !strings.Contains(doc, "\n| `"+key+" ") {
			t.Errorf("%s is not in README", key)
		}
	}
}

func TestREADMENamesEveryFieldOfAView(t *testing.T) {
	doc := section(t, "## Looks and words")
	seen := map[reflect.Type]bool{}
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ.PkgPath() != reflect.TypeFor[errorpages.View]().PkgPath() || seen[typ] {
			return
		}
		seen[typ] = true
		for f := range typ.Fields() {
			if !f.IsExported() {
				continue
			}
			if !strings.Contains(doc, "`."+f.Name+"`") {
				t.Errorf("%s.%s is not in README", typ.Name(), f.Name)
			}
			walk(f.Type)
		}
	}
	walk(reflect.TypeFor[errorpages.View]())
	for m := range reflect.TypeFor[*errorpages.View]().Methods() {
		if !strings.Contains(doc, "{{."+m.Name+" ") {
			t.Errorf("View.%s is not in README", m.Name)
		}
	}
}

func TestREADMENamesEveryFieldOfAProblem(t *testing.T) {
	doc := section(t, "## How an answer is decided")
	for f := range reflect.TypeFor[errorpages.Problem]().Fields() {
		if !strings.Contains(doc, "`."+f.Name+"`") {
			t.Errorf("%s is not in README", f.Name)
		}
	}
}

func TestREADMENamesEveryTypeOfBackend(t *testing.T) {
	doc := section(t, "### Backends")
	for _, name := range statusclient.Types() {
		if !strings.Contains(doc, "\n| `"+name+"` |") {
			t.Errorf("%s is not in README", name)
		}
	}
}

// TestREADMENamesWhatOperatorsSee reads names out of the code that makes them.
func TestREADMENamesWhatOperatorsSee(t *testing.T) {
	const logs, reasons = "## Logs, metrics, events", "## Reasons"
	for name, where := range map[string]struct{ code, pattern, doc, form string }{
		"metrics":      {"caddymodule", `NewDesc\("(candor_[a-z_]+)"`, logs, "`%s`"},
		"events":       {"caddymodule", `= "(candor\.[a-z_]+)"`, logs, "`%s`"},
		"placeholders": {"caddymodule", `"(http\.candor\.[a-z_]+)"`, logs, "`{%s}`"},
		"causes":       {"errorpages", `Cause = "([a-z_]+)"`, reasons, "\n### %s\n"}, // the type of a problem leads there
	} {
		doc, pattern := section(t, where.doc), regexp.MustCompile(where.pattern)
		found := 0
		for _, file := range sources(t, where.code) {
			for _, m := range pattern.FindAllStringSubmatch(read(t, file), -1) {
				found++
				if !strings.Contains(doc, fmt.Sprintf(where.form, m[1])) {
					t.Errorf("%s: %s is not in README", name, m[1])
				}
			}
		}
		if found == 0 {
			t.Errorf("no %s are found in %s", name, where.code)
		}
	}
}

// sources are the Go files of a package, without tests.
func sources(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob("../../" + dir + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			out = append(out, filepath.Join(dir, filepath.Base(f)))
		}
	}
	return out
}

func TestREADMENamesEveryCommandAndNoOther(t *testing.T) {
	doc := section(t, "## Commands")
	var names []string
	for _, c := range caddycmd.Commands() {
		if c.Name != "candor" {
			continue
		}
		root := &cobra.Command{Use: "candor"}
		c.CobraFunc(root)
		names = append(names, leaves(root)...)
	}
	if len(names) == 0 {
		t.Fatal("there are no commands")
	}
	for _, n := range names {
		if !strings.Contains(doc, "`"+n+"`") && !strings.Contains(doc, "`"+n+" ") {
			t.Errorf("%s is not in README", n)
		}
	}
	for _, m := range regexp.MustCompile("`(candor [a-z]+( [a-z]+)?)").FindAllStringSubmatch(doc, -1) {
		if !slices.Contains(names, m[1]) && !slices.Contains(names, strings.Join(strings.Fields(m[1])[:2], " ")) {
			t.Errorf("README names %s, which does not exist", m[1])
		}
	}
}

// leaves are the commands below cmd that do something.
func leaves(cmd *cobra.Command) []string {
	var out []string
	for _, sub := range cmd.Commands() {
		if sub.HasSubCommands() {
			out = append(out, leaves(sub)...)
		} else {
			out = append(out, sub.CommandPath())
		}
	}
	return out
}

var (
	links    = regexp.MustCompile(`\]\(([^)\s]+)\)|src="([^"]+)"`)
	headings = regexp.MustCompile(`(?m)^#+ (.*)$`)
	outside  = regexp.MustCompile(`^(https?|mailto):`)
	dropped  = regexp.MustCompile("[^a-z0-9 _-]")
)

func TestLinksLeadSomewhere(t *testing.T) {
	files := []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"}
	more, err := filepath.Glob("../../examples/*/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(more, "../../examples/README.md") {
		rel, _ := filepath.Rel("../..", f)
		files = append(files, rel)
	}
	for _, file := range files {
		for _, m := range links.FindAllStringSubmatch(fences.ReplaceAllString(read(t, file), ""), -1) {
			link := m[1] + m[2]
			if outside.MatchString(link) {
				continue
			}
			path, anchor, _ := strings.Cut(link, "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
				if _, err := os.Stat(filepath.Join("../..", target)); err != nil {
					t.Errorf("%s: %v", file, err)
					continue
				}
			}
			if anchor != "" && !slices.Contains(anchors(t, target), anchor) {
				t.Errorf("%s: %s has no #%s", file, target, anchor)
			}
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
