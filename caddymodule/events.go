package caddymodule

import (
	"context"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyevents"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/candor-edge/candor/statusclient"
)

// The events that Caddy's event app can be told to act on. Their data are plain
// strings, times in RFC 3339, lists of strings.
const (
	// eventMaintenanceOn: maintenance mode began. Data: id, services, title, until, paths,
	// read_only.
	eventMaintenanceOn = "candor.maintenance_on"
	// eventMaintenanceOff: it ended, by itself or by hand. Data: id, services, title.
	eventMaintenanceOff = "candor.maintenance_off"
	// eventMaintenanceReminder: it has no end, and has gone on for long. Data: id,
	// services, title, since.
	eventMaintenanceReminder = "candor.maintenance_reminder"
	// eventIncidentOpened: a backend has a new open incident. Data: backend, id,
	// title, state, impact.
	eventIncidentOpened = "candor.incident_opened"
	// eventIncidentUpdated: its state, title or newest update changed. Data: as above.
	eventIncidentUpdated = "candor.incident_updated"
	// eventIncidentResolved: it is over. Data: backend, id, title.
	eventIncidentResolved = "candor.incident_resolved"
	// eventBackendFailed: a backend cannot be asked any more. Data: backend, error.
	eventBackendFailed = "candor.backend_failed"
	// eventBackendRecovered: it can again. Data: backend.
	eventBackendRecovered = "candor.backend_recovered"
)

// event is one change that operators may want to act on.
type event struct {
	name string
	data map[string]any
}

// said is what has been told of; of tell alone, once the app runs.
type said struct {
	inForce  map[string]held         // by their ids
	reminded map[string]int          // of what runs without an end: how often it was time to remind
	baseline *statusclient.Knowledge // what backends said
}

// tell announces what changes until ctx is done. Nothing waits for it, neither what
// visitors see nor a reload: whoever handles an event may take for ever.
func (a *App) tell(ctx context.Context) {
	tick := time.NewTicker(time.Second) // time alone begins maintenance, and ends it
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
		case <-a.changed:
		case <-tick.C:
		}
		if ctx.Err() != nil {
			return
		}
		a.announce()
		a.lookForSlips()
	}
}

// announce tells of everything that changed since it was last called.
func (a *App) announce() {
	said, know := &a.said, a.knowledge.Load()
	inForce, events := maintenanceChanges(said.inForce, know, timeNow())
	reminded, due := a.reminders(said.reminded, know, timeNow())
	events = append(events, due...)
	first := said.inForce == nil
	said.inForce, said.reminded = inForce, reminded
	if know != said.baseline {
		if said.baseline != nil {
			events = append(events, sourceChanges(said.baseline, know)...)
		}
		said.baseline = know
	}
	if first {
		return // what was so before this configuration is no change
	}
	for _, e := range events {
		a.logEvent(e)
	}
	for _, e := range events {
		a.emit(e)
	}
}

// eventLines are what the log says of events that nothing else tells of.
var eventLines = map[string]struct {
	level zapcore.Level
	text  string
}{
	eventMaintenanceOn:       {zap.InfoLevel, "maintenance mode on"},
	eventMaintenanceOff:      {zap.InfoLevel, "maintenance mode off"},
	eventMaintenanceReminder: {zap.WarnLevel, "maintenance mode has no end, and has been on for long; end it or give it an end"},
}

func (a *App) logEvent(e event) {
	line, ok := eventLines[e.name]
	if !ok {
		return
	}
	fields := make([]zap.Field, 0, len(e.data))
	for k, v := range e.data {
		fields = append(fields, zap.Any(k, v))
	}
	a.logger.Log(line.level, line.text, fields...)
}

func (a *App) emit(e event) {
	app, err := a.ctx.AppIfConfigured("events")
	if err != nil {
		return // nobody listens
	}
	app.(*caddyevents.App).Emit(a.ctx, e.name, e.data)
}

// held is a maintenance in force, as its end tells of it.
type held struct {
	id, title string
	services  []string
}

// maintenanceChanges compares the maintenances in force with those of before.
func maintenanceChanges(before map[string]held, know *statusclient.Knowledge, now time.Time) (map[string]held, []event) {
	after := make(map[string]held)
	var events []event
	for _, input := range know.Inputs {
		if !input.Holds {
			continue
		}
		for i := range input.Status.Maintenances {
			m := &input.Status.Maintenances[i]
			if m.From.After(now) || !m.Until.IsZero() && !m.Until.After(now) {
				continue
			}
			after[m.ID] = held{m.ID, m.Title, m.Services}
			if _, was := before[m.ID]; !was {
				events = append(events, event{eventMaintenanceOn, map[string]any{
					"id": m.ID, "services": m.Services, "title": m.Title, "until": rfc3339(m.Until),
					"paths": []string(m.Paths), "read_only": m.ReadOnly,
				}})
			}
		}
	}
	for name, sit := range know.Situations {
		if sit.Hold == nil || know.Inputs[sit.HeldBy].Holds {
			continue
		}
		key := name + " " + sit.HeldBy + " " + sit.Hold.ID // it follows a backend
		after[key] = held{sit.Hold.ID, sit.Hold.Title, []string{name}}
		if _, was := before[key]; !was {
			events = append(events, event{eventMaintenanceOn, map[string]any{
				"id": sit.Hold.ID, "services": after[key].services, "title": sit.Hold.Title, "until": rfc3339(sit.Hold.Until),
				"paths": []string(nil), "read_only": false,
			}})
		}
	}
	for key, m := range before {
		if _, is := after[key]; !is {
			events = append(events, event{eventMaintenanceOff, map[string]any{"id": m.id, "services": m.services, "title": m.title}})
		}
	}
	return after, events
}

// sourceChanges compares what the backends say with what they said before.
func sourceChanges(before, after *statusclient.Knowledge) []event {
	var events []event
	for name, input := range after.Inputs {
		old, known := before.Inputs[name]
		if !known || input.Fetched.IsZero() {
			continue
		}
		switch {
		case input.Error != "" && old.Error == "":
			events = append(events, event{eventBackendFailed, map[string]any{"backend": name, "error": input.Error}})
		case input.Error == "" && old.Error != "":
			events = append(events, event{eventBackendRecovered, map[string]any{"backend": name}})
		}
		if old.Status != input.Status && !old.Fetched.IsZero() {
			events = append(events, incidentChanges(name, old.Status.Incidents, input.Status.Incidents)...)
		}
	}
	return events
}

func incidentChanges(backend string, before, after []statusclient.Incident) []event {
	open := make(map[string]*statusclient.Incident)
	for i := range before {
		if before[i].State.Open() {
			open[before[i].ID] = &before[i]
		}
	}
	var events []event
	for i := range after {
		in := &after[i]
		if !in.State.Open() {
			continue
		}
		data := map[string]any{
			"backend": backend, "id": in.ID, "title": in.Title, "state": string(in.State), "impact": string(in.Impact),
		}
		old := open[in.ID]
		delete(open, in.ID)
		switch {
		case old == nil:
			events = append(events, event{eventIncidentOpened, data})
		case old.State != in.State || old.Title != in.Title || newest(old) != newest(in):
			events = append(events, event{eventIncidentUpdated, data})
		}
	}
	for id, in := range open {
		events = append(events, event{eventIncidentResolved, map[string]any{"backend": backend, "id": id, "title": in.Title}})
	}
	return events
}

// newest identifies the newest update of an incident.
func newest(in *statusclient.Incident) string {
	if len(in.Updates) == 0 {
		return ""
	}
	return in.Updates[0].At.String() + in.Updates[0].Text.Source
}

func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
