package board

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// format is what this code writes and reads.
const format = 1

// maxRecord bounds what is taken for a record.
const maxRecord = 4 << 20

// record is one edit as it is known here. It is never changed.
type record struct {
	ref
	stamp
	at        time.Time
	window    *Window // one of these three,
	incident  *Incident
	component *Component // or none: deleted
	entry     *Entry     // of the log; nil in records from before there was one

	said statusclient.Status // the same as backends say it, cleaned
}

// envelope is a record as it is stored.
type envelope struct {
	Format  int             `json:"format"`
	ID      string          `json:"id"`
	Kind    kind            `json:"kind"`
	Version uint64          `json:"version"`
	Writer  string          `json:"writer"`
	At      time.Time       `json:"at"`
	Deleted bool            `json:"deleted,omitempty"`
	Log     json.RawMessage `json:"log,omitempty"`
	Value   json.RawMessage `json:"value,omitempty"`
}

func (r *record) deleted() bool { return r.window == nil && r.incident == nil && r.component == nil }

// encode writes what decode reads.
func (r *record) encode() ([]byte, error) {
	e := envelope{
		Format: format, ID: r.id, Kind: r.kind, Version: r.version, Writer: r.writer, At: r.at,
		Deleted: r.deleted(),
	}
	var err error
	switch {
	case r.window != nil:
		w := *r.window
		w.ETag = "" // it is the stamp
		e.Value, err = json.Marshal(&w)
	case r.incident != nil:
		in := *r.incident
		in.ETag = ""
		e.Value, err = json.Marshal(&in)
	case r.component != nil:
		e.Value, err = json.Marshal(r.component)
	}
	if err == nil && r.entry != nil {
		e.Log, err = r.entry.encode()
	}
	if err != nil {
		return nil, fmt.Errorf("board: %s %s: %w", r.kind, r.id, err)
	}
	return json.Marshal(&e)
}

// decode reads the record that was stored for a ref under a stamp. Fields that
// are not known are left alone, so that newer code may add some.
func decode(r ref, s stamp, data []byte) (*record, error) {
	if len(data) > maxRecord {
		return nil, errors.New("too large")
	}
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, err
	}
	switch {
	case e.Format != format:
		return nil, fmt.Errorf("format %d is not known", e.Format)
	case e.Kind != r.kind || e.ID != r.id || e.Version != s.version || e.Writer != s.writer:
		return nil, errors.New("says that it is another record")
	}
	rec := &record{ref: r, stamp: s, at: e.At, entry: decodeOwnEntry(edition{r, s}, e.Log)}
	var err error
	switch {
	case e.Deleted:
	case r.kind == kindMaintenance:
		rec.window = new(Window)
		if err = json.Unmarshal(e.Value, rec.window); err == nil {
			err = rec.window.check()
		}
	case r.kind == kindIncident:
		rec.incident = new(Incident)
		if err = json.Unmarshal(e.Value, rec.incident); err == nil {
			err = rec.incident.check()
		}
	case r.kind == kindComponent:
		rec.component = new(Component)
		if err = json.Unmarshal(e.Value, rec.component); err == nil {
			err = rec.component.check()
		}
	}
	if err != nil {
		return nil, err
	}
	rec.finish()
	return rec, nil
}

// decodeOwnEntry reads the entry in a record. A record without a good one is good.
func decodeOwnEntry(e edition, data []byte) *Entry {
	var named struct{ ID string }
	if len(data) == 0 || json.Unmarshal(data, &named) != nil {
		return nil
	}
	if k, ok := parseEdit(named.ID); !ok || k.edition != e {
		return nil
	}
	entry, err := decodeEntry(named.ID, data)
	if err != nil {
		return nil
	}
	return entry
}

// finish fills in what follows from the rest.
func (r *record) finish() {
	switch {
	case r.window != nil:
		r.window.ID, r.window.ETag = r.id, r.stamp.String()
		r.said.Maintenances = []statusclient.Maintenance{r.window.said()}
	case r.incident != nil:
		r.incident.ID, r.incident.ETag = r.id, r.stamp.String()
		r.said.Incidents = []statusclient.Incident{r.incident.said()}
	case r.component != nil:
		r.said.Components = []statusclient.Component{{ID: r.component.Name, Name: r.component.Name, Status: r.component.Status, Changed: r.component.Changed}}
	}
	r.said.Clean()
}

// overSince returns when what the record is about ended, zero if it goes on.
func (r *record) overSince() time.Time {
	switch {
	case r.deleted():
		return r.at
	case r.window != nil && r.window.Every != "":
		return time.Time{}
	case r.window != nil:
		return r.window.Until
	case r.component != nil && r.component.Status == statusclient.Operational:
		return r.component.Changed
	case r.component != nil:
		return time.Time{}
	}
	return r.incident.Resolved
}
