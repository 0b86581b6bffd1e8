package board

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Windows returns the windows that are in force or planned, by their beginning.
func (b *Board) Windows() []Window {
	now := b.now()
	list := []Window{}
	for _, r := range b.state.Load().records {
		if r.window != nil && !r.window.Over(now) {
			list = append(list, r.window.at(now).clone())
		}
	}
	slices.SortFunc(list, func(a, b Window) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID)) })
	return list
}

// Window returns one of Windows, or ErrNotFound.
func (b *Board) Window(id string) (Window, error) {
	w, err := b.window(id, b.now())
	if err != nil {
		return Window{}, err
	}
	return w.clone(), nil
}

func (b *Board) window(id string, now time.Time) (*Window, error) {
	r := b.state.Load().records[ref{kindMaintenance, id}]
	if r == nil || r.window == nil || r.window.Over(now) {
		return nil, ErrNotFound
	}
	return r.window.at(now), nil
}

// CreateWindow makes a window that begins now or later.
func (b *Board) CreateWindow(ctx context.Context, store Store, w Window) (Window, error) {
	var made *record
	err := b.edit(ctx, store, func(now time.Time) (_ *record, err error) {
		made, err = b.newWindow(&w, now)
		return made, err
	})
	if err != nil {
		return Window{}, err
	}
	return made.window.clone(), nil
}

func (b *Board) newWindow(given *Window, now time.Time) (*record, error) {
	w, err := given.begin(now)
	if err != nil {
		return nil, err
	}
	r, err := b.fresh(kindMaintenance, now)
	if err != nil {
		return nil, err
	}
	return &record{ref: r, window: w}, nil
}

// begin is the window that what was given makes.
func (w *Window) begin(now time.Time) (*Window, error) {
	c := w.clone()
	c.normalise()
	if err := c.schedule(nil, now); err != nil {
		return nil, err
	}
	if c.From.IsZero() {
		c.From = now.Truncate(time.Second)
	}
	if err := c.Validate(now); err != nil {
		return nil, err
	}
	c.Created, c.Changed = now, now
	return &c, nil
}

// EditWindow replaces all of a window in place: services that are held back stay
// so. With match, only if that is still its ETag, else the error is *ErrChanged.
func (b *Board) EditWindow(ctx context.Context, store Store, id, match string, w Window) (Window, error) {
	var result *Window
	err := b.edit(ctx, store, func(now time.Time) (*record, error) {
		old, err := b.window(id, now)
		if err == nil {
			err = matches(match, old.ETag)
		}
		if err != nil {
			return nil, err
		}
		var r *record
		r, result, err = replace(old, &w, now)
		return r, err
	})
	if err != nil {
		return Window{}, err
	}
	return result.clone(), nil
}

// replace returns the record that puts a window in the place of an old one, and
// the window as it then is; no record if nothing changes.
func replace(old, given *Window, now time.Time) (*record, *Window, error) {
	w := given.clone()
	w.normalise()
	if err := w.schedule(old, now); err != nil {
		return nil, nil, err
	}
	switch {
	case w.From.IsZero() && old.Running(now):
		w.From = old.From
	case w.From.IsZero():
		w.From = now.Truncate(time.Second)
	}
	if err := w.Validate(now); err != nil {
		return nil, nil, err
	}
	if w.sameScope(old) && w.Title == old.Title && w.Message == old.Message &&
		w.Every == old.Every && w.Zone == old.Zone && w.From.Equal(old.From) && w.Until.Equal(old.Until) {
		return nil, old, nil
	}
	w.Created, w.Changed = old.Created, now
	w.keepPromise(old, now)
	r := &record{ref: ref{kindMaintenance, old.ID}, window: &w}
	return r, &w, nil
}

// On puts services into maintenance mode. Where a window of exactly this scope
// runs, it is edited in place, and what is not given stays as it is; where w
// begins later, or none runs, one is created. A weekly one stays beside others,
// but not twice.
func (b *Board) On(ctx context.Context, store Store, w Window) (result Window, created bool, err error) {
	var kept *Window
	err = b.edit(ctx, store, func(now time.Time) (*record, error) {
		running := b.running(&w, now)
		if w.Every != "" {
			running = b.alike(&w, now)
		}
		if running == nil || w.From.After(now) {
			r, err := b.newWindow(&w, now)
			if err == nil {
				kept, created = r.window, true
			}
			return r, err
		}
		edited := w.clone()
		edited.From, edited.Every, edited.Zone = running.From, running.Every, running.Zone
		edited.Title = cmp.Or(w.Title, running.Title)
		edited.Message = cmp.Or(w.Message, running.Message)
		if w.Until.IsZero() {
			edited.Until = running.Until
		}
		r, after, err := replace(running, &edited, now)
		kept = after
		return r, err
	})
	if err != nil {
		return Window{}, false, err
	}
	return kept.clone(), created, nil
}

