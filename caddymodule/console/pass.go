package console

import (
	"net/http"
	"net/url"
	"time"
)

// passForm asks for a link that lets testers in.
type passForm struct {
	Action, End string // where it is sent
	Spans       []option
	Site        string
}

func (v *visit) passForm(service, span, site string) *passForm {
	f := &passForm{Action: v.link("services", service, "pass"), End: v.link("services", service, "passes-end"), Site: site}
	for _, s := range []string{"1h", "4h", "24h"} {
		f.Spans = append(f.Spans, option{s, v.span(s), s == span})
	}
	return f
}

// mayHold reports whether the user may do with the service of the path what only
// those may who take it offline.
func (v *visit) mayHold() bool {
	if v.rights.may(operate, v.name()) {
		return true
	}
	if v.rights.may(view, v.name()) {
		v.refuse(http.StatusForbidden, "refused.operate")
	} else {
		v.refuse(http.StatusNotFound, "refused.missing")
	}
	return false
}

// linkBody is a link that was made, or what asks for one.
type linkBody struct {
	Service string
	URL     string // empty until it is made
	Text    string // what it does
	Warning string // where it leads nowhere

	Pass  *passForm
	Drill *drillForm
}

// makeLink makes a link to passes.
func (v *visit) makeLink() {
	if !v.mayHold() {
		return
	}
	span, site := v.r.PostForm.Get("for"), v.r.PostForm.Get("site")
	if spans[span] == 0 {
		span = "4h"
	}
	var made struct {
		OpenUntil time.Time `json:"open_until"`
	}
	b := linkBody{Pass: v.passForm(v.name(), span, site)}
	v.showLink("passes", map[string]string{"for": span, "site": site}, v.say("pass.made_title"), &b, &made, func() string {
		return v.say("pass.made_text", "Time", v.words.Moment(made.OpenUntil).Text, "For", v.span(span))
	})
}

// showLink has a link made and shows it, once: it is a secret, and must not be an
// address of the console. text says what it does, of what the API has made.
func (v *visit) showLink(what string, ask map[string]string, title string, b *linkBody, made any, text func() string) {
	a := v.call(Call{Method: http.MethodPost, Path: "services/" + url.PathEscape(v.name()) + "/" + what, Body: ask})
	var link struct{ URL, Warning string }
	s := v.sheet("pass", "overview", title, b)
	if a.into(&link) && a.into(made) {
		b.URL, b.Warning, b.Text = link.URL, link.Warning, text()
	} else {
		s.Problem, s.code = a.Problem(), http.StatusUnprocessableEntity
	}
	b.Service = v.name()
	v.show(s)
}

// endPasses ends whatever was let in.
func (v *visit) endPasses() {
	if !v.mayHold() {
		return
	}
	a := v.call(Call{Method: http.MethodDelete, Path: "services/" + url.PathEscape(v.name()) + "/passes"})
	if !a.OK() {
		v.fail(a)
		return
	}
	v.done("revoked", "services", v.name())
}
