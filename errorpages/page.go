// Package errorpages is what is said: it turns a Page (who, what is known, what
// happened to this request) into the bytes of one answer, in the format,
// language and encoding that the client asked for.
package errorpages

import (
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// Cause says why a page is shown. The values are stable: they are metric labels,
// the placeholder {http.candor.reason} and part of the problem type.
type Cause string

// The causes.
const (
	CauseMaintenance Cause = "maintenance"    // held back on purpose; the upstream was not asked
	CauseUnreachable Cause = "unreachable"    // no connection to the upstream, or none to choose
	CauseTimeout     Cause = "timeout"        // no progress for too long
	CauseUpload      Cause = "upload_stalled" // the client stopped sending; 408
	CauseUpstream    Cause = "upstream_error" // the upstream answered with a server error
	CauseEdge        Cause = "edge_error"     // a handler in front of the upstream failed
	CauseClient      Cause = "client_error"   // a 4xx that the operator listed in statuses
)

// Received says whether what the visitor sent reached the upstream.
type Received string

// What the edge can know. ReceivedUnsaid is for safe methods.
const (
	ReceivedUnsaid  Received = ""
	ReceivedNo      Received = "no"
	ReceivedUnknown Received = "unknown"
)

// Page is everything that one answer shows. The fields above the line are the
// same for many visitors and select what is rendered ahead; those below it are
// filled into the finished bytes.
type Page struct {
	Service   *Service
	Situation *statusclient.Situation // never nil
	Inputs    map[string]statusclient.Input
	Cause     Cause
	Code      int // the status code
	Received  Received

	// Evidence is what the edge counted; the zero value says nothing. It is
	// rounded here if the caller has not done so.
	Evidence statusclient.Evidence

	// Upstream is the status code that the upstream answered with, where it is
	// not Code. Zero: it is Code, or the upstream did not answer.
	Upstream int

	// Rehearsal is until when a rehearsal lasts that this page is part of; zero: it
	// is none.
	Rehearsal time.Time

	// Link says that what was asked for is a link past maintenance which cannot be
	// opened, or no longer. Cause is CauseClient then.
	Link bool

	// ---

	Reference  string        // exactly ReferenceLen of a-z 0-9
	Time       time.Time     // of this answer
	RetryAfter time.Duration // zero: no advice
}

// ReferenceLen is the length of every reference.
const ReferenceLen = 9

// State is the one word for what this page says: that of the situation, but a
// service that is up as far as anybody knows has a fault.
func (p *Page) State() statusclient.State {
	if p.Cause == CauseMaintenance {
		return statusclient.StateMaintenance
	}
	if s := p.Situation.State(); s != statusclient.StateUp {
		return s
	}
	return statusclient.StateFault
}

// Service is a service as its pages show it, prepared once per configuration.
type Service struct {
	Name  string
	Title string // for people; empty: pages speak of "this site"
	Brand *Brand

	// Alternatives are what pages offer until the service works again, in the
	// operator's order, each checked.
	Alternatives []Alternative

	JSON *JSONTemplate // nil: problem details
}
