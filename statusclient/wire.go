package statusclient

import (
	"bytes"
	"encoding/json"
	"time"
)

// list is a JSON array that remembers whether it was there at all. null is an
// empty one.
type list[T any] struct {
	items   []T
	present bool
}

func (l *list[T]) UnmarshalJSON(b []byte) error {
	l.present = true
	l.items = nil
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	return json.Unmarshal(b, &l.items)
}

// instant is a time as RFC 3339 with any offset. What is missing, null or in
// another form is the zero time: not knowing when is no reason to drop what.
type instant struct{ time.Time }

func (t *instant) UnmarshalJSON(b []byte) error {
	t.Time = time.Time{}
	var s string
	if json.Unmarshal(b, &s) != nil {
		return nil
	}
	if v, err := time.Parse(time.RFC3339, s); err == nil {
		t.Time = v.UTC()
	}
	return nil
}

// or returns the first of t and the others that is known.
func (t instant) or(others ...instant) time.Time {
	for _, o := range others {
		if t.IsZero() {
			t = o
		}
	}
	return t.Time
}
