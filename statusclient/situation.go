package statusclient

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"
)

// Service is one thing that visitors use, as far as the merge needs to know it.
type Service struct {
	Name string

	// Components names what of the backends this service stands on, as
	// BACKEND/NAME, BACKEND/GROUP/NAME, BACKEND/ID or BACKEND/*. None at all
	// means that everything concerns it.
	Components []string

	// Follow closes the service while a backend says that maintenance of one of
	// its components is in progress.
	Follow bool
}

// Input is one backend as the merge and the page see it.
type Input struct {
	Name    string
	URL     string    // the status page for people; may be empty
	Fetched time.Time // when its word was last confirmed, also by "nothing new"; zero: never yet
	Failing time.Time // since when it cannot be asked; zero: it answers
	Error   string    // why, without secrets; empty: it answers
	Holds   bool      // its maintenances in force turn maintenance mode on: the board, nobody else
	Status  *Status   // never nil
	Quiet   bool      // not a status system: nobody stands on it without being named by it

	// Measured says that the statuses of its components are what a monitor sees,
	// and not what anybody has said.
	Measured bool
}

// Situation is everything known about one service at one moment. It is
// immutable; a newer one replaces it. Two situations of one service with the
// same Version say the same.
type Situation struct {
	Service string
	Version uint64

	// Hold is the maintenance that keeps visitors out, nil when the service is
	// live. It ends by itself when its Until has passed, unless a backend leads that
	// the service follows.
	Hold *Maintenance

	// HeldBy is the name of the input that Hold is from.
	HeldBy string

	// Parts are what those get to know whom a maintenance of some paths, or of
	// what changes something, keeps out: the same, with that as the Hold. The
	// strictest come first.
	Parts []*Situation

	Incidents    []Incident    // open, newest first, bounded
	Maintenances []Maintenance // in progress or planned within the week, bounded; Hold is not among them, those of Parts are
	Backends     []string      // names of the backends that this service maps to

	// Components are those of the service that do not do well, or are worked on, and
	// that nothing else here tells of: the worst first, bounded.
	Components []ComponentNote

	lasts bool // until a newer situation says otherwise, Hold does not end
}

// ComponentNote is a component that a service names, and what is the matter with it.
type ComponentNote struct {
	Name    string // as people know it
	Status  ComponentStatus
	Since   time.Time // when somebody said so; zero: unknown
	Backend string    // the name of the backend that says so

	// Said is that people have said so, and that the backend has been heard lately.
	// Then they know, and it decides the state.
	Said bool
}

// out reports whether people know that the component fails.
func (c *ComponentNote) out() bool {
	return c.Said && (c.Status == MajorOutage || c.Status == PartialOutage)
}

// Out reports whether people have said of a component that it fails.
func (s *Situation) Out() bool {
	return slices.ContainsFunc(s.Components, func(c ComponentNote) bool { return c.out() })
}

// State is the one word for a situation, as scripts see it.
type State string

// The states of a service.
const (
	StateUp          State = "up"
	StateFault       State = "fault"
	StateIncident    State = "incident"
	StateMaintenance State = "maintenance"
)

// Holding returns what those get to know at now who ask for a path by a method that
// is safe or not: a situation with the Hold that keeps them out, nil when they get
// through.
func (s *Situation) Holding(path *Readings, safe bool, now time.Time) *Situation {
	if s.Hold != nil && (s.lasts || !s.Hold.over(now)) {
		return s
	}
	for _, p := range s.Parts {
		if p.Hold.KeepsOut(path, safe) && !p.Hold.over(now) {
			return p
		}
	}
	return nil
}

// Waiting is Holding for those who wait for the end of one maintenance, by its id:
// while another one closes all of the service, they wait for that.
func (s *Situation) Waiting(id string, now time.Time) *Situation {
	if s.Hold != nil && (s.lasts || !s.Hold.over(now)) {
		return s
	}
	for _, p := range s.Parts {
		if p.Hold.ID == id && !p.Hold.over(now) {
			return p
		}
	}
	return nil
}

// Holds are the maintenances that keep anybody out.
func (s *Situation) Holds() iter.Seq[*Maintenance] {
	return func(yield func(*Maintenance) bool) {
		if s.Hold != nil && !yield(s.Hold) {
			return
		}
		for _, p := range s.Parts {
			if !yield(p.Hold) {
				return
			}
		}
	}
}

// over reports whether a maintenance that holds has ended by itself.
func (m *Maintenance) over(now time.Time) bool { return !m.Until.IsZero() && !m.Until.After(now) }

// State is the one word for this situation. What only the edge itself can tell,
// a fault that nobody has confirmed, is not in it; nor is a maintenance of some
// paths or of what changes something: of the rest it says nothing.
func (s *Situation) State() State {
	switch {
	case s.Hold != nil:
		return StateMaintenance
	case len(s.Incidents) > 0 || s.Out():
		return StateIncident
	}
	for i := range s.Maintenances {
		if m := &s.Maintenances[i]; m.Whole() && (m.State == InProgress || m.State == Verifying) {
			return StateMaintenance
		}
	}
	for i := range s.Components {
		if c := &s.Components[i]; c.Said && c.Status == UnderMaintenance {
			return StateMaintenance
		}
	}
	return StateUp
}

// Knowledge is all situations and where they come from, published as one.
type Knowledge struct {
	Situations map[string]*Situation // by service name; never nil values
	Inputs     map[string]Input      // by backend name
	Next       time.Time             // when time alone changes something; zero: never

	hashes hashes // of the incidents in Inputs
}

// Confirmed is k with the words of inputs as old as they are by now; k itself where
// nobody was heard since. It says nothing new: what somebody says otherwise, or that he
// no longer answers, is left to Merge.
func (k *Knowledge) Confirmed(inputs []Input) *Knowledge {
	var newer *Knowledge
	for i := range inputs {
		in := &inputs[i]
		known, ok := k.Inputs[in.Name]
		said := known.Status == in.Status || in.Quiet // makes one whenever it is asked
		if !ok || !said || known.Error != in.Error || known.Fetched.IsZero() || !in.Fetched.After(known.Fetched) {
			continue
		}
		if newer == nil {
			copied := *k
			copied.Inputs = maps.Clone(k.Inputs)
			newer = &copied
		}
		known.Fetched = in.Fetched
		newer.Inputs[in.Name] = known
	}
	return cmp.Or(newer, k)
}
