package statusclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Snapshot is the last good status of a backend and how asking it goes. It is
// immutable: a newer one replaces it.
type Snapshot struct {
	Status  *Status   // the last good one, cleaned, with Reports in it; nil: never yet
	Fetched time.Time // when Status was last confirmed, also by ErrNotModified
	Changed time.Time // when Status last said something else than before

	Failing  time.Time // since when the backend cannot be asked; zero: it answers
	Error    string    // why; empty: it answers
	Failures int       // in a row

	Took time.Duration // the last poll
	Next time.Time     // of the next poll; zero: none is planned

	// Reports are what webhooks said that no poll has confirmed or refuted yet.
	Reports []Report
	polled  *Status // Status without them
}

// bare is what was polled. A Snapshot that no poller made has its Status for it.
func (s *Snapshot) bare() *Status {
	if len(s.Reports) == 0 {
		return s.Status
	}
	return s.polled
}

// snapshotFormat is the version of what EncodeSnapshot writes. It changes when
// older programs would misread it.
const snapshotFormat = 1

// maxSnapshot is far more than a Status of full size takes.
const maxSnapshot = 64 << 20

// stored is a snapshot at rest: what a cold start needs and no more. How asking
// went then says nothing about now.
type stored struct {
	Format  int       `json:"format"`
	Fetched time.Time `json:"fetched,omitzero"`
	Changed time.Time `json:"changed,omitzero"`
	Status  *Status   `json:"status"` // as polled
	Reports []Report  `json:"reports,omitempty"`
}

// empty reports whether nothing in it is worth keeping.
func (s *stored) empty() bool {
	return (s.Status == nil || s.Fetched.IsZero()) && (s.Status != nil || len(s.Reports) == 0)
}

// EncodeSnapshot writes what DecodeSnapshot reads. A snapshot without a status
// is an error: there is nothing in it worth keeping.
func EncodeSnapshot(s Snapshot) ([]byte, error) {
	at := stored{
		Format: snapshotFormat, Fetched: s.Fetched.UTC(), Changed: s.Changed.UTC(), Status: s.bare(), Reports: s.Reports,
	}
	if at.empty() {
		return nil, errors.New("snapshot holds no status")
	}
	return json.Marshal(at)
}

// DecodeSnapshot reads what EncodeSnapshot wrote, and trusts it no more than a
// backend: whatever is not exactly of this format is an error, and the texts are
// cleaned anew.
func DecodeSnapshot(b []byte) (Snapshot, error) {
	if len(b) > maxSnapshot {
		return Snapshot{}, fmt.Errorf("snapshot is larger than %d MiB", maxSnapshot>>20)
	}
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return Snapshot{}, errors.New("snapshot is not valid JSON")
	}
	if head.Format != snapshotFormat {
		return Snapshot{}, fmt.Errorf("snapshot has format %d, this program reads %d", head.Format, snapshotFormat)
	}
	var at stored
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&at); err != nil {
		return Snapshot{}, fmt.Errorf("snapshot: %s", describeJSON(err))
	}
	if _, err := d.Token(); err != io.EOF {
		return Snapshot{}, errors.New("snapshot is followed by something else")
	}
	if at.empty() {
		return Snapshot{}, errors.New("snapshot holds no status")
	}
	if at.Status != nil {
		at.Status.Clean()
	}
	at.Reports = first(at.Reports, maxReports)
	for i := range at.Reports {
		at.Reports[i].clean()
	}
	s := Snapshot{Fetched: at.Fetched.UTC(), Changed: at.Changed.UTC(), Reports: at.Reports}
	if s.Status = at.Status; len(s.Reports) > 0 {
		s.polled, s.Status = at.Status, overlay(at.Status, at.Reports)
	}
	return s, nil
}
