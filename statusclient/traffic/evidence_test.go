package traffic

import (
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

func TestEvidenceIsTrueForWhoeverReadsIt(t *testing.T) {
	for name, c := range map[string]struct {
		before func(*world)
		want   statusclient.Crowd
	}{
		"nothing else happens":        {func(*world) {}, statusclient.CrowdUnclear},
		"19 answers to 19 others":     {func(w *world) { w.visit(Answered, 1000, 19) }, statusclient.CrowdUnclear},
		"a hundred answers to others": {func(w *world) { w.visit(Answered, 1000, 100) }, statusclient.CrowdNobody},
		"a thousand answers, all to who reads it": {func(w *world) {
			for range 1000 {
				w.visit(Answered, 0, 1)
			}
		}, statusclient.CrowdUnclear},
		"thirty answers to one other": {func(w *world) {
			other := 1 // somebody whose answers are counted apart
			for w.reg.Visitor(person(other), "").shard() == w.reg.Visitor(person(0), "").shard() {
				other++
			}
			for range 30 {
				w.visit(Answered, other, 1)
				w.visit(Answered, 0, 1)
			}
		}, statusclient.CrowdNobody},
		"it worked for many before it broke": {func(w *world) { w.visit(Answered, 1000, 100); time.Sleep(time.Minute) }, statusclient.CrowdUnclear},
		"answers of long ago":                {func(w *world) { w.visit(Answered, 1000, 100); time.Sleep(Span + slot); w.visit(Answered, 1, 1) }, statusclient.CrowdUnclear},
		"one more":                           {func(w *world) { w.visit(Answered, 1000, 100); w.visit(timeout, 1, 1) }, statusclient.CrowdFew},
		"four more":                          {func(w *world) { w.visit(timeout, 1, 4) }, statusclient.CrowdFew},
		"five more":                          {func(w *world) { w.visit(timeout, 1, 5) }, 5},
		"one other who tries again and again": {func(w *world) {
			for range 500 {
				w.visit(timeout, 1, 1)
			}
		}, statusclient.CrowdFew},
		"forty more":                      {func(w *world) { w.visit(unreachable, 1, 38) }, 40},
		"forty more, but before":          {func(w *world) { w.visit(unreachable, 1, 38); time.Sleep(6 * time.Minute) }, statusclient.CrowdUnclear},
		"forty more, four minutes ago":    {func(w *world) { w.visit(unreachable, 1, 38); time.Sleep(4 * time.Minute) }, 40},
		"forty more in different minutes": {func(w *world) { w.visit(unreachable, 1, 20); time.Sleep(3 * time.Minute); w.visit(unreachable, 10, 29) }, 40},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(w *world) {
				c.before(w)
				w.visit(timeout, 0, 1)
				if got := w.evidence().Others; got != c.want {
					t.Errorf("%d, want %d", got, c.want)
				}
			})
		})
	}
}

func TestMachinesAreNoPeople(t *testing.T) {
	machines := func(w *world, outcome uint8, n int) {
		for range n {
			w.tally.Record(time.Now(), outcome, Machine)
		}
	}
	for name, c := range map[string]struct {
		before func(*world)
		want   statusclient.Crowd
	}{
		"a monitor that is answered":       {func(w *world) { machines(w, Answered, 1000) }, statusclient.CrowdUnclear},
		"the same, and 19 people":          {func(w *world) { machines(w, Answered, 1000); w.visit(Answered, 1000, 19) }, statusclient.CrowdUnclear},
		"the same, and a hundred people":   {func(w *world) { machines(w, Answered, 1000); w.visit(Answered, 1000, 100) }, statusclient.CrowdNobody},
		"a monitor that fails":             {func(w *world) { machines(w, timeout, 1000) }, statusclient.CrowdUnclear},
		"the same, and people are well":    {func(w *world) { machines(w, timeout, 1); w.visit(Answered, 1000, 100) }, statusclient.CrowdUnsaid},
		"the same, but long ago":           {func(w *world) { machines(w, timeout, 1); time.Sleep(Span + slot); w.visit(Answered, 1000, 100) }, statusclient.CrowdNobody},
		"a monitor that fails, and people": {func(w *world) { machines(w, timeout, 1000); w.visit(timeout, 1, 4) }, statusclient.CrowdFew},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(w *world) {
				c.before(w)
				w.visit(timeout, 0, 1)
				if got := w.evidence().Others; got != c.want {
					t.Errorf("%d, want %d", got, c.want)
				}
			})
		})
	}
	inFakeTime(t, func(w *world) {
		machines(w, Answered, 7)
		machines(w, timeout, 3)
		w.visit(Answered, 1000, 100)
		s := w.tally.Snapshot(time.Now())
		w.expect("answers to all", s.Answers, 107)
		w.expect("failures of all", s.Failures[timeout-1], 3)
		w.expect("who met them", s.Visitors, statusclient.CrowdUnsaid)
		w.expect("what a machine is told", w.evidence().Others, statusclient.CrowdUnsaid)
		w.visit(timeout, 1, 1)
		w.expect("what a machine is told where one person met it", w.evidence().Others, statusclient.CrowdUnsaid)
	})
}

