package statusclient

import (
	"context"
	"maps"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// SetComponents implements Writer.
func (w *remoteWriter) SetComponents(ctx context.Context, components map[string]ComponentStatus) (r Receipt, err error) {
	if len(components) == 0 {
		return Receipt{}, invalid("components", "are empty")
	}
	if err := checkSettings(components); err != nil {
		return Receipt{}, err
	}
	err = w.do(ctx, func(e editor) error {
		set, err := w.settings(ctx, e, components)
		if err != nil {
			return err
		}
		r.Already = !slices.ContainsFunc(set, (*setting).open)
		var l ledger
		w.setAll(ctx, e, &l, set, false)
		r, err = l.close(w.name, r)
		return err
	})
	return r, err
}

// settings finds the components that were named, in the order of their names.
func (w *remoteWriter) settings(ctx context.Context, e editor, named map[string]ComponentStatus) ([]*setting, error) {
	if len(named) == 0 {
		return nil, nil
	}
	var all []Component
	if err := w.try(ctx, func() (err error) { all, err = e.components(ctx); return err }); err != nil {
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

// setAll makes what is left of settings, all that can be made.
func (w *remoteWriter) setAll(ctx context.Context, e editor, l *ledger, set []*setting, notify bool) {
	for _, s := range set {
		var err error
		if s.open() {
			err = w.set(ctx, e, s, notify)
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
func (w *remoteWriter) set(ctx context.Context, e editor, s *setting, notify bool) error {
	err := w.try(ctx, func() error { return e.set(ctx, s, notify) })
	if err != nil && !refusedIt(err) {
		if ctx.Err() != nil {
			return unsureError{err}
		}
		if w.look(ctx, e, []*setting{s}); s.Status == s.to {
			err = nil
		}
	}
	s.made = err == nil && s.cannot == ""
	return err
}

// look reads the statuses of components anew, where that is possible.
func (w *remoteWriter) look(ctx context.Context, e editor, set []*setting) {
	var all []Component
	if len(set) == 0 || w.try(ctx, func() (err error) { all, err = e.components(ctx); return err }) != nil {
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

// componentNamed finds the component that services call BACKEND/name: NAME,
// GROUP/NAME or an id, with slashes in a name doubled. A name wins over an id.
func componentNamed(all []Component, name string) (Component, error) {
	name = norm.NFC.String(name)
	var found []Component
	for _, c := range all {
		plain := quote(norm.NFC.String(c.Name))
		if c.Name != "" && (name == plain || c.Group != "" && name == quote(norm.NFC.String(c.Group))+"/"+plain) {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		for _, c := range all {
			if name == quote(norm.NFC.String(c.ID)) {
				found = append(found, c)
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if near := newVocabulary(&Status{Components: all}).nearest(name); near != "" {
			return Component{}, invalid("components", "name %.100q, which is not there; did you mean %q?", name, near)
		}
		return Component{}, invalid("components", "name %.100q, which is not there", name)
	}
	return Component{}, invalid("components", "name %.100q, of which there are %d; write GROUP/NAME, or the id", name, len(found))
}
