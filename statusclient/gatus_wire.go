package statusclient

import (
	"encoding/json"
	"strings"
)

// gatusConfig is /api/v1/config, as far as it is read.
type gatusConfig struct {
	Announcements list[gatusAnnouncement] `json:"announcements"`
	OIDC          *bool                   `json:"oidc"`
	Authenticated *bool                   `json:"authenticated"`
}

type gatusAnnouncement struct {
	Timestamp instant `json:"timestamp"`
	Type      string  `json:"type"`
	Message   string  `json:"message"`
	Archived  bool    `json:"archived"`
}

// gatusEndpoint is also a suite. Hostnames and error texts are left where they
// are.
type gatusEndpoint struct {
	Name    string            `json:"name"`
	Group   string            `json:"group"`
	Key     string            `json:"key"`
	Results list[gatusResult] `json:"results"` // oldest first
	Events  list[gatusEvent]  `json:"events"`  // oldest first; of one endpoint only
}

type gatusResult struct {
	Success    *bool                 `json:"success"`
	Timestamp  instant               `json:"timestamp"`
	Errors     list[json.RawMessage] `json:"errors"`
	Conditions list[gatusCondition]  `json:"conditionResults"`
}

type gatusCondition struct {
	Condition string `json:"condition"`
	Success   bool   `json:"success"`
}

type gatusEvent struct {
	Type      string  `json:"type"`
	Timestamp instant `json:"timestamp"`
}

// last is the newest result, or one that says nothing.
func (e *gatusEndpoint) last() *gatusResult {
	if n := len(e.Results.items); n > 0 {
		return &e.Results.items[n-1]
	}
	return new(gatusResult)
}

func (e *gatusEndpoint) component() Component {
	c := Component{ID: e.Key, Name: e.Name, Group: e.Group, Status: ComponentUnknown}
	if c.Name == "" {
		c.Name = e.Key
	}
	switch res := e.last(); {
	case res.Success == nil:
	case *res.Success:
		c.Status = Operational
	case res.slow():
		c.Status = Degraded
	default:
		c.Status = MajorOutage
	}
	return c
}

// slow reports whether all that was wrong is how long it took.
func (res *gatusResult) slow() bool {
	failed := false
	for _, c := range res.Conditions.items {
		if c.Success {
			continue
		}
		if failed = true; !strings.Contains(c.Condition, "[RESPONSE_TIME]") {
			return false
		}
	}
	return failed && len(res.Errors.items) == 0
}
