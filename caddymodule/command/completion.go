package command

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/statusclient/board"
)

// patience is how long a shell waits for the running instance when somebody presses
// Tab.
const patience = 2 * time.Second

// anyNumber of arguments.
const anyNumber = math.MaxInt

// offer has the shell complete up to most arguments of cmd by what the running
// instance knows; where none answers, by nothing.
func offer(cmd *cobra.Command, most int, list func(context.Context, *client) []string) {
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		offered := slices.DeleteFunc(asked(cmd, list), func(s string) bool {
			name, _, _ := strings.Cut(s, "\t")
			return slices.Contains(args, name)
		})
		return offered, cobra.ShellCompDirectiveNoFileComp
	}
}

// offerFor is offer for a flag.
func offerFor(cmd *cobra.Command, flag string, list func(context.Context, *client) []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return asked(cmd, list), cobra.ShellCompDirectiveNoFileComp
	})
}

// values are those that a flag can have.
func values(cmd *cobra.Command, flag string, all ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoFileComp))
}

func asked(cmd *cobra.Command, list func(context.Context, *client) []string) []string {
	c, err := endpoint(cmd)
	if err != nil {
		return nil
	}
	c.http.Timeout = patience
	return list(cmd.Context(), c)
}

func serviceNames(ctx context.Context, c *client) (names []string) {
	var all []situation
	_ = c.get(ctx, "services", &all)
	for i := range all {
		names = append(names, all[i].Service+"\t"+harmless(all[i].Title))
	}
	return names
}

func backendNames(ctx context.Context, c *client) (names []string) {
	var all []backendRow
	_ = c.get(ctx, "backends", &all)
	for i := range all {
		names = append(names, all[i].Name+"\t"+harmless(all[i].Type))
	}
	return names
}

func incidentIDs(ctx context.Context, c *client) (ids []string) {
	var all []board.Incident
	_ = c.get(ctx, "incidents", &all)
	for i := range all {
		ids = append(ids, all[i].ID+"\t"+harmless(short(all[i].Title)))
	}
	return ids
}

func windowIDs(ctx context.Context, c *client) (ids []string) {
	var all []window
	_ = c.get(ctx, "maintenance", &all)
	for i := range all {
		if w := &all[i]; !w.running() || w.Every != "" {
			ids = append(ids, w.ID+"\t"+harmless(short(closes(&w.Window)+" "+w.Title)))
		}
	}
	return ids
}
