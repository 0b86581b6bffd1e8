package caddymodule

import (
	"slices"
	"sync"
	"sync/atomic"
)

// running are the apps that have been started, oldest first. The admin endpoint
// serves the newest: during a reload the new one starts before the old one stops,
// and it is stopped again if another app fails to start. A reload that fails even
// keeps its admin routes, so they look the app up for every call.
var running runningApps

type runningApps struct {
	mu   sync.RWMutex // held by readers while an app must not stop
	apps []*App
	last atomic.Pointer[App] // of apps, nil if there is none: for who only looks, and waits for nobody
}

func (ra *runningApps) add(a *App) {
	ra.mu.Lock()
	defer ra.mu.Unlock()
	ra.apps = append(ra.apps, a)
	ra.last.Store(a)
}

func (ra *runningApps) remove(a *App) {
	ra.mu.Lock()
	defer ra.mu.Unlock()
	ra.apps = slices.DeleteFunc(ra.apps, func(b *App) bool { return a == b })
	if n := len(ra.apps); n > 0 {
		ra.last.Store(ra.apps[n-1])
	} else {
		ra.last.Store(nil)
	}
}

// serve calls f with the newest app, and lets no app stop before it returns: what
// is acknowledged was done by an app that still held its board. It is nil before the
// first start.
func (ra *runningApps) serve(f func(*App) error) error {
	ra.mu.RLock()
	defer ra.mu.RUnlock()
	if len(ra.apps) == 0 {
		return f(nil)
	}
	return f(ra.apps[len(ra.apps)-1])
}

// current are the apps whose handlers may get requests: the servers of a configuration
// begin before its app has started, and end after it has stopped.
var current currentApps

type currentApps struct {
	mu   sync.Mutex // held while they merge: none of them may give its board back
	apps []*App
}

func (ca *currentApps) add(a *App) {
	ca.mu.Lock()
	defer ca.mu.Unlock()
	ca.apps = append(ca.apps, a)
}

func (ca *currentApps) remove(a *App) {
	ca.mu.Lock()
	defer ca.mu.Unlock()
	ca.apps = slices.DeleteFunc(ca.apps, func(b *App) bool { return a == b })
}

// merge has whoever may be asked next know what has just been edited.
func (ca *currentApps) merge() {
	ca.mu.Lock()
	defer ca.mu.Unlock()
	for _, a := range ca.apps {
		a.merge()
	}
}
