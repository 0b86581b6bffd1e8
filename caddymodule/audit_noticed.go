package caddymodule

import (
	"cmp"
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// noticed is maintenance mode that nobody turned on here: a file did, or a backend
// that services follow.
type noticed struct {
	by, id string // the input, and the maintenance there
}

// noticing returns what is noticed now, with the services that it closes.
func noticing(know *statusclient.Knowledge) map[noticed]*board.Entry {
	found := make(map[noticed]*board.Entry)
	for name, sit := range know.Situations {
		if sit.Hold == nil || sit.HeldBy == board.Name {
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
// that lasts longer, or because nobody has been heard of it since.
func (n noticed) lasts(inputs []statusclient.Input, since time.Time) bool {
	i := n.input(inputs)
	if i < 0 || !inputs[i].Failing.IsZero() {
		return false
	}
	return inputs[i].Fetched.Before(since) || slices.ContainsFunc(inputs[i].Status.Maintenances, func(m statusclient.Maintenance) bool {
		return m.ID == n.id && (m.State == statusclient.InProgress || m.State == statusclient.Verifying)
	})
}

func (n noticed) input(inputs []statusclient.Input) int {
	return slices.IndexFunc(inputs, func(s statusclient.Input) bool { return s.Name == n.by })
}

// from says in the log where it was noticed; whatever edge sees it, what a backend
// says is one thing, and begins with one prefix. A file is on one host.
func (n noticed) from() (from, prefix string) {
	host, _ := os.Hostname()
	host = cmp.Or(host, "this edge")
	if n.by == config.FlagName {
		from = "maintenance_file on " + host
		return from, from
	}
	prefix = "backend " + n.by + " on "
	return prefix + host, prefix
}

// What is noticed is logged as one of these; other words for what goes on only of a
// file: it is people who write those.
const (
	noticedOn   = "maintenance.on"
	noticedEdit = "maintenance.edit"
	noticedOff  = "maintenance.off"
)

// among finds the newest entry about what is noticed.
func (n noticed) among(entries []board.Entry) *board.Entry {
	_, prefix := n.from()
	for i := range entries {
		e := &entries[i]
		if slices.Contains([]string{noticedOn, noticedEdit, noticedOff}, e.Action) && e.Subject == n.id && strings.HasPrefix(e.From, prefix) {
			return e
		}
	}
	return nil
}

const (
	// recordTimeout bounds the writing of one entry.
	recordTimeout = 5 * time.Second

	// recentEntries are as many as are looked through for what was noticed last.
	recentEntries = 1000
)

// recordNoticed has the log say what is noticed and was not before, and what was and
// is no more. What was before is what the log says: nothing is missed while no edge
// runs, and nothing is told by each of those that run.
func (a *App) recordNoticed(ctx context.Context) {
	now := noticing(a.knowledge.Load())
	before := a.kept.noticed
	if before == nil {
		entries, err := a.log(ctx, board.Query{Limit: recentEntries})
		if err != nil {
			return // the next time
		}
		before = a.noticedBefore(entries)
	}
	a.kept.noticed = now
	inputs := a.inputs()
	for n, e := range now {
		was, action := before[n], noticedOn
		if was != nil {
			if e.At = was.At; n.by != config.FlagName || sameWords(e.New, was.New) {
				continue
			}
			action, e.Old = noticedEdit, was.New
		}
		if !a.recordOne(ctx, n, action, e, inputs) {
			if now[n] = was; was == nil {
				delete(now, n)
			}
			a.kept.noticedIn = nil // and once more
		}
	}
	for n, e := range before {
		switch {
		case now[n] != nil:
		case n.lasts(inputs, e.At):
			now[n] = e
		default:
			gone := *e
			gone.Old, gone.New = e.New, nil
			if !a.recordOne(ctx, n, noticedOff, &gone, inputs) {
				now[n] = e
			}
		}
	}
}

// noticedBefore is what was on by the log, of the files and backends of this
// configuration.
func (a *App) noticedBefore(entries []board.Entry) map[noticed]*board.Entry {
	found := make(map[noticed]*board.Entry)
	seen := make(map[noticed]bool)
	for i := range entries {
		e := &entries[i]
		var n noticed
		for _, f := range a.pooled.flags {
			if e.Subject == f.ID() {
				n = noticed{config.FlagName, e.Subject}
			}
		}
		for _, p := range a.pooled.pollers {
			if strings.HasPrefix(e.From, "backend "+p.config.Name+" on ") {
				n = noticed{p.config.Name, e.Subject}
			}
		}
		if seen[n] || n.among(entries[i:i+1]) == nil {
			continue
		}
		seen[n] = true
		if e.Action != noticedOff {
			found[n] = &board.Entry{At: e.At, Subject: e.Subject, Services: e.Services, New: e.New}
		}
	}
	return found
}

// cutFrom is how long, in bytes, a text that the log has cut is at least. In a shorter
// one, dots at the end are those that somebody wrote.
const cutFrom = 400

// sameWords reports whether two entries say the same, one of which may come from the
// log: that cuts what is long, marks where, and leaves out what is no text.
func sameWords(now, was map[string]string) bool {
	if len(now) != len(was) {
		return false
	}
	text := func(s string) string { return strings.ReplaceAll(s, "\ufffd", "") }
	for name := range now {
		now, was := text(now[name]), text(was[name])
		begins, cut := strings.CutSuffix(was, "…")
		if now != was && !(cut && len(was) >= cutFrom && strings.HasPrefix(now, begins)) {
			return false
		}
	}
	return true
}

// recordOne writes an entry, unless another edge on the same storage was first. It
// reports false where that one has told something newer than what is known here.
func (a *App) recordOne(ctx context.Context, n noticed, action string, e *board.Entry, inputs []statusclient.Input) bool {
	entries, _ := a.log(ctx, board.Query{Limit: recentEntries}) // else it is told twice
	if last := n.among(entries); last != nil {
		e.At = last.At
		if (last.Action == noticedOff) == (action == noticedOff) && (action != noticedEdit || sameWords(e.New, last.New)) {
			return true
		}
		if i := n.input(inputs); i >= 0 && inputs[i].Fetched.Before(last.At) {
			return false
		}
	}
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	from, _ := n.from()
	e.Action, e.At = action, timeNow()
	ctx = board.ActingAs(ctx, board.Actor{From: from})
	if err := a.pooled.board.Record(ctx, a.storage, *e); err != nil {
		a.logger.Error("a change is not in the log", zap.String("action", action), zap.Strings("services", e.Services), zap.Error(err))
	}
	return true
}
