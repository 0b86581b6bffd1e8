// Package examples holds configurations that run as they stand. Its tests load
// each of them as Caddy does.
package examples

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	_ "github.com/caddyserver/caddy/v2/modules/standard"
	"github.com/caddyserver/certmagic"
	"github.com/rs/zerolog"

	_ "github.com/candor-edge/candor/caddymodule"
	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/statusclient"
)

// folders are all examples, with every file of each. What is not listed is not
// tested, so a file that is not listed here fails.
var folders = map[string][]string{
	"minimal":       {"Caddyfile"},
	"campus":        {"Caddyfile", "candor.toml", "logo.svg"},
	"cachet":        {"Caddyfile", "candor.toml"},
	"statuspage":    {"Caddyfile", "candor.toml"},
	"github":        {"Caddyfile", "candor.toml"},
	"json-status":   {"Caddyfile", "candor.toml", "state.json"},
	"json":          {"caddy.json"},
	"api":           {"Caddyfile"},
	"own-page":      {"Caddyfile", "candor.toml", "error.json", "templates"},
	"console":       {"Caddyfile", "candor.toml"},
	"hosts":         {"Caddyfile", "candor.toml"},
	"handle-errors": {"Caddyfile"},
	"systemd":       {"candor.service"},
	"container":     {"Caddyfile", "Containerfile", "compose.yaml"},
	"xcaddy":        {},
}

func TestEveryFileIsCoveredAndEveryFolderExplained(t *testing.T) {
	readme := read(t, "README.md")
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		want, known := folders[e.Name()]
		if !known {
			t.Errorf("%s is tested by nothing", e.Name())
		}
		if !strings.Contains(readme, "]("+e.Name()+")") {
			t.Errorf("%s is not in README.md", e.Name())
		}
		want = append([]string{"README.md"}, want...)
		slices.Sort(want)
		var got []string
		files, err := os.ReadDir(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			got = append(got, f.Name())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", e.Name(), got, want)
		}
	}
	for name := range folders {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}

// TestConfigurationsLoad adapts and provisions every configuration, as candor
// validate does.
func TestConfigurationsLoad(t *testing.T) {
	for name, files := range folders {
		for _, file := range files {
			if file != "Caddyfile" && file != "caddy.json" {
				continue
			}
			t.Run(name, func(t *testing.T) { load(t, filepath.Join(name, file)) })
		}
	}
}

func load(t *testing.T, path string) {
	caddy.DefaultStorage = &certmagic.FileStorage{Path: t.TempDir()}
	config := []byte(read(t, path))
	if filepath.Ext(path) != ".json" {
		var warnings []caddyconfig.Warning
		var err error
		config, warnings, err = caddyconfig.GetAdapter("caddyfile").Adapt(config, map[string]any{"filename": path})
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range warnings {
			t.Error(w)
		}
	}
	var cfg caddy.Config
	if err := caddy.StrictUnmarshalJSON(config, &cfg); err != nil {
		t.Fatal(err)
	}
	if err := caddy.Validate(&cfg); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(config), `"handler":`) || !strings.Contains(string(config), `"candor"`) {
		t.Error("there is no candor in it")
	}
	for _, port := range listens.FindAllStringSubmatch(string(config), -1) {
		if len(port[1]) < 4 {
			t.Errorf("listens on %s, which takes root", port[1])
		}
	}
}

var listens = regexp.MustCompile(`"listen":\s*\["[^"]*:(\d+)"`)