func TestBrowsersAreOfPeople(t *testing.T) {
	for agent, want := range map[string]bool{
		"Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0":                                                  true,
		"Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36":     true,
		"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)":                                                        true,
		"Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)":                                                  false,
		"Mozilla/5.0 (Linux; Android 6.0.1) Chrome/126.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://google/b.html)": false,
		"Uptime-Kuma/2.0": false, "kube-probe/1.31": false, "Blackbox Exporter/0.25": false, "curl/8.9": false, "": false,
	} {
		if got := IsPerson(agent); got != want {
			t.Errorf("%q: %t", agent, got)
		}
	}
}

// TestAfterARestartNobodyIsSaidToBeTheOnlyOne, for what was before it is forgotten.
func TestAfterARestartNobodyIsSaidToBeTheOnlyOne(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.tally = w.reg.Open("new")
		for passed := time.Duration(0); passed < Span; passed += slot {
			w.visit(Answered, 1000, 100)
			w.visit(timeout, 0, 1)
			w.expect(passed.String(), w.evidence().Others, statusclient.CrowdUnsaid)
			time.Sleep(slot)
		}
		w.visit(Answered, 1000, 100)
		w.expect("after five minutes", w.evidence().Others, statusclient.CrowdNobody)
	})
}

func TestWhereNothingWasRecordedNothingIsSaid(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.expect("new", w.evidence(), statusclient.Evidence{})
		w.visit(Answered, 0, 100)
		w.expect("healthy", w.evidence(), statusclient.Evidence{})
	})
}

func TestEverySecondOnlyOneCrowdIsCounted(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(timeout, 0, 51)
		w.expect("fifty", w.evidence().Others, statusclient.Crowd(50))
		w.visit(timeout, 100, 50)
		w.expect("in the same second", w.evidence().Others, statusclient.Crowd(50))
		time.Sleep(keepCrowd)
		w.expect("a second later", w.evidence().Others, statusclient.Crowd(100))
	})
}

func TestNobodyIsNeverRememberedForTheNextOne(t *testing.T) {
	inFakeTime(t, func(w *world) {
		w.visit(Answered, 1000, 100)
		for n, want := range []statusclient.Crowd{statusclient.CrowdNobody, statusclient.CrowdFew, statusclient.CrowdFew} {
			w.visit(timeout, n, 1)
			w.expect(person(n), w.evidence().Others, want)
		}
	})
}

func TestSinceIsToTheMinute(t *testing.T) {
	inFakeTime(t, func(w *world) {
		time.Sleep(40 * time.Second)
		w.visit(timeout, 0, 1)
		want := time.Now().Truncate(time.Minute)
		time.Sleep(90 * time.Second)
		w.visit(timeout, 0, 1)
		w.expect("since", w.evidence().Since.Equal(want), true)
	})
}

func TestTheCourseIsWhatWasCountedSlotBySlot(t *testing.T) {
	inFakeTime(t, func(w *world) {
		if c := w.tally.Course(time.Now()); c.Answers != nil {
			w.Errorf("nothing happened: %+v", c)
		}
		w.visit(Answered, 1000, 3)
		time.Sleep(slot)
		w.visit(timeout, 1000, 2)
		w.visit(Answered, 2000, 5)
		c := w.tally.Course(time.Now())
		if n := len(c.Answers); n != slots || c.Answers[n-2] != 3 || c.Answers[n-1] != 5 || c.Failures[n-1] != 2 || c.Failures[n-2] != 0 {
			w.Errorf("%+v", c)
		}
		time.Sleep(Span - slot)
		if c := w.tally.Course(time.Now()); c.Answers[0] != 5 || c.Answers[slots-1] != 0 {
			w.Errorf("later %+v", c)
		}
		time.Sleep(slot)
		if c := w.tally.Course(time.Now()); c.Answers != nil {
			w.Errorf("after it all: %+v", c)
		}
	})
}
