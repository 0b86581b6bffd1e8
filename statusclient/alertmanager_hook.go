package statusclient

import (
	"encoding/json"
	"regexp"
	"strings"
)

// amHook is the body of a webhook, version 4: a group of alerts, some of which may
// be over.
type amHook struct {
	Version  string        `json:"version"`
	Receiver string        `json:"receiver"`
	Alerts   []amHookAlert `json:"alerts"`
}

type amHookAlert struct {
	amAlert
	Status string  `json:"status"` // in place of the API's
	EndsAt instant `json:"endsAt"` // the year 1 while it fires
}

// reports implements reporter. Alerts that the configured address would not list
// are not told.
func (b *alertmanager) reports(w *Webhook) []Report {
	var hook amHook
	if json.Unmarshal(w.Body, &hook) != nil || hook.Version != "4" || !b.view.receives(hook.Receiver) {
		return nil
	}
	var out []Report
	for i := range hook.Alerts {
		a := &hook.Alerts[i]
		a.amAlert.Status.State = "active"
		if a.Fingerprint == "" || a.Labels == nil || !a.public() || !b.view.shows(a.Labels) {
			continue
		}
		r := Report{Key: a.Fingerprint, At: a.StartsAt.Time, Component: Component{ID: a.component(), Name: a.component()}}
		switch a.Status {
		case "firing":
			r.Firing, r.Incident = true, groupAlerts([]amAlert{a.amAlert})[0].incident()
			r.Component.Status = amStatuses[r.Incident.Impact]
		case "resolved":
			r.At = a.EndsAt.or(a.StartsAt)
		default:
			continue
		}
		out = append(out, r)
	}
	return out
}

// amView is which alerts the configured address asks for.
type amView struct {
	receiver *regexp.Regexp // nil: any
	matchers []amFilter     // all of them
	strange  bool           // something in it is not understood here: nothing is shown
}

type amFilter struct {
	label, value string
	not          bool
	pattern      *regexp.Regexp // instead of value
}

var amFilterForm = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!~|!=|=)\s*(.*)$`)

func (v *amView) filter(matcher string) {
	m := amFilterForm.FindStringSubmatch(matcher)
	if m == nil {
		v.strange = true
		return
	}
	f := amFilter{label: m[1], value: m[3], not: m[2][0] == '!'}
	if strings.HasPrefix(f.value, `"`) && json.Unmarshal([]byte(f.value), &f.value) != nil {
		v.strange = true
	}
	if strings.HasSuffix(m[2], "~") {
		f.pattern = v.anchored(f.value)
	}
	v.matchers = append(v.matchers, f)
}

func (v *amView) anchored(pattern string) *regexp.Regexp {
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil {
		v.strange = true
	}
	return re
}

func (v *amView) receives(receiver string) bool {
	return !v.strange && (v.receiver == nil || v.receiver.MatchString(receiver))
}

func (v *amView) shows(labels map[string]string) bool {
	for _, f := range v.matchers {
		is := labels[f.label] == f.value
		if f.pattern != nil {
			is = f.pattern.MatchString(labels[f.label])
		}
		if is == f.not {
			return false
		}
	}
	return true
}

// Interface guards
var _ reporter = (*alertmanager)(nil)
