package statusclient

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// number is an integer that some systems write as a string or a boolean. null is
// 0; what is nothing of all that is -1, which no system means anything by.
type number int

func (n *number) UnmarshalJSON(b []byte) error {
	*n = -1
	switch s := strings.Trim(string(b), `"`); s {
	case "null", "false":
		*n = 0
	case "true":
		*n = 1
	default:
		if v, err := strconv.Atoi(s); err == nil {
			*n = number(v)
		}
	}
	return nil
}

// is reports whether n is there and has that value.
func (n *number) is(v int) bool { return n != nil && int(*n) == v }

// zonedTime is a time without a zone, as databases print it, or RFC 3339. It is
// in zone unless it says something else, and zero where it cannot be read.
func zonedTime(s string, zone *time.Location) time.Time {
	for _, layout := range []string{time.DateTime, time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// phpObject is a JSON object. What is something else is an empty one: PHP writes
// those as [].
type phpObject[T any] struct{ has T }

func (o *phpObject[T]) UnmarshalJSON(b []byte) error {
	var none T
	o.has = none
	if !bytes.HasPrefix(b, []byte("{")) {
		return nil
	}
	return json.Unmarshal(b, &o.has)
}
