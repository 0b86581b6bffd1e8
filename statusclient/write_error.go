package statusclient

import (
	"errors"
	"strings"
)

// WriteError is why a write is not, or not known to be, all done. Its text holds
// neither secrets nor URLs.
type WriteError struct {
	Backend string
	Done    []string // what was done, in words
	Undone  []string // what was not
	Unknown []string // of what nobody can say: no answer came
	Err     error    // of the first of these
}

func (e *WriteError) Error() string {
	var fe *FetchError
	cause := e.Err.Error()
	if errors.As(e.Err, &fe) {
		cause = fe.Cause
	}
	for _, part := range []struct {
		is   string
		what []string
	}{{"not done", e.Undone}, {"not known", e.Unknown}, {"done", e.Done}} {
		if len(part.what) > 0 {
			cause += "; " + part.is + ": " + strings.Join(part.what, ", ")
		}
	}
	return "backend " + e.Backend + ": " + cause
}

// Unwrap is the first cause.
func (e *WriteError) Unwrap() error { return e.Err }

// ledger is what becomes of one write.
type ledger struct {
	done, undone, unknown, cannot []string
	err                           error
}

// note writes down what became of a step; it returns whether that was done.
func (l *ledger) note(what string, err error) bool {
	switch {
	case err == nil:
		l.done = append(l.done, what)
		return true
	case unsure(err):
		l.unknown = append(l.unknown, what)
	default:
		l.undone = append(l.undone, what)
	}
	if l.err == nil {
		l.err = err
	}
	return false
}

// unsureError is a step whose answer never came, and which could not be looked
// for either.
type unsureError struct{ error }

func (e unsureError) Unwrap() error { return e.error }

func unsure(err error) bool {
	var u unsureError
	return errors.As(err, &u)
}

// close is the outcome for the caller.
func (l *ledger) close(name string, r Receipt) (Receipt, error) {
	r.Done, r.Undone = l.done, l.cannot
	if r.Done == nil {
		r.Done = []string{}
	}
	if l.err == nil {
		return r, nil
	}
	return r, &WriteError{Backend: name, Done: l.done, Undone: l.undone, Unknown: l.unknown, Err: l.err}
}
