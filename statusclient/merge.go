package statusclient

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/text/unicode/norm"
)

// Merge makes one situation per service of what all inputs say at now. It is
// pure: it keeps none of its arguments but the strings, the update slices and
// the statuses in them, which are immutable. prev, which may be nil, is what was
// known before; the situation of a service about which nothing new is said is
// the same pointer in both.
//
// An incident or a maintenance concerns a service when
//   - it names one of the service's components, or names any component while the
//     service has BACKEND/* or no components at all;
//   - it stands on the board and names one of the service's components as the
//     service does, or any of BACKEND while the service has BACKEND/*;
//   - it names the service, or "*";
//   - it names neither, and the service maps to its backend: by a component,
//     known or not, or by having none.
//
// What names the service or its components comes first, what is about everything
// after it. Incidents are newest first; of maintenances, those in progress come
// before those planned, the soonest of these first. How a component does concerns
// the services that name it, alone or with BACKEND/*, and on the board the one that
// it has the name of.
func Merge(services []Service, inputs []Input, prev *Knowledge, now time.Time) *Knowledge {
	k := &Knowledge{
		Situations: make(map[string]*Situation, len(services)),
		Inputs:     make(map[string]Input, len(inputs)),
	}
	for _, input := range inputs {
		k.Inputs[input.Name] = input
	}
	var known hashes
	if prev != nil {
		known = prev.hashes
	}
	k.hashes = hashesOf(inputs, known)
	m := merger{
		index: newIndex(inputs, k.hashes, now), inputs: inputs,
		now: now, shared: make(map[string]*content), mapped: make([]uint64, (len(inputs)+63)/64),
	}
	for i := range services {
		s := &services[i]
		c := m.content(s)
		version := c.version ^ xxhash.Sum64String(s.Name)
		if prev != nil {
			if old := prev.Situations[s.Name]; old != nil && old.Version == version {
				k.Situations[s.Name] = old
				continue
			}
		}
		k.Situations[s.Name] = c.situation(s.Name, version)
	}
	for _, c := range m.shared {
		k.Next = earliest(k.Next, c.next)
	}
	return k
}

// merger makes the content of situations. Services that are concerned by the
// same lists of the index share it: at ten thousand services nearly all do.
type merger struct {
	*index
	inputs []Input
	now    time.Time
	shared map[string]*content

	// Of the service at hand, kept for their memory: which inputs it maps to,
	// and the lists that concern it.
	mapped    []uint64
	own, wide []uint32
	key       []byte
}

// content is a situation without the name of its service.
type content struct {
	version      uint64
	hold         *Maintenance
	heldBy       string
	lasts        bool
	parts        []*item // what holds some requests back, the strictest first
	holders      []Input
	incidents    []Incident
	maintenances []Maintenance
	components   []ComponentNote
	inputs       []string
	next         time.Time
}

// situation is the content as that of one service.
func (c *content) situation(service string, version uint64) *Situation {
	s := &Situation{
		Service: service, Version: version,
		Hold: c.hold, HeldBy: c.heldBy, lasts: c.lasts, Incidents: c.incidents, Maintenances: c.maintenances,
		Components: c.components, Backends: c.inputs,
	}
	for _, it := range c.parts {
		hash := newHasher()
		hash.num(version)
		hash.num(it.hash)
		part := *s
		part.Version, part.Hold, part.lasts, part.Parts = hash.sum(), it.maintenance, false, nil
		part.HeldBy = c.holders[it.from].Name
		part.Maintenances = nil
		for i := range s.Maintenances {
			if m := &s.Maintenances[i]; m.Whole() || m.ID != it.maintenance.ID {
				part.Maintenances = append(part.Maintenances, *m)
			}
		}
		s.Parts = append(s.Parts, &part)
	}
	return s
}

// content finds what concerns a service.
func (m *merger) content(s *Service) *content {
	clear(m.mapped)
	m.own, m.wide = m.own[:0], m.wide[:0]
	if len(s.Components) == 0 {
		for i := range m.inputs {
			if !m.inputs[i].Quiet {
				m.add(i, "")
			}
		}
	}
	for _, ref := range s.Components {
		backend, name, _ := strings.Cut(ref, "/")
		if i, ok := m.position[backend]; ok {
			m.add(i, cmp.Or(name, "/")) // no component has that name
		}
		m.own = appendList(m.own, m.byComponent[ref])
	}
	m.own = appendList(m.own, m.byService[s.Name])
	m.wide = appendList(m.wide, m.everyone)

	m.key = append(m.key[:0], 0)
	if s.Follow {
		m.key[0] = 1
	}
	for _, w := range m.mapped {
		m.key = binary.LittleEndian.AppendUint64(m.key, w)
	}
	for _, list := range m.own {
		m.key = binary.LittleEndian.AppendUint32(m.key, list)
	}
	m.key = binary.LittleEndian.AppendUint32(m.key, noList)
	for _, list := range m.wide {
		m.key = binary.LittleEndian.AppendUint32(m.key, list)
	}
	c := m.shared[string(m.key)]
	if c == nil {
		c = m.assemble(s.Follow)
		m.shared[string(m.key)] = c
	}
	return c
}

