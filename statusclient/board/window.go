package board

import (
	"cmp"
	"slices"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// Window is a time in which services are in maintenance mode.
type Window struct {
	ID string `json:"id,omitempty"`

	// Services are names of services, or "*" alone for all of them. Kept sorted.
	Services []string `json:"services"`

	// Paths are the only ones that are closed, as "/a" or "/a/*", by whole
	// segments; none means all. Kept sorted.
	Paths statusclient.Paths `json:"paths,omitempty"`

	// ReadOnly closes services only for what changes something: GET, HEAD,
	// OPTIONS and TRACE pass.
	ReadOnly bool `json:"read_only,omitempty"`

	// Every makes the window a weekly one: "Sun 02:00-04:00", on the clocks of
	// Zone, which is UTC where it is empty. From and Until are then those of the
	// time that runs or comes next, and are not given but when Until of that one
	// time is to be another.
	Every string `json:"every,omitempty"`
	Zone  string `json:"zone,omitempty"`

	// Title is for people, up to 200 characters; may be empty.
	Title string `json:"title,omitempty"`

	// Message is plain text, up to 10 kB; web addresses in it become links.
	Message string `json:"message,omitempty"`

	// From is when it begins. Zero means now; where a window that runs is edited,
	// it means that it goes on.
	From time.Time `json:"from,omitzero"`

	// Until is when it ends by itself. Zero means that somebody will end it.
	Until time.Time `json:"until,omitzero"`

	// The rest is the board's; what a caller gives is ignored.

	// Promised is the end that was announced first, where Until was moved to a
	// later one, or taken away, while the window ran.
	Promised time.Time `json:"promised,omitzero"`

	Created time.Time `json:"created,omitzero"`
	Changed time.Time `json:"changed,omitzero"`

	// ETag changes with every edit.
	ETag string `json:"etag,omitempty"`
}

// Validate reports the first thing that is wrong with a window as somebody gave
// it at now. Its error is an *ErrInvalid.
func (w *Window) Validate(now time.Time) error {
	if err := w.check(); err != nil {
		return err
	}
	if !w.Until.IsZero() && !w.Until.After(now) {
		return invalid("until", "is in the past: %s", w.Until.Format(time.RFC3339))
	}
	return nil
}

// check is Validate as far as it does not depend on the time.
func (w *Window) check() error {
	if w.Every != "" && w.Until.IsZero() {
		return invalid("until", "is missing") // a record of something else
	}
	if len(w.Services) == 0 {
		return invalid("services", `is empty; "*" means all`)
	}
	if !w.Until.IsZero() && !w.Until.After(w.From) {
		return invalid("until", "is not after from")
	}
	return cmp.Or(
		w.checkWeekly(),
		checkServices(w.Services),
		checkPaths(w.Paths),
		checkText("title", w.Title, maxTitle, 4*maxTitle),
		checkText("message", w.Message, maxMessage, maxMessage),
		checkTime("from", w.From),
		checkTime("until", w.Until),
		checkTime("promised", w.Promised),
	)
}

// Over reports whether the window has ended by itself. A weekly one never does.
func (w *Window) Over(now time.Time) bool {
	return w.Every == "" && !w.Until.IsZero() && !w.Until.After(now)
}

// Running reports whether the window is in force. One that had begun when it was
// last edited has begun, even if the clock was set back since.
func (w *Window) Running(now time.Time) bool {
	return !w.Over(now) && (!w.From.After(now) || !w.From.After(w.Changed))
}

// keepPromise notes at now which end visitors were told before this one.
func (w *Window) keepPromise(old *Window, now time.Time) {
	switch {
	case !old.Running(now) || w.From.After(now):
	case old.Until.IsZero():
		w.Promised = old.Promised
	default:
		w.Promised = cmp.Or(old.Promised, old.Until)
	}
	if !w.Until.IsZero() && !w.Until.After(w.Promised) {
		w.Promised = time.Time{}
	}
}

// normalise brings what was given into the form in which it is kept.
func (w *Window) normalise() {
	if every, err := parseWeekly(w.Every); err == nil {
		w.Every = every.String()
	}
	w.Services = sorted(w.Services)
	w.Paths = sorted(w.Paths)
	w.From, w.Until = w.From.UTC(), w.Until.UTC()
	w.ID, w.Created, w.Changed, w.ETag, w.Promised = "", time.Time{}, time.Time{}, "", time.Time{}
}

// clone returns a copy that shares nothing with the board.
func (w *Window) clone() Window {
	c := *w
	c.Services, c.Paths = slices.Clone(w.Services), slices.Clone(w.Paths)
	return c
}

// said is the window as a backend would say it, but for its state, which is a
// matter of the time.
func (w *Window) said() statusclient.Maintenance {
	m := statusclient.Maintenance{
		ID: w.ID, Title: w.Title, From: w.From, Until: w.Until, Services: slices.Clone(w.Services),
		Every: w.Every, Paths: slices.Clone(w.Paths), ReadOnly: w.ReadOnly, Promised: w.Promised,
	}
	if w.Message != "" {
		m.Updates = []statusclient.Update{{
			Text: statusclient.Text{Source: w.Message, Markup: statusclient.Plain}, At: w.Changed,
		}}
	}
	return m
}

// checkWeekly checks what makes a window a weekly one.
func (w *Window) checkWeekly() error {
	if w.Every == "" {
		if w.Zone != "" {
			return invalid("zone", "is for a weekly maintenance; times have their own")
		}
		return nil
	}
	if _, err := parseWeekly(w.Every); err != nil {
		return invalid("every", "cannot be: %v", err)
	}
	if _, err := zoneOf(w.Zone); err != nil {
		return invalid("zone", "cannot be: %v", err)
	}
	return nil
}

// at is the window as it is at now: a weekly one whose time is over waits for its
// next one.
func (w *Window) at(now time.Time) *Window {
	if w.Every == "" || w.Until.After(now) {
		return w
	}
	next := w.clone()
	next.advance(w.From, now)
	return &next
}

// advance gives a valid weekly window its first time that begins after the one
// given and is not over at now.
func (w *Window) advance(begun, now time.Time) {
	every, _ := parseWeekly(w.Every)
	zone, err := zoneOf(w.Zone)
	if err != nil {
		zone = time.UTC
	}
	w.From, w.Until = every.next(begun, now, zone)
	w.Promised = time.Time{}
}

// schedule gives a weekly window, as somebody wants it, its time: that of old, if
// it goes on like that, with an end of its own perhaps. old may be nil.
func (w *Window) schedule(old *Window, now time.Time) error {
	goesOn := old != nil && old.Every == w.Every && (w.Zone == "" || w.Zone == old.Zone)
	switch {
	case w.Every == "":
		return nil
	case goesOn:
		w.Zone, w.From = old.Zone, old.From
		if w.Until.IsZero() || !w.Until.After(now) { // as it was when somebody looked
			w.Until = old.Until
		}
		return nil
	case old == nil && !(w.From.IsZero() && w.Until.IsZero()):
		return invalid("every", "says when it begins and ends; from and until cannot be given with it")
	}
	if err := w.checkWeekly(); err != nil {
		return err
	}
	w.advance(time.Time{}, now)
	return nil
}

// sameScope reports whether two normalised windows close the same.
func (w *Window) sameScope(o *Window) bool {
	return slices.Equal(w.Services, o.Services) && w.Paths.Same(o.Paths) && w.ReadOnly == o.ReadOnly
}

// sorted returns a sorted copy without duplicates.
func sorted[S ~[]string](list S) S {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
