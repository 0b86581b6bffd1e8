package console

import (
	"net/http"
	"net/url"
)

// endDrill ends a rehearsal: whoever takes part in it is back on the live site.
func (v *visit) endDrill() {
	if !v.mayHold() {
		return
	}
	a := v.call(Call{Method: http.MethodDelete, Path: "services/" + url.PathEscape(v.name()) + "/drill"})
	if !a.OK() && a.Code != http.StatusNotFound { // it was over
		v.fail(a)
		return
	}
	v.done("drilled", "services", v.name())
}
