package errorpages

import (
	"slices"
	"strconv"
	"time"

	"golang.org/x/text/language"

	"github.com/candor-edge/candor/statusclient"
)

// usualCodes are status codes that go with causes.
var usualCodes = map[Cause]int{
	CauseMaintenance: 503, CauseUnreachable: 502, CauseTimeout: 504, CauseUpload: 408,
	CauseUpstream: 500, CauseEdge: 500, CauseClient: 404,
}

// possible reports whether a page for a cause can have this status code.
func possible(cause Cause, code int) bool {
	switch cause {
	case CauseClient:
		return code < 500
	case CauseUpload:
		return code == 408
	case CauseMaintenance:
		return code == 503
	}
	return code >= 500
}

// samples are pages that every template of t is tried with: those that can be
// seen with the codes that it is for.
func (t *templates) samples() []*Page {
	if len(t.own) == 0 {
		return samples() // one template for all codes
	}
	codes := []int{t.lastWithoutPage(499), t.lastWithoutPage(599)}
	for _, name := range t.own {
		if code, err := strconv.Atoi(name[:3]); err == nil {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	pages := samples()
	for _, code := range codes {
		for _, p := range samples() {
			if possible(p.Cause, code) && p.Code != code {
				p.Code = code
				pages = append(pages, p)
			}
		}
	}
	return pages
}

// lastWithoutPage is a code, the last one up to code, that has no template for
// itself alone.
func (t *templates) lastWithoutPage(code int) int {
	for slices.Contains(t.own, strconv.Itoa(code)+".html") {
		code--
	}
	return code
}

// samples are pages with everything that a page can show, one for every cause
// and state: templates are tried with them when they are loaded.
func samples() []*Page {
	var (
		now   = time.Date(2026, time.November, 23, 14, 2, 0, 0, time.UTC)
		text  = statusclient.Text{HTML: "<p>Text.</p>", Plain: "Text."}
		brand = &Brand{
			name: "Organisation", accent: colour{}, dark: paperLight, zone: time.UTC, statusURL: "https://status.example.org/",
			languages: []language.Tag{language.English, language.German}, names: []string{"en", "de"},
			contacts: []Contact{{Label: "Help desk", URL: "mailto:help@example.org", Hours: "8–18"}, {Label: "Desk"}},
		}
		updates = []statusclient.Update{
			{State: "identified", Text: text, At: now.Add(-time.Minute)},
			{State: "investigating", Text: text, At: now.Add(-time.Hour)},
		}
		work = statusclient.Maintenance{
			Title: "Work", State: statusclient.InProgress, From: now.Add(-time.Hour), Until: now.Add(time.Hour),
			Updates: updates[:1], URL: "https://status.example.org/work",
		}
		planned  = statusclient.Maintenance{Title: "Work", State: statusclient.Scheduled, From: now.Add(time.Hour), Until: now.Add(2 * time.Hour)}
		incident = statusclient.Incident{
			Title: "Incident", State: statusclient.Identified, Impact: statusclient.ImpactMajor, Components: []string{"c"},
			Updates: updates, Started: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour), URL: "https://status.example.org/1",
		}
		inputs = map[string]statusclient.Input{"b": {
			Name: "b", URL: "https://status.example.org/", Fetched: now.Add(-time.Hour), Failing: now.Add(-time.Hour),
			Status: &statusclient.Status{Components: []statusclient.Component{{ID: "c", Name: "Component"}}},
		}}
	)
	other := []Alternative{{Label: "Elsewhere", URL: "https://elsewhere.example.org/"}, {Label: "Desk"}}
	evidence := []statusclient.Evidence{
		{},
		{Since: now.Add(-time.Hour), Others: 40},
		{Others: statusclient.CrowdNobody},
	}
	rehearsals := []time.Time{{}, {}, now.Add(time.Hour)}
	situations := []*statusclient.Situation{
		{},
		{
			Backends: []string{"b"}, Incidents: []statusclient.Incident{incident}, Maintenances: []statusclient.Maintenance{planned},
			Components: []statusclient.ComponentNote{{Name: "Component", Status: statusclient.PartialOutage, Since: now.Add(-time.Hour), Backend: "b"}},
		},
		{Backends: []string{"b"}, Hold: &work, Maintenances: []statusclient.Maintenance{work}},
	}
	var pages []*Page
	for _, s := range situations {
		for _, cause := range []Cause{CauseMaintenance, CauseUnreachable, CauseTimeout, CauseUpload, CauseUpstream, CauseEdge, CauseClient} {
			for i, received := range []Received{ReceivedUnsaid, ReceivedNo, ReceivedUnknown} {
				pages = append(pages, &Page{
					Service: &Service{Name: "service", Title: "Service", Brand: brand, Alternatives: other}, Situation: s, Inputs: inputs,
					Cause: cause, Code: usualCodes[cause], Received: received, Evidence: evidence[i], Rehearsal: rehearsals[i], Time: now,
				})
			}
		}
	}
	return pages
}
