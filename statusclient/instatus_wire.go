package statusclient

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// instatusSummary is /summary.json. A page on which nothing goes on leaves both
// lists out.
type instatusSummary struct {
	Page struct {
		Status string `json:"status"`
	} `json:"page"`
	Incidents    []instatusEvent `json:"activeIncidents"`
	Maintenances []instatusEvent `json:"activeMaintenances"`
}

type instatusEvent struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Status  string          `json:"status"`
	Impact  string          `json:"impact"`
	URL     string          `json:"url"`
	Started instatusTime    `json:"started"`
	Start   instatusTime    `json:"start"`
	Minutes instatusMinutes `json:"duration"`
}

// instatusTime is RFC 3339, or on older pages what JavaScript makes of a date.
type instatusTime struct{ time.Time }

func (t *instatusTime) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		return nil
	}
	var in instant
	_ = in.UnmarshalJSON(b) // never fails
	if t.Time = in.Time; t.IsZero() {
		s, _, _ = strings.Cut(s, " (")
		if v, err := time.Parse("Mon Jan 02 2006 15:04:05 GMT-0700", s); err == nil {
			t.Time = v.UTC()
		}
	}
	return nil
}

// instatusMinutes is a number, mostly written as a string. A year is the most
// that anybody means.
type instatusMinutes int

func (m *instatusMinutes) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseFloat(string(bytes.Trim(b, `"`)), 64)
	if err == nil && n > 0 && n <= 366*24*60 {
		*m = instatusMinutes(n)
	}
	return nil
}

// instatusComponents is components.json: a list, bare or as a member, of which
// rows may hold others or say what holds them.
type instatusComponents []instatusComponent

type instatusComponent struct {
	ID       string             `json:"id"`
	Name     string             `json:"name"`
	Status   string             `json:"status"`
	Parent   bool               `json:"isParent"`
	Group    instatusGroup      `json:"group"`
	Children instatusComponents `json:"children"`
}

// instatusGroup is null, an id or a name, or an object of both.
type instatusGroup struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (g *instatusGroup) UnmarshalJSON(b []byte) error {
	type plain instatusGroup
	var s string
	if json.Unmarshal(b, &s) == nil {
		*g = instatusGroup{ID: s}
		return nil
	}
	_ = json.Unmarshal(b, (*plain)(g)) // another shape is no group
	return nil
}

func (l *instatusComponents) UnmarshalJSON(b []byte) error {
	var doc struct {
		Components []instatusComponent `json:"components"`
	}
	if bytes.HasPrefix(b, []byte("{")) {
		err := json.Unmarshal(b, &doc)
		*l = doc.Components
		return err
	}
	return json.Unmarshal(b, (*[]instatusComponent)(l))
}

// components leaves out the rows that only group others.
func (l instatusComponents) components() []Component {
	names, parents := make(map[string]string), make(map[string]bool)
	for _, c := range l {
		names[c.ID] = c.Name
		if c.Group.ID != "" {
			parents[c.Group.ID] = true
		}
	}
	var out []Component
	add := func(c *instatusComponent, group string) {
		out = append(out, Component{ID: c.ID, Name: c.Name, Group: group, Status: instatusStatuses[instatusWord(c.Status)]})
	}
	for i := range l {
		c := &l[i]
		switch {
		case len(c.Children) > 0:
			for j := range c.Children {
				add(&c.Children[j], c.Name)
			}
		case c.Parent || parents[c.ID]:
		case c.Group.Name != "":
			add(c, c.Group.Name)
		case names[c.Group.ID] != "":
			add(c, names[c.Group.ID])
		default:
			add(c, c.Group.ID)
		}
	}
	return out
}
