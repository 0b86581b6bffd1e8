package command

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func componentCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "component",
		Usage: "set",
		Short: "Says how components of a status system do",
		Long: `
Gives components of a status system that can be written, or of the board, another
status. Pages of the services that name them show what does not do well.
`,
		CobraFunc: func(cmd *cobra.Command) {
			set := verb("set <name>=<status>... [--backend <name>]", "Gives components another status", `
Gives components another status: operational, degraded, partial_outage,
major_outage or maintenance. Those of an incident are set with it, and are
operational again when it ends.

Without --backend it is the board's: called as services call it, BACKEND/NAME, or
the name of a service.

	$ candor component set "Student portal=degraded" --backend campus
	$ candor component set "campus/Student portal=degraded"
	$ candor component set portal=major_outage
`+addressHelp, componentSet)
			set.Flags().StringP("backend", "", "", "The status system to write to, in place of the board")
			edits(set)
			offerFor(set, "backend", backendNames)
			group(cmd, set)
		},
	}
}

func componentSet(cmd *cobra.Command, args []string) error {
	set, err := componentsIn(args)
	if err != nil {
		return err
	}
	for name, status := range set {
		if status == "" {
			return usage("%s needs a status: %q", name, name+"=degraded")
		}
	}
	if len(set) == 0 {
		return usage("which component? name one or more, as NAME=STATUS")
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	name := cmp.Or(text(cmd, "backend"), "board")
	r, err := c.send(cmd.Context(), http.MethodPatch, name, "components", map[string]any{"components": set})
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if isSet(cmd, "json") {
		return printJSON(out, &r)
	}
	if r.Already {
		fmt.Fprintf(out, "Nothing changed: %s says so already.\n", name)
	}
	for _, done := range r.Done {
		if at := strings.LastIndex(done, " set to "); at >= 0 {
			fmt.Fprintf(out, "C%s is %s at %s.\n", harmless(done[1:at]), harmless(done[at+len(" set to "):]), name)
		}
	}
	r.Done = nil
	tellReceipt(out, &r)
	return nil
}
