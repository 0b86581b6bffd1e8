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
	Find     string // words of others that are looked for
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
	f.Scope = v.choose(operate, f.Services, f.Find)
	f.Names = v.titles(f.Services)
	f.Aside = len(f.Services) > 0 && f.Find == ""
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
	services, find := v.chosen()
	return &windowForm{
		ID: id, ETag: get("etag"), Services: services, Find: find, Title: get("title"), Message: get("message"),
		Kind: get("kind"), Paths: get("paths"), Start: get("start"), From: get("from"), End: get("end"), Until: get("until"),
		Weekly: weekly{get("day"), get("open"), get("close")}.inFields(),
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
