package main

import (
	"math"
	"slices"
	"testing"
)

var nan = math.NaN()

func TestSpreadIsTheMedianAndTheEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		give []float64
		want spread
	}{
		"one":             {[]float64{3}, spread{3, 3, 3}},
		"odd":             {[]float64{9, 1, 5}, spread{5, 1, 9}},
		"even":            {[]float64{4, 1, 2, 9}, spread{3, 1, 9}},
		"an outlier":      {[]float64{1, 1, 1, 1, 1000}, spread{1, 1, 1000}},
		"some not made":   {[]float64{nan, 2, nan, 4}, spread{3, 2, 4}},
		"two alike":       {[]float64{2, 2}, spread{2, 2, 2}},
		"below and above": {[]float64{-1, 1, 0}, spread{0, -1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			give := slices.Clone(tt.give)
			if got := spreadOf(give); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			for i := range give {
				if give[i] != tt.give[i] && !math.IsNaN(give[i]) {
					t.Fatal("the values were moved: rounds no longer match")
				}
			}
		})
	}
	for name, v := range map[string][]float64{"nothing": nil, "nothing made": {nan, nan}} {
		if got := median(v); !math.IsNaN(got) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// A machine that slows down in the middle must not change the ratio, which the
// ratio of the medians would not survive.
func TestPairwiseComparesRoundByRound(t *testing.T) {
	subject := []float64{200, 200, 20, 22, 18}
	against := []float64{100, 100, 10, 11, 9}
	if got := pairwise(subject, against, ratio); got != (spread{2, 2, 2}) {
		t.Errorf("got %v, want 2 throughout", got)
	}
	if got := pairwise([]float64{3, 9}, []float64{1, 2}, difference); got != (spread{4.5, 2, 7}) {
		t.Errorf("differences: got %v", got)
	}
	if got := pairwise([]float64{1, 2, 3}, []float64{1}, ratio); got != (spread{1, 1, 1}) {
		t.Errorf("a round that one side lacks counted: %v", got)
	}
	if got := pairwise([]float64{1, 4}, []float64{0, 2}, ratio); got.median != 2 {
		t.Errorf("a division by nothing counted: %v", got)
	}
}

func TestQuantileIsOneOfTheValues(t *testing.T) {
	v := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]float64{0: 1, 0.2: 1, 0.5: 3, 0.8: 4, 0.99: 5, 1: 5} {
		if got := quantile(v, q); got != want {
			t.Errorf("%v: got %v, want %v", q, got, want)
		}
	}
	if !math.IsNaN(quantile(nil, 0.5)) {
		t.Error("a quantile of nothing")
	}
}

func TestGateIsNotHeldByWhatWasNotMeasured(t *testing.T) {
	for name, tt := range map[string]struct {
		gate *gate
		give float64
		want bool
	}{
		"above at least":   {atLeast(0.95), 0.96, true},
		"on at least":      {atLeast(0.95), 0.95, true},
		"below at least":   {atLeast(0.95), 0.94, false},
		"below at most":    {atMost(1.06), 1.0, true},
		"on at most":       {atMost(1.06), 1.06, true},
		"above at most":    {atMost(1.06), 1.07, false},
		"nothing, minimum": {atLeast(0), nan, false},
		"nothing, maximum": {atMost(0), nan, false},
	} {
		if got := tt.gate.holds(tt.give); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
