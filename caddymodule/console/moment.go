package console

import (
	"strings"
	"time"
)

// localForm is how <input type=datetime-local> writes a time.
const localForm = "2006-01-02T15:04"

// typed reads a time as a browser's field has it, or as a person without that field
// types it, in the zone of the console.
func (v *visit) typed(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, true
	}
	for _, form := range []string{localForm, localForm + ":05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, s, v.zone); err == nil {
			return t, true
		}
	}
	if t, err := time.ParseInLocation("15:04", s, v.zone); err == nil {
		return v.nextClock(v.at, t.Hour(), t.Minute()), true
	}
	return time.Time{}, false
}

// nextClock is when a clock next shows a time.
func (v *visit) nextClock(after time.Time, hour, minute int) time.Time {
	y, m, d := after.In(v.zone).Date()
	if t := time.Date(y, m, d, hour, minute, 0, 0, v.zone); t.After(after) {
		return t
	}
	return time.Date(y, m, d+1, hour, minute, 0, 0, v.zone)
}

func (v *visit) local(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(v.zone).Format(localForm)
}

// spans are the ends that take one tap.
var spans = map[string]time.Duration{
	"15m": 15 * time.Minute, "30m": 30 * time.Minute, "1h": time.Hour, "2h": 2 * time.Hour, "4h": 4 * time.Hour, "24h": 24 * time.Hour,
}

// Other ends that can be chosen.
const (
	endMorning = "morning" // the next 06:00
	endPick    = "pick"    // the time that was filled in
	endNone    = "none"    // somebody will end it
	endKeep    = "keep"    // as it is
)

const morning = 6 // o'clock

// span says a span in words.
func (v *visit) span(name string) string { return v.say("span." + name) }
