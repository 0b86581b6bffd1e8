package errorpages

import (
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// Scene is a page of a situation that is made up, to look at and to rehearse with.
type Scene struct {
	Name  string // of a-z and -, for files
	Title string // what it shows
	Page  *Page
}

// Scenes are pages of a service with everything that visitors may meet. Their
// incidents are in English: people write them, and nobody translates them.
func Scenes(svc *Service, now time.Time) []Scene {
	now = now.Truncate(time.Minute)
	var (
		identified = SampleIncident(now)
		recovering = SampleIncident(now)
		late       = SampleIncident(now)
		work       = SampleWork(now, now.Add(2*time.Hour))
		open       = SampleWork(now, time.Time{})
		overdue    = SampleWork(now, now.Add(-15*time.Minute))
		planned    = statusclient.Maintenance{
			ID: "sample", Title: "New certificates", State: statusclient.Scheduled, From: now.Add(40 * time.Hour), Until: now.Add(42 * time.Hour),
		}
		small = statusclient.Incident{
			ID: "sample", Title: "Some e-mails arrive late", State: statusclient.Investigating, Impact: statusclient.ImpactMinor, Started: now.Add(-25 * time.Minute),
			Updates: []statusclient.Update{sampleUpdate("investigating", now.Add(-9*time.Minute), "Nothing is lost. We are looking for the cause.")},
		}
	)
	recovering.State, recovering.NextUpdate = statusclient.Monitoring, time.Time{}
	recovering.Updates = append([]statusclient.Update{
		sampleUpdate("monitoring", now.Add(-3*time.Minute), "It runs on the larger machine. We are watching it while everybody comes back."),
	}, recovering.Updates...)
	late.NextUpdate = now.Add(-7 * time.Minute)

	var scenes []Scene
	add := func(name, title string, cause Cause, code int, with func(p *Page)) {
		p := &Page{
			Service: svc, Situation: &statusclient.Situation{Service: svc.Name}, Cause: cause, Code: code,
			Reference: "k3f9q2m7x", Time: now, RetryAfter: 2 * time.Minute,
		}
		if with != nil {
			with(p)
		}
		p.Situation.Version = uint64(len(scenes) + 1) // each says something else
		scenes = append(scenes, Scene{name, title, p})
	}
	incidents := func(list ...statusclient.Incident) func(*Page) {
		return func(p *Page) { p.Situation.Incidents = list }
	}
	held := func(m *statusclient.Maintenance) func(*Page) {
		return func(p *Page) { p.Situation.Hold = m }
	}
	counted := func(since time.Duration, others statusclient.Crowd) func(*Page) {
		return func(p *Page) {
			if p.Evidence.Others = others; since > 0 {
				p.Evidence.Since = now.Add(-since)
			}
		}
	}
	sent := func(r Received) func(*Page) { return func(p *Page) { p.Received = r } }
	blind := func(fetched time.Time) func(*Page) {
		return func(p *Page) {
			p.Situation.Backends = []string{"status"}
			p.Inputs = map[string]statusclient.Input{"status": {
				Name: "status", Fetched: fetched, Failing: now.Add(-22 * time.Minute), Error: "timeout", Status: new(statusclient.Status),
			}}
		}
	}

	add("fault", "A fault that nobody has confirmed: no connection", CauseUnreachable, 502, counted(4*time.Minute, 40))
	add("fault-timeout", "It does not answer in time", CauseTimeout, 504, counted(0, statusclient.CrowdFew))
	add("fault-upstream", "It answers with an error", CauseUpstream, 500, counted(0, statusclient.CrowdNobody))
	add("fault-edge", "Something in front of it fails", CauseEdge, 500, counted(0, statusclient.CrowdUnclear))
	add("fault-blind", "A fault, while the status page is away", CauseUnreachable, 502, blind(now.Add(-23*time.Minute)))
	add("incident", "An incident that staff have posted", CauseUnreachable, 502, incidents(identified))
	add("incident-two", "Two incidents, and work that is planned", CauseUpstream, 503, func(p *Page) {
		p.Situation.Incidents = []statusclient.Incident{identified, small}
		p.Situation.Maintenances = []statusclient.Maintenance{planned}
		p.Evidence.Others = 120
	})
	add("incident-late", "The promised update is late", CauseUnreachable, 502, incidents(late))
	add("incident-recovering", "Fixed, and coming back", CauseUpstream, 502, incidents(recovering))
	add("incident-part", "A component that does not work, without an incident", CauseUnreachable, 502, func(p *Page) {
		p.Situation.Components = []statusclient.ComponentNote{
			{Name: "Single sign-on", Status: statusclient.PartialOutage, Since: now.Add(-18 * time.Minute), Said: true},
		}
	})
	add("fault-part", "A component that is slow, and nobody has said more", CauseTimeout, 504, func(p *Page) {
		p.Situation.Components = []statusclient.ComponentNote{{Name: "Single sign-on", Status: statusclient.Degraded}}
	})
	add("maintenance", "Maintenance with an end", CauseMaintenance, 503, held(&work))
	add("maintenance-open", "Maintenance without an end", CauseMaintenance, 503, held(&open))
	add("maintenance-overdue", "Maintenance that takes longer", CauseMaintenance, 503, held(&overdue))
	add("sent-no", "What was sent did not arrive", CauseUnreachable, 502, sent(ReceivedNo))
	add("sent-unknown", "What was sent may have arrived", CauseTimeout, 504, sent(ReceivedUnknown))
	add("sent-incident", "What was sent may have arrived, during an incident", CauseTimeout, 504, func(p *Page) {
		p.Situation.Incidents, p.Received = []statusclient.Incident{identified}, ReceivedUnknown
	})
	add("sent-maintenance", "What was sent did not arrive, during maintenance", CauseMaintenance, 503, func(p *Page) {
		p.Situation.Hold, p.Received = &work, ReceivedNo
	})
	add("upload-stalled", "An upload that stopped", CauseUpload, 408, sent(ReceivedUnknown))
	add("rehearsal", "A rehearsal", CauseUnreachable, 502, func(p *Page) { p.Rehearsal = now.Add(10 * time.Minute) })
	for _, c := range []struct {
		name, title string
		code        int
	}{
		{"no-access", "403, where statuses lists it", 403},
		{"not-found", "404, where statuses lists it", 404},
		{"gone", "410, where statuses lists it", 410},
		{"too-large", "413, where statuses lists it", 413},
		{"too-many", "429, where statuses lists it", 429},
	} {
		add(c.name, c.title, CauseClient, c.code, nil)
	}
	add("link", "A link past maintenance that is too old", CauseClient, 410, func(p *Page) { p.Link = true })
	return scenes
}

// SampleIncident is one that never was.
func SampleIncident(now time.Time) statusclient.Incident {
	ago := func(minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }
	return statusclient.Incident{
		ID: "sample", Title: "Registration fails for most people", State: statusclient.Identified,
		Impact: statusclient.ImpactMajor, Started: ago(52), NextUpdate: now.Add(28 * time.Minute),
		Updates: []statusclient.Update{
			sampleUpdate("identified", ago(12), "The database ran out of connections. We are moving it to a larger machine.\n\n**Registrations that were confirmed by e-mail are safe.** The deadline has been moved to Friday, 18:00."),
			sampleUpdate("investigating", ago(34), "Signing in works again. Registration still fails, and the cause is not known yet."),
			sampleUpdate("investigating", ago(49), "Many people see an error when they register. We are looking into it."),
		},
	}
}

// SampleWork is maintenance that never was; until may be zero.
func SampleWork(now, until time.Time) statusclient.Maintenance {
	return statusclient.Maintenance{
		ID: "sample", Title: "Moving to new servers", State: statusclient.InProgress, From: now.Add(-time.Hour), Until: until,
		Updates: []statusclient.Update{
			sampleUpdate("in_progress", now.Add(-time.Hour), "Nothing can be looked up or changed until we are done. E-mail is not affected."),
		},
	}
}

func sampleUpdate(state string, at time.Time, text string) statusclient.Update {
	t := statusclient.Text{Source: text, Markup: statusclient.Markdown}
	t.Clean()
	return statusclient.Update{State: state, At: at, Text: t}
}
