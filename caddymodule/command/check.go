package command

import (
	"context"
	"fmt"
	"os"

	"github.com/caddyserver/caddy/v2"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

// Checker tries a configuration: it provisions it without running it, asks every
// backend once, and renders every page. The error says that it cannot even be
// provisioned; what it finds is told one by one, in the order of the
// configuration.
type Checker func(ctx context.Context, config *caddy.Config) ([]Finding, error)

// Finding is one thing that was tried.
type Finding struct {
	Kind   string `json:"kind"` // "backend", "service"
	Name   string `json:"name"`
	Result string `json:"result"` // for people
	OK     bool   `json:"ok"`
}

// checker is given by Register.
var checker Checker

func checkCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "check",
		Usage: "[--config <path> [--adapter <name>]] [--json]",
		Short: "Tries a configuration before an outage does",
		Long: `
Loads and provisions a configuration like 'caddy validate', without running it.
Then it asks every backend once, looks whether the components that services name
are there, and renders every page of every service in every language. It prints
what it found, and exits with 1 if anything is wrong.

Without --config, the Caddyfile in the current directory is checked.
`,
		CobraFunc: func(cmd *cobra.Command) {
			cmd.Flags().StringP("config", "c", "", "Configuration file")
			cmd.Flags().StringP("adapter", "a", "", "Name of config adapter to apply")
			cmd.Flags().BoolP("json", "", false, "Print JSON, for programs")
			runs(cmd, check)
		},
	}
}

func check(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("check takes no arguments; name the configuration with --config")
	}
	file := text(cmd, "config")
	if file == "" {
		file = "Caddyfile"
		if _, err := os.Stat(file); err != nil {
			return usage("there is no Caddyfile in this directory; name a configuration with --config")
		}
	}
	b, err := load(cmd, file, text(cmd, "adapter"))
	if err != nil {
		return err
	}
	var config *caddy.Config
	if err := caddy.StrictUnmarshalJSON(caddy.RemoveMetaFields(b), &config); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if config == nil {
		return fmt.Errorf("%s: there is no configuration in it", file)
	}
	quiet(config)
	found, err := checker(cmd.Context(), config)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	wrong := 0
	rows := [][]string{{"config", file, "ok"}}
	for _, f := range found {
		result := f.Result
		if !f.OK {
			wrong++
			result = "WRONG: " + result
		}
		rows = append(rows, []string{f.Kind, f.Name, result})
	}
	if isSet(cmd, "json") {
		err = printJSON(cmd.OutOrStdout(), found)
	} else {
		table(cmd.OutOrStdout(), []string{"WHAT", "NAME", "RESULT"}, rows)
	}
	if err == nil && wrong > 0 {
		err = fmt.Errorf("%s wrong", plural(wrong, "thing is", "things are"))
	}
	return err
}
