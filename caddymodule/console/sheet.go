package console

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/candor-edge/candor/errorpages"
)

// sheet is one page of the console, as its template sees it.
type sheet struct {
	v *visit

	Name      string // of the template
	Lang, Dir string
	Title     string
	Tab       string // which entry of the navigation it belongs to
	Brand     errorpages.BrandView
	User      string
	Role      string
	Token     string
	Done      string // what has just been done
	Problem   string // what is wrong with what was filled in
	Trap      string // the service whose maintenance would keep everybody out of the console
	Live      bool   // it keeps itself up to date
	Stamp     string // of what it shows, where it does
	Languages []languageLink
	Style     template.CSS
	Script    template.JS
	Body      any

	policy map[string][]string // what else is let in, by directive
	code   int
}

type languageLink struct {
	Lang, Name, URL string // no URL: it is this one
}

// T is a text of the console.
func (s *sheet) T(key string, fields ...any) string { return s.v.say(key, fields...) }

// W is a word of the visitors' pages, such as "state.identified".
func (s *sheet) W(key string) string { return s.v.words.Text(key) }

// Link is a path of the console.
func (s *sheet) Link(parts ...string) string { return s.v.link(parts...) }

// May reports whether the user may "publish" for or "operate" these services.
func (s *sheet) May(what string, services []string) bool {
	return s.v.rights.may(map[string]level{"publish": publish, "operate": operate}[what], services...)
}

// Publishes reports whether there is a service that the user may publish for.
func (s *sheet) Publishes() bool { return s.v.rights.ever(publish) }

// Operates reports whether there is a service that the user may take offline.
func (s *sheet) Operates() bool { return s.v.rights.ever(operate) }

// Zone is how times are meant that are filled in.
func (s *sheet) Zone() string { return s.v.zone.String() }

// known are what done may say: nothing that a link brings along.
var known = map[string]bool{
	"on": true, "planned": true, "changed": true, "extended": true, "ended": true, "cancelled": true,
	"opened": true, "posted": true, "resolved": true, "revoked": true, "drilled": true,
}

// sheet begins a page.
func (v *visit) sheet(name, tab, title string, body any) *sheet {
	s := &sheet{
		v: v, Name: name, Lang: v.lang.String(), Dir: v.words.Dir, Title: title, Tab: tab, Brand: v.desk.Brand().View(),
		User: v.user.Name, Live: v.live, Stamp: v.stamp, Style: v.look.style, Script: v.look.script, Body: body, code: http.StatusOK,
	}
	switch {
	case v.rights.none():
		return s
	case v.rights.ever(operate):
		s.Role = v.say("role.operator")
	case v.rights.ever(publish):
		s.Role = v.say("role.publisher")
	default:
		s.Role = v.say("role.viewer")
	}
	s.Token = v.form.token(v.r.Context(), v.user.Name, v.at.Truncate(tokenLife/4)) // the same for hours
	if done := v.r.URL.Query().Get("done"); known[done] {
		s.Done = v.say("done." + done)
	}
	s.Trap = frontedBy(v.w)
	if langs := v.desk.Brand().Languages(); len(langs) > 1 {
		for _, lang := range langs {
			l := languageLink{Lang: lang.String(), Name: v.desk.LanguageName(lang)}
			if lang != v.desk.Language(v.r) {
				l.URL = v.link("language") + "?to=" + lang.String() + "&back=" + url.QueryEscape(strings.Join(v.parts, "/"))
			}
			s.Languages = append(s.Languages, l)
		}
	}
	return s
}

// frontedBy is the service whose candor directive stands in front of the console
// and may hold it back, empty if there is none.
func frontedBy(w http.ResponseWriter) string {
	for {
		if f, ok := w.(interface{ CandorService() string }); ok {
			return f.CandorService()
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return ""
		}
		w = u.Unwrap()
	}
}
