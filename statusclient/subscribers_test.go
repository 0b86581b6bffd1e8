package statusclient

import (
	"sync"
	"testing"
)

func TestSubscribersAreToldUntilTheyCancel(t *testing.T) {
	var s Subscribers
	told := map[string]int{}
	s.Tell() // nobody
	s.Add(func() { told["stays"]++ })
	var cancel func()
	cancel = s.Add(func() {
		told["once"]++
		cancel()
		s.Add(func() { told["later"]++ })
	})
	for range 3 {
		s.Tell()
	}
	cancel() // again
	s.Tell()
	if told["stays"] != 4 || told["once"] != 1 || told["later"] != 3 {
		t.Errorf("told %v", told)
	}
}

func TestSubscribersComeAndGoWhileOthersAreTold(t *testing.T) {
	var s Subscribers
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				cancel := s.Add(func() {})
				s.Tell()
				cancel()
			}
		})
	}
	all.Wait()
	if len(s.all) > 0 {
		t.Errorf("%d are left", len(s.all))
	}
}
