package statusclient

import "encoding/json"

// cachet3List is any list of Cachet 3, in JSON:API.
type cachet3List struct {
	Data     list[cachet3Resource] `json:"data"`
	Included []cachet3Resource     `json:"included"`
	Links    phpObject[struct {
		Next string `json:"next"`
	}] `json:"links"`
}

// cachet3Resource is anything in such a list. Fields come and go between builds.
type cachet3Resource struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Attributes struct {
		GUID      string       `json:"guid"`
		Name      string       `json:"name"`
		Message   string       `json:"message"`
		Visible   *number      `json:"visible"` // 1: guests may see it
		Enabled   *number      `json:"enabled"`
		Status    cachet3Value `json:"status"`
		Latest    cachet3Value `json:"latest_status"` // of components: with incidents and maintenances in it
		Occurred  cachet3Time  `json:"occurred"`
		Published cachet3Time  `json:"published"`
		Scheduled cachet3Time  `json:"scheduled"`
		Completed cachet3Time  `json:"completed"`
		Created   cachet3Time  `json:"created"`
		Meta      cachetMeta   `json:"meta"` // only where it is included
		Pivot     phpObject[struct {
			Status cachet3Value `json:"component_status"`
		}] `json:"pivot"`
	} `json:"attributes"`
	Relationships phpObject[struct {
		Components cachet3Links `json:"components"`
		Updates    cachet3Links `json:"updates"`
		Group      cachet3Links `json:"group"`
	}] `json:"relationships"`
}

// cachet3Value is {"human": …, "value": 2}, the bare number in some places, and
// not there in others.
type cachet3Value struct {
	number
	present bool
}

func (v *cachet3Value) UnmarshalJSON(b []byte) error {
	var object struct {
		Value *number `json:"value"`
	}
	*v = cachet3Value{number: -1}
	switch {
	case string(b) == "null":
	case json.Unmarshal(b, &object) == nil && object.Value != nil:
		*v = cachet3Value{*object.Value, true}
	default:
		v.present = true
		return v.number.UnmarshalJSON(b)
	}
	return nil
}

// cachet3Time is the string of {"human": …, "string": "2026-11-20 08:31:59"}.
type cachet3Time string

func (t *cachet3Time) UnmarshalJSON(b []byte) error {
	var at struct {
		String cachet3Time `json:"string"`
	}
	*t = ""
	var bare string
	if json.Unmarshal(b, &bare) == nil {
		*t = cachet3Time(bare)
	} else if json.Unmarshal(b, &at) == nil {
		*t = at.String
	}
	return nil
}

// cachet3Links are the ids of other resources: a list, or one, or null.
type cachet3Links []string

func (l *cachet3Links) UnmarshalJSON(b []byte) error {
	var at struct {
		Data json.RawMessage `json:"data"`
	}
	type link struct {
		ID string `json:"id"`
	}
	var many []link
	var one link
	*l = nil
	if json.Unmarshal(b, &at) != nil {
		return nil
	}
	if json.Unmarshal(at.Data, &many) != nil && json.Unmarshal(at.Data, &one) == nil {
		many = []link{one}
	}
	for _, o := range many {
		if o.ID != "" {
			*l = append(*l, o.ID)
		}
	}
	return nil
}
