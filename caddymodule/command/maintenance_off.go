package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/statusclient/board"
)

// maxTries bounds how often a window is read again that somebody else changes
// at the same time.
const maxTries = 5

// ended is what became of the services that were to be opened.
type ended struct {
	Ended []window `json:"ended"`   // windows that are over
	Left  []window `json:"changed"` // windows that go on without some of their services
	Idle  []string `json:"idle"`    // services that were not in maintenance mode

	found []string // services that were, in whichever try
}

func maintenanceOff(cmd *cobra.Command, args []string) error {
	services, err := chosen(cmd, args)
	if err != nil {
		return err
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	for _, s := range services {
		// Otherwise a slip of the pen looks like a service that is open already.
		if s != "*" {
			if err := c.knownOrHeld(cmd.Context(), s); err != nil {
				return err
			}
		}
	}
	paths, readOnly, err := scope(cmd)
	if err != nil {
		return err
	}
	done, err := c.open(cmd.Context(), services, onlyThis(paths, readOnly))
	if err != nil {
		return err
	}
	held, err := c.stillHeld(cmd.Context(), services)
	if err != nil {
		return err
	}
	if isSet(cmd, "json") {
		return cmp.Or(printJSON(cmd.OutOrStdout(), done), held)
	}
	out := cmd.OutOrStdout()
	for i := range done.Ended {
		w := &done.Ended[i]
		fmt.Fprintf(out, "Maintenance mode is off for %s.\n", closes(&w.Window))
		if w.Every != "" {
			fmt.Fprintf(out, "It comes back every week, %s; to drop it: %s maintenance cancel %s\n", w.Every, program(), w.ID)
		}
	}
	for i := range done.Left {
		fmt.Fprintf(out, "Maintenance mode is off; it goes on for %s.\n", closes(&done.Left[i].Window))
	}
	if held != nil {
		return held
	}
	if len(done.Idle) > 0 {
		fmt.Fprintf(out, "Maintenance mode was not on for %s.\n", closes(&board.Window{Services: done.Idle, Paths: paths, ReadOnly: readOnly}))
	}
	return nil
}

// knownOrHeld refuses a name that neither a service has nor a window: a service that
// is in no configuration any more may have left some.
func (c *client) knownOrHeld(ctx context.Context, service string) error {
	unknown := c.get(ctx, "services/"+url.PathEscape(service), nil)
	if !refusedWith(unknown, http.StatusNotFound) {
		return unknown
	}
	var list []window
	if err := c.get(ctx, "maintenance", &list); err != nil {
		return err
	}
	if slices.ContainsFunc(list, func(w window) bool { return slices.Contains(w.Services, service) }) {
		return nil
	}
	return unknown
}

// known are those of the services that are in the configuration.
func (c *client) known(ctx context.Context, services []string) ([]string, error) {
	var all []situation
	if err := c.get(ctx, "services", &all); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(services), func(name string) bool {
		return !slices.ContainsFunc(all, func(s situation) bool { return s.Service == name })
	}), nil
}

// stillHeld is why services stay closed that something else closes than people.
func (c *client) stillHeld(ctx context.Context, services []string) (held, err error) {
	var all []situation
	if err := c.get(ctx, "services", &all); err != nil {
		return nil, err
	}
	var why []error
	for i := range all {
		s := &all[i]
		if s.Hold == nil || s.Hold.HeldBy == "" || !slices.Contains(services, s.Service) && services[0] != "*" {
			continue
		}
		reason := fmt.Sprintf("the backend %q says that maintenance is in progress (follow_maintenance); end it there", s.Hold.HeldBy)
		if s.Hold.HeldBy == config.FlagName {
			reason = "its maintenance_file is there; remove that"
		}
		why = append(why, fmt.Errorf("%s: still closed, because %s", s.Service, reason))
	}
	return errors.Join(why...), nil
}

// onlyThis tells which windows a command is about, as --path and --read-only say.
func onlyThis(paths []string, readOnly bool) func(*window) bool {
	return func(w *window) bool {
		return len(paths) == 0 && !readOnly || w.Paths.Same(paths) && w.ReadOnly == readOnly
	}
}

// open ends what holds these services back, "*" being whatever runs, as far as it
// is meant, nil being all. Windows of other services, too, go on for those.
func (c *client) open(ctx context.Context, services []string, meant func(*window) bool) (*ended, error) {
	done := &ended{Ended: []window{}, Left: []window{}, Idle: []string{}}
	var err error
	for range maxTries {
		var list []window
		if err = c.get(ctx, "maintenance", &list); err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(w window) bool { return meant != nil && !meant(&w) })
		if err = c.openThose(ctx, services, list, done); !refusedWith(err, http.StatusPreconditionFailed) &&
			!refusedWith(err, http.StatusNotFound) {
			return done, err
		}
	}
	return nil, err
}

