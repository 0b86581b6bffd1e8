package caddymodule

import (
	"context"
	"net"
	"net/http"
	"time"

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

// attempt makes an edit elsewhere than on the board, which logs its own, and has the
// log say so: the log knows that it was begun before do is called, and what became
// of it afterwards. If the log cannot be written, do is not called. Who does it is in
// ctx, see board.ActingAs; the entry needs no more than Action, Subject, Services,
// Old and New, and never a secret. A change that nobody here makes, and which is only
// noticed, is for the Record of the board.
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
