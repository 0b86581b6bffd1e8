package console

import (
	"net/http"
	"strings"
	"time"

	"github.com/candor-edge/candor/statusclient/board"
)

// windowForm is what is filled in to take services offline, or to change that.
type windowForm struct {
	ID, ETag string // of what is changed; empty for what is new
	Services []string
	Title    string
	Message  string
	Kind     string // "full" or "read-only"
	Paths    string // separated by spaces; empty is all
	Start    string // one of starts
	From     string // where Start is "pick"
	End      string // one of spans or ends
	Until    string // where End is "pick"
	Weekly   weekly // where Start is "weekly"

	Scope   scope
	Aside   bool // which services it is about is clear, and seldom changed
	Ends    []option
	Starts  []option
	Days    []option
	Kinds   []option
	Action  string // where it is sent
	Running bool   // what is changed is in force
	Names   string // of Services, for people
}

func (v *visit) blankWindow(service string) *windowForm {
	f := &windowForm{Start: startNow, End: "1h", Weekly: weekly{"Sun", "02:00", "04:00"}}
	if service != "" {
		f.Services = []string{service}
	}
	return v.prepare(f)
}

// The kinds of maintenance.
const (
	kindFull     = "full"
	kindReadOnly = "readonly" // what only looks at something gets through
)

func kindOf(w *board.Window) string {
	if w.ReadOnly {
		return kindReadOnly
	}
	return kindFull
}

// prepare fills in what there is to choose from.
func (v *visit) prepare(f *windowForm) *windowForm {
	f.Scope = v.choose(operate, f.Services)
	f.Names = v.titles(f.Services)
	f.Aside = len(f.Services) > 0
	f.Action = v.link("maintenance", "new")
	ends := []string{"15m", "1h", endMorning, endPick, endNone}
	starts := []string{startNow, endPick, startWeekly}
	if f.ID != "" {
		f.Action = v.link("maintenance", f.ID)
		ends = []string{endKeep, "15m", "1h", endMorning, endPick, endNone}
		switch starts = []string{endKeep, endPick, startWeekly}; {
		case f.Running && f.Start == startWeekly:
			starts = []string{startWeekly, endKeep}
		case f.Running:
			starts = nil
		}
	}
	f.Days = v.days(f.Weekly.Day)
	for _, e := range ends {
		f.Ends = append(f.Ends, option{e, v.ending(e, f), e == f.End})
	}
	for _, k := range []string{kindFull, kindReadOnly} {
		f.Kinds = append(f.Kinds, option{k, v.say("kind." + k), k == f.Kind || k == kindFull && f.Kind == ""})
	}
	for _, s := range starts {
		text := v.say("start." + s)
		if s == endKeep && f.Start != startWeekly {
			text = v.say("end." + s)
		}
		f.Starts = append(f.Starts, option{s, text, s == f.Start})
	}
	return f
}

// What may be said of the beginning, beside pick and keep.
const (
	startNow    = "now"
	startWeekly = "weekly"
)

func (v *visit) ending(e string, f *windowForm) string {
	switch e {
	case endMorning:
		return v.say("end.morning", "Time", v.words.Moment(v.nextClock(v.at, morning, 0)).Text)
	case endPick, endNone, endKeep:
		return v.say("end." + e)
	}
	return v.say("end.in", "Span", v.span(e))
}

// windowOf reads a form.
func (v *visit) windowOf(id string) *windowForm {
	get := v.r.PostForm.Get
	return &windowForm{
		ID: id, ETag: get("etag"), Services: v.chosen(), Title: get("title"), Message: get("message"),
		Kind: get("kind"), Paths: get("paths"), Start: get("start"), From: get("from"), End: get("end"), Until: get("until"),
		Weekly: weekly{get("day"), get("open"), get("close")},
	}
}

// filled is the window that a form makes of another one, which is empty for what
// is new; or the text that says what is missing.
func (f *windowForm) filled(v *visit, old board.Window) (w board.Window, problem string) {
	w = old
	w.Services, w.Title, w.Message = f.Services, f.Title, f.Message
	w.ReadOnly, w.Paths = f.Kind == kindReadOnly, strings.Fields(f.Paths)
	if len(f.Services) == 0 {
		return w, v.say("problem.services")
	}
	var ok bool
	if w.Every, w.Zone = "", ""; f.Start == startWeekly {
		if w.Every = f.Weekly.String(); !f.Weekly.valid() {
			return w, v.say("problem.weekly")
		}
		if w.Zone = v.zone.String(); w.Every != old.Every {
			w.From, w.Until = time.Time{}, time.Time{}
			return w, ""
		}
		// The rest is about the time that runs or comes next.
		if w.Zone = old.Zone; !f.Running {
			return w, ""
		}
	}
	switch f.Start {
	case endPick:
		if w.From, ok = v.typed(f.From); !ok {
			return w, v.say("problem.from")
		}
	case startNow:
		w.From = time.Time{}
	}
	start := v.at
	if w.From.After(start) {
		start = w.From
	}
	switch f.End {
	case endKeep:
	case endNone:
		w.Until = time.Time{}
	case endMorning:
		w.Until = v.nextClock(start, morning, 0)
	case endPick:
		if w.Until, ok = v.typed(f.Until); !ok {
			return w, v.say("problem.until")
		}
	default:
		span, ok := spans[f.End]
		if !ok {
			return w, v.say("problem.until")
		}
		w.Until = start.Add(span).Truncate(time.Second)
	}
	if !w.Until.IsZero() && !w.Until.After(start) {
		return w, v.say("problem.past")
	}
	return w, ""
}

