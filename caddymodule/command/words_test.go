package command

import (
	"testing"
	"time"
)

func TestHowFarAwaySomethingIs(t *testing.T) {
	now := time.Date(2026, time.November, 23, 14, 0, 0, 0, time.UTC)
	for want, give := range map[string]time.Time{
		"-":                       {},
		"just now":                now.Add(20 * time.Second),
		"in 45 s":                 now.Add(45 * time.Second),
		"in 1 h 30 min":           now.Add(90 * time.Minute),
		"25 min ago":              now.Add(-25 * time.Minute),
		"in 1 day 2 h":            now.Add(26 * time.Hour),
		"in 3 days":               now.Add(66 * time.Hour),
		"in 36500 days":           now.Add(36500 * 24 * time.Hour),
		"in more than 100 years":  time.Date(8000, 1, 1, 0, 0, 0, 0, time.UTC),
		"more than 100 years ago": time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC),
	} {
		if got := relative(give, now); got != want {
			t.Errorf("%s: got %q, want %q", give, got, want)
		}
	}
}
