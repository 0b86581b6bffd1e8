package errorpages

import (
	"time"

	"golang.org/x/text/language"

	"github.com/candor-edge/candor/statusclient"
)

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
		sources = map[string]statusclient.Source{"b": {
			Name: "b", URL: "https://status.example.org/", Fetched: now.Add(-time.Hour), Failing: now.Add(-time.Hour),
			Status: &statusclient.Status{Components: []statusclient.Component{{ID: "c", Name: "Component"}}},
		}}
	)
	evidence := []statusclient.Evidence{
		{},
		{Since: now.Add(-time.Hour), Others: 40},
		{Others: statusclient.CrowdNobody},
	}
	rehearsals := []time.Time{{}, {}, now.Add(time.Hour)}
	situations := []*statusclient.Situation{
		{},
		{Sources: []string{"b"}, Incidents: []statusclient.Incident{incident}, Maintenances: []statusclient.Maintenance{planned}},
		{Sources: []string{"b"}, Hold: &work, Maintenances: []statusclient.Maintenance{work}},
	}
	var pages []*Page
	for _, s := range situations {
		for _, cause := range []Cause{CauseMaintenance, CauseUnreachable, CauseTimeout, CauseUpload, CauseUpstream, CauseEdge, CauseClient} {
			for i, received := range []Received{ReceivedUnsaid, ReceivedNo, ReceivedUnknown} {
				pages = append(pages, &Page{
					Service: &Service{Name: "service", Title: "Service", Brand: brand}, Situation: s, Sources: sources,
					Cause: cause, Code: 503, Received: received, Evidence: evidence[i], Rehearsal: rehearsals[i], Time: now,
				})
			}
		}
	}
	return pages
}
