package statusclient

import (
	"context"
	"crypto/sha256"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

func init() { register("instatus", adapter{new: newInstatus, interval: time.Minute}) }

// instatus reads a page of Instatus: what goes on from its summary, components
// from their own document, and while something goes on, the feed of its history,
// the only place where it publishes what people wrote and what is affected.
type instatus struct {
	client  *Client
	history atomic.Pointer[instatusHistory] // the last that could be read
}

// instatusPaths are what the address bar shows on a page, and its documents.
var instatusPaths = regexp.MustCompile(`(/[a-z]{2})?/(history(\.\w+|/.*)?|(v\d/)?(summary|components)\.json|(incident|maintenance)/.*)?/?$`)

func newInstatus(_ BackendConfig, c *Client) (Backend, error) {
	c.base.Path = instatusPaths.ReplaceAllString(c.base.Path, "")
	return &instatus{client: c}, nil
}

// PageURL is the page itself.
func (b *instatus) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch reads two documents, and the feed while something goes on.
func (b *instatus) Fetch(ctx context.Context) (*Status, error) {
	var doc instatusSummary
	r := b.client.Round(ctx)
	if err := r.JSON("/summary.json", &doc); err != nil {
		return nil, err
	}
	if doc.Page.Status == "" {
		return nil, b.client.Errorf("answered JSON that is no Instatus summary: page or its status are missing")
	}
	rows, err := b.components(r)
	if err != nil {
		return nil, err
	}
	var history *instatusHistory
	if len(doc.Incidents)+len(doc.Maintenances) > 0 {
		if history, err = b.read(ctx, r); err != nil {
			return nil, err
		}
	}
	return r.Done(doc.status(rows, history))
}

// components tries the older path where the newer is not known.
func (b *instatus) components(r *Round) (rows instatusComponents, err error) {
	if err = r.JSON("/v3/components.json", &rows); hasCode(err, http.StatusNotFound) {
		err = r.JSON("/v2/components.json", &rows)
	}
	return rows, err
}

// read is what the feed says, or said when it could be read last: that it fails
// is no reason to know nothing.
func (b *instatus) read(ctx context.Context, r *Round) (*instatusHistory, error) {
	before := b.history.Load()
	doc, err := r.XML("/history.rss")
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, err
	case err != nil || before != nil && before.sum == sha256.Sum256(doc):
		return before, nil
	}
	h := parseInstatusHistory(doc)
	if h == nil {
		return before, nil
	}
	b.history.Store(h)
	return h, nil
}

var (
	instatusStatuses = map[string]ComponentStatus{
		"OPERATIONAL": Operational, "UNDERMAINTENANCE": UnderMaintenance, "DEGRADEDPERFORMANCE": Degraded,
		"PARTIALOUTAGE": PartialOutage, "MINOROUTAGE": PartialOutage, "MAJOROUTAGE": MajorOutage,
	}
	instatusImpacts = map[string]Impact{
		"OPERATIONAL": ImpactNone, "UNDERMAINTENANCE": ImpactMaintenance, "DEGRADEDPERFORMANCE": ImpactMinor,
		"PARTIALOUTAGE": ImpactMajor, "MINOROUTAGE": ImpactMajor, "MAJOROUTAGE": ImpactCritical,
	}
	instatusStates = map[string]IncidentState{
		"INVESTIGATING": Investigating, "IDENTIFIED": Identified, "MONITORING": Monitoring, "RESOLVED": Resolved,
	}
	instatusPhases = map[string]MaintenanceState{
		"NOTSTARTEDYET": Scheduled, "INPROGRESS": InProgress, "VERIFYING": Verifying, "COMPLETED": Completed,
	}
)

// instatusWord is how a word is written in the tables above: the feed writes
// "Not started yet".
func instatusWord(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

func (d *instatusSummary) status(rows instatusComponents, history *instatusHistory) *Status {
	st := &Status{Components: rows.components()}
	ids := idsByName(st.Components)
	for i := range d.Incidents {
		e := &d.Incidents[i]
		n := Incident{
			ID: e.id(), Title: e.Name, State: instatusStates[instatusWord(e.Status)],
			Impact: instatusImpacts[instatusWord(e.Impact)], Started: e.Started.Time, URL: e.URL,
		}
		about := history.about(n.ID)
		n.Components = about.affected(ids)
		n.Updates = about.updates(n.Started, func(w string) string { return string(instatusStates[w]) })
		st.Incidents = append(st.Incidents, n)
	}
	for i := range d.Maintenances {
		e := &d.Maintenances[i]
		m := Maintenance{
			ID: e.id(), Title: e.Name, State: instatusPhases[instatusWord(e.Status)], From: e.Start.Time, URL: e.URL,
		}
		if e.Minutes > 0 && !m.From.IsZero() {
			m.Until = m.From.Add(time.Duration(e.Minutes) * time.Minute)
		}
		about := history.about(m.ID)
		m.Components = about.affected(ids)
		m.Updates = about.updates(m.From, func(w string) string { return string(instatusPhases[w]) })
		st.Maintenances = append(st.Maintenances, m)
	}
	return st
}

// id is the end of the link in documents that have none.
func (e *instatusEvent) id() string {
	if e.ID == "" && e.URL != "" {
		return path.Base(e.URL)
	}
	return e.ID
}

// Interface guards
var (
	_ Backend   = (*instatus)(nil)
	_ pageOwner = (*instatus)(nil)
)
