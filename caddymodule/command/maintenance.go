package command

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

func maintenanceCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "maintenance",
		Usage: "on|off|cancel|list|link",
		Short: "Closes services for maintenance and opens them again",
		Long: `
Turns maintenance mode on and off. While it is on for a service, visitors get a
page that says so, and the app is not asked.
`,
		CobraFunc: func(cmd *cobra.Command) {
			on := verb("on <service...> | --all [--message <text>] [--title <text>] [--for <duration> | --until <time> | --extend <duration>] [--at <time>] [--every <time of the week>] [--path <path>] [--read-only]",
				"Turns maintenance mode on, now or later", `
Turns maintenance mode on for one or more services, or for --all of them, those
that are added later included.

It begins at once, or with --at at a later time. It ends by itself after --for or
at --until, else when it is turned off. Where a maintenance of exactly this scope
runs already, that one is changed; what is not given stays as it is. With --extend
the end of what runs is moved by that long, and once the end that visitors were
told has passed, the page says that it takes longer.

With --path only that path is closed, "/enrol/*" being /enrol and everything below
it; --path can be given more than once. With --read-only visitors may look at
everything, and only what would change something is refused.

With --every it comes back every week at the same time, on the clocks of the time
zone in the configuration, or of --zone. What is turned off while it runs comes
back the week after; see cancel.

The --message is for visitors: what is done, and what it means for them. Web
addresses in it become links.

	$ candor maintenance on portal --for 90m --message "New disks."
	$ candor maintenance on portal library --at 22:00 --until "tomorrow 06:00"
	$ candor maintenance on portal --every "Sun 02:00-04:00" --message "Updates."
	$ candor maintenance on portal --extend 30m --message "One disk is slower."
	$ candor maintenance on portal --path "/enrol/*" --for 1h

`+timeHelp+"\n"+addressHelp, maintenanceOn)
			on.Flags().BoolP("all", "", false, "Every service")
			on.Flags().StringP("message", "m", "", "What visitors get to read")
			on.Flags().StringP("title", "", "", "What it is called, for lists and for visitors")
			on.Flags().StringP("for", "", "", "How long it takes: 90m, 2h30m, 1d")
			on.Flags().StringP("until", "", "", "When it ends")
			on.Flags().StringP("extend", "", "", "How much longer what runs takes: 30m")
			on.Flags().StringP("at", "", "", "When it begins")
			on.Flags().StringP("every", "", "", `Every week at this time: "Sun 02:00-04:00"`)
			on.Flags().StringP("zone", "", "", "On whose clocks --every is meant: Europe/Zurich")
			on.SuggestFor = []string{"start", "begin", "enable", "plan", "extend", "close"}
			scoped(on)
			edits(on)
			offer(on, anyNumber, serviceNames)

			off := verb("off <service...> | --all", "Turns maintenance mode off", `
Turns maintenance mode off for one or more services, or ends every maintenance
that runs with --all. Visitors get through with their next request. With --path or
--read-only, only a maintenance of exactly that scope ends.

What is planned stays planned; see cancel.

A service that is closed because all services are cannot be opened alone.
`+addressHelp, maintenanceOff)
			off.Flags().BoolP("all", "", false, "Every maintenance that runs")
			off.SuggestFor = []string{"stop", "end", "disable", "open"}
			scoped(off)
			edits(off)
			offer(off, anyNumber, serviceNames)

			cancel := verb("cancel <id>", "Drops a planned maintenance", `
Drops a maintenance that has not begun, or a weekly one for good. The list has the
ids.
`+addressHelp, maintenanceCancel)
			cancel.SuggestFor = []string{"drop", "delete", "remove"}
			edits(cancel)
			offer(cancel, 1, windowIDs)

			list := verb("list", "Lists what is on and planned", `
Lists the maintenances that run and those that are planned.
`+addressHelp, maintenanceList)
			talks(list)
			group(cmd, on, off, cancel, list, linkVerb())
		},
	}
}

// window is a maintenance window as the running instance tells it.
type window struct {
	board.Window
	State statusclient.MaintenanceState `json:"state"`
}

func (w *window) running() bool { return w.State == statusclient.InProgress }

// scoped gives a command the flags for what of its services is closed.
func scoped(cmd *cobra.Command) {
	cmd.Flags().StringArrayP("path", "", nil, `Only this path: "/enrol", or "/enrol/*" with everything below it`)
	cmd.Flags().BoolP("read-only", "", false, "Only what changes something; looking at it still works")
}

// scope reads what scoped takes.
func scope(cmd *cobra.Command) (paths []string, readOnly bool, err error) {
	paths, _ = cmd.Flags().GetStringArray("path")
	if err := statusclient.Paths(paths).Check(); err != nil {
		return nil, false, usage("--path: %v", err)
	}
	slices.Sort(paths)
	return slices.Compact(paths), isSet(cmd, "read-only"), nil
}

// chosen are the services that a command is about.
func chosen(cmd *cobra.Command, args []string) ([]string, error) {
	switch all := isSet(cmd, "all"); {
	case all && len(args) > 0:
		return nil, usage("name services or give --all, not both")
	case all:
		return []string{"*"}, nil
	case len(args) == 0:
		return nil, usage("which service? name one or more, or give --all")
	}
	services := slices.Clone(args)
	slices.Sort(services)
	return slices.Compact(services), nil
}

