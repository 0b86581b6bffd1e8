package command

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/candor-edge/candor/caddymodule/command/campus"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// demoEdge lets the control page steer the running instance as the commands do.
type demoEdge struct{ *client }

// MaintenanceOn implements campus.Edge.
func (e demoEdge) MaintenanceOn(ctx context.Context, service, message string, d time.Duration) error {
	w := board.Window{Services: []string{service}, Message: message, Until: time.Now().Add(d).Truncate(time.Second)}
	_, err := e.call(ctx, http.MethodPost, "maintenance", &w, nil, "")
	return err
}

// MaintenanceOff implements campus.Edge.
func (e demoEdge) MaintenanceOff(ctx context.Context, service string) error {
	_, err := e.open(ctx, []string{service}, nil)
	return err
}

// Maintenances implements campus.Edge.
func (e demoEdge) Maintenances(ctx context.Context) ([]campus.Maintenance, error) {
	var list []window
	if err := e.get(ctx, "maintenance", &list); err != nil {
		return nil, err
	}
	var out []campus.Maintenance
	for i := range list {
		if w := &list[i]; w.running() {
			out = append(out, campus.Maintenance{Services: w.Services, Message: w.Message, Until: w.Until})
		}
	}
	return out, nil
}

// OpenIncident implements campus.Edge.
func (e demoEdge) OpenIncident(ctx context.Context, title, message string, services []string) (string, error) {
	if len(services) == 0 {
		services = []string{"*"}
	}
	var in board.Incident
	draft := board.Draft{Title: title, Message: message, Services: services}
	_, err := e.call(ctx, http.MethodPost, "incidents", &draft, &in, "")
	return in.ID, err
}

// UpdateIncident implements campus.Edge.
func (e demoEdge) UpdateIncident(ctx context.Context, id, state, message string) error {
	draft := board.UpdateDraft{State: statusclient.IncidentState(state), Message: message}
	_, err := e.call(ctx, http.MethodPost, "incidents/"+url.PathEscape(id)+"/updates", &draft, nil, "")
	return err
}

// Incidents implements campus.Edge.
func (e demoEdge) Incidents(ctx context.Context) ([]campus.Incident, error) {
	var list []board.Incident
	if err := e.get(ctx, "incidents", &list); err != nil {
		return nil, err
	}
	out := make([]campus.Incident, len(list))
	for i := range list {
		in := &list[i]
		out[i] = campus.Incident{ID: in.ID, Title: in.Title, State: string(in.State), Services: in.Services}
		for _, u := range in.Updates {
			out[i].Updates = append(out[i].Updates, campus.Update{State: string(u.State), Text: u.Message, At: u.At})
		}
	}
	return out, nil
}

// Interface guards
var _ campus.Edge = demoEdge{}
