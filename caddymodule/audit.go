package caddymodule

import (
	"context"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/candor-edge/candor/statusclient/board"
)

// asHeader is where callers of the admin endpoint say who they are.
const asHeader = "Candor-As"

// adminActor is who calls the admin endpoint. Whoever may call it may say any name.
func adminActor(r *http.Request) board.Actor {
	a := board.Actor{Name: r.Header.Get(asHeader), From: "unix socket"}
	a.Claimed = a.Name != ""
	if local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr); local == nil || local.Network() != "unix" {
		a.From = r.RemoteAddr
		if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
			a.From = host
		}
	}
	return a
}

// record has the log say what was changed elsewhere than on the board, which logs
// its own edits. Who did it is in ctx, see board.ActingAs; the entry needs no more
// than Action, Subject, Services, Old and New, and never a secret. Where the edit
// has to be in the log even if this process is killed right after it, or where it
// may be refused, see attempt.
func (a *App) record(ctx context.Context, e board.Entry) {
	if err := a.pooled.board.Record(ctx, a.storage, e); err != nil {
		a.logger.Error("an edit is not in the log", zap.String("action", e.Action), zap.String("subject", e.Subject), zap.Error(err))
	}
}

// attempt is record for an edit that do makes: one that the log knows to have been
// begun before do is called. If the log cannot be written, do is not called.
func (a *App) attempt(ctx context.Context, e board.Entry, do func(context.Context) error) error {
	return a.pooled.board.Attempt(ctx, a.storage, e, do)
}

// logTimeout bounds the reading of the log, which may take one call to the storage
// for each of its entries.
const logTimeout = 9 * time.Second

// log reads who changed what.
func (a *App) log(ctx context.Context, q board.Query) ([]board.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, logTimeout)
	defer cancel()
	return a.pooled.board.Log(ctx, a.storage, q)
}
