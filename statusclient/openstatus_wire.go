package statusclient

// openStatusFeed is /feed/json. Its monitors are deprecated there, and the only
// ones with a status.
type openStatusFeed struct {
	Components list[openStatusComponent] `json:"pageComponents"`
	Groups     []openStatusComponent     `json:"pageComponentGroups"`
	Monitors   []openStatusComponent     `json:"monitors"`
	Reports    list[openStatusReport]    `json:"statusReports"`
	Planned    list[openStatusPlan]      `json:"maintenances"`
}

type openStatusComponent struct {
	ID      looseID `json:"id"`
	Name    string  `json:"name"`
	Monitor looseID `json:"monitorId"`
	Group   looseID `json:"groupId"`
	Status  string  `json:"status"`
}

type openStatusReport struct {
	ID         looseID            `json:"id"`
	Title      string             `json:"title"`
	Status     string             `json:"status"`
	Components []looseID          `json:"pageComponents"`
	Updates    []openStatusUpdate `json:"statusReportUpdates"`
}

// openStatusPlan is a maintenance, of which the message is the first word and
// updates are those that came later.
type openStatusPlan struct {
	ID         looseID            `json:"id"`
	Name       string             `json:"name"`
	Message    string             `json:"message"`
	From       instant            `json:"from"`
	To         instant            `json:"to"`
	Updates    []openStatusUpdate `json:"maintenanceUpdates"`
	Components []looseID          `json:"pageComponents"`
}

type openStatusUpdate struct {
	Status  string  `json:"status"`
	Message string  `json:"message"`
	Date    instant `json:"date"`
}

// openStatusSummary is /api/status/summary.json, which looks like Statuspage's
// and has neither ids nor groups.
type openStatusSummary struct {
	Components []openStatusComponent `json:"components"`
}
