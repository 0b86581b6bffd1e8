package caddymodule

import (
	"net/http"
	"strconv"
	"time"

	"github.com/candor-edge/candor/statusclient/board"
)

const (
	defaultLogLimit = 50
	maxLogLimit     = 10_000 // more than the log ever has
)

// listLog shows who changed what, the newest first: ?service= names a service that
// the entries concern, ?since= a time, and ?limit= how many.
func (c *call) listLog() error {
	q := board.Query{Limit: defaultLogLimit}
	given := c.r.URL.Query()
	for name := range given {
		v := given.Get(name)
		var err error
		switch name {
		case "service":
			if err := c.knowServices([]string{v}, nil); err != nil {
				return err
			}
			q.Service = v
		case "since":
			if q.Since, err = time.Parse(time.RFC3339, v); err != nil {
				return refuse(http.StatusBadRequest, "since has to be a time as in RFC 3339: 2026-11-22T22:00:00Z")
			}
		case "limit":
			if q.Limit, err = strconv.Atoi(v); err != nil || q.Limit < 1 || q.Limit > maxLogLimit {
				return refuse(http.StatusBadRequest, "limit has to be a number from 1 to %d", maxLogLimit)
			}
		default:
			return refuse(http.StatusBadRequest, "there is no parameter %.100q; there are service, since and limit", name)
		}
	}
	entries, err := c.app.log(c.r.Context(), q)
	if err != nil {
		return refusedAs(http.StatusInternalServerError, err, "the log cannot be read ("+storageReason(err)+")")
	}
	return c.answer(http.StatusOK, "", entries)
}
