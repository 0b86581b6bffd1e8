package console

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
	"golang.org/x/text/language"

	"github.com/candor-edge/candor/errorpages"
)

// visit is one request to the console.
type visit struct {
	*Console
	w http.ResponseWriter
	r *http.Request

	user   User
	rights rights
	at     time.Time // now
	lang   language.Tag
	words  *errorpages.Words
	zone   *time.Location
	base   string   // what all links begin with, escaped; no slash at its end
	parts  []string // of the path below base
	found  bool     // the path is one of the console's
	live   bool     // the page keeps itself up to date
	stamp  string   // of what it shows, see version
}

func (c *Console) visit(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{Console: c, w: w, r: r, user: c.userOf(r), at: c.now().Round(0), zone: c.desk.Brand().Zone()}
	v.rights = c.roles.of(v.user.Name)
	v.lang = catalogFor(c.desk.Language(r))
	v.words = c.desk.Words(v.lang, v.at)
	v.base, v.parts, v.found = c.place(r)
	return v
}

// place finds out where the console lives, and which of its pages is meant.
func (c *Console) place(r *http.Request) (base string, parts []string, found bool) {
	here := cleanPath(r.URL.Path)
	rest, below := strings.CutPrefix(here, c.Path)
	found = below && (rest == "" || rest[0] == '/')
	// What the visitor asked for begins with what has been taken off since.
	asked := here
	if or, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request); ok && or.URL != nil {
		asked = cleanPath(or.URL.Path)
	}
	base, ok := strings.CutSuffix(asked, strings.TrimSuffix(here, "/"))
	if !ok {
		base = "" // rewritten in some other way
	}
	base = strings.TrimSuffix(cleanPath(base+c.Path), "/")
	if rest = strings.Trim(rest, "/"); rest != "" {
		parts = strings.Split(rest, "/")
	}
	return (&url.URL{Path: base}).EscapedPath(), parts, found
}

// cleanPath resolves dots and doubled slashes. It begins with one slash, and so
// never names another site where it stands in a link.
func cleanPath(p string) string { return path.Clean("/" + p) }

// link is a path of the console.
func (v *visit) link(parts ...string) string {
	out := v.base + "/"
	for i, p := range parts {
		if i > 0 {
			out += "/"
		}
		out += url.PathEscape(p)
	}
	return out
}

// page is one of the console's.
type page struct {
	get, post func(*visit)
	live      bool // what get shows keeps itself up to date
}

// pages are the console's, with * for a name.
var pages = map[string]page{
	"":                       {get: (*visit).overview, live: true},
	"services/*":             {get: (*visit).service, live: true},
	"services/*/pass":        {post: (*visit).makeLink},
	"services/*/passes-end":  {post: (*visit).endPasses},
	"services/*/drill":       {post: (*visit).startDrill},
	"services/*/drill-end":   {post: (*visit).endDrill},
	"maintenance":            {get: (*visit).allWindows, live: true},
	"maintenance/new":        {get: (*visit).newWindow, post: (*visit).newWindow},
	"maintenance/*":          {get: (*visit).editWindow, post: (*visit).editWindow},
	"maintenance/*/end":      {post: (*visit).endWindow},
	"maintenance/*/extend":   {post: (*visit).extendWindow},
	"incidents":              {get: (*visit).incidents, live: true},
	"incidents/new":          {get: (*visit).newIncident, post: (*visit).newIncident},
	"incidents/*":            {get: (*visit).incident, post: (*visit).incident, live: true},
	"backends/*/incidents/*": {get: (*visit).incidentElsewhere, post: (*visit).incidentElsewhere, live: true},
	"log":                    {get: (*visit).log},
	"language":               {get: (*visit).language},
}

// name is what stands for * in the path.
func (v *visit) name() string { return v.parts[1] }

