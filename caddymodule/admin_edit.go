package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/statusclient/board"
)

// editTimeout is a little less than the commands wait, so that they hear why.
const editTimeout = 8 * time.Second

// lookTimeout is how long a call waits for what others have stored.
const lookTimeout = time.Second

// edit changes the board. When it returns nil, the change is stored, and the very
// next request to any site sees it.
func (c *call) edit(change func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(c.r.Context(), editTimeout)
	defer cancel()
	if err := change(ctx); err != nil {
		return err
	}
	current.merge()
	return nil
}

// editProblem says in terms of HTTP why an edit was not made. Whatever it is, the
// board is as it was.
func editProblem(err error) error {
	var api caddy.APIError
	var invalid *board.ErrInvalid
	var unreadable *board.ErrUnreadable
	switch {
	case err == nil || errors.As(err, &api):
		return err
	case errors.Is(err, board.ErrNotFound):
		return refuse(http.StatusNotFound, "there is no such entry, or no more")
	case errors.As(err, &invalid):
		return refuse(http.StatusBadRequest, "%w", err)
	case errors.Is(err, board.ErrNoEnd):
		return refuse(http.StatusConflict, "%w; give it an until", err)
	case errors.Is(err, board.ErrFull):
		return refuse(http.StatusInsufficientStorage, "%w; end or resolve what is over", err)
	case errors.As(err, &unreadable):
		return refusedAs(http.StatusInternalServerError, err, fmt.Sprintf(
			"in the storage, %s cannot be read (%s); nothing was changed; make it readable, or remove it if what it says may be lost",
			strings.Join(unreadable.Keys, ", "), storageReason(err)))
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return refusedAs(http.StatusInsufficientStorage, err, "the storage is full; nothing was changed")
	case errors.Is(err, context.DeadlineExceeded):
		return refusedAs(http.StatusInternalServerError, err, "the storage did not answer in time; nothing was changed")
	}
	return refusedAs(http.StatusInternalServerError, err,
		"the storage cannot be used ("+storageReason(err)+"); nothing was changed")
}

// storageReason leaves out what a storage's own errors may quote: the log has it.
func storageReason(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	case errors.As(err, &call):
		return call.Err.Error()
	}
	return "the log tells why"
}

// knowServices refuses names that no service has. Those in kept may stay.
func (c *call) knowServices(names, kept []string) error {
	services := c.app.shown()
	known := make([]string, len(services))
	for i, svc := range services {
		known[i] = svc.name
	}
	for _, name := range names {
		if name != "*" && !slices.Contains(known, name) && !slices.Contains(kept, name) {
			return unknownService(http.StatusBadRequest, name, known)
		}
	}
	return nil
}

// unknownService tells which name was probably meant, or which there are.
func unknownService(code int, name string, known []string) error {
	if near := config.Nearest(strings.ToLower(name), known); near != "" {
		return refuse(code, "there is no service %.100q; did you mean %q?", name, near)
	}
	const few = 10
	if len(known) > few {
		return refuse(code, "there is no service %.100q among the %d that there are", name, len(known))
	}
	return refuse(code, "there is no service %.100q; there are: %s", name, strings.Join(known, ", "))
}
