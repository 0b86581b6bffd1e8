package config

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// configTypes calls f for every struct that a configuration is made of.
func configTypes(t reflect.Type, f func(reflect.Type)) {
	switch t.Kind() {
	case reflect.Slice:
		configTypes(t.Elem(), f)
	case reflect.Struct:
		f(t)
		for field := range t.Fields() {
			configTypes(field.Type, f)
		}
	}
}

func TestEveryFieldHasOneNameInTOMLAndJSON(t *testing.T) {
	configTypes(reflect.TypeFor[Config](), func(s reflect.Type) {
		for f := range s.Fields() {
			inJSON, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			inTOML := f.Tag.Get("toml")
			if inTOML == "-" {
				continue
			}
			if inTOML == "" || inJSON != inTOML {
				t.Errorf("%v.%s is %q in JSON and %q in TOML", s, f.Name, inJSON, inTOML)
			}
			required := f.Name == "Name" && s.Name() != "BrandConfig" && s.Name() != "JSONComponent" || f.Name == "Type" || f.Name == "Label" ||
				f.Name == "URL" && s.Name() == "BackendConfig"
			if (options == "") != required {
				t.Errorf("%v.%s: json options %q, required %v", s, f.Name, options, required)
			}
		}
	})
}

func TestEveryFieldIsDocumented(t *testing.T) {
	documented := map[string]bool{}
	for _, pattern := range []string{"*.go", "../../errorpages/*.go", "../../statusclient/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if s, ok := spec.Type.(*ast.StructType); ok {
					for _, f := range s.Fields.List {
						for _, name := range f.Names {
							comment := f.Doc.Text() + f.Comment.Text()
							documented[parsed.Name.Name+"."+spec.Name.Name+"."+name.Name] = comment != ""
						}
					}
				}
				return false
			})
		}
	}
	configTypes(reflect.TypeFor[Config](), func(s reflect.Type) {
		for f := range s.Fields() {
			if key := s.String() + "." + f.Name; !documented[key] {
				t.Errorf("%s has no comment", key)
			}
		}
	})
}

func TestLinesFollowTheOutline(t *testing.T) {
	lines := linesOf("\n" +
		"# [no]\n" +
		"[a]\n" +
		"b.c = '''\n[x]\n'''\n" +
		"d = \"\"\"\n\\\"\"\"\"\"\n" +
		"[[s]]\n" +
		"n = 1 # [[s]]\n" +
		"[s.b]\n" +
		"[[s.b.c]]\n" +
		"l = 'x'\n" +
		"[[s.b.c]]\r\n" +
		"l = [ 'a', # one\n\n  ['b]', { \"k\\\"]\" = 'c', m = 2 }],\n]\n" +
		"[[s]]\n" +
		"\"q u\".'v.w' = 1979-05-27 07:32:00\n" +
		"[s.b]\n")
	for key, want := range map[string]int{
		"a": 3, "a.b": 4, "a.b.c": 4, "a.d": 7, "s": 9, "s[0]": 9, "s[0].n": 10, "s[0].b": 11, "s[0].b.c": 12,
		"s[0].b.c[0].l": 13, "s[0].b.c[1]": 14, "s[0].b.c[1].l[0]": 15, "s[0].b.c[1].l[1]": 17,
		"s[0].b.c[1].l[1][1].m": 17, "s[0].b.c[1].l[1][1].k\"]": 17, "s[1]": 19, "s[1].q u.v.w": 20, "s[1].b": 21,
	} {
		if lines[key] != want {
			t.Errorf("%s: line %d, want %d", key, lines[key], want)
		}
	}
	if _, ok := lines["no"]; ok || lines["x"] != 0 {
		t.Error("found keys in comments or strings")
	}
}
