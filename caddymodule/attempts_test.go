package caddymodule

import (
	"errors"
	"net"
	"testing"

	"github.com/candor-edge/candor/errorpages"
)

func TestWhetherARequestWasReceivedIsToldByItsConnections(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	broken := &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}
	for name, tc := range map[string]struct {
		connected, dialled, tls bool
		err                     error
		want                    errorpages.Received
	}{
		"never connected":                {false, false, false, refused, errorpages.ReceivedNo},
		"sent once, refused then":        {true, true, false, refused, errorpages.ReceivedUnknown},
		"FastCGI, dialled, refused then": {false, true, false, refused, errorpages.ReceivedUnknown},
		"no further than TLS":            {false, true, true, refused, errorpages.ReceivedNo},
		"another error":                  {false, false, false, broken, errorpages.ReceivedUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := new(attempts)
			a.connected.Store(tc.connected)
			a.dialled.Store(tc.dialled)
			a.tls.Store(tc.tls)
			if got := a.received(tc.err); got != tc.want {
				t.Errorf("received %q, want %q", got, tc.want)
			}
		})
	}
	if got := (*attempts)(nil).received(refused); got != errorpages.ReceivedUnsaid {
		t.Errorf("of a safe method %q is said", got)
	}
}
