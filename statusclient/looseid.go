package statusclient

import (
	"bytes"
	"encoding/json"
)

// looseID is an id that some documents of a system write as a number and others
// as a string. What is neither is no id.
type looseID string

func (id *looseID) UnmarshalJSON(b []byte) error {
	*id = ""
	var s string
	switch {
	case bytes.HasPrefix(b, []byte(`"`)) && json.Unmarshal(b, &s) == nil:
		*id = looseID(s)
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*id = looseID(b)
	}
	return nil
}

func idStrings(ids []looseID) []string {
	var out []string
	for _, id := range ids {
		if id != "" {
			out = append(out, string(id))
		}
	}
	return out
}

// idsByName is what components are called, by id or by name, and their id.
func idsByName(all []Component) map[string]string {
	ids := make(map[string]string, 2*len(all))
	for _, c := range all {
		ids[c.Name] = c.ID
	}
	for _, c := range all {
		ids[c.ID] = c.ID
	}
	return ids
}
