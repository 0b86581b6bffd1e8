package command

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestTrafficInWords(t *testing.T) {
	for want, seen := range map[string]traffic{
		"-":                                     {},
		"5 answered, 0 failed":                  {Answers: 5},
		"0 answered, 3 failed":                  {Failures: map[string]int{"timeout": 1, "unreachable": 2}},
		"0 answered, 0 failed, 7 waiting":       {Waiting: 7},
		"0 answered, 0 failed, 1 still running": {Running: 1},
		"5 answered, 1 failed, 2 waiting, 3 still running": {Answers: 5, Failures: map[string]int{"timeout": 1}, Waiting: 2, Running: 3},
	} {
		if got := seen.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPagesThatWereSentDoNotReadAsIfTheyWaited(t *testing.T) {
	var b strings.Builder
	showServices(&b, []situation{{Service: "shop", State: "up", Pages: map[string]int{"timeout": 2, "unreachable": 1}}}, false, time.Now())
	header, row, _ := strings.Cut(b.String(), "\n")
	if !strings.HasSuffix(header, "  PAGES SINCE START") || !strings.HasSuffix(strings.TrimSpace(row), " 3") {
		t.Errorf("%s", b.String())
	}
}

func TestOfManyServicesThoseAreListedThatThereIsSomethingToTellOf(t *testing.T) {
	services := func(n, failing int) []situation {
		list := make([]situation, n)
		for i := range list {
			list[i] = situation{Service: fmt.Sprintf("shop-%05d", i), State: "up"}
			if i < failing {
				list[i].State, list[i].Incidents = "incident", []incident{{Title: "Disks", State: "identified"}}
			}
		}
		return list
	}
	for _, c := range []struct {
		n, failing int
		all        bool
		rows       int
		says       []string
	}{
		{50, 1, false, 50, nil},
		{51, 0, false, 0, []string{"51 services are up, with nothing to tell.", "To see all: candor status --all"}},
		{51, 50, false, 50, []string{"1 service is up"}},
		{10000, 3, false, 3, []string{"9997 services are up, with nothing to tell.", "--all"}},
		{10000, 10000, false, 50, []string{"There is something to tell of 9950 others.", "--all"}},
		{10000, 3, true, 10000, nil},
		{0, 0, false, 0, []string{"no directive leads to one"}},
	} {
		var b strings.Builder
		showServices(&b, services(c.n, c.failing), c.all, time.Now())
		if rows := strings.Count(b.String(), "\nshop-"); rows != c.rows {
			t.Errorf("%+v: %d rows", c, rows)
		}
		for _, want := range c.says {
			if !strings.Contains(strings.ReplaceAll(b.String(), program()+" status", "candor status"), want) {
				t.Errorf("%+v: does not say %q: %.300s", c, want, b.String())
			}
		}
		if c.says == nil && strings.Contains(b.String(), "--all") {
			t.Errorf("%+v: nothing is left out", c)
		}
	}
}
