package command

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func drillCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "drill",
		Usage: "<service> [--for <duration>] [--state <state>] [--cause <cause>] [--site <url>] [--to <path>] | <service> --end",
		Short: "Rehearses a failure for those who open a link",
		Long: `
Prints a link. Whoever opens it sees the service as if it had failed, until the
rehearsal is over; everybody else sees the service as it is. The pages say that
they are a rehearsal, and nothing of it counts as a failure.

The --state is fault, which nobody has confirmed, incident, which staff have
posted, or maintenance. The --cause of the first two is unreachable, timeout,
upstream_error or edge_error. What an incident or a maintenance tells is made up.

It ends by itself after the --for time. With --end it ends at once: everybody who
takes part is on the service as it is with their next request. A new rehearsal
ends the one before.

	$ candor drill portal --for 10m
	$ candor drill portal --state incident --cause timeout --to /enrol
	$ candor drill portal --end
` + addressHelp,
		CobraFunc: func(cmd *cobra.Command) {
			cmd.Flags().StringP("for", "", "10m", "How long it lasts: 10m, 2h")
			cmd.Flags().StringP("state", "", "fault", "What is rehearsed: fault, incident, maintenance")
			cmd.Flags().StringP("cause", "", "", "Why it seems to fail (default unreachable)")
			cmd.Flags().StringP("site", "", "", "Where the service is visited, such as https://portal.example.edu (default its first host)")
			cmd.Flags().StringP("to", "", "", "Where on the site the link leads (default /)")
			cmd.Flags().BoolP("end", "", false, "Ends it now")
			edits(cmd)
			offer(cmd, 1, serviceNames)
			values(cmd, "state", "fault", "incident", "maintenance")
			values(cmd, "cause", "unreachable", "timeout", "upstream_error", "edge_error")
			runs(cmd, drill)
		},
	}
}

// startedDrill is a rehearsal as the running instance tells it.
type startedDrill struct {
	Service string    `json:"service"`
	State   string    `json:"state"`
	Cause   string    `json:"cause"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	URL     string    `json:"url,omitempty"`
	Warning string    `json:"warning,omitempty"`
}

func drill(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("drill takes one service")
	}
	path := "services/" + url.PathEscape(args[0]) + "/drill"
	if isSet(cmd, "end") {
		return endDrill(cmd, path, args[0])
	}
	span, err := parseSpan("for", text(cmd, "for"))
	if err != nil {
		return err
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	ask := map[string]string{
		"state": text(cmd, "state"), "cause": text(cmd, "cause"), "for": span.String(),
		"site": text(cmd, "site"), "to": text(cmd, "to"),
	}
	var d startedDrill
	if _, err := c.call(cmd.Context(), http.MethodPost, path, ask, &d, ""); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if isSet(cmd, "json") {
		return printJSON(out, &d)
	}
	warn(cmd, d.Warning)
	fmt.Fprintf(out, "%s\n\nWhoever opens this until %s sees %s as if it had failed (%s); nobody else does.\nTo end it: %s drill %s --end\n",
		d.URL, clock(d.Until, time.Now()), d.Service, d.what(), program(), d.Service)
	return nil
}

// what is rehearsed.
func (d *startedDrill) what() string {
	if d.State == "maintenance" {
		return d.State
	}
	return harmless(d.State + ", " + d.Cause)
}

func endDrill(cmd *cobra.Command, path, service string) error {
	for _, flag := range []string{"for", "state", "cause", "site", "to"} {
		if cmd.Flag(flag).Changed {
			return usage("--end takes no --%s", flag)
		}
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	// Otherwise a slip of the pen looks like a service that is not rehearsed.
	if err := c.get(cmd.Context(), "services/"+url.PathEscape(service), nil); err != nil {
		return err
	}
	_, err = c.call(cmd.Context(), http.MethodDelete, path, nil, nil, "")
	idle := refusedWith(err, http.StatusNotFound)
	switch {
	case err != nil && !idle:
		return err
	case isSet(cmd, "json"):
		return printJSON(cmd.OutOrStdout(), map[string]any{"service": service, "ended": !idle})
	case idle:
		fmt.Fprintf(cmd.OutOrStdout(), "Nothing was rehearsed for %s.\n", service)
	default:
		fmt.Fprintf(cmd.OutOrStdout(), "The rehearsal of %s is over.\n", service)
	}
	return nil
}
