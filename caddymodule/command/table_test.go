package command

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTableAlignsWhatIsWideOrTakesNoRoom(t *testing.T) {
	var b strings.Builder
	table(&b, []string{"TITLE", "STATE"}, [][]string{
		{"维护工作", "on"}, {"e\u0301te\u0301", "on"}, {"ab\ncd\x1b[31m", "on"}, {"✅ ok", "on"}, {"", "on"},
	})
	want := []string{
		"TITLE     STATE",
		"维护工作  on",
		"e\u0301te\u0301       on",
		"abcd[31m  on",
		"✅ ok     on",
		"          on",
		"",
	}
	if got := strings.Split(b.String(), "\n"); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheWidestColumnsAreCutToTheScreen(t *testing.T) {
	for _, c := range []struct {
		widths []int
		screen int
		want   []int
	}{
		{[]int{8, 60, 40}, 0, []int{8, 60, 40}},    // no terminal
		{[]int{8, 60, 40}, 200, []int{8, 60, 40}},  // room for all
		{[]int{8, 60, 40}, 80, []int{8, 34, 34}},   // the widest first
		{[]int{8, 60, 40}, 92, []int{8, 40, 40}},   // and no more than needed
		{[]int{8, 60, 40}, 20, []int{8, 12, 12}},   // nothing that nobody can read
		{[]int{10, 10, 10}, 20, []int{10, 10, 10}}, // what is short stays
	} {
		got := slices.Clone(c.widths)
		if fit(got, c.screen); !slices.Equal(got, c.want) {
			t.Errorf("%v on a screen of %d: %v, want %v", c.widths, c.screen, got, c.want)
		}
	}
}

func TestCutCountsWhatIsWideTwice(t *testing.T) {
	for _, c := range []struct {
		s    string
		most int
		want string
	}{
		{"short", 5, "short"}, {"longer", 5, "long…"}, {"图书馆系统", 7, "图书馆…"}, {"图书馆系统", 6, "图书…"},
		{"two words", 5, "two…"}, {"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
	} {
		if got := cut(c.s, c.most); got != c.want {
			t.Errorf("%q cut to %d: %q, want %q", c.s, c.most, got, c.want)
		}
	}
}

func TestTablesSayHowFarAwayATimeIsWithinADay(t *testing.T) {
	now := time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		t    time.Time
		want string
	}{
		{now, "22:00 (just now)"}, {now.Add(3 * time.Hour), "Sun 22 Nov 01:00 (in 3 h)"},
		{now.Add(48 * time.Hour), "Mon 23 Nov 22:00"}, {now.Add(-48 * time.Hour), "Thu 19 Nov 22:00"}, {time.Time{}, "-"},
	} {
		if got := when(c.t, now); got != c.want {
			t.Errorf("%v: %q, want %q", c.t, got, c.want)
		}
	}
}
