package console

import (
	"net/http"

	"github.com/candor-edge/candor/statusclient/board"
)

type conflictBody struct {
	Theirs, Yours []fact
	Action        string
	Hidden        []hidden
	Back          string
	Confirm       string
}

// conflictWindow shows what somebody else has made of a window in the meantime,
// beside what was about to be made of it.
func (v *visit) conflictWindow(f *windowForm, w board.Window, now *window) {
	f.fix(w)
	f.ETag = now.ETag
	if f.Start == startNow {
		f.Start = endKeep
	}
	b := conflictBody{
		Theirs: v.windowFacts(now.Window), Yours: v.windowFacts(w), Action: v.link("maintenance", now.ID),
		Hidden: append(f.fields(), hidden{"step", stepReview}), Back: v.link(), Confirm: v.say("conflict.mine"),
	}
	if len(now.Services) == 1 && now.Services[0] != all {
		b.Back = v.link("services", now.Services[0])
	}
	v.showConflict(b)
}

// conflictSmall asks once more for what takes one tap.
func (v *visit) conflictSmall(what string, now *window) {
	b := conflictBody{
		Theirs: v.windowFacts(now.Window), Action: v.link("maintenance", now.ID, what),
		Hidden: []hidden{{"etag", now.ETag}, {"by", v.r.PostForm.Get("by")}}, Back: v.link(), Confirm: v.say("conflict." + what),
	}
	if len(now.Services) == 1 && now.Services[0] != all {
		b.Back = v.link("services", now.Services[0])
	}
	v.showConflict(b)
}

func (v *visit) showConflict(b conflictBody) {
	for i := range b.Yours {
		for j := range b.Theirs {
			if a, b := &b.Yours[i], &b.Theirs[j]; a.Name == b.Name && a.Text != b.Text {
				a.Differs, b.Differs = true, true
			}
		}
	}
	s := v.sheet("conflict", "overview", v.say("conflict.title"), b)
	s.code = http.StatusPreconditionFailed
	v.show(s)
}
