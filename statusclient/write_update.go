package statusclient

import (
	"cmp"
	"context"
	"slices"
)

// Update implements Writer.
func (w *remoteWriter) Update(ctx context.Context, id string, p UpdateDraft) (r Receipt, err error) {
	if err := p.Check(); err != nil {
		return Receipt{}, err
	}
	err = w.do(ctx, func(e editor) error {
		var in *posted
		if err := w.try(ctx, func() (err error) { in, err = e.incident(ctx, id); return err }); err != nil {
			return err
		}
		p.State = cmp.Or(p.State, in.State)
		set, err := w.settings(ctx, e, p.Components)
		if err == nil && p.State == Resolved && len(set) == 0 && !e.knows().holds {
			set, err = w.recovery(ctx, e, in)
		}
		if err != nil {
			return err
		}
		var l ledger
		r.ID, r.URL, r.Already = in.ID, in.URL, in.said(&p)
		if p.Impact != "" && !e.knows().impact {
			l.cannot = append(l.cannot, "impact set to "+string(p.Impact)+": incidents have none there")
		}
		if p.Notify && e.knows().quiet {
			l.cannot = append(l.cannot, "subscribers told of the update: no update says so there")
		}
		what := "update of incident " + in.ID + " posted"
		if p.State == Resolved && in.State.Open() {
			what = "incident " + in.ID + " resolved"
		}
		if r.Already || l.note(what, w.add(ctx, e, in, &p, set)) {
			w.setAll(ctx, e, &l, set, p.Notify)
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

// add adds an update once, also if the answer is lost.
func (w *remoteWriter) add(ctx context.Context, e editor, in *posted, p *UpdateDraft, set []*setting) error {
	err := w.try(ctx, func() error { return e.update(ctx, in, p, set) })
	if err == nil || refusedIt(err) {
		return err
	}
	var again *posted
	if w.try(ctx, func() (err error) { again, err = e.incident(ctx, in.ID); return err }) != nil {
		return unsureError{err}
	}
	if !again.said(p) {
		return err
	}
	w.look(ctx, e, set)
	return nil
}

// recovery is what the end of an incident makes operational: what it is about, is
// not well, and has no other incident.
func (w *remoteWriter) recovery(ctx context.Context, e editor, in *posted) ([]*setting, error) {
	if len(in.Components) == 0 {
		return nil, nil
	}
	var all []Component
	var others []posted
	err := w.try(ctx, func() (err error) { all, err = e.components(ctx); return err })
	if err == nil {
		err = w.try(ctx, func() (err error) { others, err = e.incidents(ctx); return err })
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
