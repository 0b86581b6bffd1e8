package board

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// Component is how a part of what the board watches does, as people or programs
// have said. Parts that nobody has said anything of are not there.
type Component struct {
	Name    string                       `json:"name"`
	Status  statusclient.ComponentStatus `json:"status"`
	Changed time.Time                    `json:"changed"`
}

func (c *Component) check() error {
	switch c.Status {
	case statusclient.Operational, statusclient.Degraded, statusclient.PartialOutage, statusclient.MajorOutage,
		statusclient.UnderMaintenance:
	default:
		return invalid("components", "give %.100q the status %.40q; "+
			"it may be operational, degraded, partial_outage, major_outage or maintenance", c.Name, c.Status)
	}
	return cmp.Or(checkComponents([]string{c.Name}), checkTime("changed", c.Changed))
}

// componentRef is the same in every process.
func componentRef(name string) ref {
	sum := sha256.Sum256([]byte(name))
	return ref{kindComponent, strings.ToLower(base32.StdEncoding.EncodeToString(sum[:15]))}
}

// SetComponent gives a component a status, and reports whether it had another one.
func (b *Board) SetComponent(ctx context.Context, store Store, name string, s statusclient.ComponentStatus) (changed bool, err error) {
	err = b.edit(ctx, store, func(now time.Time) (*record, error) {
		next := &Component{Name: name, Status: s, Changed: now}
		if err := next.check(); err != nil {
			return nil, err
		}
		r := componentRef(name)
		if err := b.unread.of(r); err != nil {
			return nil, err
		}
		was := b.state.Load().records[r]
		switch {
		case was != nil && was.component != nil:
			changed = was.component.Status != s
		default:
			changed = s != statusclient.Operational
		}
		if !changed {
			return nil, nil
		}
		if s != statusclient.Operational {
			if err := b.room(kindComponent, now); err != nil {
				return nil, err
			}
		}
		return &record{ref: r, component: next}, nil
	})
	return changed && err == nil, err
}
