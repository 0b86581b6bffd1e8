package statusclient_test

import (
	"testing"
	"time"

	sc "github.com/candor-edge/candor/statusclient"
)

func TestConfirmedTellsNothingNewButHowOldItIs(t *testing.T) {
	t.Parallel()
	a, b := source("a", campus()), source("b", campus())
	k := sc.Merge(nil, []sc.Input{a, b}, nil, noon)
	for name, tc := range map[string]struct {
		change func(*sc.Input)
		taken  bool
	}{
		"heard again":          {func(in *sc.Input) { in.Fetched = in.Fetched.Add(time.Minute) }, true},
		"no younger":           {func(*sc.Input) {}, false},
		"older":                {func(in *sc.Input) { in.Fetched = in.Fetched.Add(-time.Minute) }, false},
		"says something else":  {func(in *sc.Input) { in.Fetched, in.Status = in.Fetched.Add(time.Minute), new(sc.Status) }, false},
		"does not answer":      {func(in *sc.Input) { in.Fetched, in.Error = in.Fetched.Add(time.Minute), "timeout" }, false},
		"nobody has asked for": {func(in *sc.Input) { in.Fetched, in.Name = in.Fetched.Add(time.Minute), "c" }, false},
		"makes a status anew": {func(in *sc.Input) {
			in.Fetched, in.Status, in.Quiet = in.Fetched.Add(time.Minute), new(sc.Status), true
		}, true},
	} {
		in := a
		tc.change(&in)
		got := k.Confirmed([]sc.Input{in, b})
		if got != k != tc.taken || k.Inputs["a"].Fetched != a.Fetched || len(got.Inputs) != 2 {
			t.Errorf("%s: %+v", name, got.Inputs["a"])
		}
		if now := got.Inputs["a"]; tc.taken && (now.Fetched != in.Fetched || now.Status != a.Status) || now.Error != "" {
			t.Errorf("%s: %+v", name, now)
		}
	}
	// Somebody who has never been heard is news.
	never := a
	never.Fetched = time.Time{}
	k = sc.Merge(nil, []sc.Input{never}, nil, noon)
	if k.Confirmed([]sc.Input{a}) != k {
		t.Error("the first word was not left to Merge")
	}
}
