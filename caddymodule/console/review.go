package console

import (
	"slices"
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
	Choice  shown
	Hidden  []hidden
	Action  string
	Confirm string
	Danger  bool
}

// hidden is a field of a form that nobody sees.
type hidden struct{ Name, Value string }

// shown is the service whose page is previewed, and those that it could be.
type shown struct {
	Name, Title string
	Options     []option // where there is a choice
	Typed       bool     // they are so many that a name has to be typed
}

// shownOf is the one that was chosen of those that are meant, else the first.
func (v *visit) shownOf(services []string) shown {
	asked := v.r.PostForm.Get("shown")
	if len(services) == 0 || services[0] == all {
		list, found := v.services(view, "", maxListed)
		services = nil
		for _, s := range list {
			services = append(services, s.Name)
		}
		if found.Found > len(list) {
			if _, ok := v.called[asked]; !ok {
				asked = services[0]
			}
			return shown{Name: asked, Title: v.title(asked), Typed: true}
		}
	}
	if len(services) == 0 {
		services = []string{"default"}
	}
	out := shown{Name: services[0]}
	if slices.Contains(services, asked) {
		out.Name = asked
	}
	out.Title = v.title(out.Name)
	for _, name := range services[:min(len(services), 10*maxListed)] {
		if len(services) > 1 {
			out.Options = append(out.Options, option{name, v.title(name), name == out.Name})
		}
	}
	return out
}

// reviewWindow shows what would be, and asks.
func (v *visit) reviewWindow(f *windowForm, w board.Window, old *window) {
	choice := v.shownOf(f.Services)
	draft := Draft{Service: choice.Name, Files: v.link("shown"), ID: f.ID, Window: &w}
	page, a := v.desk.Preview(v.r, draft)
	if !a.OK() {
		v.showWindow(f.local(v), a.Problem())
		return
	}
	f.fix(w)
	b := reviewBody{Facts: v.windowFacts(w), Preview: page, Choice: choice, Hidden: f.fields(), Action: v.link("maintenance", "new")}
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