// add notes that the service at hand stands on a component of an input; "" is all
// that is posted there, as long as nobody said what the service is made of.
func (m *merger) add(from int, name string) {
	input := &m.byInput[from]
	if word, bit := from/64, uint64(1)<<(from%64); m.mapped[word]&bit == 0 {
		m.mapped[word] |= bit
		m.wide = appendList(m.wide, input.wide)
	}
	switch {
	case name == "":
		m.own = appendList(m.own, input.posted)
	case name == "*":
		m.own = appendList(m.own, input.named)
	case len(input.byName) > 0:
		m.own = appendList(m.own, input.byName[norm.NFC.String(name)])
	}
}

func appendList(lists []uint32, list uint32) []uint32 {
	if list == noList {
		return lists
	}
	return append(lists, list)
}

// assemble makes the content of the service at hand.
func (m *merger) assemble(follow bool) *content {
	ranks := m.ranks(m.own)
	named := len(ranks)
	for _, r := range m.ranks(m.wide) {
		if !slices.Contains(ranks, r) {
			ranks = append(ranks, r)
		}
	}
	c := &content{holders: m.inputs}
	hash := newHasher()
	hold := m.closings(c, ranks, named, follow)
	if hold != nil {
		c.hold, c.heldBy = hold.maintenance, m.inputs[hold.from].Name
		if c.hold.over(m.now) { // the board's never is: this one ends when the backend says so
			late := *c.hold
			hash.str("late")
			late.Promised, late.Until = late.Until, time.Time{}
			c.hold = &late
		}
		hash.num(hold.hash)
		hash.str(c.heldBy)
	} else {
		hash.num(0)
	}
	for _, it := range c.parts {
		hash.num(it.hash)
	}
	for _, r := range ranks {
		switch it := &m.items[r]; {
		case !it.shown || it == hold:
		case it.incident != nil && len(c.incidents) < maxShown:
			c.incidents = append(c.incidents, *it.incident)
			hash.num(it.hash)
		case it.maintenance != nil && len(c.maintenances) < maxShown:
			c.maintenances = append(c.maintenances, *it.maintenance)
			hash.num(it.hash)
		case it.component != nil && len(c.components) < maxShown:
			c.components = append(c.components, *it.component)
			hash.num(it.hash)
		}
	}
	for word, set := range m.mapped {
		for ; set != 0; set &= set - 1 {
			name := m.inputs[word*64+bits.TrailingZeros64(set)].Name
			c.inputs = append(c.inputs, name)
			hash.str(name)
		}
	}
	if c.lasts {
		hash.str("lasts")
	}
	c.version = hash.sum()
	return c
}

// closings finds among the items of these ranks, of which the first so many name the
// service or what it is made of, what closes it: the one that does so as a whole and
// for longest, nil if there is none, and in c those that close parts of it.
func (m *merger) closings(c *content, ranks []uint32, named int, follow bool) (hold *item) {
	for i, r := range ranks {
		it := &m.items[r]
		c.next = earliest(c.next, it.next)
		led := follow && it.leads && i < named
		c.lasts = c.lasts || led && it.maintenance.Whole()
		switch {
		case !it.holds && !led:
		case !it.maintenance.Whole():
			c.parts = append(c.parts, it)
		case hold == nil || outlasts(it.maintenance, hold.maintenance):
			hold = it
		}
	}
	slices.SortStableFunc(c.parts, func(a, b *item) int { return stricter(a.maintenance, b.maintenance) })
	return hold
}

// stricter sorts what keeps more visitors out, or for longer, to the front.
func stricter(a, b *Maintenance) int {
	switch {
	case a.ReadOnly != b.ReadOnly && b.ReadOnly, a.ReadOnly == b.ReadOnly && outlasts(a, b):
		return -1
	case a.ReadOnly != b.ReadOnly, outlasts(b, a):
		return 1
	}
	return 0
}

// outlasts reports whether a keeps visitors out for longer than b.
func outlasts(a, b *Maintenance) bool {
	return !b.Until.IsZero() && (a.Until.IsZero() || a.Until.After(b.Until))
}
