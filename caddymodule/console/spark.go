package console

// The measures of a sparkline, as its viewBox has them.
const (
	sparkHeight = 24
	sparkStep   = 6 // from one bar to the next
	sparkBar    = 5
)

// spark is the last minutes of a service's traffic as bars, the newest at the end:
// what was answered, and on top of it what failed.
type spark struct {
	Width, Height, Bar int
	Ground             int // where the line below the bars is
	Bars               []bar
}

type bar struct{ X, AnsweredY, Answered, FailedY, Failed int }

func newSpark(answers, failures []int) spark {
	s := spark{Width: sparkStep * max(len(answers), len(failures)), Height: sparkHeight, Bar: sparkBar, Ground: sparkHeight - 1}
	most := 1
	at := func(list []int, i int) int {
		if i < len(list) {
			return max(list[i], 0)
		}
		return 0
	}
	for i := range max(len(answers), len(failures)) {
		most = max(most, at(answers, i)+at(failures, i))
	}
	// What is there is seen, however much more there was at other times.
	scale := func(n int) int {
		if n == 0 {
			return 0
		}
		return max(2, n*(sparkHeight-2)/most)
	}
	for i := range max(len(answers), len(failures)) {
		a, f := scale(at(answers, i)), scale(at(failures, i))
		s.Bars = append(s.Bars, bar{X: i * sparkStep, AnsweredY: sparkHeight - 1 - a, Answered: a, FailedY: sparkHeight - 1 - a - f, Failed: f})
	}
	return s
}
