package command

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/statusclient"
)

// backendTimeout bounds one call that writes to another system, which may ask to
// be left alone for a while.
const backendTimeout = 30 * time.Second

// elsewhere gives cmd the flags of what is written to another system.
func elsewhere(cmd *cobra.Command) {
	cmd.Flags().StringP("backend", "", "", "The status system to write to, in place of the board")
	offerFor(cmd, "backend", backendNames)
	cmd.Flags().StringArrayP("component", "", nil, "What of that system is affected: NAME, or NAME=STATUS; may be repeated")
	cmd.Flags().BoolP("notify", "", false, "Have that system tell its subscribers")
}

// backend is the system that cmd is about, or "" for the board.
func backend(cmd *cobra.Command) (string, error) {
	name := text(cmd, "backend")
	if name == "board" {
		name = ""
	}
	if name == "" && (cmd.Flags().Changed("component") || isSet(cmd, "notify")) {
		return "", usage("--component and --notify go with --backend: the board has neither")
	}
	if f := cmd.Flag("next-update"); f != nil && f.Changed && name != "" {
		return "", usage("--next-update is for the board; say in the --message when people will hear more")
	}
	return name, nil
}

// components reads what is affected, with the status that it gets, which may be
// left out.
func components(cmd *cobra.Command) (map[string]statusclient.ComponentStatus, error) {
	given, err := cmd.Flags().GetStringArray("component")
	if err != nil {
		return nil, err
	}
	return componentsIn(given)
}

func componentsIn(given []string) (map[string]statusclient.ComponentStatus, error) {
	out := make(map[string]statusclient.ComponentStatus)
	for _, c := range given {
		name, status := c, ""
		if at := strings.LastIndexByte(c, '='); at >= 0 {
			name, status = c[:at], c[at+1:]
		}
		if _, twice := out[name]; twice || name == "" {
			return nil, usage("%q: a component is named once, as NAME or NAME=STATUS", c)
		}
		out[name] = statusclient.ComponentStatus(status)
		if status == "" {
			continue
		}
		if err := out[name].Check(); err != nil {
			return nil, usage("%q: %w", c, err)
		}
	}
	return out, nil
}

// send makes a call that writes to a backend.
func (c *client) send(ctx context.Context, method, name, path string, in any) (r statusclient.Receipt, err error) {
	c.http.Timeout = backendTimeout
	_, err = c.call(ctx, method, "backends/"+url.PathEscape(name)+"/"+path, in, &r, "")
	return r, err
}

func openAt(cmd *cobra.Command, args []string, name string) error {
	set, err := components(cmd)
	if err != nil {
		return err
	}
	draft := statusclient.Draft{
		Key: text(cmd, "key"), Title: text(cmd, "title"), Message: text(cmd, "message"), Components: set,
		State: statusclient.IncidentState(text(cmd, "state")), Impact: statusclient.Impact(text(cmd, "impact")),
		Notify: isSet(cmd, "notify"),
	}
	if len(set) == 0 || len(args) > 0 || isSet(cmd, "all") {
		if draft.Services, err = chosen(cmd, args); err != nil {
			return err
		}
	}
	switch {
	case draft.Title == "":
		return usage("an incident needs a --title: what does not work?")
	case draft.Message == "":
		return usage("an incident needs a --message, which people read at %s", name)
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	r, err := c.send(cmd.Context(), http.MethodPost, name, "incidents", &draft)
	if err != nil {
		return err
	}
	if isSet(cmd, "json") {
		return printJSON(cmd.OutOrStdout(), &r)
	}
	out := cmd.OutOrStdout()
	if r.Already {
		fmt.Fprintf(out, "Incident %s was open at %s already.\n", r.ID, name)
	} else {
		fmt.Fprintf(out, "Incident %s is open at %s.\n", r.ID, name)
	}
	tellReceipt(out, &r)
	fmt.Fprintf(out, "To say more:  %s incident update %s --backend %s --message <text>\n", program(), r.ID, name)
	fmt.Fprintf(out, "When it ends: %s incident resolve %s --backend %s --message <text>\n", program(), r.ID, name)
	return nil
}

func updateAt(cmd *cobra.Command, args []string, name string, draft *statusclient.UpdateDraft) error {
	if len(args) != 1 {
		return usage("%s takes the id of one incident; see '%s incident list --backend %s'", cmd.Name(), program(), name)
	}
	if draft.Message == "" {
		return usage("an update needs a --message, which people read at %s", name)
	}
	var err error
	if draft.Components, err = components(cmd); err != nil {
		return err
	}
	draft.Notify = isSet(cmd, "notify")
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	r, err := c.send(cmd.Context(), http.MethodPost, name, "incidents/"+url.PathEscape(args[0])+"/updates", draft)
	if refusedWith(err, http.StatusNotFound) && strings.Contains(err.Error(), "incident") {
		return fmt.Errorf("there is no incident %q at %s; see '%s incident list --backend %s'", args[0], name, program(), name)
	}
	if err != nil {
		return err
	}
	if isSet(cmd, "json") {
		return printJSON(cmd.OutOrStdout(), &r)
	}
	out := cmd.OutOrStdout()
	switch {
	case r.Already:
		fmt.Fprintf(out, "Incident %s says that already at %s.\n", r.ID, name)
	case draft.State == statusclient.Resolved:
		fmt.Fprintf(out, "Incident %s is resolved at %s.\n", r.ID, name)
	default:
		fmt.Fprintf(out, "The update of incident %s is published at %s.\n", r.ID, name)
	}
	tellReceipt(out, &r)
	return nil
}

// tellReceipt says what else was done, and what cannot be.
func tellReceipt(w io.Writer, r *statusclient.Receipt) {
	if r.URL != "" {
		fmt.Fprintf(w, "People read it at %s\n", harmless(r.URL))
	}
	for _, d := range r.Done {
		if strings.HasPrefix(d, "component ") || strings.HasPrefix(d, "state ") {
			fmt.Fprintf(w, "  done: %s\n", harmless(d))
		}
	}
	for _, u := range r.Undone {
		fmt.Fprintf(w, "  not possible there: %s\n", harmless(u))
	}
	for _, name := range r.Unseen {
		fmt.Fprintf(w, "No page shows %s: name a service, or a component as services name it, BACKEND/NAME.\n", harmless(name))
	}
}