func (v *visit) serve() {
	key := strings.Join(v.parts, "/")
	page, ok := pages[key]
	if !ok && len(v.parts) > 1 {
		wild := slices.Clone(v.parts)
		for i := 1; i < len(wild) && !ok; i += 2 {
			wild[i] = "*"
			page, ok = pages[strings.Join(wild, "/")]
		}
	}
	if v.found && len(v.parts) > 2 && v.parts[0] == "shown" {
		v.file(strings.Join(v.parts[1:], "/"))
		return
	}
	if !ok || !v.found || key == "services/*" {
		v.refuse(http.StatusNotFound, "refused.missing")
		return
	}
	switch method := v.r.Method; {
	case (method == http.MethodGet || method == http.MethodHead) && page.get != nil:
		if v.live = page.live; !v.live || !v.known() {
			page.get(v)
		}
	case method == http.MethodPost && page.post != nil:
		if v.mayPost() {
			page.post(v)
		}
	default:
		allow := "POST"
		if page.post == nil {
			allow = "GET, HEAD"
		} else if page.get != nil {
			allow = "GET, HEAD, POST"
		}
		v.w.Header().Set("Allow", allow)
		v.refuse(http.StatusMethodNotAllowed, "refused.method")
	}
}

// file serves what a page that is previewed brings along.
func (v *visit) file(name string) {
	f := v.desk.File(name)
	if f == nil {
		v.refuse(http.StatusNotFound, "refused.missing")
		return
	}
	if v.r.Method != http.MethodGet && v.r.Method != http.MethodHead {
		v.w.Header().Set("Allow", "GET, HEAD")
		v.refuse(http.StatusMethodNotAllowed, "refused.method")
		return
	}
	v.w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	f.ServeHTTP(v.w, v.r)
}

// maxForm is more than the longest message takes in a form.
const maxForm = 256 << 10

// mayPost reads the form, and reports whether it came from this console.
func (v *visit) mayPost() bool {
	if crossSite(v.r) {
		v.logger.Warn("a form of another site was refused", zap.String("user", v.user.Name), zap.String("address", v.user.Address))
		v.refuse(http.StatusForbidden, "refused.cross")
		return false
	}
	if t := v.r.Header.Get("Content-Type"); !strings.HasPrefix(t, "application/x-www-form-urlencoded") {
		v.refuse(http.StatusUnsupportedMediaType, "refused.form")
		return false
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		v.refuse(http.StatusRequestEntityTooLarge, "refused.form")
		return false
	}
	// In the body alone: what a link brings along was not filled in by anybody.
	if v.form.valid(v.r.Context(), v.r.PostForm.Get("token"), v.user.Name, v.at) {
		return true
	}
	if v.step() != "" { // shown once more, with what was typed
		v.r.PostForm.Set("step", stepStale)
		return true
	}
	v.refuse(http.StatusForbidden, "refused.token")
	return false
}

// What a form is sent for.
const (
	stepReview  = "review"  // to be looked at
	stepChange  = "change"  // to be filled in further
	stepConfirm = "confirm" // to be done
	stepStale   = "stale"   // for anything, but too long ago
)

func (v *visit) step() string { return v.r.PostForm.Get("step") }

// call makes a call of the admin API.
func (v *visit) call(c Call) Answer { return v.desk.Call(v.r.Context(), v.user, c) }

// get reads what a path of the admin API has, and answers the visitor if that
// fails.
func (v *visit) get(path string, into any) bool {
	a := v.call(Call{Method: http.MethodGet, Path: path})
	if a.into(into) {
		return true
	}
	v.fail(a)
	return false
}

// fail says what the admin API has against something.
func (v *visit) fail(a Answer) {
	key := "refused.api"
	if a.Code == http.StatusNotFound {
		key = "refused.missing"
	}
	v.refuseWith(a.Code, key, a.Problem())
}

// done sends the browser to where the result can be seen. A reload there does
// nothing twice.
func (v *visit) done(what string, parts ...string) {
	h := v.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Location", v.link(parts...)+"?done="+url.QueryEscape(what))
	v.w.WriteHeader(http.StatusSeeOther)
}

// say is a text of the console.
func (v *visit) say(key string, fields ...any) string { return text(v.lang, key, fields...) }

// language remembers which language a user reads, as pages of visitors do.
func (v *visit) language() {
	q := v.r.URL.Query()
	cookie, ok := errorpages.LanguageCookie(v.desk.Brand(), q.Get("to"), v.r.TLS != nil)
	if !ok {
		v.refuse(http.StatusNotFound, "refused.missing")
		return
	}
	http.SetCookie(v.w, cookie)
	// Only ever below the console: each part is escaped.
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.Header().Set("Location", v.link(strings.Split(strings.Trim(cleanPath(q.Get("back")), "/"), "/")...))
	v.w.WriteHeader(http.StatusSeeOther)
}
