package statusclient

import (
	"encoding/binary"
	"time"

	"github.com/cespare/xxhash/v2"
)

// hasher makes versions: equal sums mean equal content, also between processes
// and machines, so that edges of one fleet agree on them.
type hasher struct{ d xxhash.Digest }

func newHasher() *hasher {
	h := new(hasher)
	h.d.Reset()
	return h
}

func (h *hasher) num(n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	h.d.Write(b[:])
}

// str writes a string so that it cannot run into the next one.
func (h *hasher) str(s string) {
	h.num(uint64(len(s)))
	h.d.WriteString(s)
}

func (h *hasher) bool(b bool) {
	if b {
		h.num(1)
	} else {
		h.num(0)
	}
}

func (h *hasher) strs(list []string) {
	h.num(uint64(len(list)))
	for _, s := range list {
		h.str(s)
	}
}

// time writes a moment; in which zone it was said makes no difference.
func (h *hasher) time(t time.Time) {
	h.num(uint64(t.Unix()))
	h.num(uint64(t.Nanosecond()))
}

func (h *hasher) updates(list []Update) {
	h.num(uint64(len(list)))
	for i := range list {
		u := &list[i]
		h.str(u.State)
		h.str(u.Text.Source)
		h.str(string(u.Text.Markup))
		h.str(string(u.Text.HTML))
		h.str(u.Text.Plain)
		h.time(u.At)
	}
}

func (h *hasher) sum() uint64 { return h.d.Sum64() }

func hashIncident(in *Incident) uint64 {
	h := newHasher()
	h.strs([]string{"incident", in.ID, in.Title, string(in.State), string(in.Impact), in.URL})
	h.strs(in.Components)
	h.strs(in.Services)
	h.updates(in.Updates)
	h.time(in.Started)
	h.time(in.Resolved)
	h.time(in.NextUpdate)
	return h.sum()
}

// hashes are those of incidents, in their order, by the status that they are of.
// Statuses never change, and most are the same in the next merge.
type hashes map[*Status][]uint64

// hashesOf returns what is known already of each status, else what it is. Only
// what is shown of an incident counts.
func hashesOf(inputs []Input, known hashes) hashes {
	out := make(hashes, len(inputs))
	for i := range inputs {
		s := inputs[i].Status
		if s == nil {
			continue
		}
		if out[s] = known[s]; out[s] != nil {
			continue
		}
		sums := make([]uint64, len(s.Incidents))
		for j := range s.Incidents {
			if in := s.Incidents[j]; in.goesOn() {
				in.Updates = first(in.Updates, maxUpdates)
				sums[j] = hashIncident(&in)
			}
		}
		out[s] = sums
	}
	return out
}

func hashComponent(c *ComponentNote) uint64 {
	h := newHasher()
	h.strs([]string{"component", c.Name, string(c.Status), c.Backend})
	h.time(c.Since)
	h.bool(c.Said)
	return h.sum()
}

func hashMaintenance(m *Maintenance) uint64 {
	h := newHasher()
	h.strs([]string{"maintenance", m.ID, m.Title, string(m.State), m.URL})
	h.strs(m.Components)
	h.strs(m.Services)
	h.updates(m.Updates)
	h.time(m.From)
	h.time(m.Until)
	h.strs(m.Paths)
	h.bool(m.ReadOnly)
	h.str(m.Every)
	h.time(m.Promised)
	return h.sum()
}
