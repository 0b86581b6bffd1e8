package command

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// heldIncident is an incident as a backend says it.
type heldIncident struct {
	ID         string    `json:"id"`
	Title      string    `json:"title"`
	State      string    `json:"state"`
	Impact     string    `json:"impact"`
	Started    time.Time `json:"started,omitzero"`
	URL        string    `json:"url,omitempty"`
	Updates    []update  `json:"updates"`
	Components []string  `json:"components,omitempty"`
}

func listAt(cmd *cobra.Command, name string) error {
	if isSet(cmd, "all") {
		return usage("--all is for the board; of %s, what is open is known", name)
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	list := []heldIncident{}
	if err := c.get(cmd.Context(), "backends/"+url.PathEscape(name)+"/incidents", &list); err != nil {
		return err
	}
	out, now := cmd.OutOrStdout(), time.Now()
	if isSet(cmd, "json") {
		return printJSON(out, list)
	}
	if len(list) == 0 {
		fmt.Fprintf(out, "No incident is open at %s.\n", name)
		return nil
	}
	var rows [][]string
	for i := range list {
		in := &list[i]
		said := in.Started
		if len(in.Updates) > 0 {
			said = in.Updates[0].At
		}
		rows = append(rows, []string{in.ID, in.State, in.Impact, relative(in.Started, now), relative(said, now), short(in.Title)})
	}
	overview(out, []string{"ID", "STATE", "IMPACT", "OPENED", "UPDATED", "TITLE"}, rows)
	return nil
}

func showAt(cmd *cobra.Command, id, name string) error {
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	var in heldIncident
	if err := c.get(cmd.Context(), "backends/"+url.PathEscape(name)+"/incidents/"+url.PathEscape(id), &in); err != nil {
		return err
	}
	out, now := cmd.OutOrStdout(), time.Now()
	if isSet(cmd, "json") {
		return printJSON(out, &in)
	}
	fmt.Fprintf(out, "%s\n\n", harmless(in.Title))
	rows := [][]string{{"State:", in.State}, {"Impact:", in.Impact}, {"Opened:", at(in.Started, now)}}
	if len(in.Components) > 0 {
		rows = append(rows, []string{"Components:", strings.Join(in.Components, ", ")})
	}
	if in.URL != "" {
		rows = append(rows, []string{"Read at:", in.URL})
	}
	table(out, rows[0], rows[1:])
	for _, u := range in.Updates {
		fmt.Fprintf(out, "\n%s, %s\n", at(u.At, now), harmless(u.State))
		showText(out, u.Text)
	}
	return nil
}
