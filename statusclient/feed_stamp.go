package statusclient

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// pageTime is a time as a status page shows it to people: no year, and a zone that
// is the page's own.
type pageTime struct {
	ok     bool
	month  time.Month // zero where only the time of day was given
	day    int
	hour   int
	minute int
	zone   string
}

var stampForm = regexp.MustCompile(`^(?:([A-Za-z]{3})[a-z]*\.? (\d{1,2})(?:, \d{4})?(?:,| at)? )?(\d{1,2}):(\d{2})(?::\d{2})?(?: ?([A-Za-z]{1,5}(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}))?$`)

func parseStamp(s string) pageTime {
	m := stampForm.FindStringSubmatch(s)
	if m == nil {
		return pageTime{}
	}
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	st := pageTime{ok: true, day: number(m[2]), hour: number(m[3]), minute: number(m[4]), zone: strings.ToUpper(m[5])}
	if m[1] != "" {
		t, err := time.Parse("Jan", m[1])
		st.month, st.ok = t.Month(), err == nil && st.day >= 1 && st.day <= 31
	}
	st.ok = st.ok && st.hour < 24 && st.minute < 60
	return st
}

// eventStamps reads "Nov 4, 03:00 - 04:00 UTC" and "May 28, 16:30 UTC - May 29,
// 16:30 UTC".
func eventStamps(s string) (from, until pageTime) {
	a, b, _ := strings.Cut(s, " - ")
	from, until = parseStamp(a), parseStamp(b)
	if from.zone == "" {
		from.zone = until.zone
	}
	return from, until
}

// of fills in the day from the stamp before.
func (s pageTime) of(from pageTime) pageTime {
	if s.month != 0 || !from.ok {
		return s
	}
	s.month, s.day = from.month, from.day
	if s.hour*60+s.minute < from.hour*60+from.minute {
		s.day++ // past midnight; a day too many is the next month's first
	}
	return s
}

// in is the moment, had it been that year and s.zone that far from UTC.
func (s pageTime) in(year int, offset time.Duration) time.Time {
	return time.Date(year, s.month, s.day, s.hour, s.minute, 0, 0, time.UTC).Add(-offset)
}

// pageZone is the zone of a page, learnt from one stamp whose moment is known.
type pageZone struct {
	name   string
	offset time.Duration
	at     time.Time
}

// offsets are those that status pages show. Of names that mean several, it is
// the one of the larger number of pages.
var offsets = map[string]time.Duration{
	"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": time.Hour, "WEST": time.Hour, "CET": time.Hour, "CEST": 2 * time.Hour,
	"EET": 2 * time.Hour, "EEST": 3 * time.Hour, "MSK": 3 * time.Hour, "SGT": 8 * time.Hour, "HKT": 8 * time.Hour,
	"JST": 9 * time.Hour, "KST": 9 * time.Hour, "AEST": 10 * time.Hour, "AEDT": 11 * time.Hour,
	"NZST": 12 * time.Hour, "NZDT": 13 * time.Hour, "EST": -5 * time.Hour, "EDT": -4 * time.Hour,
	"CST": -6 * time.Hour, "CDT": -5 * time.Hour, "MST": -7 * time.Hour, "MDT": -6 * time.Hour,
	"PST": -8 * time.Hour, "PDT": -7 * time.Hour, "AKST": -9 * time.Hour, "AKDT": -8 * time.Hour, "HST": -10 * time.Hour,
}

// zoneOf compares a stamp with the moment that it stands for. Where they do not
// fit, the stamp is of something else, and what the name means usually has to do.
func zoneOf(s pageTime, exact time.Time) pageZone {
	z := pageZone{name: s.zone, at: exact}
	z.offset = offsets[s.zone]
	if !s.ok || exact.IsZero() || s.zone == "UTC" || s.zone == "GMT" || s.month == 0 {
		return z
	}
	seen := closest(s, 0, exact).Sub(exact.Truncate(time.Minute))
	if round := seen.Round(15 * time.Minute); (seen-round).Abs() <= time.Minute && round.Abs() <= 14*time.Hour {
		z.offset = round
	}
	return z
}

// closest is the moment of a stamp in the year that brings it closest to t.
func closest(s pageTime, offset time.Duration, t time.Time) time.Time {
	best := s.in(t.Year(), offset)
	for _, year := range []int{t.Year() - 1, t.Year() + 1} {
		if c := s.in(year, offset); c.Sub(t).Abs() < best.Sub(t).Abs() {
			best = c
		}
	}
	return best
}

// time is the moment of a stamp, in the last year that leaves it before limit. A
// day of grace is for updates that are listed out of order.
func (z pageZone) time(s pageTime, limit time.Time) time.Time {
	if !s.ok || s.month == 0 || limit.IsZero() {
		return time.Time{}
	}
	offset := z.offset
	if known, ok := offsets[s.zone]; ok && s.zone != z.name {
		offset = known // the page's zone had its summer in between
	}
	limit = limit.Add(24 * time.Hour)
	t := s.in(limit.Year()+1, offset)
	for year := limit.Year(); t.After(limit); year-- {
		t = s.in(year, offset)
	}
	return t
}
