// Package campus is a small campus to try Candor on: three sample web apps that
// can be broken on purpose, and the page to break them from. It needs nothing
// but this machine, knows nothing of Candor but the Edge it is handed, and ends
// with its context.
package campus

import (
	"context"
	"fmt"
	"net/http"
	"sync"
)

// Campus is the running apps.
type Campus struct {
	apps    []*App
	running sync.WaitGroup // listeners, connections, and one until Close
	closing sync.Once
}

// Start opens the apps, each on a port of its own of 127.0.0.1. They close when
// ctx ends; Wait tells when they have.
func Start(ctx context.Context) (*Campus, error) {
	c := new(Campus)
	c.running.Add(1)
	for _, a := range []*App{
		{Name: "courses", Title: "Course portal", About: "Students register for their exams.", API: "/api/exams", handler: newCourses()},
		{Name: "library", Title: "Library catalogue", About: "Find a book, reserve a copy.", API: "/api/books", handler: newLibrary()},
		{Name: "mail", Title: "Campus mail", About: "Everybody's inbox.", API: "/api/messages", handler: newMail()},
	} {
		if err := a.start(ctx, &c.running); err != nil {
			c.Close()
			return nil, fmt.Errorf("sample app %s: %w", a.Name, err)
		}
		c.apps = append(c.apps, a)
	}
	context.AfterFunc(ctx, c.Close)
	return c, nil
}

// Apps are the sample apps, always the same three in the same order.
func (c *Campus) Apps() []*App { return c.apps }

// App finds one by name, nil when there is none.
func (c *Campus) App(name string) *App {
	for _, a := range c.apps {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// Close cuts every connection and closes every listener, for good.
func (c *Campus) Close() {
	c.closing.Do(func() {
		for _, a := range c.apps {
			a.close()
		}
		c.running.Done()
	})
}

// Wait returns when every listener and connection is gone, after the context has
// ended or Close was called.
func (c *Campus) Wait() { c.running.Wait() }

// page adds a route whose errors, which only this package's own mistakes make,
// are a plain 500.
func page(mux *http.ServeMux, pattern string, f func(w http.ResponseWriter, r *http.Request) error) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := f(w, r); err != nil {
			http.Error(w, "this sample app is broken by accident", http.StatusInternalServerError)
		}
	})
}
