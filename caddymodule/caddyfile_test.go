package caddymodule

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
)

var update = flag.Bool("update", false, "write the goldens in testdata anew")

// Each testdata/adapt/*.caddyfiletest is a Caddyfile, a line of dashes, and what
// it adapts to: JSON, or the error.
func TestCaddyfilesAdapt(t *testing.T) {
	files, err := filepath.Glob("testdata/adapt/*.caddyfiletest")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	dir, err := filepath.Abs("testdata/adapt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text, want, _ := strings.Cut(string(b), "----------\n")
			got := ""
			out, _, err := caddyfile.Adapter{ServerType: httpcaddyfile.ServerType{}}.Adapt([]byte(text), map[string]any{"filename": filepath.Join(dir, "Caddyfile")})
			if err != nil {
				got = err.Error()
			} else {
				var cfg caddy.Config
				if err := caddy.StrictUnmarshalJSON(out, &cfg); err != nil {
					t.Fatal(err)
				}
				if err := caddy.Validate(&cfg); err != nil {
					got = "does not load: " + err.Error()
				} else {
					var v any
					_ = json.Unmarshal(out, &v)
					pretty, _ := json.MarshalIndent(v, "", "\t")
					got = string(pretty)
				}
			}
			got = strings.ReplaceAll(got, dir, "DIR") + "\n"
			if *update {
				if err := os.WriteFile(file, []byte(text+"----------\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
