package command

import (
	"encoding/json"
	"fmt"

	"github.com/caddyserver/caddy/v2"
	"github.com/spf13/cobra"
)

// addressHelp ends the help texts of commands that talk to an instance.
const addressHelp = `
The instance is reached through its admin endpoint, at the --address if given,
else where the --config says, else at Caddy's default.
`

// talks gives cmd the flags that say which instance it talks to.
func talks(cmd *cobra.Command) {
	cmd.Flags().StringP("address", "", "", "Address of the administration listener, if not the default")
	cmd.Flags().StringP("config", "c", "", "Configuration file to find that address in")
	cmd.Flags().StringP("adapter", "a", "", "Name of config adapter to apply to it")
	cmd.Flags().BoolP("json", "", false, "Print JSON, for programs")
}

// instance is the one that cmd talks to.
func instance(cmd *cobra.Command) (*client, error) {
	as, err := actor(cmd)
	if err != nil {
		return nil, err
	}
	c, err := endpoint(cmd)
	if err != nil {
		return nil, err
	}
	c.as = as
	return c, nil
}

func endpoint(cmd *cobra.Command) (*client, error) {
	if addr := text(cmd, "address"); addr != "" {
		return newClient(addr)
	}
	file := text(cmd, "config")
	if file == "" {
		return newClient(caddy.DefaultAdminListen)
	}
	b, err := load(cmd, file, text(cmd, "adapter"))
	if err != nil {
		return nil, err
	}
	var config struct {
		Admin caddy.AdminConfig `json:"admin"`
	}
	if err := json.Unmarshal(b, &config); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	switch {
	case config.Admin.Disabled:
		return nil, fmt.Errorf("%s turns the admin endpoint off; commands cannot reach an instance that runs with it", file)
	case config.Admin.Listen != "":
		return newClient(caddy.NewReplacer().ReplaceAll(config.Admin.Listen, ""))
	}
	return newClient(caddy.DefaultAdminListen)
}
