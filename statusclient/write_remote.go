package statusclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// remoteWriter is a Writer at any desk: it looks before it writes, and again when
// an answer is lost.
type remoteWriter struct {
	name string
	sit  func(ctx context.Context) (desk, error)
	turn chan struct{}
	at   desk // of the last call, if it went well; whose turn it is has it
}

// patience is how often something is tried that a system puts off, and how long
// to wait where it does not say.
const (
	patience = 4
	aWhile   = time.Second
)

// do calls f at the desk when it is this call's turn.
func (w *remoteWriter) do(ctx context.Context, f func(desk) error) (err error) {
	select {
	case w.turn <- struct{}{}:
	case <-ctx.Done():
		return w.cancelled(ctx)
	}
	defer func() { <-w.turn }()
	if w.at == nil {
		if err := w.try(ctx, func() (err error) { w.at, err = w.sit(ctx); return err }); err != nil {
			return err
		}
	}
	defer func() {
		if err != nil {
			w.at = nil // it may be another version by now
		}
	}()
	return f(w.at)
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

// Open implements Writer.
func (w *remoteWriter) Open(ctx context.Context, d Draft) (r Receipt, err error) {
	if err := d.Complete(); err != nil {
		return Receipt{}, err
	}
	err = w.do(ctx, func(at desk) error {
		mark := markOf(d.Key)
		set, err := w.settings(ctx, at, d.Components)
		if err != nil {
			return err
		}
		in, err := w.marked(ctx, at, mark)
		if err != nil {
			return err
		}
		var l ledger
		if in != nil {
			r.Already = true
		} else if in, err = w.create(ctx, at, mark, &d, set); !l.note(incidentWords(in)+" opened", err) {
			for _, s := range set {
				l.undone = append(l.undone, s.String())
			}
			r, err = l.close(w.name, r)
			return err
		}
		r.ID, r.URL = in.ID, in.URL
		if !r.Already && in.State != d.State {
			err := w.try(ctx, func() error { return at.update(ctx, in, &Post{State: d.State}, nil) })
			l.note("state set to "+string(d.State), err)
		}
		// Once people have said more, they may have set components otherwise.
		if !r.Already || len(in.Updates) <= 1 && !at.knows().holds {
			w.setAll(ctx, at, &l, set, d.Notify)
		}
		r, err = l.close(w.name, r)
		return err
	})
	return r, err
}

func incidentWords(in *posted) string {
	if in == nil || in.ID == "" {
		return "incident"
	}
	return "incident " + in.ID
}

// marked is the incident that is open with this mark, or nil.
func (w *remoteWriter) marked(ctx context.Context, at desk, mark string) (in *posted, err error) {
	err = w.try(ctx, func() error {
		list, err := at.incidents(ctx)
		if i := slices.IndexFunc(list, func(p posted) bool { return p.mark == mark }); i >= 0 {
			in = &list[i]
		}
		return err
	})
	return in, err
}

// create opens an incident once, also if the answer is lost.
func (w *remoteWriter) create(ctx context.Context, at desk, mark string, d *Draft, set []*setting) (in *posted, err error) {
	err = w.try(ctx, func() (err error) { in, err = at.create(ctx, mark, d, set); return err })
	if err == nil || refusedIt(err) {
		return in, err
	}
	again, lost := w.marked(ctx, at, mark)
	switch {
	case lost != nil:
		return nil, unsureError{err}
	case again == nil:
		return nil, err
	}
	for _, s := range set {
		s.made = at.knows().holds // with the incident
	}
	w.look(ctx, at, set)
	return again, nil
}

// look reads the statuses of components anew, where that is possible.
func (w *remoteWriter) look(ctx context.Context, at desk, set []*setting) {
	var all []Component
	if len(set) == 0 || w.try(ctx, func() (err error) { all, err = at.components(ctx); return err }) != nil {
		return
	}
	for _, s := range set {
		for _, c := range all {
			if c.ID == s.ID {
				s.Status = c.Status
			}
		}
	}
}

// setAll makes what is left of settings, all that can be made.
func (w *remoteWriter) setAll(ctx context.Context, at desk, l *ledger, set []*setting, notify bool) {
	for _, s := range set {
		var err error
		if s.open() {
			err = w.set(ctx, at, s, notify)
		}
		switch {
		case err != nil || s.made:
			l.note(s.String(), err)
		case s.cannot != "":
			l.cannot = append(l.cannot, s.String()+": "+s.cannot)
		}
	}
}

// set makes one setting, also if the answer is lost.
func (w *remoteWriter) set(ctx context.Context, at desk, s *setting, notify bool) error {
	err := w.try(ctx, func() error { return at.set(ctx, s, notify) })
	if err != nil && !refusedIt(err) {
		if ctx.Err() != nil {
			return unsureError{err}
		}
		if w.look(ctx, at, []*setting{s}); s.Status == s.to {
			err = nil
		}
	}
	s.made = err == nil && s.cannot == ""
	return err
}

// Update implements Writer.
func (w *remoteWriter) Update(ctx context.Context, id string, p Post) (r Receipt, err error) {
	if err := p.Check(); err != nil {
		return Receipt{}, err
	}
	err = w.do(ctx, func(at desk) error {
		var in *posted
		if err := w.try(ctx, func() (err error) { in, err = at.incident(ctx, id); return err }); err != nil {
			return err
		}
		p.State = cmp.Or(p.State, in.State)
		set, err := w.settings(ctx, at, p.Components)
		if err == nil && p.State == Resolved && len(set) == 0 && !at.knows().holds {
			set, err = w.recovery(ctx, at, in)
		}
		if err != nil {
			return err
		}
		var l ledger
		r.ID, r.URL, r.Already = in.ID, in.URL, in.said(&p)
		if p.Impact != "" && !at.knows().impact {
			l.cannot = append(l.cannot, "impact set to "+string(p.Impact)+": incidents have none there")
		}
		what := "update of incident " + in.ID + " posted"
		if p.State == Resolved && in.State.Open() {
			what = "incident " + in.ID + " resolved"
		}
		if r.Already || l.note(what, w.post(ctx, at, in, &p, set)) {
			w.setAll(ctx, at, &l, set, p.Notify)
		} else {
			for _, s := range set {
				l.undone = append(l.undone, s.String())
			}
		}
		r, err = l.close(w.name, r)
		return err
	})
	return r, err
}

// post posts an update once, also if the answer is lost.
func (w *remoteWriter) post(ctx context.Context, at desk, in *posted, p *Post, set []*setting) error {
	err := w.try(ctx, func() error { return at.update(ctx, in, p, set) })
	if err == nil || refusedIt(err) {
		return err
	}
	var again *posted
	if w.try(ctx, func() (err error) { again, err = at.incident(ctx, in.ID); return err }) != nil {
		return unsureError{err}
	}
	if !again.said(p) {
		return err
	}
	w.look(ctx, at, set)
	return nil
}

// recovery is what the end of an incident makes operational: what it is about, is
// not well, and has no other incident.
func (w *remoteWriter) recovery(ctx context.Context, at desk, in *posted) ([]*setting, error) {
	if len(in.Components) == 0 {
		return nil, nil
	}
	var all []Component
	var others []posted
	err := w.try(ctx, func() (err error) { all, err = at.components(ctx); return err })
	if err == nil {
		err = w.try(ctx, func() (err error) { others, err = at.incidents(ctx); return err })
	}
	if err != nil {
		return nil, err
	}
	var set []*setting
	for _, c := range all {
		bad := c.Status == Degraded || c.Status == PartialOutage || c.Status == MajorOutage
		if bad && slices.Contains(in.Components, c.ID) && !slices.ContainsFunc(others, func(o posted) bool {
			return o.ID != in.ID && slices.Contains(o.Components, c.ID)
		}) {
			set = append(set, &setting{Component: c, to: Operational})
		}
	}
	return set, nil
}

// SetComponents implements Writer.
func (w *remoteWriter) SetComponents(ctx context.Context, components map[string]ComponentStatus) (r Receipt, err error) {
	if len(components) == 0 {
		return Receipt{}, invalid("components", "are empty")
	}
	if err := checkSettings(components); err != nil {
		return Receipt{}, err
	}
	err = w.do(ctx, func(at desk) error {
		set, err := w.settings(ctx, at, components)
		if err != nil {
			return err
		}
		r.Already = !slices.ContainsFunc(set, (*setting).open)
		var l ledger
		w.setAll(ctx, at, &l, set, false)
		r, err = l.close(w.name, r)
		return err
	})
	return r, err
}

// Check implements Writer.
func (w *remoteWriter) Check(ctx context.Context) (said string, err error) {
	err = w.do(ctx, func(at desk) error {
		var all []Component
		if err := w.try(ctx, func() (err error) { all, err = at.components(ctx); return err }); err != nil {
			return err
		}
		said = fmt.Sprintf("can be written, %d components", len(all))
		if !at.knows().credentials {
			said = "may be written; whether write_token is right shows with the first write"
		}
		return nil
	})
	return said, err
}

// settings finds the components that were named, in the order of their names.
func (w *remoteWriter) settings(ctx context.Context, at desk, named map[string]ComponentStatus) ([]*setting, error) {
	if len(named) == 0 {
		return nil, nil
	}
	var all []Component
	if err := w.try(ctx, func() (err error) { all, err = at.components(ctx); return err }); err != nil {
		return nil, err
	}
	var out []*setting
	for _, name := range slices.Sorted(maps.Keys(named)) {
		c, err := componentNamed(all, name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(s *setting) bool { return s.ID == c.ID }) {
			return nil, invalid("components", "name %.100q twice", c.Name)
		}
		out = append(out, &setting{Component: c, to: named[name]})
	}
	return out, nil
}

// Interface guards
var _ Writer = (*remoteWriter)(nil)
