package command

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

func maintenanceCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "maintenance",
		Usage: "on|off|cancel|list",
		Short: "Closes services for maintenance and opens them again",
		Long: `
Turns maintenance mode on and off. While it is on for a service, visitors get a
page that says so, and the app is not asked.
`,
		CobraFunc: func(cmd *cobra.Command) {
			on := verb("on <service...> | --all [--message <text>] [--title <text>] [--for <duration> | --until <time>] [--at <time>]",
				"Turns maintenance mode on, now or later", `
Turns maintenance mode on for one or more services, or for --all of them, those
that are added later included.

It begins at once, or with --at at a later time. It ends by itself after --for or
at --until, else when it is turned off. Where a maintenance of exactly these
services runs already, that one is changed; what is not given stays as it is.

The --message is for visitors: what is done, and what it means for them. Web
addresses in it become links.

	$ candor maintenance on portal --for 90m --message "New disks."
	$ candor maintenance on portal library --at 22:00 --until "tomorrow 06:00"

`+timeHelp+"\n"+addressHelp, maintenanceOn)
			on.Flags().BoolP("all", "", false, "Every service")
			on.Flags().StringP("message", "m", "", "What visitors get to read")
			on.Flags().StringP("title", "t", "", "What it is called, for lists and for visitors")
			on.Flags().StringP("for", "", "", "How long it takes: 90m, 2h30m, 1d")
			on.Flags().StringP("until", "", "", "When it ends")
			on.Flags().StringP("at", "", "", "When it begins")
			edits(on)

			off := verb("off <service...> | --all", "Turns maintenance mode off", `
Turns maintenance mode off for one or more services, or ends every maintenance
that runs with --all. Visitors get through with their next request.

What is planned stays planned; see cancel.

A service that is closed because all services are cannot be opened alone.
`+addressHelp, maintenanceOff)
			off.Flags().BoolP("all", "", false, "Every maintenance that runs")
			edits(off)

			cancel := verb("cancel <id>", "Drops a planned maintenance", `
Drops a maintenance that has not begun. The list has the ids.
`+addressHelp, maintenanceCancel)
			edits(cancel)

			list := verb("list", "Lists what is on and planned", `
Lists the maintenances that run and those that are planned.
`+addressHelp, maintenanceList)
			talks(list)
			group(cmd, on, off, cancel, list)
		},
	}
}

// window is a maintenance window as the running instance tells it.
type window struct {
	board.Window
	State statusclient.MaintenanceState `json:"state"`
}

func (w *window) running() bool { return w.State == statusclient.InProgress }

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
	if err := readTimes(cmd, &w, now); err != nil {
		return err
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	var made window
	code, err := c.call(cmd.Context(), http.MethodPost, "maintenance", &w, &made, "")
	if err != nil {
		return err
	}
	if isSet(cmd, "json") {
		return printJSON(cmd.OutOrStdout(), &made)
	}
	end := "until it is turned off"
	if !made.Until.IsZero() {
		end = "until " + at(made.Until, now)
	}
	out := cmd.OutOrStdout()
	switch who := listed(made.Services); {
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

// readTimes reads when a window begins and ends.
func readTimes(cmd *cobra.Command, w *board.Window, now time.Time) (err error) {
	if s := text(cmd, "at"); s != "" {
		if w.From, err = parseMoment("at", s, now); err != nil {
			return err
		}
	}
	length, until := text(cmd, "for"), text(cmd, "until")
	switch {
	case length != "" && until != "":
		return usage("give --for or --until, not both")
	case length != "":
		d, err := parseSpan("for", length)
		if err != nil {
			return err
		}
		w.Until = now.Add(d).Truncate(time.Second)
		if !w.From.IsZero() {
			w.Until = w.From.Add(d)
		}
	case until != "":
		if w.Until, err = parseMoment("until", until, now); err != nil {
			return err
		}
		if !w.Until.After(w.From) {
			return usage("--until %s is not after --at %s", until, text(cmd, "at"))
		}
	}
	return nil
}
