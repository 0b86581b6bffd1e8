package config

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var knownTypes = regexp.MustCompile(`known types: .*`)

func TestErrorsNameFileLineAndKeyAndAllOfThem(t *testing.T) {
	files, err := filepath.Glob("testdata/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, err := Load(file)
			if err == nil {
				t.Fatal("no error")
			}
			if !errors.As(err, new(Problems)) {
				t.Fatalf("%T, want Problems", err)
			}
			got := strings.ReplaceAll(err.Error(), here, "HERE")
			got = knownTypes.ReplaceAllString(got, "known types: TYPES") + "\n"
			golden := strings.TrimSuffix(file, "toml") + "err"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func loadFull(t testing.TB) *Config {
	t.Helper()
	c, err := Load("testdata/full/candor.toml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheFullSampleFillsEveryField(t *testing.T) {
	var check func(path string, all []reflect.Value)
	check = func(path string, all []reflect.Value) {
		set := slices.DeleteFunc(all, reflect.Value.IsZero)
		if len(set) == 0 {
			t.Errorf("%s is not in the sample", path)
			return
		}
		switch typ := set[0].Type(); typ.Kind() {
		case reflect.Struct:
			for i := range typ.NumField() {
				var fields []reflect.Value
				for _, v := range set {
					fields = append(fields, v.Field(i))
				}
				check(path+"."+typ.Field(i).Name, fields)
			}
		case reflect.Slice:
			var elements []reflect.Value
			for _, v := range set {
				for i := range v.Len() {
					elements = append(elements, v.Index(i))
				}
			}
			if len(elements) > 0 {
				check(path, elements)
			}
		}
	}
	check("Config", []reflect.Value{reflect.ValueOf(*loadFull(t))})
}

func TestTOMLAndJSONSayTheSame(t *testing.T) {
	c := loadFull(t)
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	back := new(Config)
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if err := d.Decode(back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(c, back) {
		t.Errorf("got %+v\nwant %+v", back, c)
	}
	if back.Services[0].BypassNetworks == nil {
		t.Error("an empty list of a service has become none")
	}
	if !strings.Contains(string(data), "{env.CACHET_TOKEN}") {
		t.Error("a placeholder is gone from the JSON")
	}
	if problems := back.Validate(); problems.Err() != nil {
		t.Error(problems)
	}
}

func TestPathsAreRelativeToTheFile(t *testing.T) {
	c := loadFull(t)
	dir, _ := filepath.Abs("testdata/full")
	for _, got := range []string{c.Brand.Logo, c.Services[0].Brand.Logo, c.Pages.Templates, c.Pages.Messages, c.Pages.JSON, c.Services[0].Pages.JSON} {
		if filepath.Dir(got) != dir {
			t.Errorf("%s is not in %s", got, dir)
		}
	}
	c, problems := parse("[brand]\nlogo = \"{env.DIR}/logo.svg\"\n[pages]\ntemplates = \"/{env.X}\"", "x", dir)
	if problems != nil || c.Brand.Logo != "{env.DIR}/logo.svg" || c.Pages.Templates != "/{env.X}" {
		t.Error(c, problems)
	}
}

func TestNothingIsRequired(t *testing.T) {
	c, problems := parse("", "candor.toml", "/")
	if problems.Err() != nil || !reflect.DeepEqual(c, new(Config)) {
		t.Error(c, problems)
	}
	if data, err := json.Marshal(c); err != nil || string(data) != "{}" {
		t.Errorf("%s, %v", data, err)
	}
}

func TestAFileThatCannotBeReadIsAnError(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none.toml")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	large := filepath.Join(t.TempDir(), "large.toml")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, maxFile+1); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(large); err == nil || !strings.Contains(err.Error(), "larger than 16 MiB") {
		t.Error(err)
	}
}

func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.toml")
	for _, file := range append(files, "testdata/full/candor.toml") {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add("a.\"b.c\".'d' = [ { x = '''\n''', y = [1, # no\n 2] } ]\n[[a]]\n[a.b]\n[[a.b.c]]")
	f.Fuzz(func(t *testing.T, doc string) {
		linesOf(doc)
		if strings.Contains(doc, "logo") || strings.Contains(doc, "pages") {
			return // reads files
		}
		c, problems := parse(doc, "candor.toml", "/nowhere")
		if problems.Err() == nil {
			if again := c.Validate(); again != nil {
				t.Error(again)
			}
		}
		for _, p := range problems {
			if p.Line > 1+strings.Count(doc, "\n") {
				t.Errorf("%v: no such line", p)
			}
		}
	})
}
