package statusclient

import (
	"math"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// word translates, and takes what is in no table for one of ours, if it is.
func word(table map[string]string, v gjson.Result) string {
	theirs := strings.ToLower(strings.TrimSpace(v.String()))
	if ours, ok := table[theirs]; ok {
		return ours
	}
	return theirs
}

// affectedJSON are ids. What no component is called stays as it is, lest what is
// about something seem to be about everything.
func affectedJSON(v gjson.Result, ids map[string]string) []string {
	var out []string
	for _, e := range v.Array() {
		name := e.String()
		if id := ids[name]; id != "" {
			name = id
		}
		if name != "" {
			out = append(out, name)
		}
	}
	return out
}

// time is zero for what is in no form that is known.
func (b *anyJSON) time(v gjson.Result) time.Time {
	if v.Type == gjson.Number {
		switch n := v.Num; {
		case math.Abs(n) > 1e14 || math.IsNaN(n):
			return time.Time{}
		case math.Abs(n) > 1e11:
			return time.UnixMilli(int64(n)).UTC()
		default:
			return time.Unix(int64(n), 0).UTC()
		}
	}
	formats := []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.RFC1123Z, time.RFC1123}
	if b.conf.TimeFormat != "" {
		formats = []string{b.conf.TimeFormat}
	}
	for _, f := range formats {
		if t, err := time.ParseInLocation(f, strings.TrimSpace(v.String()), b.zone); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
