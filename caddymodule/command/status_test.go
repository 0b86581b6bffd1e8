package command

import "testing"

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
