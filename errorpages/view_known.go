package errorpages

import (
	"cmp"
	"slices"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

const (
	maxIncidents = 5
	maxUpdates   = 5
	maxAffected  = 5
)

// staleAfter is how long a backend may be away before visitors are told: one
// lost poll is no news.
const staleAfter = 2 * time.Minute

// awayAfter is more than anybody lets pass between two polls.
const awayAfter = 15 * time.Minute

// known fills in what people have written, within what a page may hold. The
// latest word on everything comes before earlier words on anything.
func (a *voice) known(v *View, p *Page) {
	room := maxPageBytes - p.Service.Brand.logo.weight()
	for _, m := range inForce(p) {
		if w := a.work(m, &room); w.Title != "" || w.Latest != nil || len(v.Work) > 0 {
			v.Work = append(v.Work, w)
		}
	}
	incidents := p.Situation.Incidents[:min(len(p.Situation.Incidents), maxIncidents)]
	for i := range incidents {
		v.Incidents = append(v.Incidents, a.incident(&incidents[i], p, &room))
	}
	for i := range p.Situation.Components {
		v.Components = append(v.Components, a.component(&p.Situation.Components[i], p))
	}
	for i := range p.Situation.Maintenances {
		if m := &p.Situation.Maintenances[i]; m.State == statusclient.Scheduled && len(v.Planned) < maxIncidents {
			none := 0
			v.Planned = append(v.Planned, a.work(m, &none))
		}
	}
	for i := range incidents {
		for _, u := range incidents[i].Updates[min(1, len(incidents[i].Updates)):min(len(incidents[i].Updates), maxUpdates)] {
			if e, ok := a.update(&u, &room); ok {
				v.Incidents[i].Earlier = append(v.Incidents[i].Earlier, e)
			}
		}
	}
	a.stale(v, p)
}

func (a *voice) incident(in *statusclient.Incident, p *Page, room *int) IncidentView {
	out := IncidentView{
		Title:    oneLine(in.Title),
		Impact:   a.impact(in.Impact),
		State:    a.state(string(in.State)),
		Affected: a.affected(in.Components, p),
		URL:      webURL(in.URL),
	}
	out.Began = a.began(in.Started)
	var last time.Time
	if len(in.Updates) > 0 {
		last = in.Updates[0].At
		if u, ok := a.update(&in.Updates[0], room); ok {
			out.Latest = &u
		}
	}
	// A promise that the latest update is younger than has been kept.
	if in.NextUpdate.After(last) {
		out.Late = a.now.After(in.NextUpdate)
		key := "incident.next"
		if out.Late {
			key = "incident.late"
		}
		out.Next = a.timed(key, a.moment(in.NextUpdate))
	}
	return out
}

// began is empty where nobody said when.
func (a *voice) began(t time.Time) Phrase {
	switch at := a.moment(t); {
	case t.IsZero():
		return Phrase{}
	case at.Age == "":
		return a.timed("incident.began", at)
	default:
		return a.phrase("incident.began_age", fill{Age: at.Age}, at, Moment{})
	}
}

// component calls what bears the service's name by its title.
func (a *voice) component(c *statusclient.ComponentNote, p *Page) ComponentView {
	name := c.Name
	if name == p.Service.Name {
		name = cmp.Or(p.Service.Title, name)
	}
	return ComponentView{Name: oneLine(name), Status: a.say(componentTexts[c.Status], fill{}), Since: a.began(c.Since)}
}

func (a *voice) work(m *statusclient.Maintenance, room *int) WorkView {
	out := WorkView{Title: oneLine(m.Title), State: a.state(string(m.State)), URL: webURL(m.URL)}
	if len(m.Updates) > 0 {
		if u, ok := a.update(&m.Updates[0], room); ok {
			out.Latest = &u
		}
	}
	begun := m.State != statusclient.Scheduled
	switch {
	case begun && m.ReadOnly && !m.Until.IsZero():
		out.When = a.between(m.From, m.Until) // it has not gone, so it will not be back
	case begun && (m.ReadOnly || m.Until.IsZero() && m.Promised.IsZero()):
	case begun && m.Until.IsZero():
		out.When = a.timed("work.overdue", a.date(m.Promised))
	case begun && m.Until.After(a.now) && !m.Promised.IsZero():
		out.When = a.phrase("work.overdue_until", fill{}, a.date(m.Until), a.date(m.Promised))
	case begun && m.Until.After(a.now):
		out.When = a.timed("work.until", a.date(m.Until))
	case begun:
		out.When = a.timed("work.overdue", a.date(m.Until))
	case m.From.IsZero():
	case m.Until.IsZero():
		out.When = a.timed("work.from", a.date(m.From))
	default:
		out.When = a.between(m.From, m.Until)
	}
	return out
}

// between names the day once where both are on it.
func (a *voice) between(from, until time.Time) Phrase {
	from, until = from.In(a.zone), until.In(a.zone)
	if from.Year() != until.Year() || from.YearDay() != until.YearDay() {
		return a.phrase("work.between", fill{}, a.date(until), a.date(from))
	}
	f, t := a.fill(from), a.fill(until)
	start := Moment{ISO: from.Format(time.RFC3339), Text: f.Clock}
	end := Moment{ISO: until.Format(time.RFC3339), Text: a.say("time.zoned", t)}
	return a.phrase("work.same_day", fill{Date: f.Date}, end, start)
}

// update is one entry of a timeline, unless it says nothing or finds no room.
func (a *voice) update(u *statusclient.Update, room *int) (UpdateView, bool) {
	out := UpdateView{State: a.state(u.State), At: a.moment(u.At)}
	out.Text, out.HTML, out.Cut = excerpt(u.Text)
	weight := deflated(string(out.HTML))
	if out.HTML == "" || weight > *room {
		return UpdateView{}, false
	}
	*room -= weight
	return out, true
}

// affected names the components that an incident names, as far as they are
// known by a name.
func (a *voice) affected(ids []string, p *Page) string {
	var names []string
	for _, id := range ids {
		for _, name := range p.Situation.Backends {
			status := p.Inputs[name].Status
			if status == nil {
				continue
			}
			i := slices.IndexFunc(status.Components, func(c statusclient.Component) bool { return c.ID == id })
			if i < 0 {
				continue
			}
			if name := oneLine(status.Components[i].Name); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	list := a.isolate(names[0])
	for _, name := range names[1:min(len(names), maxAffected)] {
		list = a.say("incident.comma", fill{List: list, Name: a.isolate(name)})
	}
	if more := len(names) - maxAffected; more > 0 {
		return a.say("incident.affected_more", fill{List: list, Count: more})
	}
	return a.say("incident.affected", fill{List: list})
}

// stale says how old the knowledge is where a backend cannot be asked. One
// sentence is enough: the one about the longest silence.
func (a *voice) stale(v *View, p *Page) {
	var worst *statusclient.Input
	for _, name := range p.Situation.Backends {
		s := p.Inputs[name]
		s.Failing = silent(&s)
		if s.Failing.IsZero() || a.now.Sub(s.Failing) < staleAfter && !s.Fetched.IsZero() {
			continue
		}
		if worst == nil || s.Failing.Before(worst.Failing) {
			worst = &s
		}
	}
	switch {
	case worst == nil:
	case worst.Fetched.IsZero():
		v.Stale = append(v.Stale, a.plain("stale.never"))
	case len(v.Incidents)+len(v.Work)+len(v.Components)+len(v.Planned) > 0:
		v.Stale = append(v.Stale, a.timed("stale.then", a.moment(worst.Failing)))
	default:
		v.Stale = append(v.Stale, a.timed("stale.nothing", a.moment(worst.Failing)))
	}
}

// silent is since when a backend that cannot be asked has not been heard. Where
// its last word is much older than that, it is the edge that was away.
func silent(s *statusclient.Input) time.Time {
	if !s.Failing.IsZero() && !s.Fetched.IsZero() && s.Failing.Sub(s.Fetched) > awayAfter {
		return s.Fetched
	}
	return s.Failing
}

// blind reports whether a backend that might know more cannot be asked.
func blind(p *Page) bool {
	return slices.ContainsFunc(p.Situation.Backends, func(name string) bool {
		return !p.Inputs[name].Failing.IsZero()
	})
}
