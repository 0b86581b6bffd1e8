package board

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // containers seldom have zone files
)

// weekly is a time of the week on the clocks of some zone.
type weekly struct {
	day         time.Weekday
	from, until int // minutes after midnight of that day; until may lie on the next day
}

const minutesPerDay = 24 * 60

var weeklyForm = regexp.MustCompile(`^([a-z]+)\s+(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$`)

// parseWeekly reads "Sun 02:00-04:00". What ends before it begins ends on the next
// day, and 24:00 is the end of the day.
func parseWeekly(s string) (weekly, error) {
	wrong := fmt.Errorf("%.50q is not a time of the week such as Sun 02:00-04:00", s)
	m := weeklyForm.FindStringSubmatch(strings.ToLower(strings.TrimSpace(s)))
	if m == nil {
		return weekly{}, wrong
	}
	w := weekly{day: -1}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := strings.ToLower(d.String()); len(m[1]) >= 3 && strings.HasPrefix(name, m[1]) {
			w.day = d
		}
	}
	var ok1, ok2 bool
	w.from, ok1 = minutes(m[2], m[3])
	w.until, ok2 = minutes(m[4], m[5])
	switch {
	case w.day < 0 || !ok1 || !ok2 || w.from == minutesPerDay:
		return weekly{}, wrong
	case w.until == w.from:
		return weekly{}, fmt.Errorf("%.50q ends when it begins", s)
	case w.until < w.from:
		w.until += minutesPerDay
	}
	return w, nil
}

func minutes(hour, minute string) (int, bool) {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	return 60*h + m, m < 60 && 60*h+m <= minutesPerDay
}

// String is the one form in which it is kept.
func (w weekly) String() string {
	until := w.until
	if until > minutesPerDay {
		until -= minutesPerDay
	}
	return fmt.Sprintf("%s %02d:%02d-%02d:%02d", w.day.String()[:3], w.from/60, w.from%60, until/60, until%60)
}

// next returns the first time that begins after the one given and is not over at
// now.
func (w weekly) next(begun, now time.Time, zone *time.Location) (from, until time.Time) {
	start := now
	if begun.After(start) {
		start = begun
	}
	y, m, d := start.In(zone).Date()
	for i := -9; ; i++ { // a week, a day that it spans, and a day that was left out
		day := time.Date(y, m, d+i, 0, 0, 0, 0, time.UTC) // a date, not yet a moment
		if day.Weekday() != w.day {
			continue
		}
		from, until = w.on(day, zone)
		if from.After(begun) && until.After(now) {
			return from, until
		}
	}
}

// on is when it begins and ends in the week of a day. It lasts from one reading of
// the clock to another, so that it is longer or shorter where the clock is changed
// meanwhile. If it were nothing at all, it would be as long as on any other day.
func (w weekly) on(day time.Time, zone *time.Location) (from, until time.Time) {
	from = shows(day.Add(time.Duration(w.from)*time.Minute), zone)
	until = shows(day.Add(time.Duration(w.until)*time.Minute), zone)
	if !until.After(from) {
		until = from.Add(time.Duration(w.until-w.from) * time.Minute)
	}
	return from, until
}

// shows returns the moment at which the clocks of a zone show what is given as if
// it were UTC: the first one where they do so twice, and the moment at which they
// are set past it where they never do.
func shows(clock time.Time, zone *time.Location) time.Time {
	_, before := clock.Add(-24 * time.Hour).In(zone).Zone()
	_, after := clock.Add(24 * time.Hour).In(zone).Zone()
	first := clock.Add(-time.Duration(max(before, after)) * time.Second)
	second := clock.Add(-time.Duration(min(before, after)) * time.Second)
	for _, t := range []time.Time{first, second} {
		if _, offset := t.In(zone).Zone(); t.Add(time.Duration(offset) * time.Second).Equal(clock) {
			return t.UTC()
		}
	}
	change, _ := second.In(zone).ZoneBounds()
	return change.UTC()
}

var zones sync.Map // *time.Location by name; there are only so many

// zoneOf is time.LoadLocation without what depends on the machine, and fast.
func zoneOf(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	if name == "Local" || len(name) > maxName {
		return nil, fmt.Errorf("%.100q is not a time zone such as Europe/Zurich", name)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%.100q is not a time zone such as Europe/Zurich", name)
	}
	zones.Store(name, z)
	return z, nil
}
