package console

import (
	"fmt"
	"regexp"
	"slices"
)

// weekly is a time of the week as a form has it.
type weekly struct{ Day, Open, Close string }

// weekdays are how the admin API calls them, from Sunday on.
var weekdays = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

var (
	everyForm = regexp.MustCompile(`^([A-Z][a-z]{2})[a-z]* (\d\d:\d\d)-(\d\d:\d\d)$`)
	clockForm = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
)

// parseWeekly reads what the admin API says, nothing of what it would not.
func parseWeekly(every string) weekly {
	m := everyForm.FindStringSubmatch(every)
	if m == nil {
		return weekly{}
	}
	return weekly{m[1], m[2], m[3]}
}

const midnight, endOfDay = "00:00", "24:00"

// inFields is the time as fields have it, which know no 24:00.
func (w weekly) inFields() weekly {
	if w.Close == endOfDay {
		w.Close = midnight
	}
	return w
}

// valid reports whether fields have a time of the week. From midnight to midnight
// is the whole day.
func (w weekly) valid() bool {
	return slices.Contains(weekdays, w.Day) && clockForm.MatchString(w.Open) && clockForm.MatchString(w.Close) &&
		(w.Open != w.Close || w.Close == midnight)
}

// String is how the admin API takes it.
func (w weekly) String() string {
	if w.Close == midnight {
		w.Close = endOfDay
	}
	return fmt.Sprintf("%s %s-%s", w.Day, w.Open, w.Close)
}

// days are the days of the week, from Monday on.
func (v *visit) days(chosen string) []option {
	var days []option
	for i := range weekdays {
		n := (i + 1) % len(weekdays)
		days = append(days, option{weekdays[n], v.words.Text(fmt.Sprintf("weekday.d%d", n)), weekdays[n] == chosen})
	}
	return days
}

// every says a weekly time in words, and its zone where that is not the console's.
func (v *visit) every(s, zone string) string {
	w := parseWeekly(s)
	n := slices.Index(weekdays, w.Day)
	if n < 0 {
		return s
	}
	text := v.words.Text(fmt.Sprintf("weekday.d%d", n)) + " " + w.Open + "–" + w.Close
	if zone != "" && zone != v.zone.String() {
		text += " (" + zone + ")"
	}
	return text
}
