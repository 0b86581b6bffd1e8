package caddymodule

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// maxBack bounds a path that visitors are sent back to.
const maxBack = 4096

// serveLang remembers the language that a visitor has chosen on a page, and sends
// them back to where they were: a path of this very site, whatever the request
// says.
func (a *App) serveLang(w http.ResponseWriter, r *http.Request, svc *service) {
	q := r.URL.Query()
	cookie, ok := errorpages.LanguageCookie(svc.page.Brand, q.Get("to"), r.TLS != nil)
	if !ok {
		a.refuse(w, http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h["Location"] = []string{a.wayBack(r, q.Get("back"))}
	http.SetCookie(w, cookie)
	w.WriteHeader(http.StatusSeeOther)
}

// wayBack is the path that the page's script names, else the one that the browser
// came from, else the front page.
func (a *App) wayBack(r *http.Request, back string) string {
	if p := a.ownSite(back); p != "" {
		return p
	}
	from, err := url.Parse(r.Referer())
	if err != nil || !strings.EqualFold(from.Host, r.Host) || from.Scheme != "https" && from.Scheme != "http" {
		return "/"
	}
	if p := a.ownSite(from.RequestURI()); p != "" {
		return p
	}
	return "/"
}

// ownSite returns a path with its query as it may stand in Location, "" for what
// could lead a browser to another site or around in a circle. Two slashes would
// begin the name of a host, and browsers take a backslash for a slash.
func (a *App) ownSite(path string) string {
	if len(path) > maxBack || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsRune(path, '\\') {
		return ""
	}
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return ""
	}
	// Whoever stands in between may take the escapes out.
	if strings.HasPrefix(u.Path, "//") || strings.ContainsFunc(u.Path, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }) {
		return ""
	}
	if _, own := a.ownPath(statusclient.CleanPath(u.Path)); own {
		return ""
	}
	to := u.RequestURI()
	if strings.ContainsFunc(to, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return to
}
