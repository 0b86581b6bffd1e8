package statusclient

// JSONConfig says where in a JSON document of any make things are, and what its
// words mean. Paths are in the syntax of GJSON, as "data.systems" or
// "messages.#(open==true)#", without braces. Those of Component, Incident,
// Maintenance and Update start at one element of the list.
type JSONConfig struct {
	// Page is the status page for people. Default none: the URL of the backend is
	// that of the document.
	Page string `json:"page,omitempty" toml:"page"`

	// Requires is the path of something that every answer has, for systems that
	// leave empty lists out. Default: one of the three lists must be there.
	Requires string `json:"requires,omitempty" toml:"requires"`

	// Components is the path of the list of components. Default none.
	Components string `json:"components,omitempty" toml:"components"`

	// Component says where the parts of a component are.
	Component JSONComponent `json:"component,omitzero" toml:"component"`

	// Incidents is the path of the list of incidents. Those that are not resolved
	// are shown. Default none.
	Incidents string `json:"incidents,omitempty" toml:"incidents"`

	// Incident says where the parts of an incident are.
	Incident JSONIncident `json:"incident,omitzero" toml:"incident"`

	// Maintenances is the path of the list of maintenances. Default none.
	Maintenances string `json:"maintenances,omitempty" toml:"maintenances"`

	// Maintenance says where the parts of a maintenance are.
	Maintenance JSONMaintenance `json:"maintenance,omitzero" toml:"maintenance"`

	// Update says where the parts of an update are, of incidents and maintenances.
	Update JSONUpdate `json:"update,omitzero" toml:"update"`

	// Markup is how texts are written: plain, markdown, html or mixed. Default
	// plain.
	Markup Markup `json:"markup,omitempty" toml:"markup"`

	// TimeFormat is how times are written, as Go does it: "02.01.2006 15:04".
	// Default: RFC 3339, or a number of seconds or milliseconds since 1970. The
	// backend's timezone is that of times without one.
	TimeFormat string `json:"time_format,omitempty" toml:"time_format"`

	// Statuses translates the status of components: their word to one of
	// operational, degraded, partial_outage, major_outage, maintenance, unknown.
	// Case does not matter; ours need no translation; what is neither is unknown.
	Statuses map[string]string `json:"statuses,omitempty" toml:"statuses"`

	// States translates the state of incidents and of their updates to
	// investigating, identified, monitoring, resolved, postmortem; of maintenances
	// to scheduled, in_progress, verifying, completed. true and false are words,
	// too.
	States map[string]string `json:"states,omitempty" toml:"states"`

	// Impacts translates the impact of incidents to none, minor, major, critical,
	// maintenance.
	Impacts map[string]string `json:"impacts,omitempty" toml:"impacts"`
}

// JSONComponent has paths within a component.
type JSONComponent struct {
	// ID is the path of what identifies it. Default "id", else its name.
	ID string `json:"id,omitempty" toml:"id"`

	// Name is the path of its name. Default "name".
	Name string `json:"name,omitempty" toml:"name"`

	// Group is the path of the name of its group. Default "group".
	Group string `json:"group,omitempty" toml:"group"`

	// Status is the path of how it does. Default "status".
	Status string `json:"status,omitempty" toml:"status"`
}

// JSONIncident has paths within an incident.
type JSONIncident struct {
	// ID is the path of what identifies it. Default "id", else its title.
	ID string `json:"id,omitempty" toml:"id"`

	// Title is the path of its title. Default "title".
	Title string `json:"title,omitempty" toml:"title"`

	// State is the path of its state. Default "state". An incident that has none is
	// open until it is resolved by its time.
	State string `json:"state,omitempty" toml:"state"`

	// Impact is the path of how bad it is. Default "impact".
	Impact string `json:"impact,omitempty" toml:"impact"`

	// Components is the path of the ids or names of what is affected, a list or
	// one. Default "components". None at all means everything of this backend.
	Components string `json:"components,omitempty" toml:"components"`

	// Started is the path of when it began. Default "started".
	Started string `json:"started,omitempty" toml:"started"`

	// Resolved is the path of when it ended. Default "resolved".
	Resolved string `json:"resolved,omitempty" toml:"resolved"`

	// NextUpdate is the path of when more is promised. Default "next_update".
	NextUpdate string `json:"next_update,omitempty" toml:"next_update"`

	// Link is the path of where a person reads more. Default "url".
	Link string `json:"link,omitempty" toml:"link"`

	// Updates is the path of the list of updates, or of one text. Default
	// "updates".
	Updates string `json:"updates,omitempty" toml:"updates"`
}

// JSONMaintenance has paths within a maintenance.
type JSONMaintenance struct {
	// ID is the path of what identifies it. Default "id", else its title.
	ID string `json:"id,omitempty" toml:"id"`

	// Title is the path of its title. Default "title".
	Title string `json:"title,omitempty" toml:"title"`

	// State is the path of its state. Default "state". Where there is none, the
	// clock decides.
	State string `json:"state,omitempty" toml:"state"`

	// Components is as in an incident. Default "components".
	Components string `json:"components,omitempty" toml:"components"`

	// From is the path of when it begins. Default "from".
	From string `json:"from,omitempty" toml:"from"`

	// Until is the path of when it ends. Default "until".
	Until string `json:"until,omitempty" toml:"until"`

	// Link is the path of where a person reads more. Default "url".
	Link string `json:"link,omitempty" toml:"link"`

	// Updates is as in an incident. Default "updates".
	Updates string `json:"updates,omitempty" toml:"updates"`
}

// JSONUpdate has paths within an update.
type JSONUpdate struct {
	// Text is the path of what is said. Default "text".
	Text string `json:"text,omitempty" toml:"text"`

	// At is the path of when. Default "at".
	At string `json:"at,omitempty" toml:"at"`

	// State is the path of the state that it brings. Default "state".
	State string `json:"state,omitempty" toml:"state"`
}