// TestTheStatusDocumentIsRead asks for it as the example does.
func TestTheStatusDocumentIsRead(t *testing.T) {
	cfg, err := config.Load("json-status/candor.toml")
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.FileServer(http.Dir("json-status")))
	defer srv.Close()
	backend := cfg.Backends[0]
	if at := "http://localhost:8081"; !strings.HasPrefix(backend.URL, at) || !strings.Contains(read(t, "json-status/Caddyfile"), at) {
		t.Errorf("asks %s", backend.URL)
	}
	backend.URL = srv.URL + "/state.json"
	b, err := statusclient.New(backend, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	st, err := b.Fetch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	st.Clean()
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	know := statusclient.Merge([]statusclient.Service{{Name: "app", Components: cfg.Services[0].Components}},
		[]statusclient.Input{{Name: "city", Fetched: at, Status: st}}, nil, at)
	sit := know.Situations["app"]
	if len(sit.Incidents) != 1 || sit.Incidents[0].State != statusclient.Identified || len(sit.Incidents[0].Updates) != 2 ||
		sit.Incidents[0].Updates[0].Text.Plain != "A disk is full. We are making room." {
		t.Errorf("incidents: %+v", sit.Incidents)
	}
	if len(sit.Maintenances) != 1 || sit.Maintenances[0].State != statusclient.Scheduled || sit.Maintenances[0].Until.Hour() != 22 {
		t.Errorf("maintenances: %+v", sit.Maintenances)
	}
	if lost := know.Unmatched([]statusclient.Service{{Name: "app", Components: cfg.Services[0].Components}}); len(lost) > 0 || st.Components[1].Status != statusclient.MajorOutage {
		t.Errorf("components: %+v, not found: %v", st.Components, lost)
	}
}

// TestTheUnitIsRight asks systemd where it is installed. Everywhere else it is
// read as far as the rest of it stands on it.
func TestTheUnitIsRight(t *testing.T) {
	unit := read(t, "systemd/candor.service")
	for _, line := range []string{
		"DynamicUser=yes",
		"StateDirectory=candor",
		"StartLimitIntervalSec=0",
		"Environment=HOME=%S/candor XDG_DATA_HOME=%S/candor XDG_CONFIG_HOME=%S/candor/config",
		"ExecStart=/usr/local/bin/candor run --config /etc/candor/Caddyfile",
		"ExecReload=/usr/local/bin/candor reload --config /etc/candor/Caddyfile --force",
		"AmbientCapabilities=CAP_NET_BIND_SERVICE",
		"CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
		"NoNewPrivileges=yes",
		"ProtectSystem=strict",
	} {
		if !slices.Contains(strings.Split(unit, "\n"), line) {
			t.Errorf("the unit has no line %s", line)
		}
	}
	section := ""
	for i, line := range strings.Split(unit, "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = line
		case section == "" || !strings.Contains(line, "="):
			t.Errorf("line %d: %s", i+1, line)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd here: the unit has been read, not verified")
	}
	// It looks for the programs, too.
	unit = strings.ReplaceAll(unit, "/usr/local/bin/candor", "/bin/true")
	file := filepath.Join(t.TempDir(), "candor.service")
	if err := os.WriteFile(file, []byte(unit), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", file).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

// TestTheContainerKeepsItsState holds what a container engine would only show
// when it is too late.
func TestTheContainerKeepsItsState(t *testing.T) {
	file := read(t, "container/Containerfile")
	stages := strings.Split(file, "\nFROM ")
	last := stages[len(stages)-1]
	for _, line := range []string{
		"USER 65532:65532",
		`VOLUME ["/data", "/config"]`,
		"ENV PATH=/usr/bin XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config",
		`ENTRYPOINT ["/usr/bin/candor"]`,
		`CMD ["run", "--config", "/etc/candor/Caddyfile"]`,
		// Nothing but its state is the user's to change.
		"COPY --from=build /out/candor /usr/bin/candor",
		"COPY --from=build --chown=65532:65532 /state/ /",
	} {
		if !slices.Contains(strings.Split(last, "\n"), line) {
			t.Errorf("the image has no line %s", line)
		}
	}
	for _, m := range copies.FindAllStringSubmatch(file, -1) {
		for _, name := range strings.Fields(m[1]) {
			if _, err := os.Stat(filepath.Join("..", name)); err != nil {
				t.Error(err)
			}
		}
	}
	if v := goVersion.FindStringSubmatch(file); v == nil || !strings.Contains(read(t, "../go.mod"), "\ngo "+v[1]+".") {
		t.Errorf("the image is built by another Go than go.mod names: %q", v)
	}
	compose := read(t, "container/compose.yaml")
	for _, s := range []string{"dockerfile: examples/container/Containerfile", "- data:/data", "context: ../.."} {
		if !strings.Contains(compose, s) {
			t.Errorf("compose.yaml has no %s", s)
		}
	}
}

var (
	copies    = regexp.MustCompile(`(?m)^COPY ([^-].*) \S+$`)
	goVersion = regexp.MustCompile(`golang:(\d+\.\d+) `)
)

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
