package main

import (
	"math"
	"slices"
)

// spread is what a handful of measurements come to.
type spread struct {
	median, min, max float64
}

// spreadOf ignores what is no number: a measurement that could not be made.
func spreadOf(values []float64) spread {
	v := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(v) == 0 {
		return spread{math.NaN(), math.NaN(), math.NaN()}
	}
	slices.Sort(v)
	mid := v[len(v)/2]
	if len(v)%2 == 0 {
		mid = (v[len(v)/2-1] + mid) / 2
	}
	return spread{mid, v[0], v[len(v)-1]}
}

func median(values []float64) float64 { return spreadOf(values).median }

// pairwise compares two series round by round: what made one round slow made it
// slow for both. Rounds that one of them lacks do not count.
func pairwise(subject, against []float64, compare func(s, a float64) float64) spread {
	n := min(len(subject), len(against))
	out := make([]float64, n)
	for i := range n {
		out[i] = compare(subject[i], against[i])
	}
	return spreadOf(out)
}

func ratio(s, a float64) float64 {
	if a == 0 {
		return math.NaN()
	}
	return s / a
}

func difference(s, a float64) float64 { return s - a }

// quantile is the smallest of the values that a share q of them does not exceed.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	v := slices.Sorted(slices.Values(values))
	i := int(math.Ceil(q*float64(len(v)))) - 1
	return v[min(max(i, 0), len(v)-1)]
}

// gate is a bound that a figure must keep.
type gate struct {
	bound   float64
	atLeast bool // else at most
}

func atLeast(v float64) *gate { return &gate{v, true} }
func atMost(v float64) *gate  { return &gate{v, false} }

// holds is false for what could not be measured: a gate that nobody looked
// through is not held.
func (g *gate) holds(v float64) bool {
	switch {
	case math.IsNaN(v):
		return false
	case g.atLeast:
		return v >= g.bound
	default:
		return v <= g.bound
	}
}
