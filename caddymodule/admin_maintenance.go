package caddymodule

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// windowView is a maintenance window as answers show it.
type windowView struct {
	board.Window

	// State is "in_progress" where the window holds its services back now, and
	// "scheduled" where it will.
	State statusclient.MaintenanceState `json:"state"`
}

func viewWindow(w board.Window, now time.Time) windowView {
	state := statusclient.Scheduled
	if w.Running(now) {
		state = statusclient.InProgress
	}
	return windowView{w, state}
}

func (c *call) listWindows() error {
	_ = c.look()
	views := []windowView{}
	for _, w := range c.app.pooled.board.Windows() {
		views = append(views, viewWindow(w, timeNow()))
	}
	return c.answer(http.StatusOK, "", views)
}

func (c *call) showWindow() error {
	w, err := c.window()
	if err != nil {
		return editProblem(err)
	}
	return c.answer(http.StatusOK, w.ETag, viewWindow(w, timeNow()))
}

// windowBody is what makes a window.
type windowBody struct {
	Services []string  `json:"services"`
	Paths    []string  `json:"paths"`
	ReadOnly bool      `json:"read_only"`
	Title    string    `json:"title"`
	Message  string    `json:"message"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Every    string    `json:"every"`
	Zone     string    `json:"zone"`
}

// onBody is what turns maintenance mode on, or changes what runs.
type onBody struct {
	windowBody

	// Extend moves the end of what runs.
	Extend statusclient.Duration `json:"extend"`
}

func (b *onBody) check(now time.Time) error {
	if b.Extend != 0 && (!b.From.IsZero() || !b.Until.IsZero()) {
		return refuse(http.StatusBadRequest, "extend moves the end of what runs; from and until cannot be given with it")
	}
	return b.windowBody.check(now)
}

// check finds what the board could only say less well: to it, a window that ends
// in the past ends before it begins.
func (b *windowBody) check(now time.Time) error {
	if b.Every == "" && !b.Until.IsZero() && !b.Until.After(now) {
		return refuse(http.StatusBadRequest, "until is in the past: %s", b.Until.Format(time.RFC3339))
	}
	return nil
}

// window is what the body says, in the zone of its services where it names none.
func (b *windowBody) window(a *App) board.Window {
	w := board.Window{
		Services: b.Services, Paths: b.Paths, ReadOnly: b.ReadOnly,
		Title: b.Title, Message: b.Message, From: b.From, Until: b.Until, Every: b.Every, Zone: b.Zone,
	}
	if w.Every != "" && w.Zone == "" {
		w.Zone = a.zoneOf(w.Services)
	}
	return w
}

// putOn turns maintenance mode on, or plans it. Where a window of exactly this
// scope runs already, that one is edited and sent with 200: what is asked for
// twice is not there twice, and visitors never get through in between. With
// If-None-Match: * it is refused, and shown.
func (c *call) putOn() error {
	var body onBody
	if err := c.read(&body); err != nil {
		return err
	}
	if err := cmp.Or(body.check(timeNow()), c.knowServices(body.Services, nil)); err != nil {
		return err
	}
	var w board.Window
	var created bool
	err := c.edit(func(ctx context.Context) (err error) {
		if body.Extend != 0 {
			w, err = c.app.pooled.board.Extend(ctx, c.app.storage, body.window(c.app), time.Duration(body.Extend))
			return err
		}
		if c.r.Header.Get("If-None-Match") == "*" {
			created = true
			w, err = c.app.pooled.board.Start(ctx, c.app.storage, body.window(c.app))
			return err
		}
		w, created, err = c.app.pooled.board.On(ctx, c.app.storage, body.window(c.app))
		return err
	})
	if err != nil {
		return c.windowProblem(err)
	}
	c.w.Header().Set("Location", adminBase+"maintenance/"+w.ID)
	code := http.StatusOK
	if created {
		code = http.StatusCreated
	}
	return c.answer(code, w.ETag, viewWindow(w, timeNow()))
}

// fullWindowBody is windowBody with what answers have besides, so that an answer
// can be edited and sent back.
type fullWindowBody struct {
	windowBody
	ID      string                        `json:"id"`
	Created time.Time                     `json:"created"`
	Changed time.Time                     `json:"changed"`
	ETag    string                        `json:"etag"`
	State   statusclient.MaintenanceState `json:"state"`

	Promised time.Time `json:"promised"`
}

func (c *call) editWindow() error {
	var body fullWindowBody
	if err := c.read(&body); err != nil {
		return err
	}
	if body.ID != "" && body.ID != c.name {
		return refuse(http.StatusBadRequest, "the id in the body is another one than in the path")
	}
	now, err := c.window()
	if err != nil {
		return editProblem(err)
	}
	if err := cmp.Or(body.check(timeNow()), c.knowServices(body.Services, now.Services)); err != nil {
		return err
	}
	var w board.Window
	err = c.matched(now.ETag, func(ctx context.Context, match string) (err error) {
		w, err = c.app.pooled.board.EditWindow(ctx, c.app.storage, c.name, match, body.window(c.app))
		return err
	})
	if err != nil {
		return c.windowProblem(err)
	}
	return c.answer(http.StatusOK, w.ETag, viewWindow(w, timeNow()))
}

func (c *call) endWindow() error {
	if err := c.readNothing(); err != nil {
		return err
	}
	w, err := c.window()
	if err != nil {
		return editProblem(err)
	}
	err = c.matched(w.ETag, func(ctx context.Context, match string) error {
		_, _, err := c.app.pooled.board.EndWindow(ctx, c.app.storage, c.name, match)
		return err
	})
	if err != nil {
		return c.windowProblem(err)
	}
	c.code = http.StatusNoContent
	return nil
}

// window is the one that the call is about, with what other edges have stored of
// it: whoever asks may have seen that there.
func (c *call) window() (board.Window, error) {
	failed := c.look()
	w, err := c.app.pooled.board.Window(c.name)
	return w, unseen(err, failed)
}

// unseen is err, unless what was not found may be what a look failed to read.
func unseen(err, failed error) error {
	if errors.Is(err, board.ErrNotFound) && errors.As(failed, new(*board.ErrUnreadable)) {
		return failed
	}
	return err
}

// look takes in what other edges have stored. Where that fails, so does an edit of
// that which follows, and says why.
func (c *call) look() error {
	ctx, cancel := context.WithTimeout(c.r.Context(), lookTimeout)
	defer cancel()
	return c.app.pooled.board.Look(ctx, c.app.storage)
}

// matched is edit for what has the given ETag now.
func (c *call) matched(etag string, change func(ctx context.Context, match string) error) error {
	match, err := c.precondition(etag)
	if err != nil {
		return err
	}
	return c.edit(func(ctx context.Context) error { return change(ctx, match) })
}

// windowProblem shows who was not first what there is now.
func (c *call) windowProblem(err error) error {
	var changed *board.ErrChanged
	if !errors.As(err, &changed) {
		return editProblem(err)
	}
	windows := c.app.pooled.board.Windows()
	i := slices.IndexFunc(windows, func(w board.Window) bool {
		return w.ID == c.name || c.name == "" && w.ETag == changed.Current
	})
	if i < 0 {
		return editProblem(board.ErrNotFound)
	}
	w := windows[i]
	return c.answer(http.StatusPreconditionFailed, w.ETag, etagged{changed.Error(), viewWindow(w, timeNow())})
}
