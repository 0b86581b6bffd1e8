package statusclient

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

// fakeNet is a network of one server in memory, for use inside a synctest
// bubble: what takes a minute there takes none.
type fakeNet struct {
	transport *http.Transport
	server    *http.Server
	conns     chan net.Conn
	closed    chan struct{}
	raw       func(net.Conn) // instead of HTTP

	handlers sync.WaitGroup

	mu     sync.Mutex
	dialed []string
	shut   bool // no handler may begin any more
}

func newFakeNet(h http.Handler) *fakeNet {
	n := &fakeNet{conns: make(chan net.Conn), closed: make(chan struct{}), transport: transport()}
	n.transport.Proxy = nil
	n.transport.DialContext = n.dial
	n.transport.DialTLSContext = n.dial // what TLS does is not ours to test
	counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.mu.Lock()
		if n.shut {
			n.mu.Unlock()
			return
		}
		n.handlers.Add(1)
		n.mu.Unlock()
		defer n.handlers.Done()
		h.ServeHTTP(w, r)
	})
	n.server = &http.Server{Handler: counted, ErrorLog: newFakeNetLog()}
	go n.server.Serve(n)
	return n
}

// newFakeNetLog drops what a server says about clients that leave early.
func newFakeNetLog() *log.Logger { return log.New(io.Discard, "", 0) }

func (n *fakeNet) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	n.mu.Lock()
	n.dialed = append(n.dialed, addr)
	n.mu.Unlock()
	ours, theirs := net.Pipe()
	if n.raw != nil {
		go n.raw(theirs)
		return ours, nil
	}
	select {
	case n.conns <- theirs:
		return ours, nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (n *fakeNet) hosts() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.dialed
}

func (n *fakeNet) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *fakeNet) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "memory"} }

func (n *fakeNet) Close() error {
	close(n.closed)
	return nil
}

// shutdown ends every goroutine, which a bubble insists on.
func (n *fakeNet) shutdown() {
	n.transport.CloseIdleConnections()
	n.server.Close()
	n.mu.Lock()
	n.shut = true
	n.mu.Unlock()
	n.handlers.Wait()
}
