package statusclient

import (
	"html"
	"regexp"
	"strings"
	"time"
)

// feedUpdate is one paragraph of a timeline.
type feedUpdate struct {
	state string // "" names none
	text  string // HTML
	at    time.Time
}

// What the content of a Statuspage's feed is made of, and of those that imitate
// one: a paragraph per update, newest first.
var (
	feedParagraph = regexp.MustCompile(`(?is)<p>\s*<small>(.*?)</small>\s*(?:<br\s*/?>\s*)*<strong>(.*?)</strong>\s*(?:[-–—:]\s*)?`)
	feedEvent     = regexp.MustCompile(`(?is)<p>\s*<strong>\s*THIS IS A SCHEDULED EVENT\s+(.*?)</strong>\s*</p>`)
	feedTag       = regexp.MustCompile(`<[^<>]*>`)
	feedStrong    = regexp.MustCompile(`(?is)<(?:strong|b)>\s*([^<]{1,40})</(?:strong|b)>|\*\*([^*]{1,40})\*\*`)
	hasElements   = regexp.MustCompile(`(?i)<(?:p|br|div|ul|ol|li|a|strong|em|b|i|h[1-6]|span|table|pre|code|blockquote|img|small)(?:\s[^<>]*)?/?>`)
)

// feedLabels are the words that stand over an update. "Update" means: as before.
var feedLabels = map[string]string{
	"investigating": string(Investigating), "identified": string(Identified), "monitoring": string(Monitoring),
	"resolved": string(Resolved), "postmortem": string(Postmortem), "post-mortem": string(Postmortem),
	"scheduled": string(Scheduled), "in progress": string(InProgress), "verifying": string(Verifying),
	"completed": string(Completed), "update": "",
}

// closedWords say in the languages of our pages that an entry is over.
var closedWords = map[string]bool{
	"resolved": true, "completed": true, "fixed": true, "behoben": true, "gelöst": true, "abgeschlossen": true,
	"résolu": true, "已解决": true, "已恢复": true, "解決済み": true, "復旧": true,
}

// titleParts is what stands between the parts of a title.
var titleParts = regexp.MustCompile(`[\[\]()【】:：|]|\s[-–—]\s`)

// saysClosed looks for a word that stands apart, as in "[Resolved] Mail" and
// "Mail: fixed". "Names cannot be resolved" is another matter.
func saysClosed(title string) bool {
	for _, part := range titleParts.Split(title, -1) {
		if closedWords[strings.ToLower(strings.TrimSpace(part))] {
			return true
		}
	}
	return false
}

// timeline splits the content and finds when each update was.
func (e *entry) timeline() {
	zone := pageZone{at: e.published}
	newest := e.published
	if m := feedEvent.FindStringSubmatchIndex(e.content); m != nil {
		from, until := eventStamps(stampText(e.content[m[2]:m[3]]))
		zone = zoneOf(from, e.published)
		e.event, e.from = true, e.published
		if until.ok {
			if end := zone.time(until.of(from), e.published.AddDate(0, 1, 0)); end.After(e.from) {
				e.until = end
			}
		}
		e.content = e.content[:m[0]] + e.content[m[1]:]
		newest = e.updated
	}
	marks := feedParagraph.FindAllStringSubmatchIndex(e.content, keepUpdates)
	for i, m := range marks {
		end := len(e.content)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		s := parseStamp(stampText(e.content[m[2]:m[3]]))
		if i == 0 && !e.event {
			zone = zoneOf(s, e.published)
		}
		u := feedUpdate{text: trimParagraph(e.content[m[1]:end]), at: zone.time(s, newest)}
		if u.at.IsZero() && i == 0 {
			u.at = e.updated
		}
		if !u.at.IsZero() {
			newest = u.at
		}
		word := strings.ToLower(strings.Join(strings.Fields(stampText(e.content[m[4]:m[5]])), " "))
		state, known := feedLabels[word]
		switch u.state = state; {
		case closedWords[word] && !known:
			u.state = string(Resolved)
		case !known:
			u.state = string(StateUnknown)
		}
		e.updates = append(e.updates, u)
	}
	for i := len(e.updates) - 2; i >= 0; i-- {
		if e.updates[i].state == "" {
			e.updates[i].state = e.updates[i+1].state
		}
	}
	if len(marks) == 0 {
		e.lead()
	}
}

// lead looks for a state in the first strong word of a content without timeline.
func (e *entry) lead() {
	m := feedStrong.FindStringSubmatch(e.content)
	if m == nil {
		return
	}
	word := strings.ToLower(strings.Trim(m[1]+m[2], " :.-–—\n"))
	e.closed = e.closed || closedWords[word]
	if state := feedLabels[word]; state != "" {
		e.updates = []feedUpdate{{state: state, text: e.content, at: e.updated}}
	}
}

func trimParagraph(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimSpace(strings.TrimSuffix(s, "</p>"))
	return s
}

// stampText is what a person reads there, on one line.
func stampText(s string) string {
	s = html.UnescapeString(feedTag.ReplaceAllString(s, ""))
	return strings.Join(strings.Fields(s), " ")
}
