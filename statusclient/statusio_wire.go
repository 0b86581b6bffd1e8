package statusclient

// statusioDoc is the answer of the API, as far as it is read.
type statusioDoc struct {
	Error  string          `json:"error"`
	Result *statusioResult `json:"result"`
}

type statusioResult struct {
	Components  list[statusioComponent] `json:"status"`
	Incidents   list[statusioEvent]     `json:"incidents"`
	Maintenance struct {
		Active   list[statusioEvent] `json:"active"`
		Upcoming list[statusioEvent] `json:"upcoming"`
	} `json:"maintenance"`
}

// statusioComponent has the component's id as id or _id, depending on where it
// stands.
type statusioComponent struct {
	ID         string              `json:"id"`
	UID        string              `json:"_id"`
	Name       string              `json:"name"`
	Code       int                 `json:"status_code"`
	Containers []statusioComponent `json:"containers"`
}

type statusioEvent struct {
	ID         string                  `json:"_id"`
	Name       string                  `json:"name"`
	Opened     instant                 `json:"datetime_open"`
	From       instant                 `json:"datetime_planned_start"`
	Until      instant                 `json:"datetime_planned_end"`
	Messages   []statusioMessage       `json:"messages"`
	Components list[statusioComponent] `json:"components_affected"`
}

type statusioMessage struct {
	Details string  `json:"details"`
	State   int     `json:"state"`
	Code    int     `json:"status"`
	At      instant `json:"datetime"`
}

// The words beside the codes can be changed by whoever runs the page, so only
// the codes count.
var (
	statusioStatuses = map[int]ComponentStatus{
		100: Operational, 200: UnderMaintenance, 300: Degraded, 400: PartialOutage, 500: MajorOutage,
	}
	statusioImpacts = map[int]Impact{
		100: ImpactNone, 200: ImpactMaintenance, 300: ImpactMinor, 400: ImpactMajor, 500: ImpactCritical, 600: ImpactCritical,
	}
	statusioStates = map[int]IncidentState{
		100: Investigating, 200: Identified, 300: Monitoring, 400: Resolved,
	}
	statusioPhases = map[int]MaintenanceState{
		100: Scheduled, 200: InProgress, 300: Verifying, 400: Completed,
	}
)
