package statusclient

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// What people may write at most.
const (
	longestTitle   = 200       // characters
	longestMessage = 10 * 1000 // bytes
	longestKey     = 200       // bytes
	mostComponents = 100
)

// Complete fills in what was left out, and reports the first thing that is wrong.
func (d *Draft) Complete() error {
	d.State, d.Impact = cmp.Or(d.State, Investigating), cmp.Or(d.Impact, ImpactMajor)
	d.Title = cleanLine(d.Title, 2*longestTitle)
	d.Components = maps.Clone(d.Components)
	for name, s := range d.Components {
		d.Components[name] = cmp.Or(s, d.Impact.component())
	}
	switch {
	case d.Title == "":
		return invalid("title", "is empty")
	case utf8.RuneCountInString(d.Title) > longestTitle:
		return invalid("title", "has more than %d characters", longestTitle)
	case len(d.Key) > longestKey:
		return invalid("key", "has more than %d bytes", longestKey)
	case !d.State.Open():
		return invalid("state", "is %s; an incident has to be opened first", d.State)
	}
	d.Key = cmp.Or(d.Key, d.Title)
	return cmp.Or(checkWritten(d.Message, d.State, d.Impact), checkSettings(d.Components))
}

// Check reports the first thing that is wrong.
func (p *UpdateDraft) Check() error {
	if p.State == Postmortem {
		return invalid("state", "is postmortem; write that at the system itself")
	}
	return cmp.Or(
		checkWritten(p.Message, cmp.Or(p.State, Investigating), cmp.Or(p.Impact, ImpactMajor)), checkSettings(p.Components))
}

func checkWritten(message string, state IncidentState, impact Impact) error {
	switch {
	case strings.TrimSpace(message) == "":
		return invalid("message", "is empty; people read it on the status page")
	case len(message) > longestMessage:
		return invalid("message", "has more than %d bytes", longestMessage)
	case !utf8.ValidString(message):
		return invalid("message", "is not valid UTF-8")
	case oneOf(state, StateUnknown, Investigating, Identified, Monitoring, Resolved) == StateUnknown:
		return invalid("state", "is %.40q; it may be investigating, identified, monitoring or resolved", state)
	case oneOf(impact, ImpactUnknown, ImpactNone, ImpactMinor, ImpactMajor, ImpactCritical) == ImpactUnknown:
		return invalid("impact", "is %.40q; it may be none, minor, major or critical", impact)
	}
	return nil
}

func checkSettings(components map[string]ComponentStatus) error {
	if len(components) > mostComponents {
		return invalid("components", "are more than %d", mostComponents)
	}
	for _, name := range slices.Sorted(maps.Keys(components)) {
		if err := components[name].Check(); err != nil {
			return invalid("components", "give %.100q the %v", name, err)
		}
	}
	return nil
}

// Check reports whether s is a status that can be given.
func (s ComponentStatus) Check() error {
	if oneOf(s, ComponentUnknown, Operational, Degraded, PartialOutage, MajorOutage, UnderMaintenance) == ComponentUnknown {
		return fmt.Errorf("status %.40q; it may be operational, degraded, partial_outage, major_outage or maintenance", string(s))
	}
	return nil
}

// component is the status of what an incident of this impact affects.
func (i Impact) component() ComponentStatus {
	switch i {
	case ImpactNone:
		return Operational
	case ImpactMinor:
		return Degraded
	case ImpactCritical:
		return MajorOutage
	}
	return PartialOutage
}
