package gallery

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/candor-edge/candor/errorpages"
)

// Where things are, in the web site and in the folder of files.
const (
	pagesDir = "pages"
	filesDir = "edge" // what is below the public path on a real site
)

// themes are how a page can be told to look. As it is sent, it looks as the
// visitor's device wants; the others leave the device no choice.
var themes = []string{"auto", "light", "dark"}

// formats are those that are shown as they go over the wire, and how to ask for
// them.
var formats = []struct {
	name string
	ask  http.Header
}{
	{"json", http.Header{"Accept": {"application/json"}}},
	{"text", http.Header{"Accept": {"*/*"}}},
	{"none", http.Header{"Sec-Fetch-Dest": {"script"}}},
	{"grpc", http.Header{"Content-Type": {"application/grpc"}}},
	{"upgrade", http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}}},
}

var navigation = http.Header{"Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Mode": {"navigate"}}

// answer is one page, as far as it has been sent.
type answer struct {
	code   int
	header http.Header
	body   []byte
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(code int) { a.code = code }

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}

// pathOf names a page: SERVICE/SCENE.LANGUAGE.THEME.html for people, and
// SERVICE/SCENE.LANGUAGE.FORMAT.txt for what programs get.
func pathOf(service, scene, lang, look, ext string) string {
	return fmt.Sprintf("%s/%s.%s.%s.%s", service, scene, lang, look, ext)
}

// page is the page of a path, nil if there is none.
func (g *Gallery) page(path string) *answer {
	show, scenes, _ := g.now()
	service, file, _ := strings.Cut(path, "/")
	part := strings.Split(file, ".")
	svc := show.find(service)
	if svc == nil || len(part) != 4 || !slices.Contains(languages(svc), part[1]) {
		return nil
	}
	i := slices.IndexFunc(scenes[service], func(s errorpages.Scene) bool { return s.Name == part[0] })
	if i < 0 {
		return nil
	}
	p, lang, look := scenes[service][i].Page, part[1], part[2]
	if part[3] == "html" && slices.Contains(themes, look) {
		a := show.render(p, lang, navigation)
		a.shown(show.Base, part)
		return a
	}
	for _, f := range formats {
		if part[3] == "txt" && f.name == look {
			return show.render(p, lang, f.ask).onTheWire()
		}
	}
	return nil
}

// render is what a visitor gets who asks like that.
func (s *Show) render(p *errorpages.Page, lang string, ask http.Header) *answer {
	r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/"}, Header: ask.Clone(), ProtoMajor: 1, ProtoMinor: 1}
	r.Header.Set("Accept-Language", lang)
	a := &answer{code: http.StatusOK, header: make(http.Header)}
	_, _ = s.Renderer.Serve(a, r, p) // it is written to memory
	return a
}

var (
	prefers = regexp.MustCompile(`\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)`)
	schemes = regexp.MustCompile(`(color-scheme\s*(?::|"\s*content=")\s*)(?:light dark|dark light)`)
)

// shown makes a page hang in the gallery: its links to what the edge serves lead
// to the other pages here, and it looks as its name says.
func (a *answer) shown(base string, part []string) {
	langs := regexp.MustCompile(`"` + regexp.QuoteMeta(base) + `/lang\?to=([^"&]*)[^"]*"`)
	a.body = langs.ReplaceAll(a.body, fmt.Appendf(nil, `"%s.$1.%s.html"`, part[0], part[2]))
	a.body = bytes.ReplaceAll(a.body, []byte(`src="`+base+"/"), []byte(`src="../../`+filesDir+"/"))
	a.body = bytes.ReplaceAll(a.body, []byte(`href="`+base+"/assets/"), []byte(`href="../../`+filesDir+"/assets/"))
	policy := a.header.Get("Content-Security-Policy")
	policy = regexp.MustCompile(`frame-ancestors [^;]*`).ReplaceAllString(policy, "frame-ancestors 'self'")
	if theme := part[2]; theme != themes[0] {
		a.body = prefers.ReplaceAllFunc(a.body, func(m []byte) []byte {
			if bytes.Contains(m, []byte(theme)) {
				return []byte("(min-width:0)")
			}
			return []byte("(max-width:0)")
		})
		a.body = schemes.ReplaceAll(a.body, []byte("${1}"+theme))
		// Its style is another one than the hash is of.
		policy = regexp.MustCompile(`style-src [^;]*`).ReplaceAllString(policy, "style-src 'self' 'unsafe-inline'")
	}
	a.header = http.Header{"Content-Type": a.header["Content-Type"], "Content-Security-Policy": {policy}, "Cache-Control": {"no-store"}}
}

// onTheWire is an answer as text, headers and all.
func (a *answer) onTheWire() *answer {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", a.code, http.StatusText(a.code))
	_ = a.header.Write(&b)
	text := strings.ReplaceAll(b.String(), "\r\n", "\n") + "\n" + string(a.body)
	return &answer{
		code: http.StatusOK, body: []byte(text),
		header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "X-Content-Type-Options": {"nosniff"}},
	}
}
