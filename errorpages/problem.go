package errorpages

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// problemType is followed by the cause; the README explains each there.
const problemType = "https://github.com/candor-edge/candor#"

// problemDetails is the body of application/problem+json (RFC 9457). It is a
// contract: members are added, never changed or removed.
type problemDetails struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`

	Rehearsal bool `json:"rehearsal,omitempty"` // nothing has failed

	Service  string             `json:"service"`            // its name in the configuration
	State    statusclient.State `json:"state,omitempty"`    // maintenance, incident or fault; absent when it is the request that is wrong
	Received Received           `json:"received,omitempty"` // of unsafe methods: "no" or "unknown"

	Evidence *EvidenceJSON `json:"evidence,omitempty"` // what the edge counted

	Incidents    []problemIncident    `json:"incidents,omitempty"`
	Maintenances []problemMaintenance `json:"maintenances,omitempty"` // the one in force first
	Sources      []problemSource      `json:"sources,omitempty"`      // who says so, and how old their word is

	Alternatives []Alternative `json:"alternatives,omitempty"` // what else there is until the service works again

	RetryAfter json.Number `json:"retry_after,omitempty"` // seconds, or null; as the header says
	StatusURL  string      `json:"status_url,omitempty"`
	Reference  string      `json:"reference"`
}

type problemIncident struct {
	Title      string                     `json:"title"`
	State      statusclient.IncidentState `json:"state,omitempty"`
	Impact     statusclient.Impact        `json:"impact,omitempty"`
	Started    time.Time                  `json:"started,omitzero"`
	Updated    time.Time                  `json:"updated,omitzero"`
	NextUpdate time.Time                  `json:"next_update,omitzero"`
	Text       string                     `json:"text,omitempty"` // the latest update, plain
	URL        string                     `json:"url,omitempty"`
}

type problemMaintenance struct {
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

type problemSource struct {
	Name    string    `json:"name"`
	Fetched time.Time `json:"fetched,omitzero"`       // absent: never yet
	Failing time.Time `json:"failing_since,omitzero"` // absent: it answers
}

// problem says in JSON what the page says. Encoded with HTML escaping, it stays
// harmless where a browser takes it for a page.
func problem(p *Page, v *View) ([]byte, error) {
	d := problemDetails{
		Type:      problemType + string(p.Cause),
		Title:     v.Headline,
		Status:    p.Code,
		Detail:    v.Lead,
		Rehearsal: !p.Rehearsal.IsZero(),
		Service:   p.Service.Name,
		Received:  p.Received,
		StatusURL: v.StatusURL,
		Reference: markReference,
	}
	if p.Cause != CauseClient {
		d.State = p.State()
		d.Evidence = NewEvidenceJSON(p.evidence())
		d.RetryAfter = json.Number(markRetryAfter)
		d.Alternatives = p.alternatives()
		d.add(p)
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(&d); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// add adds what is known.
func (d *problemDetails) add(p *Page) {
	s := p.Situation
	for i := range s.Incidents[:min(len(s.Incidents), maxProblemItems)] {
		n := &s.Incidents[i]
		text, at := latest(n.Updates)
		d.Incidents = append(d.Incidents, problemIncident{
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
	for _, name := range s.Sources {
		if src, ok := p.Sources[name]; ok {
			d.Sources = append(d.Sources, problemSource{Name: name, Fetched: src.Fetched, Failing: src.Failing})
		}
	}
}

func (d *problemDetails) addMaintenance(m *statusclient.Maintenance) {
	text, _ := latest(m.Updates)
	d.Maintenances = append(d.Maintenances, problemMaintenance{
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
