package statusclient

import (
	"encoding/json"
	"strings"
	"time"
)

// reports implements reporter. What Gatus sends is the operator's template, as
// JSON, as a form or in the query: endpoint and status, and the group where there
// is one.
func (b *gatus) reports(w *Webhook) []Report {
	var said map[string]any
	if json.Unmarshal(w.Body, &said) != nil {
		said = nil
	}
	form := w.form()
	word := func(key string) string {
		if s, ok := said[key].(string); ok {
			return strings.TrimSpace(s)
		}
		return strings.TrimSpace(form.Get(key))
	}
	name, group := word("endpoint"), word("group")
	if name == "" {
		return nil
	}
	c := Component{ID: gatusKey(group, name), Name: name, Group: group}
	r := Report{Key: c.ID, OnPage: true}
	switch strings.ToLower(word("status")) {
	case "triggered":
		c.Status = MajorOutage
		r.Firing, r.Incident = true, c.alarm(time.Now().UTC(), b.PageURL()+"/endpoints/")
	case "resolved":
		c.Status = Operational
	default:
		return nil
	}
	r.Component = c
	return []Report{r}
}

var gatusKeyed = strings.NewReplacer("/", "-", "_", "-", ".", "-", ",", "-", " ", "-", "#", "-", "+", "-", "&", "-")

// gatusKey is what Gatus calls an endpoint in its API.
func gatusKey(group, name string) string {
	part := func(s string) string { return gatusKeyed.Replace(strings.ToLower(strings.TrimSpace(s))) }
	return part(group) + "_" + part(name)
}

// Interface guards
var _ reporter = (*gatus)(nil)
