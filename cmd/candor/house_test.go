package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/candor-edge/candor/"

// mayImport says what each package may import of ours, by the beginning of its
// path. Dependencies run one way: what is known, what is said, where it happens.
var mayImport = map[string][]string{
	"statusclient":         {},
	"statusclient/board":   {"statusclient"},
	"statusclient/traffic": {"statusclient"},
	"errorpages":           {"statusclient"},
	"caddymodule":          {"statusclient", "errorpages", "caddymodule"},
	"cmd":                  {"caddymodule"},
	"examples":             {"caddymodule"},
}

// knowsCaddy are the packages that may import Caddy.
var knowsCaddy = []string{"caddymodule", "cmd", "examples"}

// topLevel is all there is beside what begins with a dot.
var topLevel = []string{
	"caddymodule", "cmd", "errorpages", "statusclient", "examples", "go.mod", "go.sum", "README.md",
	"LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md",
}

func TestDependenciesRunOneWay(t *testing.T) {
	eachFile(t, func(file string, f *ast.File) {
		dir := filepath.ToSlash(filepath.Dir(file))
		rule, known := rule(dir)
		if !known {
			t.Errorf("%s belongs to no part of the house", file)
			return
		}
		test := strings.HasSuffix(file, "_test.go")
		for _, spec := range f.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			ours, own := strings.CutPrefix(name, module)
			switch {
			case own && test && below(dir, knowsCaddy):
				// Tests at the top may look at everything below.
			case own && ours != dir && !slices.ContainsFunc(mayImport[rule], func(p string) bool { return within(ours, p) }):
				t.Errorf("%s: %s does not import %s", file, rule, ours)
			case strings.HasPrefix(name, "github.com/caddyserver/caddy/") && !below(dir, knowsCaddy),
				strings.HasPrefix(name, "github.com/caddyserver/") && !test && !below(dir, knowsCaddy):
				t.Errorf("%s: %s knows nothing of Caddy, but imports %s", file, rule, name)
			}
		}
	})
}

// rule is the longest key of mayImport that dir is within.
func rule(dir string) (string, bool) {
	for ; dir != "."; dir = path.Dir(dir) {
		if _, ok := mayImport[dir]; ok {
			return dir, true
		}
	}
	return "", false
}

func within(name, dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }

func below(name string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool { return within(name, d) })
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	said, seen := map[string]bool{}, map[string]string{}
	eachFile(t, func(file string, f *ast.File) {
		dir := filepath.Dir(file)
		if seen[dir] == "" || !strings.HasSuffix(file, "_test.go") {
			seen[dir] = file
		}
		said[dir] = said[dir] || f.Doc != nil
	})
	for dir, file := range seen {
		if !said[dir] {
			t.Errorf("%s has no comment about its package, as all other files beside it", file)
		}
	}
}

func TestNothingElseStandsAtTheTop(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "--cached", "--others", "--exclude-standard")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Skip("this is no git checkout: what stands at the top is not known")
	}
	for line := range strings.Lines(string(out)) {
		top, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(line), `"`), "/")
		if !strings.HasPrefix(top, ".") && !slices.Contains(topLevel, top) {
			t.Errorf("%s does not belong at the top", top)
		}
	}
}

// eachFile parses the head of every Go file of the module.
func eachFile(t *testing.T, f func(file string, parsed *ast.File)) {
	t.Helper()
	err := filepath.WalkDir("../..", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && name != ".." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "out") {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel("../..", file)
		f(rel, parsed)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
