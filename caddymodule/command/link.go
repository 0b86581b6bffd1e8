package command

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"
)

func linkVerb() *cobra.Command {
	link := verb("link <service> [--site <url>] [--for <duration>] [--to <path>] | --revoke <service>",
		"Makes a link that lets whoever opens it through", `
Makes a link to the app behind the maintenance page, for whoever is to test it.

It can be opened for 15 minutes, by any number of people. Each of them gets through
with that browser for the --for time, on the site that the link leads to, and then
is held back like everybody else. Whoever has the link gets through: send it as you
would send a password.

With --revoke, every link to a service and everybody who came by one is shut out
again at once.

	$ candor maintenance link portal --for 2h
	$ candor maintenance link portal --site https://portal.example.edu --to /enrol
	$ candor maintenance link --revoke portal
`+addressHelp, makeLink)
	link.Flags().StringP("site", "", "", "Where the service is visited, such as https://portal.example.edu (default its first host)")
	link.Flags().StringP("for", "", "4h", "How long each of them gets through: 90m, 4h, 2d")
	link.Flags().StringP("to", "", "", "Where on the site it leads (default /)")
	link.Flags().BoolP("revoke", "", false, "Ends every link and everybody's pass")
	edits(link)
	offer(link, 1, serviceNames)
	return link
}

// madeLink is a link as the running instance tells it.
type madeLink struct {
	Service   string    `json:"service"`
	URL       string    `json:"url"`
	OpenUntil time.Time `json:"open_until"`
	For       string    `json:"for"`
	Warning   string    `json:"warning,omitempty"`
}

func makeLink(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("link takes one service")
	}
	path := "services/" + url.PathEscape(args[0]) + "/passes"
	if isSet(cmd, "revoke") {
		return revoke(cmd, path, args[0])
	}
	span, err := parseSpan("for", text(cmd, "for"))
	if err != nil {
		return err
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	ask := map[string]string{"site": text(cmd, "site"), "for": span.String(), "to": text(cmd, "to")}
	var made madeLink
	if _, err := c.call(cmd.Context(), http.MethodPost, path, ask, &made, ""); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if isSet(cmd, "json") {
		return printJSON(out, &made)
	}
	warn(cmd, made.Warning)
	fmt.Fprintf(out, "%s\n\nWhoever opens this until %s gets through to %s for %s.\nTo end it: %s maintenance link --revoke %s\n",
		made.URL, clock(made.OpenUntil, time.Now()), made.Service, harmless(made.For), program(), made.Service)
	return nil
}

func revoke(cmd *cobra.Command, path, service string) error {
	for _, flag := range []string{"site", "for", "to"} {
		if cmd.Flag(flag).Changed {
			return usage("--revoke ends every link; it takes no --%s", flag)
		}
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	if _, err := c.call(cmd.Context(), http.MethodDelete, path, nil, nil, ""); err != nil {
		return err
	}
	if isSet(cmd, "json") {
		return printJSON(cmd.OutOrStdout(), map[string]string{"service": service})
	}
	fmt.Fprintf(cmd.OutOrStdout(), "No link and no pass to %s is valid any more.\n", service)
	return nil
}
