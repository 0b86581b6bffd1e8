package command

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func statusCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "status",
		Usage: "[<service> | --all]",
		Short: "Shows what is known about the services",
		Long: `
Shows what visitors of every service are told now, and the backends that it comes
from: the status systems in the configuration, and the board that Candor keeps
itself. With the name of a service, everything that is known about it.

Of more than 50 services, those are listed that there is something to tell of;
--all lists every one.
` + addressHelp,
		CobraFunc: func(cmd *cobra.Command) {
			cmd.Flags().BoolP("all", "", false, "Every service, however many there are")
			talks(cmd)
			offer(cmd, 1, serviceNames)
			runs(cmd, status)
		},
	}
}

func status(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("status takes one service, or none for all of them")
	}
	if len(args) == 1 && isSet(cmd, "all") {
		return usage("name a service or give --all, not both")
	}
	c, err := instance(cmd)
	if err != nil {
		return err
	}
	now, out := time.Now(), cmd.OutOrStdout()
	if len(args) == 1 {
		var raw json.RawMessage
		if err := c.get(cmd.Context(), "services/"+url.PathEscape(args[0]), &raw); err != nil {
			return err
		}
		if isSet(cmd, "json") {
			return printJSON(out, raw)
		}
		var s situation
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		showSituation(out, &s, now)
		return nil
	}
	var all struct {
		Services json.RawMessage `json:"services"`
		Backends json.RawMessage `json:"backends"`
	}
	if err := c.get(cmd.Context(), "services", &all.Services); err != nil {
		return err
	}
	if err := c.get(cmd.Context(), "backends", &all.Backends); err != nil {
		return err
	}
	if isSet(cmd, "json") {
		return printJSON(out, &all)
	}
	var services []situation
	var backends []backendRow
	if err := json.Unmarshal(all.Services, &services); err != nil {
		return err
	}
	if err := json.Unmarshal(all.Backends, &backends); err != nil {
		return err
	}
	showServices(out, services, isSet(cmd, "all"), now)
	fmt.Fprintln(out)
	showBackends(out, backends, now)
	showMissing(out, services)
	showPlanned(out, services, now)
	showDrills(out, services, now)
	return nil
}

// many services are more than anybody reads.
const many = 50

func showServices(w io.Writer, services []situation, all bool, now time.Time) {
	if len(services) == 0 {
		fmt.Fprintln(w, "There is no service: no directive leads to one.")
		return
	}
	all = all || len(services) <= many
	var rows [][]string
	more := 0
	for i := range services {
		s := &services[i]
		if !all && s.uneventful(now) {
			continue
		}
		if !all && len(rows) == many {
			more++
			continue
		}
		pages := 0
		for _, n := range s.Pages {
			pages += n
		}
		rows = append(rows, []string{s.Service, s.State, s.headline(now), s.Traffic.String(), fmt.Sprint(pages)})
	}
	if len(rows) > 0 || all {
		overview(w, []string{"SERVICE", "STATE", "WHAT IS KNOWN", "LAST 5 MINUTES", "PAGES SINCE START"}, rows)
	}
	if all {
		return
	}
	if len(rows) > 0 {
		fmt.Fprintln(w)
	}
	if more > 0 {
		fmt.Fprintf(w, "There is something to tell of %s.\n", plural(more, "other", "others"))
	}
	if quiet := len(services) - len(rows) - more; quiet > 0 {
		fmt.Fprintf(w, "%s up, with nothing to tell.\n", plural(quiet, "service is", "services are"))
	}
	fmt.Fprintf(w, "To see all: %s status --all\n", program())
}
