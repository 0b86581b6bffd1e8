package command

import (
	"time"

	"github.com/caddyserver/caddy/v2"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func incidentCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "incident",
		Usage: "open|update|resolve|list|show",
		Short: "Tells visitors what is wrong, on the board or at another status system",
		Long: `
Publishes incidents and their updates. They are on the pages of the services that
they concern with the next request, beside what other status systems say; nobody
is kept out by them.

They are kept on the board, which is Candor's own, or with --backend at a status
system that the configuration has a write_token for. There they are published at
once, and on Candor's pages with the next poll, which follows immediately.
`,
		CobraFunc: func(cmd *cobra.Command) {
			open := verb("open <service...> | --all --title <text> [--message <text>] [--state <state>] [--impact <impact>] [--next-update <time>] [--backend <name> [--component <name[=status]>...] [--notify] [--key <key>]]",
				"Opens an incident", `
Opens an incident that concerns one or more services, or --all of them.

The --title says what does not work, in the words of those who use it. The
--message is the first update. --next-update promises when people will hear more:
a time, or how long from now.

	$ candor incident open portal --title "Sign-in is slow" --next-update 30m

With --backend, services stand for the components of that system that they name in
the configuration; --component names others, or gives one a status of its own.
While an incident of the same --key is open there, by default of the same title,
no other is opened: the command can be repeated.

	$ candor incident open portal --backend campus --title "Sign-in is slow" --message "We look into it."

`+timeHelp+"\n"+addressHelp, incidentOpen)
			open.Flags().BoolP("all", "", false, "Every service")
			open.Flags().StringP("title", "", "", "What does not work (required)")
			open.SuggestFor = []string{"create", "new", "start", "add"}
			posts(open)
			elsewhere(open)
			open.Flags().StringP("key", "", "", "With --backend: what the incident is known by (default its title)")
			open.Flag("state").Usage += " (default investigating)"
			open.Flag("impact").Usage += " (default major)"
			edits(open)
			offer(open, anyNumber, serviceNames)

			update := verb("update <id> [--message <text>] [--state <state>] [--impact <impact>] [--next-update <time>] [--backend <name> [--component <name=status>...] [--notify]]",
				"Adds an update to an incident", `
Adds an update to an incident. The list has the ids.

	$ candor incident update k3x7q2mz --state identified --message "A disk is broken."

`+timeHelp+"\n"+addressHelp, incidentUpdate)
			update.SuggestFor = []string{"post", "edit", "comment"}
			posts(update)
			elsewhere(update)
			edits(update)
			offer(update, 1, incidentIDs)

			resolve := verb("resolve <id> [--message <text>] [--backend <name> [--component <name=status>...] [--notify]]", "Ends an incident", `
Ends an incident, with a last word if --message is given. An update with another
--state opens it again.

With --backend, the components of the incident are operational again, unless
another incident is about them or --component says otherwise.
`+addressHelp, incidentResolve)
			resolve.Flags().StringP("message", "m", "", "What visitors get to read")
			resolve.SuggestFor = []string{"close", "end", "finish"}
			elsewhere(resolve)
			edits(resolve)
			offer(resolve, 1, incidentIDs)

			list := verb("list [--all | --backend <name>]", "Lists the incidents that are open", `
Lists the incidents of the board that are open, or --all that are kept: resolved
ones for 90 days. With --backend, those that are open at that system.
`+addressHelp, incidentList)
			list.Flags().BoolP("all", "", false, "Resolved ones, too")
			list.Flags().StringP("backend", "", "", "Those of this status system, in place of the board's")
			talks(list)
			offer(list, 0, nil)
			offerFor(list, "backend", backendNames)

			show := verb("show <id> [--backend <name>]", "Shows an incident with all its updates", `
Shows an incident of the board with all its updates, the newest first.
`+addressHelp, incidentShow)
			show.Flags().StringP("backend", "", "", "That of this status system, in place of the board's")
			talks(show)
			offer(show, 1, incidentIDs)
			offerFor(show, "backend", backendNames)
			group(cmd, open, update, resolve, list, show)
		},
	}
}

// posts gives cmd the flags of an update.
func posts(cmd *cobra.Command) {
	cmd.Flags().StringP("message", "m", "", "What visitors get to read")
	cmd.Flags().StringP("state", "", "", "investigating, identified, monitoring or resolved")
	cmd.Flags().StringP("impact", "", "", "none, minor, major or critical")
	values(cmd, "state", "investigating", "identified", "monitoring", "resolved")
	values(cmd, "impact", "none", "minor", "major", "critical")
	cmd.Flags().StringP("next-update", "", "", "When people will hear more: a time, or how long from now")
}

// readPromise reads when the next update is due.
func readPromise(cmd *cobra.Command, now time.Time) (time.Time, error) {
	s := text(cmd, "next-update")
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := caddy.ParseDuration(s); err == nil && d > 0 {
		return now.Add(d).Truncate(time.Second), nil
	}
	if _, ok := moment(s, now); !ok {
		return time.Time{}, usage("--next-update %q is neither a duration nor a time; write 30m, 22:00 or \"tomorrow 06:00\"", s)
	}
	return parseMoment("next-update", s, now)
}
