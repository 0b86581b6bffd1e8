package statusclient

import (
	"cmp"
	"strings"
)

// amAlert is one of GET /alerts, which lists only what is not resolved; its end
// lies in the future and means nothing.
type amAlert struct {
	Fingerprint string            `json:"fingerprint"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    instant           `json:"startsAt"`
	Status      struct {
		State string `json:"state"`
	} `json:"status"`
}

// amSilence is one of GET /silences.
type amSilence struct {
	ID       string      `json:"id"`
	Comment  string      `json:"comment"`
	StartsAt instant     `json:"startsAt"`
	EndsAt   instant     `json:"endsAt"`
	Matchers []amMatcher `json:"matchers"`
	Status   struct {
		State string `json:"state"`
	} `json:"status"`
}

// amMatcher says that a label is equal to a value, unless IsEqual, which old
// versions leave out, is false.
type amMatcher struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	IsRegex bool   `json:"isRegex"`
	IsEqual *bool  `json:"isEqual"`
}

// amComponents are the labels of which the first that an alert has names what is
// affected.
var amComponents = []string{"service", "app", "application", "component", "job"}

// name is never empty.
func (a *amAlert) name() string { return cmp.Or(a.Labels["alertname"], "alert") }

// component is what the alert is about, at least its own name, so that an alert
// never concerns every service.
func (a *amAlert) component() string {
	for _, label := range amComponents {
		if v := a.Labels[label]; v != "" {
			return v
		}
	}
	return a.name()
}

// amImpacts are the common values of the label severity.
var amImpacts = map[string]Impact{
	"critical": ImpactCritical, "page": ImpactCritical, "disaster": ImpactCritical, "emergency": ImpactCritical,
	"error": ImpactMajor, "major": ImpactMajor, "high": ImpactMajor,
	"warning": ImpactMinor, "minor": ImpactMinor, "low": ImpactMinor,
	"info": ImpactNone, "information": ImpactNone,
}

func (a *amAlert) impact() Impact {
	if i := amImpacts[strings.ToLower(a.Labels["severity"])]; i != "" {
		return i
	}
	return ImpactUnknown
}

// public leaves out what Alertmanager itself keeps to itself, and the alerts of
// severity none: they always fire, to show that alerting works.
func (a *amAlert) public() bool {
	return a.Status.State == "active" && !strings.EqualFold(a.Labels["severity"], "none")
}
