package errorpages

import (
	"cmp"
	"html/template"
	"net/http"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// newView says what a page says, in one language, at one moment: it depends on
// nothing else. Ages are in whole minutes, so what it returns is right for a
// minute. base is where the edge serves the files of brands.
func newView(p *Page, l *locale, now time.Time, base string) *View {
	b := p.Service.Brand
	a := newVoice(l, p, now)
	v := &View{
		Lang:      l.tag.String(),
		Dir:       l.dir,
		State:     p.State(),
		Cause:     p.Cause,
		Code:      p.Code,
		Service:   cmp.Or(oneLine(p.Service.Title), a.service),
		Brand:     b.view(base),
		Reference: markReference,
		Time:      markTime,
		Stamp:     markStamp,
		YourTime:  a.say("time.local", fill{Clock: "{}"}),
		HalfDays:  a.halfDays(),
		words:     a,
	}
	a.head(v, p)
	a.rehearse(v, p, base)
	if p.Cause != CauseClient {
		a.known(v, p)
		a.justMe(v, p)
		a.evidence(v, p)
		a.sent(v, p)
		v.StatusURL = statusURL(p)
	}
	a.advise(v, p)
	v.Check = a.check(p, base)
	v.Stay = a.stay(p, base)
	return v
}

// head says the headline, the lead and the title.
func (a *voice) head(v *View, p *Page) {
	headline, lead := "headline.fault", "lead.fault"
	var until, promised Moment
	switch {
	case p.Link:
		headline, lead = "headline.link", "lead.link"
	case p.Cause == CauseClient:
		headline, lead = clientTexts(p.Code)
	case p.Cause == CauseUpload:
		headline, lead = "headline.upload", "lead.upload"
	case v.State == statusclient.StateMaintenance:
		headline = heldHeadline(p.Situation.Hold)
		lead, until, promised = a.workLead(p)
	case v.State == statusclient.StateIncident:
		headline, lead = incidentTexts(p.Situation)
	case blind(p):
		lead = "lead.fault_blind"
	case len(p.Situation.Components) > 0:
		lead = "lead.noticed"
	case a.lasts(p):
		lead = "lead.lasting"
	}
	v.Headline = a.say(headline, fill{})
	say := a.phrase(lead, fill{}, until, promised)
	v.Lead, v.LeadHTML = say.Text, say.HTML
	v.Title = v.Headline
	if a.org != "" {
		v.Title = a.say("title.org", fill{Headline: v.Headline})
	}
}

// clientTexts are for status codes that say it was the request.
func clientTexts(code int) (headline, lead string) {
	switch code {
	case http.StatusNotFound:
		return "headline.not_found", "lead.not_found"
	case http.StatusGone:
		return "headline.gone", "lead.gone"
	case http.StatusForbidden:
		return "headline.no_access", "lead.no_access"
	case http.StatusUnauthorized:
		return "headline.sign_in", "lead.sign_in"
	case http.StatusRequestEntityTooLarge:
		return "headline.too_large", "lead.too_large"
	case http.StatusTooManyRequests:
		return "headline.too_many", "lead.too_many"
	}
	return "headline.client", "lead.client"
}

// incidentTexts says more than "we know" only where all incidents agree, and no
// part fails that they do not tell of.
func incidentTexts(s *statusclient.Situation) (headline, lead string) {
	incidents := s.Incidents
	if len(incidents) == 0 || s.Out() {
		return "headline.incident", "lead.incident"
	}
	state := incidents[0].State
	for i := range incidents {
		if incidents[i].State != state {
			return "headline.incident", "lead.incident"
		}
	}
	switch state {
	case statusclient.Investigating:
		return "headline.incident", "lead.investigating"
	case statusclient.Identified:
		return "headline.incident", "lead.identified"
	case statusclient.Monitoring:
		return "headline.recovering", "lead.recovering"
	}
	return "headline.incident", "lead.incident"
}

// workLead says when the service comes back: the latest end of all work that is
// in force, as far as ends are known, and whether another one was promised.
func (a *voice) workLead(p *Page) (lead string, until, promised Moment) {
	hold := p.Situation.Hold
	var last *statusclient.Maintenance
	for _, m := range inForce(p) {
		if m != hold && !m.Whole() {
			continue // it ends something else
		}
		if last == nil || !last.Until.IsZero() && (m.Until.IsZero() || m.Until.After(last.Until)) {
			last = m
		}
	}
	ends, open, late, moved := "lead.held_until", "lead.held", "lead.overdue", "lead.overdue_until"
	switch {
	case hold == nil && p.Cause != CauseMaintenance:
		ends, open = "lead.work_until", "lead.work"
	case hold != nil && hold.ReadOnly:
		ends, open, late, moved = "lead.read_only_until", "lead.read_only", "lead.read_only_overdue", "lead.read_only_overdue_until"
	case hold != nil && !hold.Whole():
		ends, open = "lead.part_until", "lead.part"
	}
	switch {
	case last == nil || last.Until.IsZero() && last.Promised.IsZero():
		return open, Moment{}, Moment{}
	case last.Until.IsZero():
		return late, a.date(last.Promised), Moment{}
	case !last.Until.After(a.now):
		return late, a.date(last.Until), Moment{}
	case !last.Promised.IsZero():
		return moved, a.date(last.Until), a.date(last.Promised)
	}
	return ends, a.date(last.Until), Moment{}
}

// heldHeadline says what is closed to this visitor.
func heldHeadline(hold *statusclient.Maintenance) string {
	switch {
	case hold == nil || hold.Whole():
		return "headline.maintenance"
	case !hold.ReadOnly:
		return "headline.part"
	case len(hold.Paths) == 0:
		return "headline.read_only"
	}
	return "headline.part_read_only"
}

// inForce is the work that is going on, what keeps visitors out first.
func inForce(p *Page) []*statusclient.Maintenance {
	var all []*statusclient.Maintenance
	if p.Situation.Hold != nil {
		all = append(all, p.Situation.Hold)
	}
	for i := range p.Situation.Maintenances {
		if m := &p.Situation.Maintenances[i]; m.State == statusclient.InProgress || m.State == statusclient.Verifying {
			all = append(all, m)
		}
	}
	return all
}

// view is the brand as templates see it.
func (b *Brand) view(base string) BrandView {
	v := BrandView{
		Name:       oneLine(b.name),
		Logo:       b.logo.inline(),
		LogoWidth:  b.logo.width,
		LogoHeight: b.logo.height,
		LogoAdapts: b.logo.adapts,
		Accent:     b.accent.css(),
		AccentDark: b.dark.css(),
	}
	if _, _, name := b.Logo(); name != "" {
		v.Logo = template.URL(base + "/" + name)
	}
	return v
}
