package statusclient

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// index finds what concerns a service without looking at what does not: only
// what incidents and maintenances name is in it, never every component.
type index struct {
	items       []item // in the order in which they are shown; a rank is a place in it
	lists       [][]uint32
	numbers     map[string]uint32 // of lists, by what is in them
	position    map[string]int
	byInput     []inputIndex
	byService   map[string]uint32
	byComponent map[string]uint32 // what the board names, as services do: BACKEND/NAME, and BACKEND/* for all of these
	everyone    uint32
}

// inputIndex is one input's part of an index.
type inputIndex struct {
	wide   uint32            // what names neither components nor services
	named  uint32            // what names components
	posted uint32            // the same without how components do
	byName map[string]uint32 // the same by all that a service may call the component
}

// noList is the number of the empty list.
const noList = 0

func newIndex(inputs []Input, known hashes, now time.Time) *index {
	x := &index{
		lists:    make([][]uint32, 1),
		numbers:  map[string]uint32{"": noList},
		position: make(map[string]int, len(inputs)),
		byInput:  make([]inputIndex, len(inputs)),
	}
	for i := range inputs {
		x.position[inputs[i].Name] = i
	}
	for i := range inputs {
		x.items = collect(x.items, i, &inputs[i], x.position, known, now)
	}
	slices.SortStableFunc(x.items, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.class, b.class), a.order.Compare(b.order))
	})

	var everyone []uint32
	byService, byComponent := make(map[string][]uint32), make(map[string][]uint32)
	wide, named, posted := make([][]uint32, len(inputs)), make([][]uint32, len(inputs)), make([][]uint32, len(inputs))
	byID := make([]map[string][]uint32, len(inputs))
	for i := range x.items {
		it, rank := &x.items[i], uint32(i)
		components, services := it.names()
		if len(components) == 0 && len(services) == 0 {
			wide[it.from] = append(wide[it.from], rank)
		}
		if len(components) > 0 {
			named[it.from] = append(named[it.from], rank)
			if it.component == nil {
				posted[it.from] = append(posted[it.from], rank)
			}
			if byID[it.from] == nil {
				byID[it.from] = make(map[string][]uint32)
			}
		}
		for _, id := range components {
			if backend, _, ok := strings.Cut(id, "/"); ok && inputs[it.from].Holds {
				byComponent[id] = append(byComponent[id], rank)
				byComponent[backend+"/*"] = append(byComponent[backend+"/*"], rank)
			}
			byID[it.from][id] = append(byID[it.from][id], rank)
		}
		for _, name := range services {
			if name == "*" {
				everyone = append(everyone, rank)
			} else {
				byService[name] = append(byService[name], rank)
			}
		}
	}
	x.everyone = x.number(everyone)
	x.byService, x.byComponent = x.numbered(byService), x.numbered(byComponent)
	for i := range inputs {
		x.byInput[i] = inputIndex{
			wide: x.number(wide[i]), named: x.number(named[i]), posted: x.number(posted[i]),
			byName: x.byName(inputs[i].Status, byID[i]),
		}
	}
	return x
}

// byName turns ids of components into what services may call them. A name wins
// over an id that reads the same. An id that the input does not list counts
// too: some systems name components in incidents only.
func (x *index) byName(s *Status, byID map[string][]uint32) map[string]uint32 {
	if len(byID) == 0 {
		return nil
	}
	byName := make(map[string][]uint32, 2*len(byID))
	ids := make(map[string][]uint32, len(byID))
	for id, ranks := range byID {
		ids[norm.NFC.String(id)] = ranks
	}
	for i := range s.Components {
		c := &s.Components[i]
		name := norm.NFC.String(c.Name)
		if ranks := byID[c.ID]; ranks != nil && name != "" {
			byName[quote(name)] = append(byName[quote(name)], ranks...)
			if group := norm.NFC.String(c.Group); group != "" {
				name := quote(group) + "/" + quote(name)
				byName[name] = append(byName[name], ranks...)
			}
		}
		delete(ids, name)
	}
	for id, ranks := range ids {
		byName[quote(id)] = append(byName[quote(id)], ranks...)
	}
	return x.numbered(byName)
}

func (x *index) numbered(lists map[string][]uint32) map[string]uint32 {
	numbers := make(map[string]uint32, len(lists))
	for name, ranks := range lists {
		numbers[name] = x.number(ranks)
	}
	return numbers
}

// quote doubles the slashes of a name, as configurations have to.
func quote(name string) string { return strings.ReplaceAll(name, "/", "//") }

// number returns the number of a list of ranks; equal lists have one number.
func (x *index) number(ranks []uint32) uint32 {
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	key := make([]byte, 0, 4*len(ranks))
	for _, r := range ranks {
		key = binary.LittleEndian.AppendUint32(key, r)
	}
	n, ok := x.numbers[string(key)]
	if !ok {
		n = uint32(len(x.lists))
		x.lists = append(x.lists, ranks)
		x.numbers[string(key)] = n
	}
	return n
}

// ranks returns what is in any of the lists, in order.
func (x *index) ranks(lists []uint32) []uint32 {
	var all []uint32
	for _, n := range lists {
		all = append(all, x.lists[n]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
