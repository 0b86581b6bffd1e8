package errorpages

import (
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/candor-edge/candor/statusclient"
)

// justMe answers the first thing that people wonder about, where the edge knows.
func (a *voice) justMe(v *View, p *Page) {
	key := ""
	switch {
	case p.Cause == CauseUpload:
		key = "just_me.upload"
	case v.State == statusclient.StateMaintenance:
		return
	case shared(v, p):
		key = "just_me.incident"
	case p.Cause == CauseUnreachable:
		key = "just_me.unreachable"
	case p.Cause == CauseTimeout:
		key = "just_me.timeout"
	case p.Cause == CauseUpstream:
		key = "just_me.upstream"
	default:
		key = "just_me.edge"
	}
	v.JustMe = a.plain(key)
}

// shared reports whether this is what the incident is about that people know of: if
// nobody else meets it, it may be something else.
func shared(v *View, p *Page) bool {
	return v.State == statusclient.StateIncident && p.evidence().Others != statusclient.CrowdNobody
}

// sent says whether what the visitor sent went through.
func (a *voice) sent(v *View, p *Page) {
	switch p.Received {
	case ReceivedNo:
		v.Sent = []Phrase{a.plain("sent.no"), a.plain("sent.back")}
	case ReceivedUnknown:
		v.Sent = []Phrase{a.plain("sent.unknown"), a.plain("sent.back")}
	}
}

// advise ends the question of waiting or reporting. Where staff know, nobody has
// to report; where nobody has confirmed anything, it says whom to tell.
func (a *voice) advise(v *View, p *Page) {
	safe := p.Received == ReceivedUnsaid
	var advice []string
	ask := ""
	switch {
	case p.Cause == CauseClient:
		ask = "ask.client"
	case p.Cause == CauseUpload:
		advice, ask = []string{"advice.connection"}, "ask.report"
	case v.State == statusclient.StateMaintenance:
		advice, ask = []string{"advice.known_work"}, "ask.urgent"
		if safe {
			v.Retry = a.say("retry.check", fill{})
		}
	case shared(v, p):
		advice, ask = []string{"advice.known_incident"}, "ask.urgent"
		if safe {
			v.Retry = a.say("retry.again", fill{})
		}
	default:
		if ask = "ask.report"; a.lasts(p) {
			ask = "ask.lasting"
		}
		if safe {
			advice = []string{"advice.wait"}
			v.Retry = a.say("retry.again", fill{})
		}
	}
	if p.Received == ReceivedUnknown && p.Cause != CauseClient {
		ask = "ask.sent"
	}
	for _, key := range advice {
		v.Advice = append(v.Advice, a.plain(key))
	}
	a.instead(v, p)
	for _, c := range p.Service.Brand.contacts {
		c := a.contact(c)
		if c.Text == c.Label {
			c.Text = ""
		}
		v.Contacts = append(v.Contacts, c)
	}
	if len(v.Contacts) > 0 {
		v.Ask = a.say(ask, fill{})
	}
}

// contact gives a mailto its subject, unless the operator has chosen one.
func (a *voice) contact(c Contact) ContactView {
	out := ContactView{Label: oneLine(c.Label), URL: template.URL(c.URL), Hours: oneLine(c.Hours), Text: c.URL}
	u, err := url.Parse(c.URL)
	if err != nil {
		return out
	}
	switch u.Scheme {
	case "tel":
		out.Text, out.Direct = u.Opaque, true
	case "mailto":
		out.Text, _ = url.PathUnescape(u.Opaque)
		out.Direct = true
		if u.Query().Has("subject") {
			break
		}
		subject := withoutIsolates(a.say("ask.subject", fill{Reference: markReference}))
		// In a mailto a plus is a plus: spaces are %20.
		subject = strings.ReplaceAll(url.QueryEscape(subject), "+", "%20")
		u.RawQuery = strings.TrimPrefix(u.RawQuery+"&subject="+subject, "&")
		out.URL = template.URL(u.String())
	}
	return out
}

// statusURL is the brand's status page, else one that a backend knows.
func statusURL(p *Page) string {
	if s := p.Service.Brand.statusURL; s != "" {
		return s
	}
	for _, name := range p.Situation.Backends {
		if s := webURL(p.Inputs[name].URL); s != "" {
			return s
		}
	}
	return ""
}

// webURL passes links that people can follow, and nothing that runs.
func webURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || !slices.Contains([]string{"https", "http"}, u.Scheme) || len(s) > maxTagBytes {
		return ""
	}
	return u.String()
}
