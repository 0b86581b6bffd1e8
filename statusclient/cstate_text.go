package statusclient

import (
	"regexp"
	"strings"
	"time"
)

// How people write the page of an issue: a paragraph per update that begins with
// a word in italics and ends with when it was.
var (
	cstateMark  = regexp.MustCompile(`(?is)<p>\s*<em>\s*([^<]{1,40}?)\s*</em>\s*(?:[-–—:]\s|</p>)`)
	cstateStamp = regexp.MustCompile(`(?s)\s*<span class="faded">\(([^<]*)\)</span>\s*`)
	cstateClock = regexp.MustCompile(`^(\d{1,2}:\d{2}) [—–-] ([A-Za-z]{3} \d{1,2})$`)
)

var cstateWords = map[string]IncidentState{
	"investigating": Investigating, "identified": Identified, "monitoring": Monitoring, "update": "",
	"resolved": Resolved, "fixed": Resolved, "post-mortem": Postmortem, "postmortem": Postmortem,
}

// updates splits the page where a paragraph begins with one of the words that
// are the convention. The newest is on top.
func (n *cstateIssue) updates() []Update {
	var out []Update
	add := func(state IncidentState, text string) {
		u := Update{State: string(state)}
		if m := cstateStamp.FindStringSubmatchIndex(text); m != nil {
			if u.At = n.stamp(text[m[2]:m[3]]); !u.At.IsZero() {
				text = text[:m[0]] + text[m[1]:]
			}
		}
		if text = trimParagraph(text); stampText(text) == "" {
			return
		}
		u.Text = Text{Source: text, Markup: HTML}
		out = append(out, u)
	}
	body := cutSource(n.Body, maxEntry)
	state, from := IncidentState(""), 0
	for _, m := range cstateMark.FindAllStringSubmatchIndex(body, keepUpdates) {
		word, known := cstateWords[strings.ToLower(body[m[2]:m[3]])]
		if !known {
			continue
		}
		add(state, body[from:m[0]])
		state, from = word, m[1]
	}
	add(state, body[from:])
	if last := len(out) - 1; last >= 0 && out[last].At.IsZero() {
		out[last].At = n.created()
	}
	return out
}

// stamp reads the form that a new site has; a site can have any other.
func (n *cstateIssue) stamp(s string) time.Time {
	m := cstateClock.FindStringSubmatch(strings.TrimSpace(s))
	created := n.created()
	if m == nil || created.IsZero() {
		return time.Time{}
	}
	at := parseStamp(m[2] + ", " + m[1])
	if !at.ok {
		return time.Time{}
	}
	_, offset := created.Zone()
	return closest(at, time.Duration(offset)*time.Second, created)
}
