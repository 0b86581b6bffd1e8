package statusclient

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// kumaPage is /api/status-page/SLUG, as far as it is read: neither the addresses
// of monitors nor their tags.
type kumaPage struct {
	Config       *struct{}             `json:"config"`
	Incident     *kumaIncident         `json:"incident"`  // until 2.0
	Incidents    list[kumaIncident]    `json:"incidents"` // since 2.1
	Groups       list[kumaGroup]       `json:"publicGroupList"`
	Maintenances list[kumaMaintenance] `json:"maintenanceList"`
}

type kumaGroup struct {
	Name     string            `json:"name"`
	Monitors list[kumaMonitor] `json:"monitorList"`
}

type kumaMonitor struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

type kumaIncident struct {
	ID      int      `json:"id"`
	Style   string   `json:"style"`
	Title   string   `json:"title"`
	Content string   `json:"content"`
	Pin     *number  `json:"pin"`
	Active  *number  `json:"active"`
	Created kumaTime `json:"createdDate"`
	Updated kumaTime `json:"lastUpdatedDate"`
}

type kumaMaintenance struct {
	ID          int            `json:"id"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Strategy    string         `json:"strategy"`
	Slots       list[kumaSlot] `json:"timeslotList"`
	Timezone    string         `json:"timezone"`
	Offset      string         `json:"timezoneOffset"`
	Status      string         `json:"status"`
}

type kumaSlot struct {
	Start string `json:"startDate"`
	End   string `json:"endDate"`
}

// kumaTime is UTC without saying so.
type kumaTime struct{ time.Time }

func (t *kumaTime) UnmarshalJSON(b []byte) error {
	var s string
	t.Time = time.Time{}
	if json.Unmarshal(b, &s) == nil {
		t.Time = slotTime(s, time.UTC)
	}
	return nil
}

// slotForms are how browsers and databases have written the same wall clock.
var slotForms = []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"}

func slotTime(s string, zone *time.Location) time.Time {
	for _, form := range slotForms {
		if t, err := time.ParseInLocation(form, s, zone); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// zone is what the wall clock of a single maintenance is in. Before 1.21 it was
// the server's, of which nothing is known.
func (m *kumaMaintenance) zone() *time.Location {
	if m.Timezone != "" && m.Timezone != "Local" {
		if zone, err := time.LoadLocation(m.Timezone); err == nil {
			return zone
		}
	}
	if t, err := time.Parse("-07:00", m.Offset); err == nil {
		_, offset := t.Zone()
		return time.FixedZone("", offset)
	}
	return nil
}

// kumaBeats is /api/status-page/heartbeat/SLUG: of each monitor the last beats.
type kumaBeats struct {
	List map[string]kumaBeat `json:"heartbeatList"`
}

// kumaBeat is the last of a list, oldest first, of which there are up to a
// hundred.
type kumaBeat struct {
	status int
	since  time.Time // when what is down went down, zero if the list does not go back that far
}

func (k *kumaBeat) UnmarshalJSON(b []byte) error {
	type beat struct {
		Status *int     `json:"status"`
		Time   kumaTime `json:"time"`
	}
	down := func(b beat) bool { return b.Status != nil && *b.Status == 0 }
	*k = kumaBeat{status: -1}
	var last beat
	var all list[beat]
	// Of what is not down, the rest need not be read.
	if i := bytes.LastIndexByte(b, '{'); i < 0 || json.Unmarshal(bytes.TrimRight(b[i:], "] \t\r\n"), &last) != nil || down(last) {
		if err := json.Unmarshal(b, &all); err != nil {
			return err
		}
		if n := len(all.items); n > 0 {
			last = all.items[n-1]
		}
	}
	if last.Status != nil {
		k.status = *last.Status
	}
	for i := len(all.items) - 1; i > 0 && down(all.items[i]); i-- {
		if !down(all.items[i-1]) {
			k.since = all.items[i].Time.Time
		}
	}
	return nil
}

// last says how each monitor does.
func (b *kumaBeats) last() map[string]ComponentStatus {
	out := make(map[string]ComponentStatus, len(b.List))
	for id, beat := range b.List {
		switch beat.status {
		case 0:
			out[id] = MajorOutage
		case 1:
			out[id] = Operational
		case 2:
			out[id] = Degraded // is being tried again
		case 3:
			out[id] = UnderMaintenance
		}
	}
	return out
}

func (m *kumaMonitor) key() string { return strconv.Itoa(m.ID) }
