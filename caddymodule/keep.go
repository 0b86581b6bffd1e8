package caddymodule

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"go.uber.org/zap"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// kept is what keep knows of storage; of keep alone, once the app runs.
type kept struct {
	stored    []time.Time              // how new the snapshots are, by the pollers' order
	noticed   map[noticed]*board.Entry // what the log has of it; nil until that has been read
	noticedIn *statusclient.Knowledge  // what it was last looked for in
}

// keep is all that has to do with storage, which may be slow: windows open and
// close without it.
func (a *App) keep(ctx context.Context) {
	a.tidy(ctx)
	tidy := time.NewTicker(time.Hour)
	defer tidy.Stop()
	drills := time.NewTicker(time.Minute)
	defer drills.Stop()
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.news:
			a.persist(ctx)
		case <-tidy.C:
			a.tidy(ctx)
		case <-drills.C:
			a.tidyDrills(ctx)
		case <-look.C:
			_ = a.pooled.board.Look(ctx, a.storage) // which logs what is wrong
			if know := a.knowledge.Load(); know != a.kept.noticedIn || a.kept.noticed == nil || len(a.kept.noticed) > 0 {
				a.kept.noticedIn = know
				a.recordNoticed(ctx)
			}
		}
	}
}

// load reads what storage holds: the board, and the last word of backends that
// have not been asked yet. It writes nothing: the configuration may be one that is
// only judged.
func (a *App) load(ctx context.Context) {
	a.loadBoard(ctx)
	a.loadPasses(ctx, false)
	a.loadDrills(ctx)
	for i, p := range a.pooled.pollers {
		if p.Snapshot().Status != nil {
			continue
		}
		b, err := a.storage.Load(ctx, snapshotKey(a.pooled.keys[i]))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var snap statusclient.Snapshot
		if err == nil {
			snap, err = statusclient.DecodeSnapshot(b)
		}
		if err != nil {
			a.logger.Warn("last word of a backend is lost", zap.String("backend", p.config.Name), zap.Error(err))
			continue
		}
		p.Restore(snap)
	}
}

// loadBoard reads the board, which logs what it cannot read. Until that has
// worked nothing is known of it, and unknown means live; the app tries again.
func (a *App) loadBoard(ctx context.Context) { _ = a.pooled.board.Refresh(ctx, a.storage) }

// tidy removes what is long over from the board's storage, and writes there what
// only memory has: the configuration may have brought another storage.
func (a *App) tidy(ctx context.Context) {
	if err := a.pooled.board.Tidy(ctx, a.storage); err != nil && ctx.Err() == nil {
		a.logger.Warn("board is not tidied", zap.Error(err))
	}
}

func snapshotKey(key string) string { return "candor/snapshots/" + key + ".json" }

// keepEvery is how often a word is stored anew that is only confirmed.
const keepEvery = 5 * time.Minute

// persist keeps the last word of every backend for the next cold start.
func (a *App) persist(ctx context.Context) {
	for i, p := range a.pooled.pollers {
		snap := p.Snapshot()
		if snap.Status == nil || !snap.Changed.After(a.kept.stored[i]) && snap.Fetched.Sub(a.kept.stored[i]) < keepEvery {
			continue
		}
		b, err := statusclient.EncodeSnapshot(snap)
		if err == nil {
			err = a.storage.Store(ctx, snapshotKey(a.pooled.keys[i]), b)
		}
		if err != nil {
			a.logger.Warn("last word of a backend is not kept", zap.String("backend", p.config.Name), zap.Error(err))
		}
		a.kept.stored[i] = latest(snap.Fetched, snap.Changed)
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
