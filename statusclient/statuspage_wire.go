package statusclient

// summary is /api/v2/summary.json, as far as it is read. Everything in it may be
// missing or null.
type summary struct {
	Page         *summaryPage           `json:"page"`
	Components   list[summaryComponent] `json:"components"`
	Incidents    list[summaryIncident]  `json:"incidents"`
	Maintenances list[summaryIncident]  `json:"scheduled_maintenances"`
}

type summaryPage struct {
	URL string `json:"url"`
}

type summaryComponent struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Status  string   `json:"status"`
	GroupID string   `json:"group_id"`
	Group   bool     `json:"group"`
	Members []string `json:"components"`
}

// summaryIncident is also a maintenance, which has the two last members.
type summaryIncident struct {
	ID         string                 `json:"id"`
	Name       string                 `json:"name"`
	Status     string                 `json:"status"`
	Impact     string                 `json:"impact"`
	Shortlink  string                 `json:"shortlink"`
	CreatedAt  instant                `json:"created_at"`
	StartedAt  instant                `json:"started_at"`
	ResolvedAt instant                `json:"resolved_at"`
	Components list[summaryComponent] `json:"components"`
	Updates    list[summaryUpdate]    `json:"incident_updates"`

	ScheduledFor   instant `json:"scheduled_for"`
	ScheduledUntil instant `json:"scheduled_until"`
}

type summaryUpdate struct {
	Status    string                  `json:"status"`
	Body      string                  `json:"body"`
	CreatedAt instant                 `json:"created_at"`
	DisplayAt instant                 `json:"display_at"`
	Affected  list[affectedComponent] `json:"affected_components"`
}

// affectedComponent names itself "GROUP - NAME"; its code is a component's id.
type affectedComponent struct {
	Code string `json:"code"`
}
