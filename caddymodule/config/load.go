package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/BurntSushi/toml"
)

// maxFile bounds candor.toml: some fifty thousand services.
const maxFile = 16 << 20

// Load reads candor.toml, makes the paths in it absolute and computes FilesHash.
// An error about its content is of type Problems and tells everything that is
// wrong, with file, line and key.
func Load(path string) (*Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(doc) > maxFile {
		return nil, Problems{{File: path, Text: fmt.Sprintf("larger than %d MiB", maxFile>>20)}}
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	c, problems := parse(string(doc), path, dir)
	if len(problems) > 0 {
		return nil, problems
	}
	return c, nil
}

// parse is Load of a text that stands in dir.
func parse(doc, path, dir string) (*Config, Problems) {
	table := map[string]any{}
	if _, err := toml.Decode(doc, &table); err != nil {
		return nil, Problems{syntax(path, err)}
	}
	check := newChecker()
	check.table("", table, check.root)

	// What fits the types goes through JSON, so that both ways of writing a
	// configuration are one, and the rest of it is judged all the same.
	c := new(Config)
	data, err := json.Marshal(table)
	if err == nil {
		err = json.Unmarshal(data, c)
	}
	if err != nil {
		return nil, Problems{{File: path, Text: err.Error()}}
	}
	c.eachPath(func(_ string, p *string) {
		if *p != "" && !filepath.IsAbs(*p) && !startsWithPlaceholder(*p) {
			*p = filepath.Join(dir, *p)
		}
	})
	for i := range c.Services {
		// It comes and goes: it is no part of the configuration.
		if p := &c.Services[i].MaintenanceFile; *p != "" && !filepath.IsAbs(*p) && !startsWithPlaceholder(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	problems := check.problems.and(c.Validate()).and(c.HashFiles())
	if len(problems) > 0 {
		problems.locate(path, linesOf(doc))
	}
	return c, problems
}

func syntax(path string, err error) Problem {
	var pe toml.ParseError
	if !errors.As(err, &pe) {
		return Problem{File: path, Text: err.Error()}
	}
	return Problem{File: path, Line: pe.Position.Line, Key: pe.LastKey, Text: pe.Message}
}

// eachPath calls f for every field that names a file or a folder.
func (c *Config) eachPath(f func(key string, path *string)) {
	f("brand.logo", &c.Brand.Logo)
	for i := range c.Services {
		if s := &c.Services[i]; s.Brand.Logo != "" {
			f(at("service", i, "brand.logo"), &s.Brand.Logo)
		}
	}
	for i := range c.Services {
		if s := &c.Services[i]; s.Pages.JSON != "" {
			f(at("service", i, "pages.json"), &s.Pages.JSON)
		}
	}
	f("pages.json", &c.Pages.JSON)
	f("pages.templates", &c.Pages.Templates)
	f("pages.messages", &c.Pages.Messages)
}
