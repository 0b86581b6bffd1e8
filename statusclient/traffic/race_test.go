package traffic

import (
	"sync"
	"testing"
)

func TestManyRecordAtOnce(t *testing.T) {
	reg := NewRegistry()
	defer func() { _ = reg.Destruct() }()
	w := reg.Open("portal")
	const people, each = 8, 2000
	var all sync.WaitGroup
	for p := range people {
		all.Go(func() {
			v := reg.Visitor(person(p), "browser")
			for i := range each {
				now := reg.Now()
				w.Record(now, uint8(i%2), v)
				if i%100 == 0 {
					w.Evidence(now)
					w.Snapshot(now)
					w.Poll(now, false, v)
					reg.Close(reg.Open("portal"))
					reg.Tidy()
				}
			}
		})
	}
	all.Wait()
	s := w.Snapshot(reg.Now())
	if s.Answers != people*each/2 || s.Failures[0] != people*each/2 {
		t.Errorf("%d answers, %v", s.Answers, s.Failures)
	}
	if e := w.Evidence(reg.Now()); e.Others != 5 {
		t.Errorf("%d others of %d", e.Others, people)
	}
}
