package console

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// service is what the admin API says of one.
type service struct {
	Name         string             `json:"service"`
	Title        string             `json:"title"`
	State        statusclient.State `json:"state"`
	Hold         *work              `json:"hold"`
	Incidents    []*message         `json:"incidents"`
	Maintenances []work             `json:"maintenances"`
	Upcoming     []work             `json:"upcoming"`
	Components   []struct {
		Name   string `json:"name"`
		Status string `json:"status"`
	} `json:"components"`
	Stale    bool      `json:"stale"`
	Backends []backend `json:"backends"`
	Traffic  struct {
		Answers      int            `json:"answers"`
		Failures     map[string]int `json:"failures"`
		FailingSince time.Time      `json:"failing_since"`
		Waiting      int            `json:"waiting"`
		Course       struct {
			Answers  []int `json:"answers"`
			Failures []int `json:"failures"`
		} `json:"course"`
	} `json:"traffic"`
	Drill *drill `json:"drill"`
}

// drill is a rehearsal.
type drill struct {
	State statusclient.State `json:"state"`
	Until time.Time          `json:"until"`
}

// work is a maintenance as a situation tells of it.
type work struct {
	ID    string                        `json:"id"`
	Title string                        `json:"title"`
	State statusclient.MaintenanceState `json:"state"`
	From  time.Time                     `json:"from"`
	Until time.Time                     `json:"until"`

	// HeldBy is who closes the service, where that is not the board.
	HeldBy string `json:"held_by"`
}

// window is a maintenance window as the admin API has it.
type window struct {
	board.Window
	State statusclient.MaintenanceState `json:"state"`
}

func (w *window) running() bool { return w.State == statusclient.InProgress }

// services are those that the user may do something with, what needs somebody
// first: no more than most of those that have these words in them.
func (v *visit) services(l level, find string, most int) ([]*service, Listing) {
	sel := Selection{Find: find, Most: most}
	if v.rights.everywhere < l {
		sel.May = func(name string) bool { return v.rights.may(l, name) }
	}
	found := v.desk.Services(sel)
	var list []*service
	if err := json.Unmarshal(found.Body, &list); err != nil {
		v.logger.Error("what services there are cannot be read", zap.Error(err))
	}
	return list, found
}

// windows are those in force and planned that concern the user.
func (v *visit) windows() ([]*windowView, bool) {
	var list []*window
	if !v.get("maintenance", &list) {
		return nil, false
	}
	views := []*windowView{}
	for _, w := range list {
		if v.rights.concerned(w.Services) {
			views = append(views, v.viewWindow(w))
		}
	}
	slices.SortStableFunc(views, func(a, b *windowView) int {
		switch {
		case a.Running && !b.Running:
			return -1
		case b.Running && !a.Running:
			return 1
		}
		return 0
	})
	return views, true
}

// posted are the board's incidents that concern the user; with all, those that
// were resolved, too.
func (v *visit) posted(all bool) ([]*incidentView, bool) {
	path := "incidents"
	if all {
		path += "?all=true"
	}
	var list []*board.Incident
	if !v.get(path, &list) {
		return nil, false
	}
	views := []*incidentView{}
	for _, in := range list {
		if v.rights.concerned(in.Services) {
			views = append(views, v.viewIncident(in))
		}
	}
	return views, true
}

// one reads what the admin API has under a name, and its ETag.
func (v *visit) one(kind, name string, into any) Answer {
	a := v.call(Call{Method: http.MethodGet, Path: kind + "/" + url.PathEscape(name)})
	if a.OK() && !a.into(into) {
		a.Code = http.StatusInternalServerError
	}
	return a
}
