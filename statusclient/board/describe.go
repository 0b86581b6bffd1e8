package board

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// describe makes the entry of an edit that puts one record in the place of
// another, or of none. base is the stamp of the latter.
func describe(ctx context.Context, was, now *record) *Entry {
	base := stamp{0, nobody}
	if was != nil {
		base = was.stamp
	}
	e := &Entry{Subject: now.id, Services: affected(was, now), Old: was.fields(), New: now.fields()}
	e.sign(ctx, now.at)
	e.ID = editKey{edition{now.ref, now.stamp}, base}.id(e.At)
	if now.incident != nil {
		delete(e.Old, "message") // which stands, and another one was added
	}
	for name, value := range e.New {
		if old, had := e.Old[name]; had && old == value {
			delete(e.Old, name)
			delete(e.New, name)
		}
	}
	e.bound(maxValue)
	switch now.kind {
	case kindMaintenance:
		e.Action = "maintenance." + e.windowVerb(was, now)
	case kindComponent:
		e.Action, e.Subject = "component.set", now.component.Name
	default:
		e.Action = "incident." + incidentVerb(was, now)
	}
	return e
}

func (e *Entry) windowVerb(was, now *record) string {
	switch {
	case was == nil || was.window == nil:
		return "create"
	case was.window.at(now.at).Running(now.at) && (now.window == nil || now.window.Every != "" && !now.window.Running(now.at)):
		return "end"
	case now.window == nil:
		return "cancel"
	case len(e.Old) == 1 && len(e.New) == 1 && e.Old["until"] != "" && now.window.Until.After(was.window.Until):
		return "extend"
	}
	return "edit"
}

func incidentVerb(was, now *record) string {
	switch {
	case was == nil || was.incident == nil:
		return "open"
	case now.incident == nil:
		return "remove"
	case was.incident.State.Open() && !now.incident.State.Open():
		return "resolve"
	case !was.incident.State.Open() && now.incident.State.Open():
		return "reopen"
	}
	return "update"
}

// affected are the services that either record is about.
func affected(records ...*record) []string {
	var all []string
	for _, r := range records {
		switch {
		case r == nil:
		case r.window != nil:
			all = append(all, r.window.Services...)
		case r.incident != nil:
			all = append(all, r.incident.Services...)
		}
	}
	return sorted(all)
}

// fields are the values of a record that people have set.
func (r *record) fields() map[string]string {
	switch {
	case r == nil:
		return nil
	case r.window != nil:
		return fieldsOf(r.window)
	case r.incident != nil:
		f := fieldsOf(r.incident)
		if len(r.incident.Updates) > 0 && r.incident.Updates[0].Message != "" {
			f["message"] = r.incident.Updates[0].Message
		}
		return f
	case r.component != nil:
		return map[string]string{"status": string(r.component.Status)}
	}
	return nil
}

// fieldsOf returns what JSON says of v as plain texts, as entries have them: without
// what is empty, and without what only the board sets.
func fieldsOf(v any) map[string]string {
	data, err := json.Marshal(v)
	var raw map[string]json.RawMessage
	if err != nil || json.Unmarshal(data, &raw) != nil {
		return nil
	}
	fields := make(map[string]string, len(raw))
	for name, value := range raw {
		if slices.Contains([]string{"id", "etag", "created", "changed", "updates", "promised"}, name) {
			continue
		}
		var text string
		var list []string
		switch {
		case json.Unmarshal(value, &text) == nil:
		case json.Unmarshal(value, &list) == nil:
			text = strings.Join(list, ", ")
		default:
			text = string(value)
		}
		if text != "" {
			fields[name] = text
		}
	}
	return fields
}
