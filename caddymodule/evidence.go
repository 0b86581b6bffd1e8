package caddymodule

import (
	"net/http"
	"slices"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient/traffic"
)

// What the edge saw outlives configurations, too: a reload does not forget who
// fails, nor who waits.
var (
	registries  = caddy.NewUsagePool() // of one *traffic.Registry
	registryKey = "traffic"
)

func (a *App) acquireTraffic() error {
	v, _, err := registries.LoadOrNew(registryKey, func() (caddy.Destructor, error) { return traffic.NewRegistry(), nil })
	if err == nil {
		a.traffic = v.(*traffic.Registry)
	}
	return err
}

// releaseTraffic leaves a.traffic where it is: after a reload, requests that came
// before it still go through the handlers of the old configuration.
func (a *App) releaseTraffic() error {
	if a.traffic == nil {
		return nil
	}
	for _, svc := range a.services() {
		a.traffic.Close(svc.tally)
	}
	_, err := registries.Delete(registryKey)
	return err
}

// clientAddress is who asks, as Caddy believes it to be. It is hashed and
// forgotten.
func clientAddress(r *http.Request) string {
	ip, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	return ip
}

// noteAnswer counts what a visitor was answered. What is passed on may be a failure
// that is only not replaced, such as a program's JSON.
func (h *Handler) noteAnswer(svc *service, code int, address, agent string) {
	switch t := h.app.traffic; {
	case code == statusClientGone:
	case h.rules.matches(code) && code >= 500:
		svc.tally.Record(t.Now(), reasonOf(errorpages.CauseUpstream), h.visitor(address, agent, agent))
	default:
		svc.tally.Record(t.Now(), traffic.Answered, h.visitor(address, agent, ""))
	}
}

// visitor is who asked with this User-Agent, told from others by what of it counts.
func (h *Handler) visitor(address, agent, apart string) traffic.Visitor {
	if !traffic.IsPerson(agent) {
		return traffic.Machine
	}
	return h.app.traffic.Visitor(address, apart)
}

// noteFailure counts a failure that a visitor is about to get a page for.
func (h *Handler) noteFailure(svc *service, f *failure, agent string, now time.Time) {
	if reason := reasonOf(f.cause); reason != traffic.Answered {
		svc.tally.Record(now, reason, h.visitor(f.address, agent, agent))
	}
}

// reasonOf is a cause as traffic counts it; Answered for what is no failure of
// the service.
func reasonOf(cause errorpages.Cause) uint8 {
	switch cause {
	case errorpages.CauseMaintenance, errorpages.CauseUpload, errorpages.CauseClient:
		return traffic.Answered
	}
	return uint8(slices.Index(causes[:], cause) + 1)
}
