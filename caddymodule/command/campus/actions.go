package campus

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// said is what the page says after an action, by the word that the action
// returns.
var said = map[string]string{
	"broken":   "Done. Open the app now, as a visitor would.",
	"repaired": "The app works again. Pages that are open find out by themselves.",
	"all":      "Every app works again.",
	"held":     "Maintenance mode is on. Visitors see the page, the app is not asked.",
	"live":     "Maintenance mode is off. Visitors are let in again.",
	"opened":   "The incident is published. It is on every page that it concerns.",
	"updated":  "The update is published. Pages that are open show it by themselves.",
	"resolved": "The incident is resolved.",
}

// states are those of an incident, in the order they usually come.
var states = []string{"investigating", "identified", "monitoring", "resolved"}

// maxMinutes bounds a maintenance from this page: a week.
const maxMinutes = 7 * 24 * 60

func (c *control) app(r *http.Request) (*App, error) {
	if app := c.campus.App(r.PostForm.Get("app")); app != nil {
		return app, nil
	}
	return nil, errors.New("there is no such app")
}

func (c *control) setFault(_ context.Context, r *http.Request) (string, error) {
	app, err := c.app(r)
	if err != nil {
		return "", err
	}
	fault := Fault(r.PostForm.Get("fault"))
	if err := app.Set(fault); err != nil {
		return "", err
	}
	if fault == OK {
		return "repaired", nil
	}
	return "broken", nil
}

func (c *control) repair(context.Context, *http.Request) (string, error) {
	var failed error
	for _, app := range c.campus.Apps() {
		failed = errors.Join(failed, app.Set(OK))
	}
	return "all", failed
}

func (c *control) maintenanceOn(ctx context.Context, r *http.Request) (string, error) {
	app, err := c.app(r)
	if err != nil {
		return "", err
	}
	minutes, err := strconv.Atoi(r.PostForm.Get("minutes"))
	if err != nil || minutes < 1 || minutes > maxMinutes {
		return "", errors.New("the minutes must be a number from 1 to " + strconv.Itoa(maxMinutes))
	}
	message := cut(strings.TrimSpace(r.PostForm.Get("message")), maxText)
	return "held", c.edge.MaintenanceOn(ctx, app.Name, message, time.Duration(minutes)*time.Minute)
}

func (c *control) maintenanceOff(ctx context.Context, r *http.Request) (string, error) {
	app, err := c.app(r)
	if err != nil {
		return "", err
	}
	return "live", c.edge.MaintenanceOff(ctx, app.Name)
}

func (c *control) openIncident(ctx context.Context, r *http.Request) (string, error) {
	title := cut(strings.TrimSpace(r.PostForm.Get("title")), 200)
	if title == "" {
		return "", errors.New("an incident needs a title")
	}
	services := r.PostForm["services"]
	for _, name := range services {
		if c.campus.App(name) == nil {
			return "", errors.New("there is no such app")
		}
	}
	_, err := c.edge.OpenIncident(ctx, title, cut(strings.TrimSpace(r.PostForm.Get("message")), maxText), services)
	return "opened", err
}

func (c *control) updateIncident(ctx context.Context, r *http.Request) (string, error) {
	state := r.PostForm.Get("state")
	if !slices.Contains(states, state) {
		return "", errors.New("there is no such state")
	}
	message := cut(strings.TrimSpace(r.PostForm.Get("message")), maxText)
	done := "updated"
	switch {
	case state == "resolved":
		done = "resolved"
		if message == "" {
			message = "It works again. Thank you for your patience."
		}
	case message == "":
		return "", errors.New("an update needs a text")
	}
	return done, c.edge.UpdateIncident(ctx, r.PostForm.Get("id"), state, message)
}
