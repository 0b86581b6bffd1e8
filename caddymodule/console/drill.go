package console

import (
	"net/http"
	"net/url"

	"github.com/candor-edge/candor/statusclient"
)

// drillForm asks for a rehearsal.
type drillForm struct {
	Action string
	States []option
	Site   string
}

func (v *visit) drillForm(service, state, site string) *drillForm {
	f := &drillForm{Action: v.link("services", service, "drill"), Site: site}
	for _, s := range []statusclient.State{statusclient.StateFault, statusclient.StateIncident, statusclient.StateMaintenance} {
		f.States = append(f.States, option{string(s), v.say("state." + string(s)), string(s) == state})
	}
	return f
}

// startDrill begins a rehearsal, in place of one that is on.
func (v *visit) startDrill() {
	if !v.mayHold() {
		return
	}
	state, site := v.r.PostForm.Get("state"), v.r.PostForm.Get("site")
	var made drill
	b := linkBody{Drill: v.drillForm(v.name(), state, site)}
	v.showLink("drill", map[string]string{"state": state, "site": site}, v.say("drill.word"), &b, &made, func() string {
		return v.say("drill.on", "Time", v.words.Moment(made.Until).Text)
	})
}

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
