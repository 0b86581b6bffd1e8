package console

import (
	"net/http"
	"net/url"
	"time"

	"github.com/candor-edge/candor/errorpages"
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

type passBody struct {
	*passForm
	Service string
	URL     string // the link; empty until it is made
	Until   errorpages.Moment
	For     string
}

// makeLink shows a link, once: it is a secret, and must not be an address of the
// console.
func (v *visit) makeLink() {
	if !v.mayHold() {
		return
	}
	span, site := v.r.PostForm.Get("for"), v.r.PostForm.Get("site")
	if spans[span] == 0 {
		span = "4h"
	}
	b := passBody{passForm: v.passForm(v.name(), span, site), Service: v.name(), For: v.span(span)}
	a := v.call(Call{
		Method: http.MethodPost, Path: "services/" + url.PathEscape(v.name()) + "/passes",
		Body: map[string]string{"for": span, "site": site},
	})
	var made struct {
		URL       string    `json:"url"`
		OpenUntil time.Time `json:"open_until"`
	}
	s := v.sheet("pass", "overview", v.say("pass.made_title"), nil)
	if a.into(&made) {
		b.URL, b.Until = made.URL, v.words.Moment(made.OpenUntil)
	} else {
		s.Problem, s.code = a.Problem(), http.StatusUnprocessableEntity
	}
	s.Body = b
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
