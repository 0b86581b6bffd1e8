package command

import (
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/statusclient/board"
)

func incidentList(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("list takes no arguments")
	}
	if name := text(cmd, "backend"); name != "" && name != "board" {
		return listAt(cmd, name)
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	path := "incidents"
	if isSet(cmd, "all") {
		path += "?all=true"
	}
	list := []board.Incident{}
	if err := c.get(cmd.Context(), path, &list); err != nil {
		return err
	}
	if isSet(cmd, "json") {
		return printJSON(cmd.OutOrStdout(), list)
	}
	if len(list) == 0 {
		fmt.Fprintln(cmd.OutOrStdout(), "No incident is on the board.")
		return nil
	}
	now := time.Now()
	var rows [][]string
	for i := range list {
		in := &list[i]
		said := in.Started
		if len(in.Updates) > 0 {
			said = in.Updates[0].At
		}
		rows = append(rows, []string{
			in.ID, string(in.State), string(in.Impact), short(listed(in.Services)),
			relative(in.Started, now), relative(said, now), short(in.Title),
		})
	}
	overview(cmd.OutOrStdout(), []string{"ID", "STATE", "IMPACT", "SERVICES", "OPENED", "UPDATED", "TITLE"}, rows)
	return nil
}

func incidentShow(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("show takes the id of one incident; see '%s incident list'", program())
	}
	if name := text(cmd, "backend"); name != "" && name != "board" {
		return showAt(cmd, args[0], name)
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	var in board.Incident
	if err := c.get(cmd.Context(), "incidents/"+url.PathEscape(args[0]), &in); err != nil {
		return noIncident(err, args[0])
	}
	if isSet(cmd, "json") {
		return printJSON(cmd.OutOrStdout(), &in)
	}
	out, now := cmd.OutOrStdout(), time.Now()
	fmt.Fprintln(out, harmless(in.Title))
	fmt.Fprintln(out)
	rows := [][]string{
		{"State:", string(in.State)}, {"Impact:", string(in.Impact)}, {"Services:", listed(in.Services)},
		{"Opened:", at(in.Started, now)},
	}
	if !in.Resolved.IsZero() {
		rows = append(rows, []string{"Resolved:", at(in.Resolved, now)})
	}
	if !in.NextUpdate.IsZero() {
		rows = append(rows, []string{"Next update:", at(in.NextUpdate, now)})
	}
	table(out, rows[0], rows[1:])
	for _, u := range in.Updates {
		fmt.Fprintf(out, "\n%s, %s\n", at(u.At, now), u.State)
		showText(out, u.Message)
	}
	return nil
}
