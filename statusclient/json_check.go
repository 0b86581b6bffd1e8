package statusclient

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// withDefaults fills in every path within an element that is not configured.
func (c JSONConfig) withDefaults() JSONConfig {
	set := func(path *string, def string) { *path = cmp.Or(*path, def) }
	set(&c.Component.ID, "id")
	set(&c.Component.Name, "name")
	set(&c.Component.Group, "group")
	set(&c.Component.Status, "status")

	set(&c.Incident.ID, "id")
	set(&c.Incident.Title, "title")
	set(&c.Incident.State, "state")
	set(&c.Incident.Impact, "impact")
	set(&c.Incident.Components, "components")
	set(&c.Incident.Started, "started")
	set(&c.Incident.Resolved, "resolved")
	set(&c.Incident.NextUpdate, "next_update")
	set(&c.Incident.Link, "url")
	set(&c.Incident.Updates, "updates")

	set(&c.Maintenance.ID, "id")
	set(&c.Maintenance.Title, "title")
	set(&c.Maintenance.State, "state")
	set(&c.Maintenance.Components, "components")
	set(&c.Maintenance.From, "from")
	set(&c.Maintenance.Until, "until")
	set(&c.Maintenance.Link, "url")
	set(&c.Maintenance.Updates, "updates")

	set(&c.Update.Text, "text")
	set(&c.Update.At, "at")
	set(&c.Update.State, "state")

	c.Statuses, c.States, c.Impacts = lowerKeys(c.Statuses), lowerKeys(c.States), lowerKeys(c.Impacts)
	return c
}

func lowerKeys(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[strings.ToLower(k)] = v
	}
	return out
}

// What the tables of words may translate to.
var (
	jsonStatuses = []string{"operational", "degraded", "partial_outage", "major_outage", "maintenance", "unknown"}
	jsonImpacts  = []string{"none", "minor", "major", "critical", "maintenance", "unknown"}
	jsonStates   = []string{
		"investigating", "identified", "monitoring", "resolved", "postmortem",
		"scheduled", "in_progress", "verifying", "completed", "unknown",
	}
)

// checkJSON judges what can be judged without an answer. Whether a path leads
// anywhere, only the answer tells.
func checkJSON(cfg BackendConfig) error {
	c := &cfg.JSON
	if c.Components+c.Incidents+c.Maintenances == "" {
		return errors.New("json names none of components, incidents and maintenances")
	}
	if c.Page != "" && cleanURL(c.Page) == "" {
		return errors.New("json.page must start with http:// or https://")
	}
	if !slices.Contains([]Markup{"", Plain, Markdown, HTML, Mixed}, c.Markup) {
		return errors.New("json.markup must be plain, markdown, html or mixed")
	}
	for _, table := range []struct {
		name  string
		words map[string]string
		ours  []string
	}{
		{"statuses", c.Statuses, jsonStatuses}, {"states", c.States, jsonStates}, {"impacts", c.Impacts, jsonImpacts},
	} {
		for _, theirs := range slices.Sorted(maps.Keys(table.words)) {
			if !slices.Contains(table.ours, table.words[theirs]) {
				return fmt.Errorf("json.%s translates %.80q to what is none of %s", table.name, theirs, strings.Join(table.ours, ", "))
			}
		}
	}
	return nil
}
