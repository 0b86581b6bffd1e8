package errorpages

import "github.com/candor-edge/candor/statusclient"

// stateTexts has the words for states. Those of a status system that nobody
// knows have none: better nothing than a word that may be wrong.
var stateTexts = map[string]string{
	string(statusclient.Investigating): "state.investigating",
	string(statusclient.Identified):    "state.identified",
	string(statusclient.Monitoring):    "state.monitoring",
	string(statusclient.Resolved):      "state.resolved",
	string(statusclient.Postmortem):    "state.resolved",
	string(statusclient.Scheduled):     "state.scheduled",
	string(statusclient.InProgress):    "state.in_progress",
	string(statusclient.Verifying):     "state.verifying",
	string(statusclient.Completed):     "state.completed",
}

// impactTexts has the words for impacts. One that is none is not worth a word on
// the page of a service that has just failed.
var impactTexts = map[statusclient.Impact]string{
	statusclient.ImpactMinor:       "impact.minor",
	statusclient.ImpactMajor:       "impact.major",
	statusclient.ImpactCritical:    "impact.critical",
	statusclient.ImpactMaintenance: "impact.maintenance",
}

// componentTexts has the words for the statuses of components that a page tells of.
var componentTexts = map[statusclient.ComponentStatus]string{
	statusclient.Degraded:         "component.degraded",
	statusclient.PartialOutage:    "component.partial_outage",
	statusclient.MajorOutage:      "component.major_outage",
	statusclient.UnderMaintenance: "component.maintenance",
}

func (a *voice) state(s string) string {
	if key := stateTexts[s]; key != "" {
		return a.say(key, fill{})
	}
	return ""
}

func (a *voice) impact(i statusclient.Impact) string {
	if key := impactTexts[i]; key != "" {
		return a.say(key, fill{})
	}
	return ""
}
