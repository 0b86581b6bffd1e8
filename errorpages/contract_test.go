package errorpages

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const contractFile = "testdata/contract.txt"

// contract lists what a template of an operator may use: a line for every field
// and method that it can reach.
func contract() (lines []string) {
	ours := reflect.TypeFor[View]().PkgPath()
	seen := map[reflect.Type]bool{}
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ.PkgPath() != ours || seen[typ] {
			return
		}
		seen[typ] = true
		for f := range typ.Fields() {
			if f.IsExported() {
				lines = append(lines, fmt.Sprintf("%s.%s %s %s", typ.Name(), f.Name, f.Type, f.Tag.Get("json")))
				walk(f.Type)
			}
		}
		if typ != reflect.TypeFor[View]() && typ != reflect.TypeFor[Moment]() {
			return // what else has methods has them for Go
		}
		for m := range reflect.PointerTo(typ).Methods() {
			lines = append(lines, fmt.Sprintf("%s.%s%s", typ.Name(), m.Name, strings.TrimPrefix(m.Type.String(), "func")))
		}
	}
	walk(reflect.TypeFor[JSONView]())
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	slices.Sort(lines)
	return lines
}

// What templates use stands in a file. A line may be added, by -update; one that
// goes is somebody's template that fails.
func TestTheContractOfTemplatesOnlyGrows(t *testing.T) {
	data, err := os.ReadFile(contractFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	old := strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' })
	now := contract()
	for _, line := range old {
		if !slices.Contains(now, line) {
			t.Errorf("templates can no longer use: %s", line)
		}
	}
	if *update && !t.Failed() {
		check(t, os.WriteFile(contractFile, append([]byte(strings.Join(now, "\n")), '\n'), 0o644))
		return
	}
	for _, line := range now {
		if !slices.Contains(old, line) {
			t.Errorf("run the test with -update: templates can now use: %s", line)
		}
	}
	if !bytes.Contains(data, []byte("View.Headline string\n")) {
		t.Error("the file does not say what it should")
	}
}
