package console

import (
	"strings"

	"github.com/candor-edge/candor/statusclient/board"
)

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
