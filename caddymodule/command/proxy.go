package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

func proxyCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "proxy",
		Usage: "[--from <addr>] --to <addr> [--status <url>] [--name <text>]",
		Short: "A reverse proxy with honest pages in front of one app",
		Long: `
Shuttles HTTP(S) traffic from the --from address to the --to address, like 'caddy
reverse-proxy', and answers with a page when the app there fails. Multiple --to
addresses may be specified by repeating the flag.

Unless otherwise specified in the addresses, the --from address will be assumed to
be HTTPS if a hostname is given, with a certificate, and the --to address will be
assumed to be HTTP.

--status is the address of your status page, as a person would open it: what it
says is shown on the pages. Without it they show what is on the board that Candor
keeps itself. --name is what visitors know the app as.

	$ candor proxy --from portal.example.edu --to localhost:8080

While it runs, maintenance, incident and status work in another terminal: its one
service is called "default".

	$ candor maintenance on default --for 30m
`,
		CobraFunc: func(cmd *cobra.Command) {
			cmd.Flags().StringP("from", "f", "localhost", "Address on which to receive traffic")
			cmd.Flags().StringSliceP("to", "t", nil, "Upstream address(es) to which traffic should be sent")
			cmd.Flags().StringP("status", "", "", "URL of the status page")
			cmd.Flags().StringP("name", "", "", "What visitors know the app as")
			cmd.Flags().StringP("address", "", "", "Address of the administration listener, if not the default")
			cmd.Flags().BoolP("debug", "v", false, "Enable verbose debug logs")
			runs(cmd, proxy)
		},
	}
}

func proxy(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("proxy takes no arguments; say --from where and --to where")
	}
	to, err := cmd.Flags().GetStringSlice("to")
	switch {
	case err != nil:
		return err
	case len(to) == 0:
		return usage("--to is required: where does the app listen?")
	}
	c, err := proxyConfig(text(cmd, "from"), to, text(cmd, "status"), text(cmd, "name"))
	if err != nil {
		return err
	}
	admin := cmp.Or(text(cmd, "address"), caddy.DefaultAdminListen)
	if err := unused(cmd.Context(), admin); err != nil {
		return err
	}
	persist := false
	c.Admin = &caddy.AdminConfig{
		Listen: admin,
		Config: &caddy.ConfigSettings{Persist: &persist},
	}
	if isSet(cmd, "debug") {
		c.Logging = &caddy.Logging{Logs: map[string]*caddy.CustomLog{
			caddy.DefaultLoggerName: {BaseLog: caddy.BaseLog{Level: "DEBUG"}},
		}}
	}
	if err := unshared(cmd.Context(), c); err != nil {
		return startProblem(err)
	}
	caddy.TrapSignals()
	if err := caddy.Run(c); err != nil {
		return startProblem(err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "Candor stands between %s and %s\n", text(cmd, "from"), strings.Join(to, ", "))
	select {}
}

// unshared refuses ports that another instance has: Caddy would share them, and
// visitors would reach now this app, now that one.
func unshared(ctx context.Context, c *caddy.Config) error {
	var app struct {
		Servers map[string]struct {
			Listen []string `json:"listen"`
		} `json:"servers"`
	}
	if err := json.Unmarshal(c.AppsRaw["http"], &app); err != nil {
		return err
	}
	for _, srv := range app.Servers {
		for _, listen := range srv.Listen {
			na, err := caddy.ParseNetworkAddress(listen)
			if err != nil || na.IsUnixNetwork() {
				continue // for Caddy to judge
			}
			ln, err := new(net.ListenConfig).Listen(ctx, "tcp", na.JoinHostPort(0))
			if errors.Is(err, syscall.EADDRINUSE) {
				return err
			}
			if err == nil {
				_ = ln.Close()
			}
		}
	}
	return nil
}

// startProblem says what to do where the port cannot be had. Caddy hands on no more
// of such errors than their words.
func startProblem(err error) error {
	switch said := err.Error(); {
	case strings.Contains(said, syscall.EADDRINUSE.Error()):
		return fmt.Errorf("cannot start: %w; end what listens there, or give another port, such as --from :8000", err)
	case strings.Contains(said, syscall.EACCES.Error()):
		return fmt.Errorf("cannot start: %w; give a port above 1023, such as --from :8000, or allow this program the others "+
			"with 'sudo setcap cap_net_bind_service=+ep %s'", err, os.Args[0])
	}
	return fmt.Errorf("cannot start: %w", err)
}

// unused refuses an admin endpoint that another instance has: Caddy would share
// the port, and commands would reach now this one, now that one.
func unused(ctx context.Context, admin string) error {
	na, err := caddy.ParseNetworkAddress(admin)
	if err != nil || na.PortRangeSize() > 1 {
		return usage("--address %q is not an address such as localhost:2019", admin)
	}
	if na.IsUnixNetwork() {
		return nil
	}
	ln, err := new(net.ListenConfig).Listen(ctx, na.Network, na.JoinHostPort(0))
	if err != nil {
		return fmt.Errorf("the admin endpoint cannot be at %s: %w; give it another address with --address", admin, err)
	}
	return ln.Close()
}

// address is what the addresses may consist of, so that they are only that in
// the Caddyfile that they are put into.
var address = regexp.MustCompile(`^[A-Za-z0-9\[\]:/._%*-]+$`)

// proxyConfig lets Caddy's own adapter read the addresses, so that they mean what
// they mean in a Caddyfile.
func proxyConfig(from string, to []string, status, name string) (*caddy.Config, error) {
	for _, a := range append([]string{from}, to...) {
		if !address.MatchString(a) {
			return nil, usage("%q is not an address", a)
		}
	}
	site := fmt.Sprintf("%s {\n\tcandor\n\treverse_proxy %s\n}\n", from, strings.Join(to, " "))
	adapter := caddyconfig.GetAdapter("caddyfile")
	if adapter == nil {
		return nil, fmt.Errorf("this binary was built without the Caddyfile")
	}
	b, _, err := adapter.Adapt([]byte(site), map[string]any{"filename": "Caddyfile"})
	if err != nil {
		said, _, _ := strings.Cut(err.Error(), ", at Caddyfile:") // which nobody has written
		return nil, usage("these addresses cannot be used: %s", strings.TrimPrefix(said, "parsing caddyfile tokens for 'reverse_proxy': "))
	}
	c := new(caddy.Config)
	if err := json.Unmarshal(b, c); err != nil {
		return nil, err
	}
	app := config.Config{
		Brand:    errorpages.BrandConfig{Name: name, StatusURL: status},
		Services: []config.Service{{Name: config.DefaultService, Title: name}},
	}
	if u, err := url.Parse(status); status != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return nil, usage("--status has to be such as https://status.example.edu")
	}
	if status != "" {
		app.Backends = []statusclient.BackendConfig{{Name: "status", Type: statusType(), URL: status}}
	}
	if problems := app.Validate(); len(problems) > 0 {
		return nil, usage("--status or --name: %w", problems)
	}
	c.AppsRaw["candor"] = caddyconfig.JSON(app, nil)
	return c, nil
}

// statusType is the type that finds out what a status page is, where there is
// such, else the most common one.
func statusType() string {
	if slices.Contains(statusclient.Types(), "auto") {
		return "auto"
	}
	return "statuspage"
}
