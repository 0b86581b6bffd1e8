package board

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxEntry    = 16 << 10 // bytes of an entry as it is stored
	maxWho      = 200      // bytes
	maxValue    = 1000     // bytes of an old or a new value
	maxFields   = 30       // old values, or new ones
	maxAffected = 4 << 10  // bytes of all names of services
)

// Outcome is what became of an edit. Empty means that it was made.
type Outcome string

const (
	// Lost is an edit that crossed another one, which counts.
	Lost Outcome = "lost"

	// Failed is an edit elsewhere that was tried and did not succeed.
	Failed Outcome = "failed"

	// Unknown is an edit elsewhere of which nobody has heard whether it was made, or
	// all of it.
	Unknown Outcome = "unknown"

	// Unreadable stands for an entry that the log has and that cannot be read: there
	// is nothing but its ID, At, and the Subject of an edit of the board.
	Unreadable Outcome = "unreadable"
)

// Entry is one line of the log: who changed what, and when.
type Entry struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`

	// Who is the name of whoever made the edit. Where it is Claimed, it is what
	// the caller said, and nobody has checked it.
	Who     string `json:"who,omitempty"`
	Claimed bool   `json:"claimed,omitempty"`

	// From is an address, "unix socket", or "console" with the address of a browser.
	From string `json:"from,omitempty"`

	// Action is a noun and a verb: "maintenance.extend", "incident.open". It is empty
	// where the entry is Unreadable.
	Action string `json:"action"`

	// Subject is the id of what was edited, if it has one.
	Subject string `json:"subject,omitempty"`

	// Services are the names of the services concerned, "*" for all of them. Of
	// very many the list has a part, and "…" at its end.
	Services []string `json:"services,omitempty"`

	// Old and New have what was changed, by the names of the fields. Long values
	// are cut, and end in "…". Nothing secret belongs here.
	Old map[string]string `json:"old,omitempty"`
	New map[string]string `json:"new,omitempty"`

	Outcome Outcome `json:"outcome,omitempty"`
}

// more stands at the end of what was cut.
const more = "…"

// Concerns reports whether an entry is, or may be, about a service. One that names
// no service may be about any.
func (e *Entry) Concerns(service string) bool {
	return len(e.Services) == 0 || slices.ContainsFunc(e.Services, func(s string) bool {
		return s == service || s == "*" || s == more
	})
}

// sign fills in who makes an edit, and when.
func (e *Entry) sign(ctx context.Context, now time.Time) {
	by := actorOf(ctx)
	e.Who, e.Claimed, e.From = by.Name, by.Claimed, by.From
	e.At = now.UTC().Truncate(time.Microsecond)
}

// encode writes what decodeEntry reads, cut to the size that an entry may have.
func (e *Entry) encode() ([]byte, error) {
	for limit := maxValue; ; limit /= 2 {
		e := e.clone()
		e.bound(limit)
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(&e); err != nil {
			return nil, fmt.Errorf("log: %w", err)
		}
		if b.Len() <= maxEntry {
			return bytes.TrimSpace(b.Bytes()), nil
		}
		if limit == 0 {
			return nil, errors.New("log: entry is too large")
		}
	}
}

// bound cuts what is too long, and leaves out what would play tricks on whoever
// reads it.
func (e *Entry) bound(limit int) {
	e.Who, e.From = plain(e.Who, maxWho), plain(e.From, maxWho)
	e.Action, e.Subject = plain(e.Action, maxWho), plain(e.Subject, maxWho)
	size := 0
	for i, name := range e.Services {
		e.Services[i] = plain(name, maxName)
		if size += len(name); size > maxAffected {
			e.Services = append(e.Services[:i:i], more)
			break
		}
	}
	e.Old, e.New = boundFields(e.Old, limit), boundFields(e.New, limit)
}

func boundFields(fields map[string]string, limit int) map[string]string {
	if len(fields) == 0 {
		return nil
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	out := make(map[string]string, len(fields))
	for _, name := range names[:min(len(names), maxFields)] {
		out[plain(name, 40)] = plain(fields[name], limit)
	}
	return out
}

// plain is a text without control characters other than line breaks, and of
// limited size.
func plain(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
	if len(s) <= limit {
		return s
	}
	s = s[:max(0, limit-len(more))]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + more
}

// decodeEntry reads what encode has written. id is what it is stored as.
func decodeEntry(id string, data []byte) (*Entry, error) {
	if len(data) > maxEntry {
		return nil, errors.New("too large")
	}
	e := new(Entry)
	if err := json.Unmarshal(data, e); err != nil {
		return nil, err
	}
	if e.ID != id || !strings.HasPrefix(id, sortable(e.At)+"-") {
		return nil, errors.New("says that it is another entry")
	}
	switch e.Outcome {
	case "", Unknown:
	default:
		return nil, fmt.Errorf("the outcome %.40q is not known", e.Outcome)
	}
	e.bound(maxValue)
	return e, nil
}

// unreadable stands for the entry with an id.
func unreadable(id string) *Entry {
	e := &Entry{ID: id, Outcome: Unreadable}
	if k, ok := parseEdit(id); ok {
		e.Subject = k.ref.id
	}
	at, _, _ := strings.Cut(id, "-")
	e.At, _ = time.Parse(sortableForm, at)
	return e
}

// clone returns a copy that shares nothing with the board.
func (e *Entry) clone() Entry {
	c := *e
	c.Services = slices.Clone(e.Services)
	return c
}
