package console

import (
	"net/http"
	"strings"

	"github.com/candor-edge/candor/statusclient/board"
)

// newWindow takes services offline, now or later.
func (v *visit) newWindow() {
	if v.r.Method != http.MethodPost {
		service := v.r.URL.Query().Get("service")
		if !v.rights.ever(operate) || service != "" && !v.rights.may(operate, service) {
			v.refuse(http.StatusForbidden, "refused.operate")
			return
		}
		v.showWindow(v.blankWindow(service), "")
		return
	}
	f := v.windowOf("")
	if len(f.Services) > 0 && !v.rights.may(operate, f.Services...) || !v.rights.ever(operate) {
		v.refuse(http.StatusForbidden, "refused.operate")
		return
	}
	w, problem := f.filled(v, board.Window{})
	if problem != "" || v.step() == stepChange || v.step() == stepStale {
		if v.step() == stepStale {
			problem = v.say("problem.stale")
		} else if v.step() == stepChange {
			problem = ""
		}
		v.showWindow(f.local(v), problem)
		return
	}
	if v.step() != stepConfirm {
		v.reviewWindow(f, w, nil)
		return
	}
	c := Call{Method: http.MethodPost, Path: "maintenance", Body: w}
	if w.From.IsZero() && w.Every == "" && v.r.PostForm.Get("etag") == "" {
		c.Match = "*" // nothing runs, as far as whoever confirms this knows
	}
	switch a := v.call(c); {
	case a.Code == http.StatusPreconditionFailed:
		var now struct{ Current window }
		_ = a.asConflict(&now)
		f.ID = now.Current.ID
		v.conflictWindow(f, w, &now.Current)
	case !a.OK():
		v.showWindow(f.local(v), a.Problem())
	case w.From.IsZero() && w.Every == "":
		v.doneWith("on", f.Services)
	default:
		v.doneWith("planned", f.Services)
	}
}

// doneWith goes on to where the services are.
func (v *visit) doneWith(what string, services []string) {
	if len(services) == 1 && services[0] != all {
		v.done(what, "services", services[0])
		return
	}
	v.done(what)
}

// theirs reads the window that the path names, if the user may change it.
func (v *visit) theirs() (*window, bool) {
	w := new(window)
	if a := v.one("maintenance", v.name(), w); !a.OK() {
		key := "refused.api"
		if a.Code == http.StatusNotFound {
			key = "refused.over"
		}
		v.refuseWith(a.Code, key, a.Problem())
		return nil, false
	}
	if !v.rights.concerned(w.Services) {
		v.refuse(http.StatusNotFound, "refused.over")
		return nil, false
	}
	if !v.rights.may(operate, w.Services...) {
		v.refuse(http.StatusForbidden, "refused.operate")
		return nil, false
	}
	return w, true
}

// editWindow changes a window in place.
func (v *visit) editWindow() {
	old, ok := v.theirs()
	if !ok {
		return
	}
	if v.r.Method != http.MethodPost {
		f := &windowForm{
			ID: old.ID, ETag: old.ETag, Services: old.Services, Title: old.Title, Message: old.Message, Running: old.running(),
			Kind: kindOf(&old.Window), Paths: strings.Join(old.Paths, " "),
			Start: endKeep, From: v.local(old.From), End: endKeep, Until: v.local(old.Until), Weekly: weekly{"Sun", "02:00", "04:00"},
		}
		if old.Every != "" {
			f.Start, f.Weekly = startWeekly, parseWeekly(old.Every).inFields()
		}
		v.showWindow(v.prepare(f), "")
		return
	}
	f := v.windowOf(old.ID)
	f.Running = old.running()
	if !v.rights.may(operate, f.Services...) && len(f.Services) > 0 {
		v.refuse(http.StatusForbidden, "refused.operate")
		return
	}
	w, problem := f.filled(v, old.Window)
	switch step := v.step(); {
	case step == stepStale:
		v.showWindow(f.local(v), v.say("problem.stale"))
	case step == stepChange:
		v.showWindow(f.local(v), "")
	case f.ETag != old.ETag:
		v.conflictWindow(f, w, old)
	case problem != "":
		v.showWindow(f.local(v), problem)
	case step != stepConfirm:
		v.reviewWindow(f, w, old)
	default:
		v.putWindow(f, w, old, "changed")
	}
}

func (v *visit) putWindow(f *windowForm, w board.Window, old *window, what string) {
	a := v.call(Call{Method: http.MethodPut, Path: "maintenance/" + old.ID, Match: f.ETag, Body: w})
	switch {
	case a.Code == http.StatusPreconditionFailed:
		var now struct{ Current window }
		_ = a.asConflict(&now)
		v.conflictWindow(f, w, &now.Current)
	case !a.OK():
		v.showWindow(f.local(v), a.Problem())
	default:
		v.doneWith(what, w.Services)
	}
}

// endWindow ends what runs, or cancels what is planned.
func (v *visit) endWindow() {
	old, ok := v.theirs()
	if !ok {
		return
	}
	f := &windowForm{ID: old.ID, ETag: v.r.PostForm.Get("etag")}
	a := Answer{Code: http.StatusPreconditionFailed}
	if f.ETag == old.ETag {
		a = v.call(Call{Method: http.MethodDelete, Path: "maintenance/" + old.ID, Match: f.ETag})
	}
	switch {
	case a.Code == http.StatusPreconditionFailed:
		v.conflictSmall("end", old)
	case !a.OK():
		v.fail(a)
	case old.running():
		v.doneWith("ended", old.Services)
	default:
		v.doneWith("cancelled", old.Services)
	}
}

// extendWindow moves the end of what runs.
func (v *visit) extendWindow() {
	old, ok := v.theirs()
	if !ok {
		return
	}
	by, known := spans[v.r.PostForm.Get("by")]
	if !known || old.Until.IsZero() {
		v.refuse(http.StatusBadRequest, "refused.form")
		return
	}
	w := old.Window
	w.Until = w.Until.Add(by)
	if v.r.PostForm.Get("etag") != old.ETag {
		v.conflictSmall("extend", old)
		return
	}
	a := v.call(Call{Method: http.MethodPut, Path: "maintenance/" + old.ID, Match: old.ETag, Body: w})
	switch {
	case a.Code == http.StatusPreconditionFailed:
		v.conflictSmall("extend", old)
	case !a.OK():
		v.fail(a)
	default:
		v.doneWith("extended", old.Services)
	}
}
