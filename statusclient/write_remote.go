package statusclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// remoteWriter is a Writer by any editor: it looks before it writes, and again when
// an answer is lost.
type remoteWriter struct {
	name    string
	connect func(ctx context.Context) (editor, error)
	turn    chan struct{}
	editor  editor // of the last call, if it went well; whose turn it is has it
}

// patience is how often something is tried that a system puts off, and how long
// to wait where it does not say.
const (
	patience = 4
	aWhile   = time.Second
)

// do calls f with the editor when it is this call's turn.
func (w *remoteWriter) do(ctx context.Context, f func(editor) error) (err error) {
	select {
	case w.turn <- struct{}{}:
	case <-ctx.Done():
		return w.cancelled(ctx)
	}
	defer func() { <-w.turn }()
	if w.editor == nil {
		if err := w.try(ctx, func() (err error) { w.editor, err = w.connect(ctx); return err }); err != nil {
			return err
		}
	}
	defer func() {
		if err != nil {
			w.editor = nil // it may be another version by now
		}
	}()
	return f(w.editor)
}

func (w *remoteWriter) cancelled(ctx context.Context) error {
	return &FetchError{Backend: w.name, Cause: describe(ctx.Err(), 0), err: contextCause(ctx.Err())}
}

// try calls f again while the system asks for fewer requests, as long as the
// caller can wait. What is put off so was not done.
func (w *remoteWriter) try(ctx context.Context, f func() error) error {
	for n := 1; ; n++ {
		if ctx.Err() != nil {
			return w.cancelled(ctx)
		}
		err := f()
		var fe *FetchError
		if !errors.As(err, &fe) {
			return err
		}
		switch fe.code {
		case http.StatusUnauthorized:
			return fe.because("refuses write_token (status code 401)")
		case http.StatusForbidden:
			return fe.because("write_token may not do that (status code 403)")
		case http.StatusTooManyRequests, 420:
		default:
			return err
		}
		wait := max(fe.RetryAfter, aWhile)
		if end, ok := ctx.Deadline(); n == patience || ok && time.Until(end) <= wait {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return w.cancelled(ctx)
		}
	}
}

// because is e with what its status code means to a writer, and what the system
// said about it.
func (e *FetchError) because(cause string) error {
	out := *e
	if _, why, ok := strings.Cut(e.Cause, fmt.Sprintf("status code %d: ", e.code)); ok {
		cause += ": " + why
	}
	out.Cause = cause
	return &out
}

// refusedIt reports whether err is an answer that rules out that it was done.
func refusedIt(err error) bool {
	var fe *FetchError
	return errors.As(err, &fe) && (fe.code >= 400 && fe.code < 500 || fe.refused)
}

// Check implements Writer.
func (w *remoteWriter) Check(ctx context.Context) (said string, err error) {
	err = w.do(ctx, func(e editor) error {
		var all []Component
		if err := w.try(ctx, func() (err error) { all, err = e.components(ctx); return err }); err != nil {
			return err
		}
		said = fmt.Sprintf("can be written, %d components", len(all))
		if !e.knows().credentials {
			said = "may be written; whether write_token is right shows with the first write"
		}
		return nil
	})
	return said, err
}

// Interface guards
var _ Writer = (*remoteWriter)(nil)