// fix puts the times of a window that was looked at in the place of those that
// count from when it is read.
func (f *windowForm) fix(w board.Window) {
	if f.End != endKeep && f.End != endNone && !w.Until.IsZero() {
		f.End, f.Until = endPick, w.Until.UTC().Format(time.RFC3339)
	}
	if f.Start == endPick {
		f.From = w.From.UTC().Format(time.RFC3339)
	}
}

// local is the form with its times as fields show them.
func (f *windowForm) local(v *visit) *windowForm {
	for _, s := range []*string{&f.From, &f.Until} {
		if t, ok := v.typed(*s); ok {
			*s = v.local(t)
		}
	}
	return f
}

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
			f.Start, f.Weekly = startWeekly, parseWeekly(old.Every)
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

func (v *visit) showWindow(f *windowForm, problem string) {
	if len(f.Ends) == 0 {
		f = v.prepare(f)
	}
	title := v.say("window.new")
	if f.ID != "" {
		title = v.say("window.change")
	}
	s := v.sheet("window", "overview", title, f)
	if s.Problem = problem; problem != "" {
		s.code = http.StatusUnprocessableEntity
	}
	v.show(s)
}

// fact is one line of what is about to happen.
type fact struct {
	Name, Text string
	Differs    bool // from what stands beside it
}

type reviewBody struct {
	Facts   []fact
	Preview Page
	For     string // which service the preview is of
	Hidden  []hidden
	Action  string
	Confirm string
	Danger  bool
}

// hidden is a field of a form that nobody sees.
type hidden struct{ Name, Value string }

// fields are the form's, to be sent once more.
func (f *windowForm) fields() []hidden {
	out := []hidden{
		{"etag", f.ETag}, {"title", f.Title}, {"message", f.Message}, {"kind", f.Kind}, {"paths", f.Paths},
		{"start", f.Start}, {"from", f.From}, {"end", f.End}, {"until", f.Until},
		{"day", f.Weekly.Day}, {"open", f.Weekly.Open}, {"close", f.Weekly.Close},
	}
	for _, s := range f.Services {
		out = append(out, hidden{"services", s})
	}
	return out
}

// previewed is the service whose page stands for those of all that are meant.
func (v *visit) previewed(services []string) string {
	if len(services) > 0 && services[0] != all {
		return services[0]
	}
	if conf := v.desk.Config(); len(conf.Services) > 0 {
		return conf.Services[0].Name
	}
	return "default"
}

// reviewWindow shows what would be, and asks.
func (v *visit) reviewWindow(f *windowForm, w board.Window, old *window) {
	shown := v.previewed(f.Services)
	draft := Draft{Service: shown, Files: v.link("shown"), ID: f.ID, Window: &w}
	page, a := v.desk.Preview(v.r, draft)
	if !a.OK() {
		v.showWindow(f.local(v), a.Problem())
		return
	}
	f.fix(w)
	b := reviewBody{Facts: v.windowFacts(w), Preview: page, For: v.title(shown), Hidden: f.fields(), Action: v.link("maintenance", "new")}
	switch {
	case old != nil:
		b.Action, b.Confirm = v.link("maintenance", f.ID), v.say("confirm.change")
	case w.From.After(v.at), w.Every != "":
		b.Confirm = v.say("confirm.plan")
	default:
		b.Confirm, b.Danger = v.say("confirm.on", "Service", v.titles(f.Services)), true
	}
	s := v.sheet("review", "overview", v.say("review.title"), b)
	s.policy = page.Policy
	v.show(s)
}

func (v *visit) windowFacts(w board.Window) []fact {
	from := v.say("start.now")
	if !w.From.IsZero() {
		from = v.words.Moment(w.From).Text
	}
	until := v.say("end.none")
	if !w.Until.IsZero() {
		until = v.words.Moment(w.Until).Text
	}
	facts := []fact{{Name: v.say("field.services"), Text: v.titles(w.Services)}, {Name: v.say("field.start"), Text: from}, {Name: v.say("field.end"), Text: until}}
	if w.Every != "" {
		facts = append(facts[:1], fact{Name: v.say("start.weekly"), Text: v.every(w.Every, w.Zone)})
	}
	if w.ReadOnly {
		facts = append(facts, fact{Name: v.say("field.kind"), Text: v.say("kind." + kindReadOnly)})
	}
	if len(w.Paths) > 0 {
		facts = append(facts, fact{Name: v.say("field.paths"), Text: strings.Join(w.Paths, "\n")})
	}
	if w.Title != "" {
		facts = append(facts, fact{Name: v.say("field.title"), Text: w.Title})
	}
	return append(facts, fact{Name: v.say("field.message"), Text: w.Message})
}

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
