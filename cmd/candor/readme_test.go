package main

import (
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/caddymodule"
	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

var (
	tomlTable = regexp.MustCompile("(?m)^### `(\\[.*\\])`$")
	tomlRow   = regexp.MustCompile("(?m)^\\| `([a-z_]+) = (.*?)` \\|")
)

// TestDocumentsNameEveryKey looks for each key among the rows of its table, and
// reads all the examples that these rows have.
func TestDocumentsNameEveryKey(t *testing.T) {
	const file = "caddymodule/config/README.md"
	doc, examples := read(t, file), ""
	rows := map[string]string{}
	for _, at := range tomlTable.FindAllStringSubmatchIndex(doc, -1) {
		header, text := doc[at[2]:at[3]], doc[at[1]:]
		if next := tomlTable.FindStringIndex(text); next != nil {
			text = text[:next[0]]
		}
		examples += header + "\n"
		for _, m := range tomlRow.FindAllStringSubmatch(text, -1) {
			rows[strings.Trim(header, "[]")] += " " + m[1] + " "
			examples += m[1] + " = " + m[2] + "\n"
		}
	}
	meta, err := toml.Decode(examples, new(config.Config))
	if err != nil {
		t.Errorf("%s: the examples make no candor.toml: %v", file, err)
	}
	for _, key := range meta.Undecoded() {
		t.Errorf("%s: there is no key %s", file, key)
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
			case inner.Kind() == reflect.Struct && (table+"."+key == "service.brand" || table+"."+key == "backend.json"):
				// As [brand]; and see TestDocumentsNameEveryKeyOfJSON.
			case inner.Kind() == reflect.Struct:
				walk(table+"."+key, inner)
			case !strings.Contains(rows[table], " "+key+" "):
				t.Errorf("[%s] %s is not in %s", table, key, file)
			}
		}
	}
	walk("", reflect.TypeFor[config.Config]())
}

func TestDocumentsNameEveryKeyOfJSON(t *testing.T) {
	doc := section(t, "## Any other JSON")
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		for f := range typ.Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
			if f.Type.Kind() == reflect.Struct {
				walk(f.Type)
				key = "[backend.json." + key + "]"
			}
			if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(key) + `\s`).MatchString(doc) {
				t.Errorf("%s is in no document", key)
			}
		}
	}
	walk(reflect.TypeFor[statusclient.JSONConfig]())
}

func TestDocumentsNameEveryOptionOfTheDirective(t *testing.T) {
	doc := section(t, "## The directive candor")
	for f := range reflect.TypeFor[caddymodule.Handler]().Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if key != "" && key != "service" && !strings.Contains(doc, "\n| `"+key+" ") {
			t.Errorf("%s is in no document", key)
		}
	}
}

func TestDocumentsNameEveryFieldOfAView(t *testing.T) {
	doc := section(t, "## What templates see")
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
				t.Errorf("%s.%s is in no document", typ.Name(), f.Name)
			}
			walk(f.Type)
		}
	}
	walk(reflect.TypeFor[errorpages.View]())
	for m := range reflect.TypeFor[*errorpages.View]().Methods() {
		if !strings.Contains(doc, "{{."+m.Name+" ") {
			t.Errorf("View.%s is in no document", m.Name)
		}
	}
}

func TestDocumentsNameEveryFieldOfAProblem(t *testing.T) {
	doc := section(t, "## JSON")
	for f := range reflect.TypeFor[errorpages.Problem]().Fields() {
		if !strings.Contains(doc, "`."+f.Name+"`") {
			t.Errorf("%s is in no document", f.Name)
		}
	}
}

func TestDocumentsNameEveryTypeOfBackend(t *testing.T) {
	doc := section(t, "## Types")
	_, tells, _ := strings.Cut(doc, "What each of them tells:")
	for _, name := range statusclient.Types() {
		if !strings.Contains(doc, "\n| `"+name+"` |") {
			t.Errorf("%s has no row in the table of types", name)
		}
		if name != "auto" && !strings.Contains(tells, "`"+name+"`") {
			t.Errorf("%s is not in the table of what each of them tells", name)
		}
	}
}

// TestDocumentsNameWhatOperatorsSee reads names out of the code that makes them.
func TestDocumentsNameWhatOperatorsSee(t *testing.T) {
	docs := ""
	for _, file := range documents(t) {
		if filepath.Base(file) == "README.md" {
			docs += read(t, file)
		}
	}
	for name, where := range map[string]struct {
		code, pattern, form string
		doc                 string
	}{
		"metrics":      {"caddymodule", `NewDesc\("(candor_[a-z_]+)"`, "| `%s` |", docs},
		"events":       {"caddymodule", `= "(candor\.[a-z_]+)"`, "`%s`", section(t, "## Events")},
		"placeholders": {"caddymodule", `"(http\.candor\.[a-z_]+)"`, "`{%s}`", docs},
		"modules":      {"caddymodule", `ID: +"([a-z]+\.[a-z_.]*candor[a-z_]*)"`, "`%s`", section(t, "## Directives")},
		"causes":       {"errorpages", `Cause = "([a-z_]+)"`, "\n#### %s\n", read(t, "README.md")}, // the type of a problem leads there
		"own paths":    {"caddymodule", `(?m)^\tcase "([a-z]+)":\n\t\treturn (?:func|h\.)`, "| `/.candor/%s` |", section(t, "## Public API")},
	} {
		found := 0
		for _, file := range sources(t, where.code) {
			for _, m := range regexp.MustCompile(where.pattern).FindAllStringSubmatch(read(t, file), -1) {
				found++
				if form := fmt.Sprintf(where.form, m[1]); m[1] != "admin.api.candor" && !strings.Contains(where.doc, form) {
					t.Errorf("%s: %s is not in the documents as %q", name, m[1], form)
				}
			}
		}
		if found == 0 {
			t.Errorf("no %s are found in %s", name, where.code)
		}
	}
}

