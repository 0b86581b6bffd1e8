package command

import (
	"cmp"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/statusclient/board"
)

// weekly says when a window comes back, and on whose clocks, where those are not
// the ones of this machine.
func weekly(w *board.Window, now time.Time) string {
	name := cmp.Or(w.Zone, "UTC")
	zone, err := time.LoadLocation(name)
	if err == nil && w.From.In(zone).Format(time.DateTime) == w.From.In(now.Location()).Format(time.DateTime) {
		return w.Every
	}
	return w.Every + " (" + name + ")"
}

func maintenanceList(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("list takes no arguments")
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	list := []window{}
	if err := c.get(cmd.Context(), "maintenance", &list); err != nil {
		return err
	}
	if isSet(cmd, "json") {
		return printJSON(cmd.OutOrStdout(), list)
	}
	if len(list) == 0 {
		fmt.Fprintln(cmd.OutOrStdout(), "No maintenance is on or planned.")
		return nil
	}
	now := time.Now()
	var rows [][]string
	for i := range list {
		w, state := &list[i], "planned"
		if w.running() {
			state = "on"
		}
		said := w.Title
		if said == "" {
			said = w.Message
		}
		if w.Every != "" {
			state += ", " + weekly(&w.Window, now)
		}
		rows = append(rows, []string{w.ID, state, short(closes(&w.Window)), when(w.From, now), when(w.Until, now), short(said)})
	}
	overview(cmd.OutOrStdout(), []string{"ID", "STATE", "SERVICES", "FROM", "UNTIL", "TEXT"}, rows)
	return nil
}
