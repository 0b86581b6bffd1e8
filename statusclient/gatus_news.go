package statusclient

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// sameStory is how far apart an announcement and the one that ends it, or adds to
// it, may be: Gatus does not say what belongs together.
const sameStory = 24 * time.Hour

// gatusNews makes incidents of announcements. Outages and warnings are one
// running commentary until an "operational" ends it; what is neither stands for
// itself unless it came during one.
func gatusNews(list []gatusAnnouncement, home string) []Incident {
	list = slices.DeleteFunc(slices.Clone(list), func(a gatusAnnouncement) bool {
		return a.Archived || strings.TrimSpace(a.Message) == ""
	})
	slices.SortStableFunc(list, func(a, b gatusAnnouncement) int { return b.Timestamp.Compare(a.Timestamp.Time) })
	list = first(list, keepIncidents)
	slices.Reverse(list)
	var all []*Incident
	var running *Incident
	for i := range list {
		a := &list[i]
		near := running != nil && a.Timestamp.Sub(running.Updates[0].At) <= sameStory
		grave := a.Type == "outage" || a.Type == "warning"
		switch {
		case grave && running == nil:
			running = a.incident(home)
			all = append(all, running)
			fallthrough
		case grave:
			running.tell(a, Investigating)
			running.State, running.Impact = Investigating, graver(running.Impact, a.Type)
		case a.Type == "operational" && near:
			running.tell(a, Resolved)
			running.State, running.Resolved = Resolved, a.Timestamp.Time
			running = nil
		case a.Type == "operational":
			// Nobody knows what it is that is well again.
		case near:
			running.tell(a, "")
		default:
			n := a.incident(home)
			if n.tell(a, ""); a.Type == "information" || a.Type == "none" {
				n.Impact = ImpactNone
			}
			all = append(all, n)
		}
	}
	var out []Incident
	for _, n := range slices.Backward(all) {
		out = append(out, *n)
	}
	return out
}

// graver is the impact of a commentary after one more announcement.
func graver(so Impact, typ string) Impact {
	if typ == "outage" || so == ImpactMajor {
		return ImpactMajor
	}
	return ImpactMinor
}

// incident begins one. Announcements have no title, so their first line is it,
// and no id, so what they say and when is it.
func (a *gatusAnnouncement) incident(home string) *Incident {
	sum := sha256.Sum256([]byte(a.Timestamp.Format(time.RFC3339Nano) + "\x00" + a.Message))
	t := Text{Source: a.Message, Markup: Markdown}
	t.Clean()
	title, _, _ := strings.Cut(t.Plain, "\n")
	return &Incident{
		ID: hex.EncodeToString(sum[:8]), Title: cleanLine(title, 120), State: StateUnknown, Impact: ImpactUnknown,
		Started: a.Timestamp.Time, URL: home,
	}
}

// tell puts an announcement on top of the timeline.
func (n *Incident) tell(a *gatusAnnouncement, state IncidentState) {
	n.Updates = slices.Insert(n.Updates, 0, Update{
		State: string(state), Text: Text{Source: a.Message, Markup: Markdown}, At: a.Timestamp.Time,
	})
}

// commented reports whether people say that something is wrong.
func commented(list []Incident) bool {
	return slices.ContainsFunc(list, func(n Incident) bool {
		return n.State.Open() && (n.Impact == ImpactMajor || n.Impact == ImpactMinor)
	})
}
