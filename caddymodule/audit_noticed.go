package caddymodule

import (
	"cmp"
	"context"
	"os"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// noticed is maintenance mode that nobody turned on here: a file did, or a backend
// that services follow.
type noticed struct {
	by, id string // the source, and the maintenance there
}

// noticing returns what is noticed now, with the services that it closes.
func noticing(know *statusclient.Knowledge) map[noticed]*board.Entry {
	found := make(map[noticed]*board.Entry)
	for name, sit := range know.Situations {
		if sit.Hold == nil || sit.HeldBy == board.SourceName {
			continue
		}
		n := noticed{sit.HeldBy, sit.Hold.ID}
		if found[n] == nil {
			found[n] = &board.Entry{Subject: sit.Hold.ID, New: words("title", sit.Hold.Title, "until", rfc3339(sit.Hold.Until))}
			if len(sit.Hold.Updates) > 0 {
				found[n].New["message"] = sit.Hold.Updates[0].Text.Plain
			}
		}
		found[n].Services = append(found[n].Services, name)
	}
	for _, e := range found {
		slices.Sort(e.Services)
	}
	return found
}

// lasts reports whether what is noticed is still there, if only behind maintenance
// that lasts longer.
func (n noticed) lasts(know *statusclient.Knowledge) bool {
	src, ok := know.Sources[n.by]
	return ok && src.Failing.IsZero() && slices.ContainsFunc(src.Status.Maintenances, func(m statusclient.Maintenance) bool {
		return m.ID == n.id && (m.State == statusclient.InProgress || m.State == statusclient.Verifying)
	})
}

// recordNoticed has the log say what is noticed and was not before, and what was and
// is no more. What was so before this configuration ran is no change.
func (a *App) recordNoticed(know *statusclient.Knowledge) {
	before := a.noticed
	a.noticed = noticing(know)
	if before == nil {
		return
	}
	for n, e := range a.noticed {
		if before[n] == nil {
			a.recordOne(n, "maintenance.on", *e)
		}
	}
	for n, e := range before {
		switch {
		case a.noticed[n] != nil:
		case n.lasts(know):
			a.noticed[n] = e
		default:
			gone := *e
			gone.Old, gone.New = e.New, nil
			a.recordOne(n, "maintenance.off", gone)
		}
	}
}

// recordTimeout bounds the writing of one entry.
const recordTimeout = 5 * time.Second

func (a *App) recordOne(n noticed, action string, e board.Entry) {
	ctx, cancel := context.WithTimeout(a.ctx, recordTimeout)
	defer cancel()
	from := "backend " + n.by
	if n.by == config.FlagName {
		from = "maintenance_file"
	}
	host, _ := os.Hostname()
	e.Action = action
	ctx = board.ActingAs(ctx, board.Actor{From: from + " on " + cmp.Or(host, "this edge")})
	if err := a.pooled.board.Record(ctx, a.storage, e); err != nil {
		a.logger.Error("a change is not in the log", zap.String("action", action), zap.Strings("services", e.Services), zap.Error(err))
	}
}
