package caddymodule

import (
	"net/http"
	"time"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

func (c *call) listServices() error {
	know, inputs := c.app.knowledge.Load(), c.app.inputs()
	views := []*situationView{}
	for _, svc := range c.app.shown() {
		views = append(views, c.app.operatorJSON(svc, c.app.situation(svc), know, inputs, timeNow()))
	}
	return c.answer(http.StatusOK, "", views)
}

func (c *call) showService() error {
	svc, err := c.service()
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, "", c.app.operatorJSON(svc, c.app.situation(svc), c.app.knowledge.Load(), c.app.inputs(), timeNow()))
}

// backendView is how one backend does.
type backendView struct {
	backendBrief
	Type     string    `json:"type"`
	Writable bool      `json:"writable"`         // from here
	Changed  time.Time `json:"changed,omitzero"` // when it last said something new
	Failures int       `json:"failures"`         // in a row
	Next     time.Time `json:"next,omitzero"`    // when it is asked again

	Webhook time.Time `json:"webhook,omitzero"` // when the last one was taken

	Components   int `json:"components"`
	Incidents    int `json:"incidents"` // open
	Maintenances int `json:"maintenances"`
}

// listBackends tells of the board first, then of the backends as configured.
func (c *call) listBackends() error {
	now := timeNow()
	views := []backendView{viewBackend(c.app.pooled.board.Input(), board.Name, statusclient.Snapshot{}, now)}
	views[0].Writable = true
	for _, p := range c.app.pooled.pollers {
		v := viewBackend(p.Input(), typeOf(p), p.Snapshot(), now)
		v.Webhook = p.hooks.lastTaken()
		_, v.Writable = c.app.pooled.writers[p.config.Name]
		views = append(views, v)
	}
	return c.answer(http.StatusOK, "", views)
}

func viewBackend(input statusclient.Input, kind string, snap statusclient.Snapshot, now time.Time) backendView {
	v := backendView{
		backendBrief: briefOf(&input, now), Type: kind,
		Changed: snap.Changed, Failures: snap.Failures, Next: snap.Next,
		Components: len(input.Status.Components), Maintenances: len(input.Status.Maintenances),
	}
	for i := range input.Status.Incidents {
		if input.Status.Incidents[i].State.Open() {
			v.Incidents++
		}
	}
	return v
}

// typeOf is the type of a backend, and for "auto" what was found.
func typeOf(p *pooledPoller) string {
	if found := p.Found(); found != "" {
		return p.config.Type + ": " + found
	}
	return p.config.Type
}
