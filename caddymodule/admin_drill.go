package caddymodule

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// drillBody asks for a rehearsal.
type drillBody struct {
	State statusclient.State `json:"state"` // fault, incident or maintenance. Default: fault
	Cause errorpages.Cause   `json:"cause"` // of a fault or an incident. Default: unreachable
	For   string             `json:"for"`   // "10m", "2h". Default: 10m
	Site  string             `json:"site"`  // as in linkBody
	To    string             `json:"to"`    // as in linkBody
}

// drillView is a rehearsal. Its URL, which only who begins it gets to see, is a
// secret.
type drillView struct {
	*drill
	URL     string `json:"url,omitempty"`
	Warning string `json:"warning,omitempty"` // as in linkView
}

// startDrill begins a rehearsal, in place of one that is on: whoever takes part in
// that is back on the live site.
func (c *call) startDrill() error {
	var body drillBody
	svc, err := c.service()
	if err = cmp.Or(err, c.read(&body)); err != nil {
		return err
	}
	var view drillView
	err = c.edit(func(ctx context.Context) (err error) {
		view, err = c.app.startDrill(ctx, svc, body)
		return err
	})
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, "", view)
}

func (a *App) startDrill(ctx context.Context, svc *service, ask drillBody) (drillView, error) {
	span := defaultDrill
	if ask.For != "" {
		var err error
		if span, err = caddy.ParseDuration(ask.For); err != nil {
			return drillView{}, refuse(http.StatusBadRequest, "for has to be a duration, such as 10m or 2h")
		}
	}
	now := timeNow()
	d := &drill{
		Service: svc.name, State: cmp.Or(ask.State, statusclient.StateFault), Cause: ask.Cause,
		From: now, Until: now.Add(span).Truncate(time.Second),
	}
	if d.Cause == "" {
		d.Cause = errorpages.CauseUnreachable
		if d.State == statusclient.StateMaintenance {
			d.Cause = errorpages.CauseMaintenance
		}
	}
	if span == shortestDrill {
		d.Until = d.Until.Add(time.Second) // what was cut off is no reason to refuse it
	}
	if err := d.check(); err != nil {
		return drillView{}, refuse(http.StatusBadRequest, "%w", err)
	}
	site, to, err := a.destination(svc, ask.Site, ask.To)
	if err != nil {
		return drillView{}, err
	}
	d.prepare()
	view := drillView{drill: d, Warning: a.elsewhere(svc, site)}
	entry := board.Entry{
		Action: "drill.start", Services: []string{svc.name},
		New: map[string]string{"state": string(d.State), "cause": string(d.Cause), "until": d.Until.UTC().Format(time.RFC3339)},
	}
	return view, editProblem(a.attempt(ctx, entry, func(ctx context.Context) error {
		if err := a.passes.Revoke(ctx, a.storage, d.passes); err != nil {
			return err
		}
		link, err := a.passes.LinkUntil(ctx, a.storage, d.passes, d.Until, now)
		if err != nil {
			return err
		}
		b, err := json.Marshal(d)
		if err == nil {
			err = a.storage.Store(ctx, drillKey(svc.name), b)
		}
		if err != nil {
			return err
		}
		a.drills.set(svc.name, d)
		view.URL = site + a.conf.Public.Path + "/drill/" + link + to
		return nil
	}))
}

const noDrill = "nothing is rehearsed for %s"

func (c *call) showDrill() error {
	svc, err := c.service()
	if err != nil {
		return err
	}
	d := c.app.drills.on(svc.name, timeNow())
	if d == nil {
		return refuse(http.StatusNotFound, noDrill, svc.name)
	}
	return c.answer(http.StatusOK, "", drillView{drill: d})
}

// endDrill ends a rehearsal: with their next request all who take part are on the
// live site.
func (c *call) endDrill() error {
	svc, err := c.service()
	if err = cmp.Or(err, c.readNothing()); err != nil {
		return err
	}
	d := c.app.drills.on(svc.name, timeNow())
	if d == nil {
		return refuse(http.StatusNotFound, noDrill, svc.name)
	}
	entry := board.Entry{Action: "drill.end", Services: []string{svc.name}}
	err = c.edit(func(ctx context.Context) error {
		return c.app.attempt(ctx, entry, func(ctx context.Context) error {
			if err := c.app.storage.Delete(ctx, drillKey(svc.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			c.app.drills.set(svc.name, nil)
			if err := c.app.passes.Revoke(ctx, c.app.storage, d.passes); err != nil {
				// Without a rehearsal they open nothing, and the next one revokes them first.
				c.app.logger.Warn("passes of a rehearsal that was ended are not revoked yet", zap.String("service", svc.name), zap.Error(err))
			}
			return nil
		})
	})
	if err != nil {
		return editProblem(err)
	}
	c.code = http.StatusNoContent
	return nil
}