func maintenanceOn(cmd *cobra.Command, args []string) error {
	services, err := chosen(cmd, args)
	if err != nil {
		return err
	}
	now := time.Now()
	w := board.Window{Services: services, Title: text(cmd, "title"), Message: text(cmd, "message")}
	if w.Paths, w.ReadOnly, err = scope(cmd); err != nil {
		return err
	}
	extend, err := readTimes(cmd, &w, now)
	if err != nil {
		return err
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	var made window
	code, err := c.call(cmd.Context(), http.MethodPost, "maintenance", &order{w, extend}, &made, "")
	if refusedWith(err, http.StatusNotFound) {
		return fmt.Errorf("no maintenance of exactly %s runs, so there is none to extend; see '%s maintenance list'", closes(&w), program())
	}
	if refusedWith(err, http.StatusConflict) {
		return fmt.Errorf("the maintenance of %s has no end that --extend could move; give it one with --for or --until", closes(&w))
	}
	if err != nil {
		return err
	}
	c.warnUnled(cmd, services)
	if isSet(cmd, "json") {
		return printJSON(cmd.OutOrStdout(), &made)
	}
	end := "until it is turned off"
	if !made.Until.IsZero() {
		end = "until " + at(made.Until, now)
	}
	out := cmd.OutOrStdout()
	switch who := closes(&made.Window); {
	case made.Every != "" && w.Every != "" && made.running():
		fmt.Fprintf(out, "Maintenance mode is on for %s %s, and comes back every week, %s.\n", who, end, weekly(&made.Window, now))
		fmt.Fprintf(out, "To drop it for good: %s maintenance cancel %s\n", program(), made.ID)
	case made.Every != "" && w.Every != "":
		fmt.Fprintf(out, "Maintenance of %s is planned every week, %s (%s), next %s %s.\n",
			who, made.Every, cmp.Or(made.Zone, "UTC"), at(made.From, now), end)
		fmt.Fprintf(out, "To drop it: %s maintenance cancel %s\n", program(), made.ID)
	case !made.running():
		fmt.Fprintf(out, "Maintenance of %s is planned from %s %s.\n", who, at(made.From, now), end)
		fmt.Fprintf(out, "To drop it: %s maintenance cancel %s\n", program(), made.ID)
	case code == http.StatusOK:
		fmt.Fprintf(out, "Maintenance mode was on for %s already, and was changed: it lasts %s.\n", who, end)
	default:
		fmt.Fprintf(out, "Maintenance mode is on for %s %s.\n", who, end)
	}
	return nil
}

// warnUnled warns of services that are closed to nobody, such as those whose name
// the Caddyfile spells otherwise.
func (c *client) warnUnled(cmd *cobra.Command, services []string) {
	for _, name := range services {
		var s situation
		if name != "*" && c.get(cmd.Context(), "services/"+url.PathEscape(name), &s) == nil && s.Unled {
			warn(cmd, "no directive here leads to "+name+": nobody is kept out")
		}
	}
}

// closes says what a window closes: "portal", "/enrol/* of portal (read-only)".
func closes(w *board.Window) string {
	s := listed(w.Services)
	if len(w.Paths) > 0 {
		s = strings.Join(w.Paths, ", ") + " of " + s
	}
	if w.ReadOnly {
		s += " (read-only)"
	}
	return s
}

// order is a window that is asked for, or how much longer one is to last.
type order struct {
	board.Window
	Extend statusclient.Duration `json:"extend,omitempty"`
}

// readTimes reads when a window begins and ends, or by how much its end moves.
func readTimes(cmd *cobra.Command, w *board.Window, now time.Time) (extend statusclient.Duration, err error) {
	if s := text(cmd, "at"); s != "" {
		if w.From, err = parseMoment("at", s, now); err != nil {
			return 0, err
		}
	}
	length, until, longer := text(cmd, "for"), text(cmd, "until"), text(cmd, "extend")
	w.Every, w.Zone = text(cmd, "every"), text(cmd, "zone")
	switch {
	case w.Every != "" && (length != "" || until != "" || longer != "" || !w.From.IsZero()):
		return 0, usage("--every says when it begins and ends; --at, --for, --until and --extend do not go with it")
	case w.Zone != "" && w.Every == "":
		return 0, usage("--zone goes with --every")
	case length != "" && until != "":
		return 0, usage("give --for or --until, not both")
	case longer != "" && (length != "" || until != "" || !w.From.IsZero()):
		return 0, usage("--extend moves the end of what runs; --for, --until and --at do not go with it")
	case longer != "":
		d, err := parseSpan("extend", longer)
		return statusclient.Duration(d), err
	case length != "":
		d, err := parseSpan("for", length)
		if err != nil {
			return 0, err
		}
		w.Until = now.Add(d).Truncate(time.Second)
		if !w.From.IsZero() {
			w.Until = w.From.Add(d)
		}
	case until != "":
		if w.Until, err = parseMoment("until", until, now); err != nil {
			return 0, err
		}
		if !w.Until.After(w.From) {
			return 0, usage("--until %s is not after --at %s; give --until its day, such as \"tomorrow 06:00\", or --for", until, text(cmd, "at"))
		}
	}
	return 0, nil
}
