package command

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

func incidentOpen(cmd *cobra.Command, args []string) error {
	if name, err := backend(cmd); err != nil || name != "" {
		if err != nil {
			return err
		}
		return openAt(cmd, args, name)
	}
	if text(cmd, "key") != "" {
		return usage("--key goes with --backend")
	}
	services, err := chosen(cmd, args)
	if err != nil {
		return err
	}
	draft := board.Draft{
		Title: text(cmd, "title"), Message: text(cmd, "message"), Services: services,
		State: statusclient.IncidentState(text(cmd, "state")), Impact: statusclient.Impact(text(cmd, "impact")),
	}
	if draft.Title == "" {
		return usage("an incident needs a --title: what does not work?")
	}
	if draft.NextUpdate, err = readPromise(cmd, time.Now()); err != nil {
		return err
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	var in board.Incident
	if _, err := c.call(cmd.Context(), http.MethodPost, "incidents", &draft, &in, ""); err != nil {
		return err
	}
	if isSet(cmd, "json") {
		return printJSON(cmd.OutOrStdout(), &in)
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "Incident %s is open for %s.\n", in.ID, listed(in.Services))
	fmt.Fprintf(out, "To say more:  %s incident update %s --message <text>\n", program(), in.ID)
	fmt.Fprintf(out, "When it ends: %s incident resolve %s\n", program(), in.ID)
	return nil
}

func incidentUpdate(cmd *cobra.Command, args []string) error {
	if name, err := backend(cmd); err != nil || name != "" {
		if err != nil {
			return err
		}
		return updateAt(cmd, args, name, &statusclient.UpdateDraft{
			Message: text(cmd, "message"), State: statusclient.IncidentState(text(cmd, "state")), Impact: statusclient.Impact(text(cmd, "impact")),
		})
	}
	next, err := readPromise(cmd, time.Now())
	if err != nil {
		return err
	}
	draft := board.UpdateDraft{
		Message: text(cmd, "message"), NextUpdate: next,
		State: statusclient.IncidentState(text(cmd, "state")), Impact: statusclient.Impact(text(cmd, "impact")),
	}
	if draft == (board.UpdateDraft{}) {
		return usage("nothing to tell: give --message, --state, --impact or --next-update")
	}
	return updateIncident(cmd, args, &draft)
}

func incidentResolve(cmd *cobra.Command, args []string) error {
	if name, err := backend(cmd); err != nil || name != "" {
		if err != nil {
			return err
		}
		return updateAt(cmd, args, name, &statusclient.UpdateDraft{Message: text(cmd, "message"), State: statusclient.Resolved})
	}
	draft := board.UpdateDraft{State: statusclient.Resolved, Message: text(cmd, "message")}
	if draft.Message == "" && len(args) == 1 {
		// An update that tells nothing new would only be noise in the log.
		if done, err := resolvedAlready(cmd, args[0]); err != nil || done {
			return err
		}
	}
	return updateIncident(cmd, args, &draft)
}

// resolvedAlready tells of an incident that is over, and does nothing about one
// that is not.
func resolvedAlready(cmd *cobra.Command, id string) (bool, error) {
	c, err := instance(cmd)
	if err != nil {
		return false, err
	}
	var in board.Incident
	if err := c.get(cmd.Context(), "incidents/"+url.PathEscape(id), &in); err != nil {
		return false, noIncident(err, id)
	}
	if in.State != statusclient.Resolved {
		return false, nil
	}
	if isSet(cmd, "json") {
		return true, printJSON(cmd.OutOrStdout(), &in)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "Incident %s was resolved %s.\n", in.ID, relative(in.Resolved, time.Now()))
	return true, nil
}

func updateIncident(cmd *cobra.Command, args []string, draft *board.UpdateDraft) error {
	if len(args) != 1 {
		return usage("%s takes the id of one incident; see '%s incident list'", cmd.Name(), program())
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	var in board.Incident
	_, err = c.call(cmd.Context(), http.MethodPost, "incidents/"+url.PathEscape(args[0])+"/updates", draft, &in, "")
	switch {
	case err != nil:
		return noIncident(err, args[0])
	case isSet(cmd, "json"):
		return printJSON(cmd.OutOrStdout(), &in)
	case in.State.Open():
		fmt.Fprintf(cmd.OutOrStdout(), "The update of incident %s is published; its state is %s.\n", in.ID, in.State)
	default:
		fmt.Fprintf(cmd.OutOrStdout(), "Incident %s is %s after %s.\n", in.ID, in.State, span(in.Resolved.Sub(in.Started)))
	}
	return nil
}

// noIncident says where ids are to be found.
func noIncident(err error, id string) error {
	if refusedWith(err, http.StatusNotFound) {
		return fmt.Errorf("there is no incident %q on the board; see '%s incident list --all'", id, program())
	}
	return err
}
