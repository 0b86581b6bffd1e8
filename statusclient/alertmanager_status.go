package statusclient

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
)

// amGroup is the alerts of one name about one component: one thing that went
// wrong, seen in several places.
type amGroup struct {
	component string
	name      string
	alerts    []*amAlert // oldest first
}

func alertmanagerStatus(alerts []amAlert, silences []amSilence) *Status {
	st := new(Status)
	// Alertmanager has no list of what there is and does well: components are what
	// it speaks of, with the worst that it says of each.
	index := make(map[string]int)
	worsen := func(name string, to ComponentStatus) {
		i, ok := index[name]
		if !ok {
			i = len(st.Components)
			index[name] = i
			st.Components = append(st.Components, Component{ID: name, Name: name, Status: to})
		}
		st.Components[i].Status = worse(st.Components[i].Status, to)
	}
	for _, g := range groupAlerts(alerts) {
		st.Incidents = append(st.Incidents, g.incident())
		worsen(g.component, amStatuses[g.impact()])
	}
	for i := range silences {
		m, ok := silences[i].maintenance()
		if !ok {
			continue
		}
		st.Maintenances = append(st.Maintenances, m)
		does := ComponentUnknown
		if m.State == InProgress {
			does = UnderMaintenance
		}
		for _, c := range m.Components {
			worsen(c, does)
		}
	}
	return st
}

func groupAlerts(alerts []amAlert) []*amGroup {
	var groups []*amGroup
	index := make(map[[2]string]*amGroup)
	for i := range alerts {
		a := &alerts[i]
		if !a.public() {
			continue
		}
		key := [2]string{a.name(), a.component()}
		g := index[key]
		if g == nil {
			g = &amGroup{name: key[0], component: key[1]}
			index[key] = g
			groups = append(groups, g)
		}
		g.alerts = append(g.alerts, a)
	}
	for _, g := range groups {
		slices.SortStableFunc(g.alerts, func(a, b *amAlert) int { return a.StartsAt.Compare(b.StartsAt.Time) })
	}
	return groups
}

// amStatuses is what an alert says of its component. One that is only for
// information says nothing.
var amStatuses = map[Impact]ComponentStatus{
	ImpactCritical: MajorOutage, ImpactMajor: PartialOutage, ImpactMinor: Degraded,
	ImpactNone: ComponentUnknown, ImpactUnknown: ComponentUnknown,
}

func (g *amGroup) impact() Impact {
	worst := ImpactNone
	for _, a := range g.alerts {
		worst = worseImpact(worst, a.impact())
	}
	return worst
}

// incident keeps its id while alerts of the group come and go.
func (g *amGroup) incident() Incident {
	sum := sha256.Sum256([]byte(g.name + "\x00" + g.component))
	n := Incident{
		ID: hex.EncodeToString(sum[:8]), Title: g.title(), State: Investigating, Impact: g.impact(),
		Components: []string{g.component}, Started: g.alerts[0].StartsAt.Time,
	}
	said := map[string]bool{n.Title: true}
	for _, a := range slices.Backward(g.alerts) {
		n.Alerts = append(n.Alerts, a.Fingerprint)
		text := a.text()
		if text == "" || said[text] {
			continue
		}
		said[text] = true
		n.Updates = append(n.Updates, Update{
			State: string(Investigating), Text: Text{Source: text, Markup: Plain}, At: a.StartsAt.Time,
		})
	}
	return n
}

// title is the summary of the oldest alert that has one.
func (g *amGroup) title() string {
	for _, a := range g.alerts {
		if s := a.annotation("summary"); s != "" {
			return s
		}
	}
	return g.name
}

func (a *amAlert) text() string {
	for _, name := range []string{"description", "message", "summary"} {
		if s := a.annotation(name); s != "" {
			return s
		}
	}
	return ""
}

// private is what people write into alerts for each other.
var private = regexp.MustCompile(`(?i)\b(?:https?|ftp)://[^\s<>"]+|\b[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}\b`)

// machines are hosts as monitoring writes them: an address, or a name with a port.
var machines = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b|\b[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+:\d{2,5}\b|\[[0-9A-Fa-f:]*:[0-9A-Fa-f:]+\](?::\d{1,5})?`)

func scrub(s string) string {
	return strings.TrimSpace(machines.ReplaceAllString(private.ReplaceAllString(s, ""), "…"))
}

// amMachines are the labels that say on which machine it is.
var amMachines = []string{"instance", "exported_instance", "host", "hostname", "node", "nodename", "server", "target", "ip", "pod", "container"}

// annotation leaves out what the alert's own labels call the machine: most texts
// are templates with that in them.
func (a *amAlert) annotation(name string) string {
	s := scrub(a.Annotations[name])
	for _, label := range amMachines {
		full := a.Labels[label]
		host, _, _ := strings.Cut(full, ":")
		for _, is := range []string{full, host} {
			if len(is) > 1 && is != a.component() {
				s = regexp.MustCompile(`(^|[^\pL\pN])`+regexp.QuoteMeta(is)+`($|[^\pL\pN])`).ReplaceAllString(s, "${1}…${2}")
			}
		}
	}
	return s
}

// alternatives is a regular expression that only lists words.
var alternatives = regexp.MustCompile(`^\(?[\w -]+(\|[\w -]+)*\)?$`)

// maintenance is what a silence announces when it covers components as such.
// One that names an alert or an instance only keeps noise from those on call,
// and its comment is between them.
func (s *amSilence) maintenance() (Maintenance, bool) {
	m := Maintenance{ID: s.ID, Title: scrub(s.Comment), From: s.StartsAt.Time, Until: s.EndsAt.Time}
	switch s.Status.State {
	case "pending":
		m.State = Scheduled
	case "active":
		m.State = InProgress
	default:
		return m, false
	}
	for _, x := range s.Matchers {
		equal := x.IsEqual == nil || *x.IsEqual
		switch {
		case x.Name == "alertname" || x.Name == "instance":
			return m, false
		case !equal || !slices.Contains(amComponents, x.Name):
		case !x.IsRegex:
			m.Components = append(m.Components, x.Value)
		case alternatives.MatchString(x.Value):
			m.Components = append(m.Components, strings.Split(strings.Trim(x.Value, "()"), "|")...)
		}
	}
	return m, len(m.Components) > 0
}
