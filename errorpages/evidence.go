package errorpages

import (
	"strconv"
	"strings"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// evidence is what p may tell of what the edge counted. What is held back on
// purpose fails nobody, and what is wrong with one request says nothing of others.
func (p *Page) evidence() statusclient.Evidence {
	switch p.Cause {
	case CauseMaintenance, CauseUpload, CauseClient:
		return statusclient.Evidence{}
	}
	if p.State() == statusclient.StateMaintenance {
		return statusclient.Evidence{}
	}
	return p.Evidence.Rounded()
}

// evidenceKey is evidence as the key of a rendering.
type evidenceKey struct {
	since  int64 // in minutes
	others statusclient.Crowd
}

// evidenceKey is the evidence that a rendering of p in this format depends on.
func (p *Page) evidenceKey(f Format) evidenceKey {
	switch f {
	case FormatNone, FormatUpgrade:
		return evidenceKey{}
	}
	if p.Evidence == (statusclient.Evidence{}) {
		return evidenceKey{}
	}
	e := p.evidence()
	k := evidenceKey{others: e.Others}
	if !e.Since.IsZero() {
		k.since = e.Since.Unix() / 60
	}
	return k
}

// evidence says since when nobody gets through, and who else met it.
func (a *voice) evidence(v *View, p *Page) {
	e := p.evidence()
	if !e.Since.IsZero() && a.now.Sub(e.Since) >= time.Minute {
		since := a.moment(e.Since)
		v.Evidence = append(v.Evidence, a.phrase("evidence.since", fill{Age: since.Age}, since, Moment{}))
	}
	switch {
	case e.Others >= statusclient.CrowdAbout:
		f := fill{Count: int(e.Others), Number: grouped(int(e.Others))}
		v.Evidence = append(v.Evidence, a.phrase("evidence.about", f, Moment{}, Moment{}))
	case e.Others == statusclient.CrowdFew:
		v.Evidence = append(v.Evidence, a.plain("evidence.some"))
	case e.Others == statusclient.CrowdNobody:
		v.Evidence = append(v.Evidence, a.plain("evidence.nobody"))
	case e.Others == statusclient.CrowdUnclear && v.State != statusclient.StateIncident:
		// Of an incident staff have said that it concerns others.
		v.Evidence = append(v.Evidence, a.plain("evidence.unclear"))
	}
}

// lasting is after how long nobody can still be told that it may be over in a moment.
const lasting = 10 * time.Minute

// lasts reports whether nobody has got through for so long.
func (a *voice) lasts(p *Page) bool {
	since := p.evidence().Since
	return !since.IsZero() && a.now.Sub(since) >= lasting
}

// grouped writes a figure as every language reads it: thousands apart, no point
// and no comma.
func grouped(n int) string {
	s := strconv.Itoa(n)
	if len(s) <= 4 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString("\u00A0")
		}
		b.WriteRune(r)
	}
	return b.String()
}

// EvidenceJSON is evidence as programs get it.
type EvidenceJSON struct {
	Since  time.Time `json:"failing_since,omitzero"` // no answer to anyone since; absent: some get through
	Others string    `json:"others,omitempty"`       // nobody, few, about or unclear
	About  int       `json:"about,omitempty"`        // how many, rounded, where others is about
}

// NewEvidenceJSON is nil where there is nothing to tell.
func NewEvidenceJSON(e statusclient.Evidence) *EvidenceJSON {
	e = e.Rounded()
	if e == (statusclient.Evidence{}) {
		return nil
	}
	out := &EvidenceJSON{Since: e.Since}
	switch {
	case e.Others >= statusclient.CrowdAbout:
		out.Others, out.About = "about", int(e.Others)
	case e.Others == statusclient.CrowdFew:
		out.Others = "few"
	case e.Others == statusclient.CrowdNobody:
		out.Others = "nobody"
	case e.Others == statusclient.CrowdUnclear:
		out.Others = "unclear"
	}
	return out
}
