package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/candor-edge/candor/errorpages"
)

func TestWhatCannotBeFollowedOrNamed(t *testing.T) {
	for text, want := range map[string]string{
		"[[service]]\nname = \"a\"\nfollow_maintenance = true":                                   "service[0].follow_maintenance: takes components",
		"[[backend]]\nname = \"maintenance_file\"\ntype = \"feed\"\nurl = \"https://x.example\"": "backend[0].name: \"maintenance_file\" is what maintenance files are called",
		"[maintenance]\nremind_after = \"59s\"":                                                  "maintenance.remind_after: 59s is too short",
	} {
		if _, problems := parse(text, "candor.toml", t.TempDir()); !strings.Contains(problems.Error(), want) {
			t.Errorf("%s: %v", text, problems)
		}
	}
	c, problems := parse("[[service]]\nname = \"a\"\nmaintenance_file = \"x/MAINT\"", "candor.toml", "/srv")
	if len(problems) > 0 || c.Services[0].MaintenanceFile != "/srv/x/MAINT" || c.FilesHash != "" {
		t.Errorf("%v %+v", problems, c)
	}
}

func TestHosts(t *testing.T) {
	for give, want := range map[string]string{
		"portal.example.edu":                     "portal.example.edu",
		"Portal.Example.EDU.":                    "portal.example.edu",
		"*.example.edu":                          "*.example.edu",
		"localhost":                              "localhost",
		"my_app.internal":                        "my_app.internal",
		"bücher.example":                         "xn--bcher-kva.example",
		"BÜCHER.example":                         "xn--bcher-kva.example",
		"*.bücher.example":                       "*.xn--bcher-kva.example",
		"xn--bcher-kva.EXAMPLE":                  "xn--bcher-kva.example",
		"10.0.0.1":                               "10.0.0.1",
		"[2001:DB8::1]":                          "2001:db8::1",
		"":                                       "",
		"*":                                      "",
		"*.":                                     "",
		"*.10.0.0.1":                             "",
		"a.*.example.edu":                        "",
		"*foo.example.edu":                       "",
		"https://example.edu":                    "",
		"example.edu/path":                       "",
		"example.edu:443":                        "",
		"exa mple.edu":                           "",
		"-a.example.edu":                         "",
		"a..example.edu":                         "",
		"a\x00.example.edu":                      "",
		"\u202e.example.edu":                     "",
		strings.Repeat("a", 64) + ".example.edu": "",
		strings.Repeat("a.", 130) + "edu":        "",
	} {
		got, err := hostPattern(give)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", give, got, err, want)
		}
	}
}

func TestUpstreams(t *testing.T) {
	for give, ok := range map[string]bool{
		"10.0.0.5:8080": true, "app:80": true, "my_app:80": true, "[::1]:80": true, "http://app": false,
		"https://app.example.edu": false, "https://app:8443": false, "app": false, ":80": false, "app:0": false,
		"app:65536": false, "app:http": false, "ftp://app": false, "http://app/path": false, "http://u@app": false,
		"http://": false, "app:80/": false,
	} {
		if err := checkUpstream(give); (err == nil) != ok {
			t.Errorf("%q: %v", give, err)
		}
	}
}

func TestOrigins(t *testing.T) {
	for give, want := range map[string]string{
		"https://app.example.edu":      "https://app.example.edu",
		"HTTPS://App.example.edu:443":  "https://app.example.edu",
		"http://localhost:3000":        "http://localhost:3000",
		"http://[::1]:80":              "http://[::1]",
		"capacitor://localhost":        "capacitor://localhost",
		"https://app.example.edu/":     "",
		"https://app.example.edu?":     "",
		"https://app.example.edu#":     "",
		"https://user@app.example.edu": "",
		"app.example.edu":              "",
		"null":                         "",
		"https://*.example.edu":        "",
		"":                             "",
	} {
		got, err := Origin(give)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", give, got, err, want)
		}
	}
}

func TestPathsPoliciesAndHeaders(t *testing.T) {
	problem := func(c Config) bool { return c.Validate().Err() != nil }
	for give, ok := range map[string]bool{
		"/.candor": true, "/a/b": true, "/": false, "/a/": false, "a": false, "/a//b": false, "/a/../b": false,
		"/a?b": false, "/%61": false, "/a b": false, "/*": false,
	} {
		if problem(Config{Public: Public{Path: give}}) == ok {
			t.Errorf("path %q", give)
		}
	}
	for give, ok := range map[string]bool{
		"none": true, "'none'": true, "self": true, "'self' https://a.example": true, "*": true, "*.example.edu:*": true,
		"https://a.example:8443": true, "none self": false, "'none": false, "a;b": false, "https://a.example; script-src *": false,
		"a,b": false, "'unsafe-inline'": false, "https://a/b": false,
	} {
		if problem(Config{Pages: errorpages.PagesConfig{FrameAncestors: give}}) == ok {
			t.Errorf("frame_ancestors %q", give)
		}
	}
	for give, ok := range map[string]bool{
		"X-Key: v": true, "X-Key:v:w": true, "X-Key": false, "X-Key: ": false, ": v": false, "X Key: v": false, "X-Key: a\nb": false,
	} {
		if problem(Config{Maintenance: Maintenance{BypassHeader: give}}) == ok {
			t.Errorf("bypass_header %q", give)
		}
	}
}

