package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/candor-edge/candor/caddymodule/command/gallery"
	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/errorpages"
)

// Previewer makes what a configuration has to show, without running any of it.
// named are the services that its directives name, "" for one that names none.
type Previewer func(cfg *config.Config, named []string) (*gallery.Show, error)

// previewer is given by Register.
var previewer Previewer

func previewCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "preview",
		Usage: "[<service...>] [--config <path> [--adapter <name>]] [--listen <addr> | --out <dir>]",
		Short: "Shows every page that visitors may meet",
		Long: `
Shows every page in every state, language, format, theme and size, with the brand,
the templates and the words of a configuration. Nothing has to fail for it, no
backend is asked, and what the pages tell is made up.

It is a web page for this machine alone. Loading it anew reads the configuration
anew, so that a change of a template, a text or a colour can be seen at once.

With --out everything is written to a folder instead, to be looked at from there,
sent to somebody, or compared with what it was.

Without --config, the Caddyfile in the current directory is shown, else the
candor.toml, else the pages that Candor has without any configuration.
`,
		CobraFunc: func(cmd *cobra.Command) {
			cmd.Flags().StringP("config", "c", "", "Configuration file, or a candor.toml alone")
			cmd.Flags().StringP("adapter", "a", "", "Name of config adapter to apply")
			cmd.Flags().StringP("listen", "l", "", "Address to show it at (default: a free port of this machine)")
			cmd.Flags().StringP("out", "o", "", "Folder to write it to")
			runs(cmd, preview)
		},
	}
}

func preview(cmd *cobra.Command, args []string) error {
	out, listen := text(cmd, "out"), text(cmd, "listen")
	if out != "" && listen != "" {
		return usage("give --listen or --out, not both")
	}
	file := shownConfig(text(cmd, "config"))
	g, err := gallery.New(func() (*gallery.Show, error) {
		show, err := showOf(cmd, file, text(cmd, "adapter"))
		if err != nil || len(args) == 0 {
			return show, err
		}
		return show, only(show, args)
	})
	if err != nil {
		return err
	}
	if out != "" {
		pages, err := g.Write(out)
		if err != nil {
			return fmt.Errorf("after %d pages: %w", pages, err)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%d pages are in %s; open %s\n", pages, out, filepath.Join(out, "index.html"))
		return nil
	}
	return hang(cmd, g, listen)
}

// hang serves the gallery until somebody ends it.
func hang(cmd *cobra.Command, g *gallery.Gallery, listen string) error {
	host, port := "127.0.0.1", "0"
	if listen != "" {
		var err error
		if host, port, err = net.SplitHostPort(listen); err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			return usage("--listen %q is not an address such as 127.0.0.1:8090", listen)
		}
		if host == "" || host == "localhost" {
			host = "127.0.0.1"
		}
		if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
			return usage("--listen %s: a preview is for this machine alone; leave the host out", listen)
		}
	}
	ctx, cancel := signal.NotifyContext(cmd.Context(), endings...)
	defer cancel()
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return fmt.Errorf("%w; choose another port with --listen", err)
	}
	srv := &http.Server{Handler: g, ReadHeaderTimeout: time.Minute}
	fmt.Fprintf(cmd.OutOrStdout(), "Every page is at http://%s\nLoad it anew to see what you have changed. Press Ctrl-C to end it.\n", ln.Addr())
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return srv.Close()
	}
}

// shownConfig is the file to show where none is named; "" is none at all.
func shownConfig(file string) string {
	for _, name := range []string{"Caddyfile", "candor.toml"} {
		if file != "" {
			break
		}
		if _, err := os.Stat(name); err == nil {
			file = name
		}
	}
	return file
}

// showOf reads a configuration as it is now.
func showOf(cmd *cobra.Command, file, adapter string) (*gallery.Show, error) {
	switch {
	case file == "":
		return previewer(new(config.Config), nil)
	case filepath.Ext(file) == ".toml" && adapter == "":
		cfg, err := config.Load(file)
		if err != nil {
			return nil, err
		}
		return previewer(cfg, nil)
	}
	b, err := load(cmd, file, adapter)
	if err != nil {
		return nil, err
	}
	var whole any
	var parts struct {
		Apps struct {
			Candor config.Config `json:"candor"`
		} `json:"apps"`
	}
	if err := errors.Join(json.Unmarshal(b, &whole), json.Unmarshal(b, &parts)); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	names := directives(whole)
	slices.Sort(names)
	return previewer(&parts.Apps.Candor, names)
}

// directives are the services that the directives of a configuration name.
func directives(v any) (names []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			names = append(names, directives(e)...)
		}
	case map[string]any:
		if v["handler"] == "candor" {
			name, _ := v["service"].(string)
			return []string{name}
		}
		for _, e := range v {
			names = append(names, directives(e)...)
		}
	}
	return names
}

// only leaves the services that were named.
func only(show *gallery.Show, names []string) error {
	var known []string
	for _, svc := range show.Services {
		known = append(known, svc.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("there is no service %q; there is %s", name, strings.Join(known, ", "))
		}
	}
	show.Services = slices.DeleteFunc(show.Services, func(svc *errorpages.Service) bool { return !slices.Contains(names, svc.Name) })
	return nil
}
