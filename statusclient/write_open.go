package statusclient

import (
	"context"
	"slices"
)

// Open implements Writer.
func (w *remoteWriter) Open(ctx context.Context, d Draft) (r Receipt, err error) {
	if err := d.Complete(); err != nil {
		return Receipt{}, err
	}
	err = w.do(ctx, func(e editor) error {
		mark := markOf(d.Key)
		set, err := w.settings(ctx, e, d.Components)
		if err != nil {
			return err
		}
		in, err := w.marked(ctx, e, mark)
		if err != nil {
			return err
		}
		var l ledger
		if in != nil {
			r.Already = true
		} else if in, err = w.create(ctx, e, mark, &d, set); !l.note(incidentWords(in)+" opened", err) {
			for _, s := range set {
				l.undone = append(l.undone, s.String())
			}
			r, err = l.close(w.name, r)
			return err
		}
		r.ID, r.URL = in.ID, in.URL
		if !r.Already && in.State != d.State {
			err := w.try(ctx, func() error { return e.update(ctx, in, &UpdateDraft{State: d.State}, nil) })
			l.note("state set to "+string(d.State), err)
		}
		// Once people have said more, they may have set components otherwise.
		if !r.Already || len(in.Updates) <= 1 && !e.knows().holds {
			w.setAll(ctx, e, &l, set, d.Notify)
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
func (w *remoteWriter) marked(ctx context.Context, e editor, mark string) (in *posted, err error) {
	err = w.try(ctx, func() error {
		list, err := e.incidents(ctx)
		if i := slices.IndexFunc(list, func(p posted) bool { return p.mark == mark }); i >= 0 {
			in = &list[i]
		}
		return err
	})
	return in, err
}

// create opens an incident once, also if the answer is lost.
func (w *remoteWriter) create(ctx context.Context, e editor, mark string, d *Draft, set []*setting) (in *posted, err error) {
	err = w.try(ctx, func() (err error) { in, err = e.create(ctx, mark, d, set); return err })
	if err == nil || refusedIt(err) {
		return in, err
	}
	again, lost := w.marked(ctx, e, mark)
	switch {
	case lost != nil:
		return nil, unsureError{err}
	case again == nil:
		return nil, err
	}
	for _, s := range set {
		s.made = e.knows().holds // with the incident
	}
	w.look(ctx, e, set)
	return again, nil
}
