package campus

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// App is one sample web app.
type App struct {
	Name  string // of its service: a-z
	Title string
	About string // one sentence
	API   string // the path of its JSON

	handler http.Handler
	running *sync.WaitGroup
	ctx     context.Context // of Start; ends every request

	addr string // from start on the same

	mu      sync.Mutex
	hangUp  func() // closes the listener and cuts its connections; nil while they are refused
	fault   Fault
	changed chan struct{} // closed when fault is another one
	closed  bool
}

// Addr is host:port of 127.0.0.1, the same through every fault.
func (a *App) Addr() string { return a.addr }

// Fault is the one the app is in.
func (a *App) Fault() Fault {
	fault, _ := a.state()
	return fault
}

// state is the fault and what is closed when it is over.
func (a *App) state() (Fault, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.fault, a.changed
}

func (a *App) start(ctx context.Context, running *sync.WaitGroup) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ctx, a.running, a.fault, a.changed = ctx, running, OK, make(chan struct{})
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	a.addr = ln.Addr().String()
	a.open(ln)
	return nil
}

// Set puts the app into a fault, or back to OK. Requests that hang are then
// answered by what is true from now on.
func (a *App) Set(fault Fault) error {
	if !fault.valid() {
		return errors.New("there is no such fault")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.closed:
		return http.ErrServerClosed
	case fault == a.fault:
		return nil
	case fault == Refused:
		a.hangUp()
		a.hangUp = nil
	case a.hangUp == nil:
		ln, err := new(net.ListenConfig).Listen(a.ctx, "tcp", a.addr)
		if err != nil {
			return err
		}
		a.open(ln)
	}
	a.fault = fault
	close(a.changed)
	a.changed = make(chan struct{})
	return nil
}

// open answers on a listener.
func (a *App) open(ln net.Listener) {
	server := &http.Server{
		Handler:           http.HandlerFunc(a.serve),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return a.ctx },
		ConnState: func(_ net.Conn, s http.ConnState) {
			// Serve calls this for a new connection before it goes on, so
			// that the count never starts again from zero.
			switch s {
			case http.StateNew:
				a.running.Add(1)
			case http.StateClosed, http.StateHijacked:
				a.running.Done()
			}
		},
	}
	a.running.Go(func() { _ = server.Serve(ln) })
	a.hangUp = func() {
		_ = server.Close()
		_ = ln.Close() // Serve may not have begun
	}
}

func (a *App) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.hangUp != nil {
		a.hangUp()
	}
	a.closed = true
}
