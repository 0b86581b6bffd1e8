package caddymodule

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/traffic"
)

// publicStatus is the status of a service for scripts.
type publicStatus struct {
	*situationView
	Version string `json:"version"` // changes with what is known

	// Answering is whether visitors get through, as far as the edge saw lately;
	// absent when it saw nothing.
	Answering *bool `json:"answering,omitempty"`

	Evidence *errorpages.EvidenceJSON `json:"evidence,omitempty"` // of a service that fails

	Rehearsal bool `json:"rehearsal,omitempty"` // nothing of it is true
}

// statusBasis is what a publicStatus rests on. Those with the same basis are the
// same; figures are those of the second.
type statusBasis struct {
	sit    *statusclient.Situation
	merges uint64 // how often knowledge had been published, at least
	held   bool
	back   bool // it answers
	fails  bool // it answers nobody
	second int64
}

// basisOf tells a page that waits no other thing than advice does.
func (a *App) basisOf(svc *service, part string, advice *traffic.Advice) statusBasis {
	now := time.Now()
	b := statusBasis{merges: a.merges.Load(), sit: a.closed(svc, part), second: now.Unix()}
	if b.held = b.sit != nil; b.held {
		return b
	}
	b.sit = a.situation(svc)
	pulse := svc.tally.Pulse(now)
	if b.back = pulse.Back(); advice != nil {
		b.back = advice.Back
	}
	b.fails = !pulse.Since.IsZero()
	return b
}

func (b *statusBasis) status(svc *service, know *statusclient.Knowledge) publicStatus {
	s := publicStatus{situationView: situationJSON(svc, b.sit, know), Version: errorpages.VersionOf(b.sit)}
	switch {
	case b.held:
		s.Answering = new(false)
	case b.back:
		s.Answering = new(true)
	case b.fails:
		s.Answering = new(false)
		s.Evidence = errorpages.NewEvidenceJSON(svc.tally.Evidence(time.Now()))
		if s.State == statusclient.StateUp {
			s.State = statusclient.StateFault
		}
	}
	return s
}

// encodedStatus is a publicStatus as it is sent.
type encodedStatus struct {
	basis statusBasis
	body  []byte
	etag  string
}

func encodeStatus(s publicStatus) (*encodedStatus, error) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // it is no HTML, and nosniff
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	return &encodedStatus{
		body: body.Bytes(), etag: `"` + strconv.FormatUint(xxhash.Sum64(body.Bytes()), 36) + `"`,
	}, nil
}

// serveLiveStatus writes what was written last, as long as nothing else is true: many
// pages ask at once.
func (h *Handler) serveLiveStatus(w http.ResponseWriter, r *http.Request, svc *service, b statusBasis) {
	e := svc.status.Load()
	if e == nil || e.basis != b {
		var err error
		if e, err = encodeStatus(b.status(svc, h.app.knowledge.Load())); err != nil {
			h.refuseStatus(w, err)
			return
		}
		e.basis = b
		svc.status.Store(e)
	}
	e.serve(w, r)
}

func (h *Handler) serveStatus(w http.ResponseWriter, r *http.Request, s publicStatus) {
	e, err := encodeStatus(s)
	if err != nil {
		h.refuseStatus(w, err)
		return
	}
	e.serve(w, r)
}

func (h *Handler) refuseStatus(w http.ResponseWriter, err error) {
	h.app.logger.Error("situation cannot be written: " + err.Error())
	h.app.refuse(w, http.StatusInternalServerError)
}

// serve tells scripts what is known about the service. The validator changes when
// that does.
func (e *encodedStatus) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Etag", e.etag)
	header.Set("Cache-Control", "no-cache")
	if notModified(r, e.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Type", "application/json")
	writeWhole(w, r, e.body)
}
