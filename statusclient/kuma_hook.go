package statusclient

import (
	"encoding/json"
	"time"
)

// kumaHook is what Kuma sends when a monitor changes, as far as it is read: not
// where the monitor looks, nor what it got. Tests come without a heartbeat.
type kumaHook struct {
	Heartbeat *struct {
		Status *number  `json:"status"`
		Time   kumaTime `json:"time"`
	} `json:"heartbeat"`
	Monitor *kumaMonitor `json:"monitor"`
}

// reports implements reporter.
func (b *kuma) reports(w *Webhook) []Report {
	body := w.Body
	if data := w.form().Get("data"); data != "" {
		body = []byte(data) // as form data
	}
	var hook kumaHook
	if json.Unmarshal(body, &hook) != nil || hook.Heartbeat == nil || hook.Monitor == nil || hook.Monitor.ID == 0 {
		return nil
	}
	beat := hook.Heartbeat
	c := Component{ID: hook.Monitor.key(), Name: hook.Monitor.Name}
	r := Report{Key: c.ID, At: beat.Time.Time, OnPage: true}
	switch {
	case beat.Status.is(0):
		c.Status = MajorOutage
		since := beat.Time.Time
		if since.IsZero() {
			since = time.Now().UTC()
		}
		r.Firing, r.Incident = true, kumaAlarm(c, since, b.PageURL())
	case beat.Status.is(1):
		c.Status = Operational
	case beat.Status.is(3):
		c.Status = UnderMaintenance
	default:
		return nil // it tries again, and does not know yet
	}
	r.Component = c
	return []Report{r}
}

// Interface guards
var _ reporter = (*kuma)(nil)
