package errorpages

import (
	"net/url"
	"strconv"

	"github.com/candor-edge/candor/statusclient"
)

// StayView is what the page's script needs to keep the page true: to ask the
// edge now and then, to put newer words in place, and to go back to what the
// visitor wanted once it works.
type StayView struct {
	Status  string // URL of the service's status for scripts
	Page    string // URL of this page with newer words
	Version string // of the situation that this page shows, as the status has it
	Returns bool   // the script goes back by itself; not after what may have been sent

	On      string // what it does, next to the button that stops it
	Stop    string // label of the button
	Start   string // its label once stopped
	Back    string // the service works again
	Soon    string // the same, and the page goes back in a moment
	News    string // newer words are in place
	Offline string // the edge cannot be reached

	Tell string // label of the button for those who look elsewhere meanwhile
	Told string // what they have to do for it
}

// PartQuery names the maintenance that a page waits for the end of, by its id,
// where that closes only a part of the service.
const PartQuery = "part"

// stay is nil on pages that waiting changes nothing about.
func (a *voice) stay(p *Page, base string) *StayView {
	if p.Cause == CauseClient || p.Cause == CauseUpload {
		return nil
	}
	q := url.Values{"cause": {string(p.Cause)}, "code": {strconv.Itoa(p.Code)}, "reference": {markReference}}
	if p.Received != ReceivedUnsaid {
		q.Set("received", string(p.Received))
	}
	status := "/status?waiting"
	if hold := p.Situation.Hold; hold != nil && !hold.Whole() {
		status += "&" + PartQuery + "=" + url.QueryEscape(hold.ID)
		q.Set(PartQuery, hold.ID)
	}
	v := &StayView{
		Status:  base + status,
		Page:    base + "/page?" + q.Encode(),
		Version: VersionOf(p.Situation),
		Returns: p.Received == ReceivedUnsaid,
		On:      a.say("stay.on", fill{}),
		Stop:    a.say("stay.stop", fill{}),
		Start:   a.say("stay.start", fill{}),
		Back:    a.say("stay.back", fill{}),
		Soon:    a.say("stay.soon", fill{}),
		News:    a.say("stay.news", fill{}),
		Offline: a.say("stay.offline", fill{}),

		Tell: a.say("stay.tell", fill{}),
		Told: a.say("stay.told", fill{}),
	}
	if !v.Returns {
		v.On = a.say("stay.on_sent", fill{})
	}
	return v
}

// VersionOf names what a situation says, for scripts that compare.
func VersionOf(s *statusclient.Situation) string { return strconv.FormatUint(s.Version, 36) }
