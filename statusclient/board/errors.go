package board

import (
	"errors"
	"fmt"
)

// ErrNotFound says that there is no such window or incident, or no more.
var ErrNotFound = errors.New("not found")

// ErrFull says that the board holds as many as it can.
var ErrFull = errors.New("the board is full")

// ErrNoEnd says that a window that is to be extended has no end.
var ErrNoEnd = errors.New("this maintenance has no end to extend")

// ErrChanged says that somebody else was first.
type ErrChanged struct {
	Current string // the ETag that it has now
}

func (e *ErrChanged) Error() string { return "changed by somebody else in the meantime" }

// ErrInvalid says what is wrong with what was given.
type ErrInvalid struct {
	Field   string // as in JSON
	Problem string
}

func (e *ErrInvalid) Error() string { return e.Field + " " + e.Problem }

func invalid(field, format string, args ...any) error {
	return &ErrInvalid{Field: field, Problem: fmt.Sprintf(format, args...)}
}
