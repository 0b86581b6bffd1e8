package statusclient

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// previewID stands for the id of an incident that is not open yet.
const previewID = "preview"

// PreviewOpen is s as it would be with the incident that d opens, as far as that
// can be said without asking. Its errors are those of Writer.Open. s stays as it is.
func (s *Status) PreviewOpen(d Draft, now time.Time) (*Status, error) {
	if err := d.Complete(); err != nil {
		return nil, err
	}
	in := Incident{ID: previewID, Title: d.Title, Impact: d.Impact, Started: now}
	for _, name := range slices.Sorted(maps.Keys(d.Components)) {
		c, err := componentNamed(s.Components, name)
		if err != nil {
			return nil, err
		}
		in.Components = append(in.Components, c.ID)
	}
	return s.with(in, d.State, d.Message, now), nil
}

// PreviewUpdate is PreviewOpen for what Writer.Update adds to an incident that s
// has.
func (s *Status) PreviewUpdate(id string, p UpdateDraft, now time.Time) (*Status, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	for name := range p.Components {
		if _, err := componentNamed(s.Components, name); err != nil {
			return nil, err
		}
	}
	i := slices.IndexFunc(s.Incidents, func(in Incident) bool { return in.ID == id })
	if i < 0 {
		return nil, ErrNoIncident
	}
	in := s.Incidents[i]
	in.Impact = cmp.Or(p.Impact, in.Impact)
	return s.with(in, cmp.Or(p.State, in.State), p.Message, now), nil
}

// with is s with an update of an incident, which is new or in the place of the one
// with its id.
func (s *Status) with(in Incident, state IncidentState, message string, now time.Time) *Status {
	u := Update{State: string(state), Text: Text{Source: message, Markup: s.markup()}, At: now}
	u.Text.Clean()
	in.State, in.Updates = state, append([]Update{u}, in.Updates...)
	out := *s
	out.Incidents = append([]Incident{in}, slices.DeleteFunc(slices.Clone(s.Incidents), func(o Incident) bool { return o.ID == in.ID })...)
	return &out
}

// markup is what texts of a system are written in, as far as it has any.
func (s *Status) markup() Markup {
	for i := range s.Incidents {
		for j := range s.Incidents[i].Updates {
			if m := s.Incidents[i].Updates[j].Text.Markup; m != "" {
				return m
			}
		}
	}
	return Markdown
}
