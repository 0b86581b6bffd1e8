package command

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

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
			state += ", " + w.Every
		}
		rows = append(rows, []string{w.ID, state, closes(&w.Window), at(w.From, now), at(w.Until, now), short(said)})
	}
	table(cmd.OutOrStdout(), []string{"ID", "STATE", "SERVICES", "FROM", "UNTIL", "TEXT"}, rows)
	return nil
}
