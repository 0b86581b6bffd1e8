package command

import (
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// timeHelp is what help texts say about TIME.
const timeHelp = `A TIME is written as 22:00 (today), "tomorrow 06:00", "2026-11-22 22:00", all in
the time zone of this machine, or as RFC 3339: 2026-11-22T22:00:00+01:00.`

// parseMoment reads a TIME. What a person means by a time of day that is over is
// anybody's guess, so it is an error, as is every other time in the past.
func parseMoment(flag, s string, now time.Time) (time.Time, error) {
	t, ok := moment(strings.TrimSpace(s), now)
	switch {
	case !ok:
		return t, usage("--%s %q is not a time; write 22:00, \"tomorrow 06:00\", \"2026-11-22 22:00\" or RFC 3339", flag, s)
	case !t.After(now) && len(strings.TrimSpace(s)) <= len("15:04"):
		return t, usage("--%s %s is in the past; did you mean \"tomorrow %s\"?", flag, s, strings.TrimSpace(s))
	case !t.After(now):
		return t, usage("--%s %s is in the past", flag, s)
	}
	return t, nil
}

func moment(s string, now time.Time) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, true
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, now.Location()); err == nil {
			return t, true
		}
	}
	days := 0
	if word, rest, ok := strings.Cut(s, " "); ok {
		switch strings.ToLower(word) {
		case "today":
		case "tomorrow":
			days = 1
		default:
			return time.Time{}, false
		}
		s = strings.TrimSpace(rest)
	}
	clock, err := time.Parse("15:04", s)
	if err != nil {
		return time.Time{}, false
	}
	y, m, d := now.Date()
	return time.Date(y, m, d+days, clock.Hour(), clock.Minute(), 0, 0, now.Location()), true
}

// parseSpan reads how long something takes: 90m, 2h30m, 1d.
func parseSpan(flag, s string) (time.Duration, error) {
	d, err := caddy.ParseDuration(s)
	switch {
	case err != nil:
		return 0, usage("--%s %q is not a duration; write 90m, 2h30m or 1d", flag, s)
	case d <= 0:
		return 0, usage("--%s %s has to be longer than nothing", flag, s)
	}
	return d, nil
}
