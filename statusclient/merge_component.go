package statusclient

import (
	"strings"
	"time"
)

// credible is how long a backend that cannot be asked is believed on how a
// component does: that changes without anybody saying so.
const credible = 15 * time.Minute

// ailments are the classes of the statuses that are worth telling, the worst first.
// What is not among them does well, or nobody knows.
var ailments = map[ComponentStatus]int{
	MajorOutage:      classComponent,
	PartialOutage:    classComponent + 1,
	Degraded:         classComponent + 2,
	UnderMaintenance: classComponent + 3,
}

// ailing are the components of an input that do not do well, but for those that an
// incident or work under way among its items tells of already.
func ailing(items []item, from int, input *Input, backends map[string]int, now time.Time) (out []item) {
	shown, believed, next := heard(input, now)
	if !shown {
		return nil
	}
	all := input.Status.Components
	n := 0
	for i := range all {
		if ailments[all[i].Status] != 0 {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	covered := coveredBy(items)
	out = make([]item, 0, n)
	notes, ids := make([]ComponentNote, n), make([]string, n)
	for i := range all {
		c := &all[i]
		class := ailments[c.Status]
		if class == 0 || c.ID == "" || covered[c.ID] {
			continue
		}
		note, id := &notes[len(out)], ids[len(out):len(out)+1:len(out)+1]
		id[0] = c.ID
		*note = ComponentNote{
			Name: c.Name, Status: c.Status, Since: c.Changed, Backend: input.Name,
			Said: believed && (!input.Measured || c.Status == UnderMaintenance),
		}
		if input.Holds {
			note.Name = componentName(c.Name, backends)
		}
		if note.Name == "" {
			continue
		}
		it := item{from: from, component: note, ids: id, shown: true, next: next, hash: hashComponent(note), class: class}
		if input.Holds && c.Name != "*" {
			it.services = []string{c.Name}
		}
		out = append(out, it)
	}
	return out
}

// coveredBy are the components that anything shown is about which goes on.
func coveredBy(items []item) map[string]bool {
	covered := make(map[string]bool)
	for i := range items {
		it := &items[i]
		if m := it.maintenance; !it.shown || m != nil && m.State != InProgress && m.State != Verifying {
			continue
		}
		components, _ := it.names()
		for _, id := range components {
			covered[id] = true
		}
	}
	return covered
}

// heard reports whether what an input says of components is still shown, and still
// believed, and when time alone changes that.
func heard(input *Input, now time.Time) (shown, believed bool, next time.Time) {
	if input.Holds || input.Failing.IsZero() {
		return true, true, time.Time{}
	}
	for _, end := range []time.Time{input.Fetched.Add(credible), input.Fetched.Add(overdue)} {
		if end.After(now) {
			return true, end.Sub(input.Fetched) == credible, end
		}
	}
	return false, false, time.Time{}
}

// componentName is the name alone of what the board may call BACKEND/NAME or
// BACKEND/GROUP/NAME, as services do.
func componentName(name string, backends map[string]int) string {
	backend, rest, ok := strings.Cut(name, "/")
	if _, known := backends[backend]; !ok || !known {
		return name
	}
	const slash = "\x00"
	rest = strings.ReplaceAll(rest, "//", slash)
	return strings.ReplaceAll(rest[strings.LastIndex(rest, "/")+1:], slash, "/")
}