func TestDocumentsNameEveryRouteOfTheAdminAPI(t *testing.T) {
	doc, found := section(t, "## Admin API"), 0
	routes := regexp.MustCompile(`(?ms)^\t"([a-z/*]+)": +\{(.*?)\},\n`)
	for _, m := range routes.FindAllStringSubmatch(read(t, "caddymodule/admin.go"), -1) {
		path := strings.ReplaceAll(regexp.QuoteMeta("/candor/"+m[1]), `\*`, `\{[a-z]+\}`)
		for _, method := range regexp.MustCompile(`http\.Method([A-Z][a-z]+)`).FindAllStringSubmatch(m[2], -1) {
			found++
			if !regexp.MustCompile("`" + strings.ToUpper(method[1]) + " " + path + "[`\\[]").MatchString(doc) {
				t.Errorf("%s /candor/%s is not in README", strings.ToUpper(method[1]), m[1])
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d routes are found", found)
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

func TestDocumentsNameEveryCommandAndFlag(t *testing.T) {
	doc := section(t, "## Commands")
	var cmds []*cobra.Command
	for _, c := range caddycmd.Commands() {
		if c.Name == "candor" {
			root := &cobra.Command{Use: "candor"}
			c.CobraFunc(root)
			cmds = leaves(root)
		}
	}
	if len(cmds) == 0 {
		t.Fatal("there are no commands")
	}
	for _, c := range cmds {
		_, row, ok := strings.Cut(doc, "\n| `"+strings.TrimPrefix(c.CommandPath(), "candor "))
		row, _, _ = strings.Cut(row, "\n")
		if !ok || !strings.HasPrefix(row, "`") && !strings.HasPrefix(row, " ") {
			t.Errorf("%s has no row in README", c.CommandPath())
			continue
		}
		for _, m := range defined.FindAllStringSubmatch(c.LocalFlags().FlagUsages(), -1) {
			where := row
			if slices.Contains([]string{"adapter", "address", "as", "config", "debug", "json"}, m[1]) {
				where = doc // of all commands
			}
			if m[1] != "help" && !regexp.MustCompile("--"+m[1]+`\b`).MatchString(where) {
				t.Errorf("%s --%s is not in README", c.CommandPath(), m[1])
			}
		}
	}
}

var (
	defined = regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+)`) // as help lists them
	spans   = regexp.MustCompile("`([^`\n]+)`")
	flags   = regexp.MustCompile(`--([a-z][a-z-]*)`)
	quoted  = regexp.MustCompile(`"[^"]*"`)
)

// TestCommandsInDocumentsExist looks up each command that a document has one type,
// and its flags. "candor portal" is the directive.
func TestCommandsInDocumentsExist(t *testing.T) {
	root, seen := program(), 0
	try := func(file, typed string) {
		typed = strings.TrimPrefix(typed, "$ ")
		for _, before := range []string{"go run ./cmd/", "podman exec candor ", "caddy ", "./caddy "} {
			typed = strings.TrimPrefix(typed, before)
		}
		typed, _, _ = strings.Cut(typed, "   #")
		words := strings.Fields(quoted.ReplaceAllString(typed, ""))
		if len(words) < 2 || words[0] != "candor" || words[1] == "portal" || !regexp.MustCompile("^[a-z-]+$").MatchString(words[1]) {
			return
		}
		seen++
		cmd, rest, err := root.Find(words[1:])
		if err != nil || cmd == root || cmd.HasSubCommands() && len(rest) > 0 && rest[0] != "…" {
			t.Errorf("%s: there is no command %q", file, typed)
			return
		}
		for _, m := range flags.FindAllStringSubmatch(typed, -1) {
			if cmd.HasSubCommands() {
				break
			}
			if cmd.Flags().Lookup(m[1]) == nil && cmd.InheritedFlags().Lookup(m[1]) == nil {
				t.Errorf("%s: %q: there is no --%s", file, typed, m[1])
			}
		}
	}
	for _, b := range blocks(t) {
		for line := range strings.Lines(b.text) {
			if b.language == "sh" || b.language == "console" && strings.HasPrefix(line, "$ ") {
				try(b.file, strings.TrimSpace(line))
			}
		}
	}
	for _, file := range documents(t) {
		for _, m := range spans.FindAllStringSubmatch(fences.ReplaceAllString(read(t, file), ""), -1) {
			try(file, strings.ReplaceAll(m[1], `\|`, "|"))
		}
	}
	if seen == 0 {
		t.Error("no document has a command")
	}
}

// program has the commands of Candor and Caddy, as the binary does.
func program() *cobra.Command {
	root := &cobra.Command{Use: "candor"}
	for _, c := range caddycmd.Commands() {
		if c.Name == "candor" {
			c.CobraFunc(root)
			continue
		}
		cmd := &cobra.Command{Use: c.Name}
		if c.CobraFunc != nil {
			c.CobraFunc(cmd)
		}
		if c.Flags != nil {
			cmd.Flags().AddGoFlagSet(c.Flags)
		}
		root.AddCommand(cmd)
	}
	return root
}

// leaves are the commands below cmd that do something.
func leaves(cmd *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, sub := range cmd.Commands() {
		if sub.HasSubCommands() {
			out = append(out, leaves(sub)...)
		} else {
			out = append(out, sub)
		}
	}
	return out
}
