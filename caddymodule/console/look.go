package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"go.uber.org/zap"

	"github.com/candor-edge/candor/errorpages"
)

//go:embed templates
var templates embed.FS

// look is how the pages of one console look: the same for all of them, so that
// their style and script have one hash each.
type look struct {
	pages  map[string]*template.Template
	style  template.CSS
	script template.JS
	hashes [2]string // of style and script, as sources
}

func newLook(brand errorpages.BrandView) (*look, error) {
	l := &look{pages: map[string]*template.Template{}}
	css, err := template.New("console.css").ParseFS(templates, "templates/console.css")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := css.Execute(&b, struct{ Brand errorpages.BrandView }{brand}); err != nil {
		return nil, err
	}
	js, err := templates.ReadFile("templates/console.js")
	if err != nil {
		return nil, err
	}
	l.style, l.script = template.CSS(b.String()), template.JS(js) // ours, not of anybody's input
	for i, s := range []string{b.String(), string(js)} {
		sum := sha256.Sum256([]byte(s))
		l.hashes[i] = "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	base, err := template.New("").Funcs(template.FuncMap{
		"pair": func(s *sheet, name string, v any) map[string]any { return map[string]any{"Sheet": s, name: v} },
		"list": func(names ...string) []string { return names },
	}).ParseFS(templates, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"overview", "service", "window", "incident", "incidents", "windows", "review", "outcome", "conflict", "log", "pass", "message"} {
		t, err := base.Clone()
		if err == nil {
			t, err = t.ParseFS(templates, "templates/"+name+".html")
		}
		if err != nil {
			return nil, err
		}
		l.pages[name] = t
	}
	return l, nil
}

// show sends a page.
func (v *visit) show(s *sheet) {
	var b bytes.Buffer
	if err := v.look.pages[s.Name].ExecuteTemplate(&b, "layout.html", s); err != nil {
		v.logger.Error("a page of the console cannot be rendered", zap.String("page", s.Name), zap.Error(err))
		v.protect(nil)
		v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		v.w.WriteHeader(http.StatusInternalServerError)
		return
	}
	h := v.w.Header()
	v.protect(s.policy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", s.Lang)
	if v.live && s.code == http.StatusOK && v.unchanged(b.Bytes()) {
		return
	}
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	v.w.WriteHeader(s.code)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(b.Bytes()) // the error is the client's connection
	}
}

// protect sets what keeps a page from being framed, cached or scripted by others.
func (v *visit) protect(more map[string][]string) {
	h := v.w.Header()
	others := ""
	for _, directive := range []string{"font-src", "media-src"} {
		if list := more[directive]; len(list) > 0 {
			others += "; " + directive + " " + strings.Join(list, " ")
		}
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src "+v.look.hashes[1]+
		"; style-src "+strings.Join(append([]string{v.look.hashes[0]}, more["style-src"]...), " ")+others+
		"; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Add("Vary", "Accept-Language, Cookie")
}

// refuse says why there is nothing else to see.
func (v *visit) refuse(code int, key string) { v.refuseWith(code, key, "") }

// refuseWith adds what the admin API said.
func (v *visit) refuseWith(code int, key, detail string) {
	s := v.sheet("message", "", v.say(key), struct{ Text, Detail string }{v.say(key+"_more", "User", v.user.Name), detail})
	s.code, s.Live = code, false
	v.show(s)
}
