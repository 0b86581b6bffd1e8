package errorpages

import (
	"bytes"
	"cmp"
	"encoding/json"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// problemType is followed by the cause; the README explains each there.
const problemType = "https://github.com/candor-edge/candor#"

// Problem is the body of application/problem+json (RFC 9457). It is a
// contract: members are added, never changed or removed.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`

	Rehearsal bool `json:"rehearsal,omitempty"` // nothing has failed

	Service  string             `json:"service"`            // its name in the configuration
	State    statusclient.State `json:"state,omitempty"`    // maintenance, incident or fault; absent when it is the request that is wrong
	Received Received           `json:"received,omitempty"` // of unsafe methods: "no" or "unknown"

	Evidence *EvidenceJSON `json:"evidence,omitempty"` // what the edge counted

	Incidents    []ProblemIncident    `json:"incidents,omitempty"`
	Maintenances []ProblemMaintenance `json:"maintenances,omitempty"` // the one in force first
	Components   []ProblemComponent   `json:"components,omitempty"`   // that do not do well, and that no incident here tells of
	Backends     []ProblemBackend     `json:"backends,omitempty"`     // who says so, and how old their word is

	Alternatives []Alternative `json:"alternatives,omitempty"` // what else there is until the service works again

	RetryAfter Seconds `json:"retry_after,omitempty"` // seconds, or null; as the header says
	StatusURL  string  `json:"status_url,omitempty"`
	Reference  string  `json:"reference"`
}

// ProblemIncident is an open incident.
type ProblemIncident struct {
	Title      string                     `json:"title"`
	State      statusclient.IncidentState `json:"state,omitempty"`
	Impact     statusclient.Impact        `json:"impact,omitempty"`
	Started    time.Time                  `json:"started,omitzero"`
	Updated    time.Time                  `json:"updated,omitzero"`
	NextUpdate time.Time                  `json:"next_update,omitzero"`
	Text       string                     `json:"text,omitempty"` // the latest update, plain
	URL        string                     `json:"url,omitempty"`
}

// ProblemMaintenance is planned work.
type ProblemMaintenance struct {
	Title string                        `json:"title,omitempty"`
	State statusclient.MaintenanceState `json:"state,omitempty"`
	From  time.Time                     `json:"from,omitzero"`
	Until time.Time                     `json:"until,omitzero"`
	Text  string                        `json:"text,omitempty"`
	URL   string                        `json:"url,omitempty"`

	Paths    []string `json:"paths,omitempty"`     // the only ones it is about
	ReadOnly bool     `json:"read_only,omitempty"` // what is only looked at still works

	Overdue time.Time `json:"overdue_since,omitzero"` // the end that was promised first and has passed
}

// ProblemComponent is a part of the service, as a status system has it.
type ProblemComponent struct {
	Name    string                       `json:"name"`
	Status  statusclient.ComponentStatus `json:"status"`
	Since   time.Time                    `json:"since,omitzero"` // when somebody said so
	Backend string                       `json:"backend"`        // who says so
}

// ProblemBackend is who says so.
type ProblemBackend struct {
	Name    string    `json:"name"`
	Fetched time.Time `json:"fetched,omitzero"`       // absent: never yet
	Failing time.Time `json:"failing_since,omitzero"` // absent: it answers
}

// Seconds is a number that is filled in after rendering; empty: null.
type Seconds string

// MarshalJSON implements json.Marshaler.
func (s Seconds) MarshalJSON() ([]byte, error) { return []byte(cmp.Or(string(s), "null")), nil }

// problem says in JSON what the page says. Encoded with HTML escaping, it stays
// harmless where a browser takes it for a page.
func problem(p *Page, v *View) ([]byte, error) {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(newProblem(p, v)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func newProblem(p *Page, v *View) *Problem {
	d := &Problem{
		Type:      problemType + string(p.Cause),
		Title:     v.Headline,
		Status:    p.Code,
		Detail:    v.Lead,
		Rehearsal: !p.Rehearsal.IsZero(),
		Service:   p.Service.Name,
		Received:  p.Received,
		StatusURL: v.StatusURL,
		Reference: markReference,

		Incidents: []ProblemIncident{}, Maintenances: []ProblemMaintenance{}, Components: []ProblemComponent{}, Backends: []ProblemBackend{}, Alternatives: []Alternative{},
	}
	if p.Cause != CauseClient {
		d.State = p.State()
		d.Evidence = NewEvidenceJSON(p.evidence())
		d.RetryAfter = Seconds(markRetryAfter)
		d.Alternatives = append(d.Alternatives, p.alternatives()...)
		d.add(p)
	}
	return d
}

// add adds what is known.
func (d *Problem) add(p *Page) {
	s := p.Situation
	for i := range s.Incidents[:min(len(s.Incidents), maxProblemItems)] {
		n := &s.Incidents[i]
		text, at := latest(n.Updates)
		d.Incidents = append(d.Incidents, ProblemIncident{
			Title: n.Title, State: n.State, Impact: n.Impact, Started: n.Started,
			Updated: at, NextUpdate: n.NextUpdate, Text: text, URL: n.URL,
		})
	}
	if s.Hold != nil {
		d.addMaintenance(s.Hold)
	}
	for i := range s.Maintenances[:min(len(s.Maintenances), maxProblemItems)] {
		d.addMaintenance(&s.Maintenances[i])
	}
	for _, c := range s.Components {
		d.Components = append(d.Components, ProblemComponent{c.Name, c.Status, c.Since, c.Backend})
	}
	for _, name := range s.Backends {
		if input, ok := p.Inputs[name]; ok {
			d.Backends = append(d.Backends, ProblemBackend{Name: name, Fetched: input.Fetched, Failing: input.Failing})
		}
	}
}

func (d *Problem) addMaintenance(m *statusclient.Maintenance) {
	text, _ := latest(m.Updates)
	d.Maintenances = append(d.Maintenances, ProblemMaintenance{
		Title: m.Title, State: m.State, From: m.From, Until: m.Until, Text: text, URL: m.URL,
		Paths: m.Paths, ReadOnly: m.ReadOnly, Overdue: m.Promised,
	})
}

// No backend can make the answer large.
const (
	maxProblemItems = 5
	maxProblemText  = 2000 // bytes
)

func latest(updates []statusclient.Update) (text string, at time.Time) {
	if len(updates) == 0 {
		return "", time.Time{}
	}
	text = updates[0].Text.Plain
	if len(text) > maxProblemText {
		// A character cut in half is replaced when it is encoded: cut before it.
		end := maxProblemText
		for end > 0 && text[end]&0xC0 == 0x80 {
			end--
		}
		text = text[:end] + "…"
	}
	return text, updates[0].At
}
