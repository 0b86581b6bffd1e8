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

// attempts watches the connections that a request is tried on. The error that is
// left at the end does not tell: sent once and then refused looks like refused.
type attempts struct {
	connected atomic.Bool // somebody may have read it
	dialled   atomic.Bool // a connection stood, perhaps only as far as TLS
	tls       atomic.Bool
}

func (a *attempts) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { a.connected.Store(true) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				a.dialled.Store(true)
			}
		},
		TLSHandshakeStart: func() { a.tls.Store(true) },
	})
}

// received says what is known of a request that ended in err: not received only
// if the error itself is about reaching an upstream, and no attempt before it got
// a connection. FastCGI reports a dialled connection and nothing after it.
func (a *attempts) received(err error) errorpages.Received {
	if a == nil {
		return errorpages.ReceivedUnsaid
	}
	if a.connected.Load() || a.dialled.Load() && !a.tls.Load() || !unreached(err) {
		return errorpages.ReceivedUnknown
	}
	return errorpages.ReceivedNo
}

// unreached reports whether err means that no upstream could be connected to.
func unreached(err error) bool {
	if _, ok := errors.AsType[reverseproxy.DialError](err); ok { // it hides the error within
		return true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error() == "no upstreams available" // reverse_proxy's error is not exported
}
