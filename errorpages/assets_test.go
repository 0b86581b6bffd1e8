package errorpages

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

func TestAssetsAreServedWithTheirVersionForEver(t *testing.T) {
	css := strings.Repeat("body { color: red }\n", 100)
	r := rendererOf(t, PagesConfig{Templates: folder(t, map[string]string{
		"page.html":       `<link rel="stylesheet" href="{{.Asset "look.css"}}"><img src="{{.Asset "img/a b.PNG"}}"><style>{{template "page.css" .}}</style>`,
		"page.css":        `@font-face { src: url("{{.Asset "f.woff2"}}") }`,
		"assets/look.css": css, "assets/img/a b.PNG": "png", "assets/f.woff2": "font",
	})})
	p := page(brand(t, campus()))
	res := serve(t, r, p, "GET", oneOfEach[FormatHTML])
	urls := regexp.MustCompile(`/\.candor/assets/[^"]*`).FindAllString(res.Body.String(), -1)
	if len(urls) != 3 {
		t.Fatalf("got %s", res.Body)
	}
	csp := res.Header().Get("Content-Security-Policy")
	if !regexp.MustCompile(`style-src 'sha256-\S+' 'self'; font-src 'self'; connect-src`).MatchString(csp) || strings.Contains(csp, "media-src") || strings.Contains(csp, "script-src") {
		t.Errorf("the policy is %s", csp)
	}
	for i, want := range []struct{ name, contentType, body string }{
		{"look.css", "text/css; charset=utf-8", css}, {"img/a b.PNG", "image/png", "png"}, {"f.woff2", "font/woff2", "font"},
	} {
		a := r.Asset(want.name)
		if a == nil {
			t.Fatalf("there is no %s", want.name)
		}
		get := func(url string, lines ...string) *httptest.ResponseRecorder {
			req := httptest.NewRequest("GET", strings.ReplaceAll(url, " ", "%20"), nil)
			for _, l := range lines {
				k, v, _ := strings.Cut(l, ": ")
				req.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			a.ServeHTTP(w, req)
			return w
		}
		got := get(urls[i])
		if got.Body.String() != want.body || got.Header().Get("Content-Type") != want.contentType ||
			!strings.Contains(got.Header().Get("Cache-Control"), "immutable") || got.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", urls[i], got.Code, got.Header())
		}
		zipped := get(urls[i], "Accept-Encoding: gzip")
		if unzipped := zipped.Body.Bytes(); i == 0 {
			if zipped.Header().Get("Vary") != "Accept-Encoding" || zipped.Body.Len() > 200 || string(gunzip(t, unzipped)) != css {
				t.Errorf("%s with gzip: %d bytes, %v", want.name, zipped.Body.Len(), zipped.Header())
			}
			if etag := zipped.Header().Get("Etag"); etag == got.Header().Get("Etag") || get(urls[i], "Accept-Encoding: gzip", "If-None-Match: "+etag).Code != 304 {
				t.Errorf("%s with gzip: ETag %s", want.name, etag)
			}
		} else if !bytes.Equal(unzipped, got.Body.Bytes()) {
			t.Errorf("%s is compressed again", want.name)
		}
		if again := get("/", "If-None-Match: "+got.Header().Get("Etag")); again.Code != 304 || again.Body.Len() > 0 {
			t.Errorf("%s again: %d", want.name, again.Code)
		}
		if old := get("/?v=other"); old.Header().Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("%s of another version: %v", want.name, old.Header())
		}
		if part := get("/", "Range: bytes=1-2", "Accept-Encoding: gzip"); part.Code != http.StatusPartialContent || part.Body.String() != want.body[1:3] {
			t.Errorf("a part of %s: %d %q", want.name, part.Code, part.Body)
		}
	}
	for _, name := range []string{"", ".", "/look.css", "img", "img/", "../page.html", "img/../look.css", "LOOK.CSS"} {
		if r.Asset(name) != nil {
			t.Errorf("%q is there", name)
		}
	}
}

func TestAssetsThatCannotBeServedAreRefusedAtLoad(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		link  [2]string
		says  string
	}{
		"a script":     {files: map[string]string{"assets/a.js": ""}, says: "assets/a.js: scripts are no assets"},
		"another type": {files: map[string]string{"assets/a/.x/y": "", "assets/a/b.html": ""}, says: "assets/a/b.html: is none of the types"},
		"too much":     {files: map[string]string{"assets/a.png": strings.Repeat("x", maxAssets), "assets/b.png": "x"}, says: "assets/b.png: is too large"},
		"a file":       {files: map[string]string{"assets": ""}, says: "assets: "},
		"a link out":   {files: map[string]string{"assets/a.css": ""}, link: [2]string{"/etc/passwd", "assets/b.css"}, says: "assets/b.css: "},
		"a link up":    {files: map[string]string{"assets/a.css": "", "page.css": ""}, link: [2]string{"../page.css", "assets/b.css"}, says: "assets/b.css: "},
	} {
		dir := folder(t, c.files)
		if c.link[0] != "" {
			check(t, os.Symlink(c.link[0], filepath.Join(dir, c.link[1])))
		}
		if _, err := NewRenderer(PagesConfig{Templates: dir}, "/.candor", zerolog.Nop()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want … %s …", name, err, c.says)
		}
	}
	volume := folder(t, map[string]string{"..1/assets/look.css": "", "..1/page.txt": "x"}) // as Kubernetes lays it
	for from, to := range map[string]string{"..data": "..1", "assets": "..data/assets", "page.txt": "..data/page.txt"} {
		check(t, os.Symlink(to, filepath.Join(volume, from)))
	}
	if rendererOf(t, PagesConfig{Templates: volume}).Asset("look.css") == nil {
		t.Error("links within the folder are not followed")
	}
	r := rendererOf(t, PagesConfig{Templates: folder(t, map[string]string{"assets/.git/x": "", "assets/.htaccess": ""})})
	if len(r.assets.byName) > 0 {
		t.Errorf("hidden files are assets: %v", r.assets.byName)
	}
}
