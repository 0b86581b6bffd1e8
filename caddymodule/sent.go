package caddymodule

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"

	"github.com/candor-edge/candor/errorpages"
)

// sent watches the connections that a request is tried on. The error that is
// left at the end does not tell: sent once and then refused looks like refused.
type sent struct {
	connected atomic.Bool // somebody may have read it
	dialled   atomic.Bool // a connection stood, perhaps only as far as TLS
	tls       atomic.Bool
}

func (s *sent) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { s.connected.Store(true) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				s.dialled.Store(true)
			}
		},
		TLSHandshakeStart: func() { s.tls.Store(true) },
	})
}

// received says what is known of a request that ended in err: not received only
// if the error itself is about reaching an upstream, and no attempt before it got
// a connection. FastCGI reports a dialled connection and nothing after it.
func (s *sent) received(err error) errorpages.Received {
	if s == nil {
		return errorpages.ReceivedUnsaid
	}
	if s.connected.Load() || s.dialled.Load() && !s.tls.Load() || !unreached(err) {
		return errorpages.ReceivedUnknown
	}
	return errorpages.ReceivedNo
}

// unreached reports whether err means that no upstream could be connected to.
func unreached(err error) bool {
	var dial reverseproxy.DialError // it hides the error within
	if errors.As(err, &dial) {
		return true
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	var tlsErr *tls.CertificateVerificationError
	if errors.As(err, &tlsErr) {
		return true
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if e.Error() == "no upstreams available" { // reverse_proxy's error is not exported
			return true
		}
	}
	return false
}
