package statusclient

type staytusService struct {
	Name      string       `json:"name"`
	Permalink string       `json:"permalink"`
	Status    staytusLevel `json:"status"`
}

// staytusLevel is a row of a table that every page may edit. Type is one of four
// words and only there in the list of services.
type staytusLevel struct {
	Permalink string `json:"permalink"`
	Type      string `json:"status_type"`
}

type staytusIssue struct {
	ID         int64            `json:"id"`
	Title      string           `json:"title"`
	State      string           `json:"state"`
	Identifier string           `json:"identifier"`
	CreatedAt  instant          `json:"created_at"`
	UpdatedAt  instant          `json:"updated_at"`
	Level      staytusLevel     `json:"service_status"`
	Services   []staytusService `json:"services"`
	Updates    []struct {
		ID        int64   `json:"id"`
		State     string  `json:"state"`
		Text      string  `json:"text"`
		CreatedAt instant `json:"created_at"`
	} `json:"updates"`
}
