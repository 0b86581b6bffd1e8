package statusclient

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestWhatCandorOpenedIsFoundBehindManyOthers: it is on the last page of those that
// go on.
func TestWhatCandorOpenedIsFoundBehindManyOthers(t *testing.T) {
	for name, w := range map[string]writing{
		"cachet 2.3": cachetWriting("2.3"), "cachet 2.4": cachetWriting("2.4"), "cachet 3": cachetWriting("3"), "statuspage": statuspageWriting(),
	} {
		t.Run(name, func(t *testing.T) {
			w.stage(t, func(s *stage) {
				first := s.is(s.writer().Open(s.t.Context(), w.draft()))
				for i := range 120 {
					title := fmt.Sprintf("Another, the %d.", i)
					switch f := s.fake.(type) {
					case *fakeCachet2:
						f.add(title, "By hand.", 1, 1)
					case *fakeCachet3:
						f.add(title, "By hand.", 1, 1)
					case *fakeStatuspage:
						n := &fakeIncident{ID: fmt.Sprintf("hand%d", i), Name: title}
						n.say("investigating", "By hand.")
						f.incidents = append([]*fakeIncident{n}, f.incidents...)
					}
				}
				again := s.is(s.writer().Open(s.t.Context(), w.draft()))
				s.wants("found", fmt.Sprint(again.ID, again.Already), fmt.Sprint(first.ID, true))
				s.wants("incidents", len(s.fake.log("Portal down")), 1)
			})
		})
	}
}

// TestAComponentBehindManyOthersIsSet: it is on the last page of those that there are.
func TestAComponentBehindManyOthersIsSet(t *testing.T) {
	const others = 399 // with the group of a Statuspage, the pages before it are full
	for name, w := range map[string]writing{
		"cachet 2.3": cachetWriting("2.3"), "cachet 2.4": cachetWriting("2.4"), "cachet 3": cachetWriting("3"), "statuspage": statuspageWriting(),
	} {
		t.Run(name, func(t *testing.T) {
			w.stage(t, func(s *stage) {
				switch f := s.fake.(type) {
				case *fakeCachet2:
					for i := range others {
						f.components = slices.Insert(f.components, 0, map[string]any{"id": 100 + i, "name": fmt.Sprint("Other ", i), "status": 1, "enabled": true, "group_id": 0})
					}
				case *fakeCachet3:
					f.others = others
				case *fakeStatuspage:
					f.others = others
				}
				s.is(s.writer().Open(s.t.Context(), w.draft()))
				s.wants("opened", s.read(), w.life[0])
				s.is(s.writer().SetComponents(s.t.Context(), map[string]ComponentStatus{w.mail: Degraded}))
				s.wants("set", strings.Contains(s.read(), w.mail+"=degraded"), true)
			})
		})
	}
}
