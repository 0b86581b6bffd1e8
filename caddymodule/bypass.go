package caddymodule

import (
	"crypto/subtle"
	"net/http"
	"net/netip"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
)

// way is how a request gets past maintenance, as Candor-Bypass tells it; nil is
// not at all, or that there is none.
type way []string

var (
	byNetwork = way{"network"}
	byHeader  = way{"header"}
	byMatcher = way{"matcher"}
	byPass    = way{"pass"}
)

// mark tells whoever is let through that they are.
func (by way) mark(h http.Header) {
	if by != nil {
		h["Candor-Bypass"] = by
	}
}

// wayPast says how r gets past the maintenance of svc. key is whether it has
// presented its key.
func (h *Handler) wayPast(r *http.Request, svc *service, key bool) way {
	switch {
	case key:
		return byHeader
	case svc.inBypassNetwork(r):
		return byNetwork
	case h.matchesBypass(r):
		return byMatcher
	case h.app.hasPass(r, svc):
		return byPass
	}
	return nil
}

// matchesBypass reports whether a matcher of the directive lets r through. One
// that cannot tell does not.
func (h *Handler) matchesBypass(r *http.Request) bool {
	if len(h.bypass) == 0 {
		return false // no sets match everything
	}
	match, err := h.bypass.AnyMatchWithError(r)
	if err != nil {
		h.logger.Debug("a matcher of bypass cannot tell", zap.Error(err))
	}
	return match && err == nil
}

// bypass says who is let through while a service is held back.
type bypass struct {
	networks []netip.Prefix
	header   string // canonical
	value    []byte
}

// keyPresented remembers in the request's variables that its key has been taken.
const keyPresented = "candor_key_presented"

// presentsKey reports whether a request carries the header that lets machines
// through, and takes it out: it is a secret between them and the edge, and none of
// the upstream's business.
func (svc *service) presentsKey(r *http.Request) bool {
	b := &svc.bypass
	if b.header == "" {
		return false
	}
	if name, ok := caddyhttp.GetVar(r.Context(), keyPresented).(string); ok && name == svc.name {
		return true // to a directive further out
	}
	v := r.Header.Get(b.header)
	if v == "" || subtle.ConstantTimeCompare([]byte(v), b.value) != 1 {
		return false
	}
	r.Header.Del(b.header)
	caddyhttp.SetVar(r.Context(), keyPresented, svc.name)
	return true
}

// inBypassNetwork reports whether a request comes from where visitors are let
// through.
func (svc *service) inBypassNetwork(r *http.Request) bool {
	b := &svc.bypass
	if len(b.networks) == 0 {
		return false
	}
	ip, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, n := range b.networks {
		if n.Contains(addr) {
			return true
		}
	}
	return false
}
