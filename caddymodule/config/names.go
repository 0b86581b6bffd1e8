package config

import (
	"errors"
	"fmt"
	"regexp"
)

var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// CheckName judges the name of a service or backend, wherever it is written.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("is missing")
	case name == "*":
		return errors.New(`"*" always means every one; choose another name`)
	case !validName.MatchString(name):
		return fmt.Errorf("%.80q is not a name: a-z 0-9 - _ . (up to 64, a letter or digit first)", name)
	}
	return nil
}

// Nearest is the one of known that s may be a slip of; empty when none is near.
func Nearest(s string, known []string) string {
	best, least := "", max(1, min(3, len(s)/2))+1
	for _, k := range known {
		if d := distance(s, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to insert, drop, replace or swap between a and b.
func distance(a, b string) int {
	before, prev := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(prev[j]+cost, prev[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}
