package caddymodule

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/candor-edge/candor/statusclient/board"
)

// listIncidents shows the board's incidents that are open, the newest first; with
// ?all=true those that were resolved within 90 days, too.
func (c *call) listIncidents() error {
	all := false
	if v := c.r.URL.Query().Get("all"); v != "" {
		var err error
		if all, err = strconv.ParseBool(v); err != nil {
			return refuse(http.StatusBadRequest, "all has to be true or false")
		}
	}
	return c.answer(http.StatusOK, "", c.app.pooled.board.Incidents(all))
}

func (c *call) showIncident() error {
	in, err := c.app.pooled.board.Incident(c.name)
	if err != nil {
		return editProblem(err)
	}
	return c.answer(http.StatusOK, in.ETag, in)
}

func (c *call) openIncident() error {
	var draft board.Draft
	if err := c.read(&draft); err != nil {
		return err
	}
	if err := c.knowServices(draft.Services, nil); err != nil {
		return err
	}
	var in board.Incident
	err := c.edit(func(ctx context.Context) (err error) {
		in, err = c.app.pooled.board.OpenIncident(ctx, c.app.storage, draft)
		return err
	})
	if err != nil {
		return editProblem(err)
	}
	c.w.Header().Set("Location", adminBase+"incidents/"+in.ID)
	return c.answer(http.StatusCreated, in.ETag, in)
}

// updateIncident adds to the timeline and sends the whole incident.
func (c *call) updateIncident() error {
	var draft board.UpdateDraft
	if err := c.read(&draft); err != nil {
		return err
	}
	failed := c.look()
	in, err := c.app.pooled.board.Incident(c.name)
	if err != nil {
		return editProblem(unseen(err, failed))
	}
	err = c.matched(in.ETag, func(ctx context.Context, match string) (err error) {
		in, err = c.app.pooled.board.UpdateIncident(ctx, c.app.storage, c.name, match, draft)
		return err
	})
	var changed *board.ErrChanged
	if errors.As(err, &changed) {
		if in, err = c.app.pooled.board.Incident(c.name); err == nil {
			return c.answer(http.StatusPreconditionFailed, in.ETag, etagged{changed.Error(), in})
		}
	}
	if err != nil {
		return editProblem(err)
	}
	return c.answer(http.StatusCreated, in.ETag, in)
}
