package command

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/statusclient/board"
)

func logCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "log",
		Usage: "[<service>] [--since <duration|time>] [-n <count>]",
		Short: "Shows who changed what, and when",
		Long: `
Shows who closed and opened services, planned maintenance, published incidents and
their updates: the newest first, through whichever edge and by whatever means. With
the name of a service, what concerns it.

A name in the console is one that its user has signed in with. Every other name is
claimed: it is what the caller said, and nobody has checked it.

	$ candor log portal --since 24h

` + timeHelp + "\n" + addressHelp,
		CobraFunc: func(cmd *cobra.Command) {
			cmd.Flags().StringP("since", "", "", "Nothing older: how long ago (24h, 7d), or a time")
			cmd.Flags().IntP("number", "n", 50, "How many entries at most")
			talks(cmd)
			offer(cmd, 1, serviceNames)
			runs(cmd, showLog)
		},
	}
}

// mostEntries is what the admin API sends at once: more than the log ever has.
const mostEntries = 10_000

func showLog(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("log takes one service, or none for all of them")
	}
	now, query := time.Now(), url.Values{}
	if len(args) == 1 {
		query.Set("service", args[0])
	}
	if s := text(cmd, "since"); s != "" {
		since, err := parsePast("since", s, now)
		if err != nil {
			return err
		}
		query.Set("since", since.UTC().Format(time.RFC3339))
	}
	n, err := cmd.Flags().GetInt("number")
	if err != nil || n < 1 || n > mostEntries {
		return usage("--number %s has to be from 1 to %d", text(cmd, "number"), mostEntries)
	}
	query.Set("limit", strconv.Itoa(n))
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	list := []board.Entry{}
	if err := c.get(cmd.Context(), "log?"+query.Encode(), &list); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if isSet(cmd, "json") {
		return printJSON(out, list)
	}
	if len(list) == 0 {
		fmt.Fprintln(out, "Nothing was changed.")
		return nil
	}
	var rows [][]string
	outcomes := make(map[board.Outcome]bool)
	for i := range list {
		e := &list[i]
		outcomes[e.Outcome] = true
		rows = append(rows, []string{clock(e.At, now), by(e), dash(e.From), did(e), dash(e.Subject), dash(affected(e)), changes(e, now)})
	}
	table(out, []string{"WHEN", "WHO", "FROM", "WHAT", "ID", "SERVICES", "CHANGE"}, rows)
	for _, outcome := range []board.Outcome{board.Lost, board.Failed, board.Unknown, board.Unreadable} {
		if outcomes[outcome] {
			fmt.Fprintf(out, "\n%s: %s\n", outcome, outcomeWords[outcome])
		}
	}
	return nil
}

// outcomeWords say what it means that an edit was not simply made.
var outcomeWords = map[board.Outcome]string{
	board.Lost:    "two people edited the same thing at once on different edges; the other edit counts.",
	board.Failed:  "it was tried, and did not succeed.",
	board.Unknown: "it was begun; whether it was done, and all of it, is not known.",

	board.Unreadable: "the storage has it, below candor/log, and it cannot be read; Caddy's log tells why.",
}

// parsePast reads how long ago something was, or when.
func parsePast(flag, s string, now time.Time) (time.Time, error) {
	if d, err := parseSpan(flag, s); err == nil {
		return now.Add(-d), nil
	}
	t, ok := moment(strings.TrimSpace(s), now)
	if !ok {
		return t, usage("--%s %q is neither a duration nor a time; write 24h, 7d, 08:00 or \"2026-11-22 22:00\"", flag, s)
	}
	return t, nil
}

func by(e *board.Entry) string {
	switch {
	case e.Who == "":
		return "-"
	case e.Claimed:
		return short(e.Who) + " (claimed)"
	}
	return short(e.Who)
}

func did(e *board.Entry) string {
	s := dash(strings.ReplaceAll(e.Action, ".", " "))
	if e.Outcome != "" {
		s += " (" + string(e.Outcome) + ")"
	}
	return s
}

func affected(e *board.Entry) string { return short(listed(e.Services)) }

// changes says what was changed into what: until 22:00 → 23:30. The services have
// a column of their own, unless it is they that were changed.
func changes(e *board.Entry, now time.Time) string {
	names := slices.Sorted(maps.Keys(e.New))
	for name := range e.Old {
		if _, both := e.New[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var list []string
	for _, name := range names {
		before, had := e.Old[name]
		after, has := e.New[name]
		label := strings.ReplaceAll(name, "_", " ")
		switch {
		case name == "services" && had != has, had && has && before == after:
		case after == "true" && !had:
			list = append(list, label)
		case had && has:
			list = append(list, label+" "+value(before, now)+" → "+value(after, now))
		case has:
			list = append(list, label+" "+value(after, now))
		case len(e.New) > 0:
			list = append(list, label+" "+value(before, now)+" → none")
		default:
			list = append(list, label+" was "+value(before, now))
		}
	}
	return dash(strings.Join(list, ", "))
}

// value is one value as people write it.
func value(s string, now time.Time) string {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return clock(t, now)
	}
	if strings.ContainsAny(s, " \n\t") || s == "" {
		return `"` + short(s) + `"`
	}
	return short(s)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
