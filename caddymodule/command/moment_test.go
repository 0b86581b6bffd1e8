package command

import (
	"errors"
	"testing"
	"time"
)

func TestParseMomentReadsTimesAsPeopleWriteThem(t *testing.T) {
	zurich, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 21, 21, 30, 0, 0, zurich)
	for give, want := range map[string]string{
		"22:00":                     "2026-11-21T22:00:00+01:00",
		"today 22:00":               "2026-11-21T22:00:00+01:00",
		"tomorrow 06:00":            "2026-11-22T06:00:00+01:00",
		" Tomorrow  06:00 ":         "2026-11-22T06:00:00+01:00",
		"2026-11-22 22:00":          "2026-11-22T22:00:00+01:00",
		"2027-07-01 22:00":          "2027-07-01T22:00:00+02:00", // in summer time
		"2026-11-22T22:00":          "2026-11-22T22:00:00+01:00",
		"2026-11-21T20:31:00Z":      "2026-11-21T20:31:00Z",
		"2026-11-21T22:00:00+02:00": "",
		"21:30":                     "",
		"06:00":                     "",
		"yesterday 22:00":           "",
		"2026-11-21 21:00":          "",
		"22":                        "",
		"25:00":                     "",
		"tomorrow":                  "",
		"":                          "",
	} {
		got, err := parseMoment("until", give, now)
		var wrong usageError
		if want == "" {
			if !errors.As(err, &wrong) {
				t.Errorf("%q: %v, want an error", give, got)
			}
			continue
		}
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q: %s %v, want %s", give, got.Format(time.RFC3339), err, want)
		}
	}
}

func TestParseMomentSaysWhatWasProbablyMeant(t *testing.T) {
	now := time.Date(2026, time.November, 21, 23, 30, 0, 0, time.UTC)
	_, err := parseMoment("until", "02:00", now)
	if want := `--until 02:00 is in the past; did you mean "tomorrow 02:00"?`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestTimesAreToldAsPeopleDo(t *testing.T) {
	now := time.Date(2026, time.November, 21, 21, 30, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		0:                               "21:30 (just now)",
		25 * time.Minute:                "21:55 (in 25 min)",
		-25 * time.Minute:               "21:05 (25 min ago)",
		125 * time.Minute:               "23:35 (in 2 h 5 min)",
		45 * time.Second:                "21:30 (in 45 s)",
		59*time.Minute + 59*time.Second: "22:29 (in 1 h)",
		3 * time.Hour:                   "Sun 22 Nov 00:30 (in 3 h)",
		24 * time.Hour:                  "Sun 22 Nov 21:30 (in 1 day)",
		27 * time.Hour:                  "Mon 23 Nov 00:30 (in 1 day 3 h)",
		10 * 24 * time.Hour:             "Tue 1 Dec 21:30 (in 10 days)",
		60 * 24 * time.Hour:             "Wed 20 Jan 2027 21:30 (in 60 days)",
	} {
		if got := at(now.Add(d), now); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
	if got := at(time.Time{}, now); got != "-" {
		t.Errorf("no time is %q", got)
	}
}

func TestTablesShowNothingThatATerminalObeys(t *testing.T) {
	if got := harmless("a\x1b[2Jb\u202ec\td"); got != "a[2Jbcd" {
		t.Errorf("%q", got)
	}
	if got := short("  one\n two  "); got != "one two" {
		t.Errorf("%q", got)
	}
}
