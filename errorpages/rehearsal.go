package errorpages

import "time"

// RehearsalView says that a page is a rehearsal: nothing has failed, and nobody
// sees it who has not asked to.
type RehearsalView struct {
	Note  Phrase // what this is, and until when
	Leave string // label of the link that ends it for this visitor
	URL   string
}

// rehearse marks a page so that nobody can take it for the real thing, whatever
// format and template it is shown in: the heading is in all of them.
func (a *voice) rehearse(v *View, p *Page, base string) {
	if p.Rehearsal.IsZero() {
		return
	}
	v.Headline = a.say("rehearsal.headline", fill{Headline: v.Headline})
	if v.Title = v.Headline; a.org != "" {
		v.Title = a.say("title.org", fill{Headline: v.Headline})
	}
	until := a.moment(p.Rehearsal)
	v.Rehearsal = &RehearsalView{
		Note:  a.timed("rehearsal.note", until),
		Leave: a.say("rehearsal.leave", fill{}),
		URL:   base + "/drill?leave",
	}
}

// rehearsed is until when a page is a rehearsal, as part of the key of a
// rendering; 0 for a real one.
func (p *Page) rehearsed() int64 {
	if p.Rehearsal.IsZero() {
		return 0
	}
	return p.Rehearsal.Truncate(time.Second).Unix()
}