func TestAServiceOverridesKeyByKey(t *testing.T) {
	c := Config{
		Brand:       errorpages.BrandConfig{Name: "A", Accent: "#000000", Languages: []string{"en"}},
		Maintenance: Maintenance{BypassNetworks: []string{"10.1.2.3/16", "::ffff:10.0.0.1"}, BypassHeader: "X: y"},
	}
	own := &Service{Brand: errorpages.BrandConfig{Name: "B"}, BypassNetworks: []string{}, BypassHeader: noHeader}
	if got := c.BrandFor(own); !reflect.DeepEqual(got, errorpages.BrandConfig{Name: "B", Accent: "#000000", Languages: []string{"en"}}) {
		t.Errorf("%+v", got)
	}
	m := c.MaintenanceFor(own)
	if name, value := m.Header(); len(m.Networks()) != 0 || name+value != "" {
		t.Errorf("%+v", m)
	}
	m = c.MaintenanceFor(&Service{})
	if got := m.Networks(); !reflect.DeepEqual(got, []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("10.0.0.1/32")}) {
		t.Error(got)
	}
	m = c.MaintenanceFor(&Service{BypassHeader: "Z: w"})
	if name, value := m.Header(); name != "Z" || value != "w" {
		t.Error(name, value)
	}
}

func TestAChangedFileChangesTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("candor.toml", "[brand]\nlogo = \"logo.svg\"\n[pages]\ntemplates = \"t\"\nmessages = \"m\"\n[[service]]\nname = \"a\"\nbrand.logo = \"a.svg\"\n")
	write("logo.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`)
	write("a.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`)
	write("t/page.html", "x")
	write("m/de.toml", "")
	seen := map[string]string{}
	hash := func(step string) string {
		t.Helper()
		c, err := Load(filepath.Join(dir, "candor.toml"))
		if err != nil {
			t.Fatal(step, err)
		}
		return c.FilesHash
	}
	for _, step := range []struct{ name, file, text string }{
		{"first", "t/page.html", "x"},
		{"logo", "logo.svg", `<svg xmlns="http://www.w3.org/2000/svg"></svg>`},
		{"logo of a service", "a.svg", `<svg xmlns="http://www.w3.org/2000/svg"></svg>`},
		{"template", "t/page.html", "y"},
		{"new file", "t/sub/page.txt", "y"},
		{"message", "m/de.toml", "# x"},
	} {
		write(step.file, step.text)
		h := hash(step.name)
		if other, ok := seen[h]; ok || h == "" {
			t.Errorf("%s: the hash is %q, as with %s", step.name, h, other)
		}
		seen[h] = step.name
	}
	last := hash("again")
	write("t/.page.html.swp", "an editor is open")
	if got := hash("hidden"); got != last {
		t.Error("a hidden file counts")
	}
	for _, step := range []string{"..1", "..2"} { // as Kubernetes changes a volume
		write("k/"+step+"/assets/look.css", step)
		_ = os.Remove(filepath.Join(dir, "k/..data"))
		_ = os.Remove(filepath.Join(dir, "k/assets"))
		_ = os.Remove(filepath.Join(dir, "t/link"))
		for from, to := range map[string]string{"k/..data": step, "k/assets": "..data/assets", "t/link": "../k"} {
			if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
				t.Fatal(err)
			}
		}
		h := hash("volume")
		if other, ok := seen[h]; ok || h == "" {
			t.Errorf("a volume: the hash is %q, as with %s", h, other)
		}
		seen[h] = step
	}
	if err := os.Symlink(".", filepath.Join(dir, "t/round")); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(filepath.Join(dir, "candor.toml")); err == nil || !strings.Contains(err.Error(), "or a link to a folder around it") {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(dir, "t/round")); err != nil {
		t.Fatal(err)
	}
	for i := range maxFolderFiles {
		write(filepath.Join("m", string(rune('a'+i%26)), strings.Repeat("x", 1+i/26)), "")
	}
	if _, err := Load(filepath.Join(dir, "candor.toml")); err == nil ||
		!strings.Contains(err.Error(), "candor.toml:5: pages.messages: ") || !strings.Contains(err.Error(), "more than 500 files") {
		t.Error(err)
	}
}