func (c *client) openThose(ctx context.Context, services []string, list []window, done *ended) error {
	all := slices.Equal(services, []string{"*"})
	for i := range list {
		w := list[i]
		wide := slices.Equal(w.Services, []string{"*"})
		if !w.running() || !all && wide {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(w.Services), func(s string) bool { return slices.Contains(services, s) })
		if len(rest) == len(w.Services) && !all {
			continue
		}
		done.found = append(append(done.found, "*"), w.Services...)
		if w.Every != "" && !all {
			var err error
			if rest, err = c.known(ctx, rest); err != nil { // what is split off is a new window
				return err
			}
		}
		path := "maintenance/" + w.ID
		if all || len(rest) == 0 {
			if _, err := c.call(ctx, http.MethodDelete, path, nil, nil, w.ETag); err != nil {
				return err
			}
			done.Ended = append(done.Ended, w)
			continue
		}
		etag := w.ETag
		w.Services = rest
		if w.Every != "" {
			// The week after, all of them close again: only this time is split.
			one := board.Window{
				Services: rest, Paths: w.Paths, ReadOnly: w.ReadOnly, Title: w.Title, Message: w.Message, Until: w.Until,
			}
			if _, err := c.call(ctx, http.MethodPost, "maintenance", &one, &w, ""); err != nil {
				return err
			}
			if _, err := c.call(ctx, http.MethodDelete, path, nil, nil, etag); err != nil {
				return err
			}
			done.Left = append(done.Left, w)
			continue
		}
		if _, err := c.call(ctx, http.MethodPut, path, &w, &w, etag); err != nil {
			return err
		}
		done.Left = append(done.Left, w)
	}
	if !all {
		for i := range list {
			if w := &list[i]; w.running() && slices.Equal(w.Services, []string{"*"}) {
				return fmt.Errorf("%s: still closed, because all services are (maintenance %s); "+
					"open all of them with '%s maintenance off --all'", strings.Join(services, ", "), w.ID, program())
			}
		}
	}
	done.Idle = slices.DeleteFunc(slices.Clone(services), func(s string) bool { return slices.Contains(done.found, s) })
	return nil
}

func maintenanceCancel(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("cancel takes the id of one planned maintenance; see '%s maintenance list'", program())
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	var w window
	path := "maintenance/" + url.PathEscape(args[0])
	if err := c.get(cmd.Context(), path, &w); err != nil {
		if refusedWith(err, http.StatusNotFound) {
			return fmt.Errorf("there is no maintenance %q; see '%s maintenance list'", args[0], program())
		}
		return err
	}
	if w.running() && w.Every != "" {
		return c.stopRepeating(cmd, &w)
	}
	if w.running() {
		services := strings.Join(w.Services, " ")
		if services == "*" {
			services = "--all"
		}
		return fmt.Errorf("this maintenance has begun; end it with '%s maintenance off %s'", program(), services)
	}
	_, err = c.call(cmd.Context(), http.MethodDelete, path, nil, nil, w.ETag)
	switch {
	case refusedWith(err, http.StatusPreconditionFailed):
		return errors.New("somebody has just changed this maintenance; it was not dropped")
	case err != nil:
		return err
	case isSet(cmd, "json"):
		return printJSON(cmd.OutOrStdout(), &w)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "The planned maintenance of %s is dropped.\n", closes(&w.Window))
	return nil
}

// stopRepeating makes a weekly maintenance that runs one that does not come back.
func (c *client) stopRepeating(cmd *cobra.Command, w *window) error {
	w.Every, w.Zone = "", ""
	_, err := c.call(cmd.Context(), http.MethodPut, "maintenance/"+url.PathEscape(w.ID), w, w, w.ETag)
	switch {
	case refusedWith(err, http.StatusPreconditionFailed):
		return errors.New("somebody has just changed this maintenance; it was not dropped")
	case err != nil:
		return err
	case isSet(cmd, "json"):
		return printJSON(cmd.OutOrStdout(), w)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "The weekly maintenance of %s is dropped. What runs goes on until %s; end it with '%s maintenance off'.\n",
		closes(&w.Window), at(w.Until, time.Now()), program())
	return nil
}