// Extend moves the end of the window of exactly the scope of w that runs by d, and
// gives it the title and the message of w where it has some. Without one, the
// error is ErrNotFound; without an end, ErrNoEnd.
func (b *Board) Extend(ctx context.Context, store Store, w Window, d time.Duration) (result Window, err error) {
	var after *Window
	err = b.edit(ctx, store, func(now time.Time) (r *record, err error) {
		running := b.running(&w, now)
		switch {
		case running == nil:
			return nil, ErrNotFound
		case running.Until.IsZero():
			return nil, ErrNoEnd
		case d <= 0:
			return nil, invalid("extend", "has to be longer than nothing")
		}
		edited := running.clone()
		edited.Until = running.Until.Add(d)
		edited.Title = cmp.Or(w.Title, running.Title)
		edited.Message = cmp.Or(w.Message, running.Message)
		r, after, err = replace(running, &edited, now)
		return r, err
	})
	if err != nil {
		return Window{}, err
	}
	return after.clone(), nil
}

// Start is On for whoever believes that no window of exactly this scope runs. Where
// one does, nothing is changed, and the error is *ErrChanged.
func (b *Board) Start(ctx context.Context, store Store, w Window) (Window, error) {
	var made *record
	err := b.edit(ctx, store, func(now time.Time) (_ *record, err error) {
		if running := b.running(&w, now); running != nil && !w.From.After(now) {
			return nil, &ErrChanged{Current: running.ETag}
		}
		made, err = b.newWindow(&w, now)
		return made, err
	})
	if err != nil {
		return Window{}, err
	}
	return made.window.clone(), nil
}

// running returns the window of exactly the scope of another one that runs; of
// several, the one that ends last.
func (b *Board) running(like *Window, now time.Time) *Window {
	var found *Window
	scope := like.clone()
	scope.normalise()
	for _, r := range b.state.Load().records {
		if r.window == nil {
			continue
		}
		w := r.window.at(now)
		if !w.Running(now) || !w.sameScope(&scope) {
			continue
		}
		if found == nil || outlasts(w, found) || !outlasts(found, w) && w.ID < found.ID {
			found = w
		}
	}
	return found
}

// alike returns the weekly window of exactly the scope and the times of another.
func (b *Board) alike(like *Window, now time.Time) *Window {
	scope := like.clone()
	scope.normalise()
	for _, r := range b.state.Load().records {
		if w := r.window; w != nil && w.Every == scope.Every && w.Zone == scope.Zone && w.sameScope(&scope) {
			return w.at(now)
		}
	}
	return nil
}

func outlasts(a, b *Window) bool {
	return !b.Until.IsZero() && (a.Until.IsZero() || a.Until.After(b.Until))
}

// EndWindow ends a window that runs, or cancels one that is planned; ran tells
// which. Of a weekly one only the time that runs is ended. With match as in
// EditWindow. The window is returned as it was, its Until being now if it ran.
func (b *Board) EndWindow(ctx context.Context, store Store, id, match string) (w Window, ran bool, err error) {
	err = b.edit(ctx, store, func(now time.Time) (*record, error) {
		old, err := b.window(id, now)
		if err == nil {
			err = matches(match, old.ETag)
		}
		if err != nil {
			return nil, err
		}
		if w, ran = old.clone(), old.Running(now); ran {
			w.Until = now
		}
		if ran && old.Every != "" {
			next := old.clone()
			next.normalise()
			next.Created, next.Changed = old.Created, now
			next.advance(old.From, now)
			return &record{ref: ref{kindMaintenance, id}, window: &next}, nil
		}
		return &record{ref: ref{kindMaintenance, id}}, nil
	})
	if err != nil {
		return Window{}, false, err
	}
	return w, ran, nil
}
