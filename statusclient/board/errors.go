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

// ErrUnreadable says which records could not be loaded, all others being known.
// Edits of these are refused: they would undo what nobody has seen.
type ErrUnreadable struct {
	Keys []string

	errs []error
	refs map[ref]bool
}

func (e *ErrUnreadable) Error() string   { return errors.Join(e.errs...).Error() }
func (e *ErrUnreadable) Unwrap() []error { return e.errs }

// add takes in that the record under a key cannot be loaded.
func (e *ErrUnreadable) add(r ref, key string, err error) *ErrUnreadable {
	if e == nil {
		e = &ErrUnreadable{refs: make(map[ref]bool)}
	}
	e.Keys, e.errs, e.refs[r] = append(e.Keys, key), append(e.errs, fmt.Errorf("board: load %s: %w", key, err)), true
	return e
}

// of is the error where a record of r could not be loaded.
func (e *ErrUnreadable) of(r ref) error {
	if e == nil || !e.refs[r] {
		return nil
	}
	return e
}

// ofKind is the error where a record of anything of kind k could not be loaded.
func (e *ErrUnreadable) ofKind(k kind) error {
	if e != nil {
		for r := range e.refs {
			if r.kind == k {
				return e
			}
		}
	}
	return nil
}

func invalid(field, format string, args ...any) error {
	return &ErrInvalid{Field: field, Problem: fmt.Sprintf(format, args...)}
}
