package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// clock writes a time of day as people say it, with the day where it is another
// one than today.
func clock(t, now time.Time) string {
	t = t.In(now.Location())
	switch ty, tm, td := t.Date(); {
	case t.IsZero():
		return "-"
	case ty == now.Year() && tm == now.Month() && td == now.Day():
		return t.Format("15:04")
	case ty == now.Year():
		return t.Format("Mon 2 Jan 15:04")
	}
	return t.Format("Mon 2 Jan 2006 15:04")
}

// relative says how far away a time is: "in 25 min", "2 h 5 min ago".
func relative(t, now time.Time) string {
	switch d := t.Sub(now); {
	case t.IsZero():
		return "-"
	case d >= 30*time.Second:
		return "in " + span(d)
	case d > -30*time.Second:
		return "just now"
	default:
		return span(d.Abs()) + " ago"
	}
}

// span says how long something takes, in one or two units.
func span(d time.Duration) string {
	d = d.Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	d = d.Round(time.Minute)
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 36500: // of 292 years and more a duration says no more than that
		return "more than 100 years"
	case days > 1:
		return fmt.Sprintf("%d days", int((d+12*time.Hour).Hours())/24)
	case days == 1 && hours == 0:
		return "1 day"
	case days == 1:
		return fmt.Sprintf("1 day %d h", hours)
	case hours > 0 && minutes > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case hours > 0:
		return fmt.Sprintf("%d h", hours)
	}
	return fmt.Sprintf("%d min", minutes)
}

// at is a time with how far away it is.
func at(t, now time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return clock(t, now) + " (" + relative(t, now) + ")"
}

// when is at for a table, which has no room to say how far away another week is.
func when(t, now time.Time) string {
	if t.Sub(now).Abs() < 24*time.Hour {
		return at(t, now)
	}
	return clock(t, now)
}

// listed names services as people do.
func listed(services []string) string {
	if len(services) == 1 && services[0] == "*" {
		return "all services"
	}
	return strings.Join(services, ", ")
}

// short cuts a text for a column of a table.
func short(s string) string {
	return cut(strings.Join(strings.Fields(s), " "), 60)
}

// harmless leaves out what would make a terminal do something else than show.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

// printJSON writes v for programs.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// plural counts things.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
