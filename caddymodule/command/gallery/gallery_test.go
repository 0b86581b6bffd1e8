package gallery

import (
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/errorpages"
)

// hung is a gallery of one service whose pages have this style.
func hung(t *testing.T, css string) (*Show, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "page.css"), []byte(css), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := errorpages.NewRenderer(errorpages.PagesConfig{Templates: dir}, "/.candor", zerolog.Nop())
	if err != nil {
		return nil, err
	}
	brand, err := errorpages.NewBrand(errorpages.BrandConfig{Name: "University", Languages: []string{"en", "de"}})
	if err != nil {
		return nil, err
	}
	return &Show{
		Renderer: r, Base: "/.candor", Services: []*errorpages.Service{{Name: "portal", Title: "Student portal", Brand: brand}},
		Own: func(w http.ResponseWriter, _ *http.Request, name string) bool {
			if name == "logo.svg" {
				_, _ = w.Write([]byte("<svg/>"))
			}
			return name == "logo.svg"
		},
	}, nil
}

const adapting = `:root { color-scheme: light dark; } @media (prefers-color-scheme: dark) { p { color: #fff } }`

func get(g *Gallery, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	g.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestEveryPageHangsInEveryLanguageThemeAndFormat(t *testing.T) {
	g, err := New(func() (*Show, error) { return hung(t, adapting) })
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, scene := range g.scenes["portal"] {
		for _, lang := range []string{"en", "de"} {
			for _, path := range paths("portal", scene.Name, lang) {
				w := get(g, "/pages/"+path)
				body := w.Body.String()
				if body == "" || w.Header().Get("Content-Type") == "" {
					t.Errorf("%s: nothing", path)
				}
				if strings.HasSuffix(path, "auto.html") {
					if w.Code != scene.Page.Code {
						t.Errorf("%s: code %d, a visitor gets %d", path, w.Code, scene.Page.Code)
					}
					if other := seen[body]; other != "" {
						t.Errorf("%s is the same page as %s", path, other)
					}
					seen[body] = path
				}
			}
		}
	}
	for _, path := range []string{"/pages/portal/fault.fr.auto.html", "/pages/other/fault.en.auto.html", "/pages/portal/none.en.auto.html", "/pages/portal/fault.en.pink.html", "/pages/portal/fault.en.html.txt", "/x"} {
		if w := get(g, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestAPageMayHangInAFrameAndIsElseAsItIsSent(t *testing.T) {
	g, err := New(func() (*Show, error) { return hung(t, adapting) })
	if err != nil {
		t.Fatal(err)
	}
	policy := get(g, "/pages/portal/fault.en.auto.html").Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors 'self'") || !strings.Contains(policy, "default-src 'none'") || !regexp.MustCompile(`style-src 'sha256-`).MatchString(policy) {
		t.Errorf("the policy is %s", policy)
	}
	text := get(g, "/pages/portal/fault.en.json.txt")
	if !strings.HasPrefix(text.Body.String(), "HTTP/1.1 502 Bad Gateway\n") || !strings.Contains(text.Body.String(), "\nContent-Type: application/problem+json\n") {
		t.Errorf("%s", text.Body)
	}
	if w := get(g, "/.candor/status?waiting"); w.Code != http.StatusNoContent {
		t.Errorf("what a page asks: %d", w.Code)
	}
}

func TestAThemeLeavesTheDeviceNoChoice(t *testing.T) {
	g, err := New(func() (*Show, error) { return hung(t, adapting) })
	if err != nil {
		t.Fatal(err)
	}
	for theme, want := range map[string]string{
		"auto":  `:root { color-scheme: light dark; } @media (prefers-color-scheme: dark) {`,
		"light": `:root { color-scheme: light; } @media (max-width:0) {`,
		"dark":  `:root { color-scheme: dark; } @media (min-width:0) {`,
	} {
		w := get(g, "/pages/portal/fault.en."+theme+".html")
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: no %q", theme, want)
		}
	}
}

func TestTheLanguagesOfAPageLeadToItsOtherPages(t *testing.T) {
	g, err := New(func() (*Show, error) { return hung(t, adapting) })
	if err != nil {
		t.Fatal(err)
	}
	if body := get(g, "/pages/portal/fault.en.dark.html").Body.String(); !strings.Contains(body, `href="fault.de.dark.html"`) {
		t.Error("no link to the same page in German")
	}
}

func TestLoadingTheGalleryAnewShowsWhatHasChanged(t *testing.T) {
	css, broken := "p { color: red }", error(nil)
	g, err := New(func() (*Show, error) {
		if broken != nil {
			return nil, broken
		}
		return hung(t, css)
	})
	if err != nil {
		t.Fatal(err)
	}
	css = "p { color: green }"
	if strings.Contains(get(g, "/pages/portal/fault.en.auto.html").Body.String(), css) {
		t.Error("a page has changed before the gallery was loaded")
	}
	get(g, "/")
	if !strings.Contains(get(g, "/pages/portal/fault.en.auto.html").Body.String(), css) {
		t.Error("the new style is not there")
	}
	broken = errors.New("page.html:7: unexpected EOF <b>")
	if body := get(g, "/").Body.String(); !strings.Contains(body, "page.html:7: unexpected EOF &lt;b&gt;") {
		t.Error("nobody is told what is wrong")
	}
	if !strings.Contains(get(g, "/pages/portal/fault.en.auto.html").Body.String(), css) {
		t.Error("the last pages that could be shown are gone")
	}
}

func TestTheGalleryIsWrittenToAFolder(t *testing.T) {
	g, err := New(func() (*Show, error) { return hung(t, adapting) })
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new", "folder")
	n, err := g.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	check := func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		body, err := os.ReadFile(path)
		if strings.HasSuffix(path, ".html") && strings.Contains(path, "pages") {
			if !strings.Contains(string(body), still) {
				t.Errorf("%s asks an edge that is not there", path)
			}
			for _, m := range regexp.MustCompile(`href="([^":]+\.html)"`).FindAllStringSubmatch(string(body), -1) {
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
					t.Errorf("%s leads nowhere: %v", path, err)
				}
			}
		}
		return err
	}
	if err := filepath.WalkDir(dir, check); err != nil {
		t.Fatal(err)
	}
	if want := len(g.scenes["portal"]) * 2 * (len(themes) + len(formats)); n != want || files != want+1 {
		t.Errorf("%d pages in %d files, want %d and the front page", n, files, want)
	}
	if err := g.show.writeFile(dir, "logo.svg"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "edge", "logo.svg")); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"../logo.svg", "none.svg", "%2e%2e/logo.svg"} {
		if err := g.show.writeFile(dir, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
