package statusclient

import (
	"context"
	"strings"
)

// editor is one system as whoever has its write token sees it. Its calls are made
// one at a time. Each makes one change or none, so that it may be made again when
// it was refused; what one change cannot do is left to the next.
type editor interface {
	// components lists what can be set, with the statuses that they have of their
	// own, whatever incidents are about them.
	components(ctx context.Context) ([]Component, error)

	// incidents lists all that are not over, those that are hidden included;
	// incident finds one that may be over, or says ErrNoIncident.
	incidents(ctx context.Context) ([]posted, error)
	incident(ctx context.Context, id string) (*posted, error)

	// create opens an incident and returns what there is of it then. It tells of
	// each setting that it was made along the way, or that it cannot be.
	create(ctx context.Context, mark string, d *Draft, set []*setting) (*posted, error)

	// update posts; p has a State and, unless only that changes, a Message.
	update(ctx context.Context, in *posted, p *UpdateDraft, set []*setting) error

	// set makes a setting by itself, or tells that it cannot be.
	set(ctx context.Context, s *setting, notify bool) error

	// knows is what the system has beside the rest.
	knows() knows
}

// knows says how far a system goes.
type knows struct {
	impact bool // incidents have one
	holds  bool // components are as bad as their incidents say, and well again without them

	quiet bool // of updates, subscribers are told by settings of the system alone

	// credentials reports whether reading tells good ones from bad ones.
	credentials bool
}

// posted is an incident as those who write see it.
type posted struct {
	Incident
	mark   string // "": Candor did not open it
	native int64  // what the system calls it where that is not ID
	hidden number // as the system has it
}

// setting is a component and the status that it is to have.
type setting struct {
	Component
	to     ComponentStatus
	made   bool
	cannot string // why
}

func (s *setting) String() string { return "component " + s.Name + " set to " + string(s.to) }

// open reports whether there is something left to do.
func (s *setting) open() bool { return !s.made && s.cannot == "" && s.Status != s.to }

// said reports whether p is what was said last.
func (in *posted) said(p *UpdateDraft) bool {
	return in.State == p.State && len(in.Updates) > 0 && sameText(in.Updates[0].Text.Source, p.Message)
}

// sameText takes no notice of what systems do to the ends of lines.
func sameText(a, b string) bool { return tidyText(a) == tidyText(b) }

func tidyText(s string) string {
	lines := strings.Split(strings.TrimSpace(unmarked(cleanLines(s))), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	return strings.Join(lines, "\n")
}
