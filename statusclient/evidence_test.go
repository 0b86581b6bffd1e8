package statusclient

import (
	"testing"
	"time"
)

func TestCrowdsAreRoundedSoThatNoFigurePointsAtAPerson(t *testing.T) {
	for n, want := range map[int]Crowd{
		-1: CrowdNobody, 0: CrowdNobody, 1: CrowdFew, 4: CrowdFew, 5: 5, 7: 5, 8: 10, 14: 10, 15: 20, 38: 40, 44: 40,
		45: 50, 94: 90, 95: 100, 99: 100, 149: 100, 150: 200, 949: 900, 950: 1000, 9_499: 9_000, 9_500: 10_000,
		1_234_567: 1_000_000, 1 << 40: maxCrowd,
	} {
		if got := CrowdOf(n); got != want {
			t.Errorf("%d became %d, want %d", n, got, want)
		}
	}
	classes, last := 0, CrowdNobody
	for n := range 2_000_000 {
		c := CrowdOf(n)
		if c == last {
			continue
		}
		if c < last && last > 0 {
			t.Fatalf("%d is %d, fewer than before: %d", n, c, last)
		}
		if classes++; CrowdOf(int(c)) != c {
			t.Errorf("%d is not its own class", c)
		}
		last = c
	}
	if classes > 60 {
		t.Errorf("%d classes up to two million, each a rendering", classes)
	}
}

func TestRoundedEvidenceIsEqualWhereItSaysTheSame(t *testing.T) {
	at := time.Now().Truncate(time.Minute)
	a := Evidence{Since: at.Add(3 * time.Second), Others: 38}
	b := Evidence{Since: at.Add(57 * time.Second).In(time.FixedZone("CET", 3600)), Others: 41}
	if a.Rounded() != b.Rounded() || !a.Rounded().Since.Equal(at) {
		t.Errorf("%v and %v differ", a.Rounded(), b.Rounded())
	}
	for _, e := range []Evidence{{}, {Others: CrowdUnclear}, {Others: CrowdNobody}, {Others: CrowdFew}} {
		if e.Rounded() != e {
			t.Errorf("%v became %v", e, e.Rounded())
		}
	}
}
