// Package command is what people type: the commands of the candor binary, which
// any other Caddy with Candor inside has as "caddy candor …". Most of them talk
// to the running instance through Caddy's admin endpoint.
package command

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/candor-edge/candor/caddymodule/config"
)

// binary is the name of the program that has the commands at its top level.
const binary = "candor"

// Register makes all commands known as "caddy candor …". It is called once, by
// the package that knows what a configuration means.
func Register(c Checker, p Previewer) {
	checker, previewer = c, p
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:  "candor",
		Usage: "<command>",
		Short: "Honest pages in place of failing apps' answers",
		Long: `
Shows and steers what visitors of failing or closed apps get to see.

These commands talk to the running instance through its admin endpoint, like
'caddy reload'.
`,
		CobraFunc: func(cmd *cobra.Command) {
			// In our own binary this is only here for scripts that were written
			// for another Caddy.
			cmd.Hidden = caddy.CustomBinaryName == binary
			documented(cmd)
			for _, c := range commands() {
				sub := &cobra.Command{Use: strings.TrimSpace(c.Name + " " + c.Usage), Short: c.Short, Long: c.Long}
				c.CobraFunc(sub)
				cmd.AddCommand(sub)
			}
			group(cmd)
		},
	})
}

// Main is the main function of the candor binary: Caddy's command, with these
// commands beside Caddy's own.
func Main() {
	caddy.CustomBinaryName = binary
	caddy.CustomLongDescription = description
	if caddy.CustomVersion == "" {
		caddy.CustomVersion = version() // which 'version' prints before Caddy's own
	}
	var placed *cobra.Command // the one before: by now it is where it belongs
	for _, c := range commands() {
		setup := c.CobraFunc
		c.CobraFunc = func(cmd *cobra.Command) {
			setup(cmd)
			if placed != nil {
				adopt(placed.Root())
			}
			placed = cmd
		}
		caddycmd.RegisterCommand(c)
	}
	if len(os.Args) > 1 && slices.Contains(builders, os.Args[1]) {
		fmt.Fprintf(os.Stderr, unbuildable, os.Args[1])
		os.Exit(1)
	}
	if err := known(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "Error: %v\nRun '%s --help' for usage.\n", err, binary)
		os.Exit(exitUsage)
	}
	caddycmd.Main()
}

// adopt makes the program that Caddy has set up this one: the description has the
// examples, and a flag that there is not, of Caddy's commands, too, is wrong usage.
func adopt(root *cobra.Command) {
	root.Example = ""
	root.SetFlagErrorFunc(flagProblem)
}

// known refuses a command that there is not, before Caddy does: it would exit with
// 1, and take a guess at whatever is three letters away.
func known(args []string) error {
	if len(args) > 1 && args[0] == "help" {
		args = args[1:]
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || strings.HasPrefix(args[0], "__complete") {
		return nil
	}
	names := append(slices.Sorted(maps.Keys(caddycmd.Commands())), "completion", "help", "manpage") // which are not registered
	if slices.Contains(names, args[0]) {
		return nil
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == binary || slices.Contains(builders, name) })
	if near := meant(args[0], names); near != "" {
		return usage("unknown command %q; did you mean \"%s %s\"?", args[0], binary, near)
	}
	return usage("unknown command %q", args[0])
}

// meant is which of names was probably meant, "" if there is no telling.
func meant(typed string, names []string) string {
	typed = strings.ToLower(typed)
	if i := slices.IndexFunc(names, func(name string) bool { return len(typed) > 2 && strings.HasPrefix(name, typed) }); i >= 0 {
		return names[i]
	}
	return config.Nearest(typed, names)
}

// flagProblem says what is wrong with the flags of cmd, or with the command that they
// were meant for.
func flagProblem(cmd *cobra.Command, err error) error {
	if args := cmd.Flags().Args(); cmd.HasSubCommands() && cmd.HasParent() && len(args) > 0 {
		return cmd.RunE(cmd, args)
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		name := unknown.GetSpecifiedName()
		if short := unknown.GetSpecifiedShortnames(); len(short) > 1 {
			name = short // -for is --for with a hyphen too few
		}
		if near := meant(name, names); near != "" {
			err = fmt.Errorf("%w; did you mean --%s?", err, near)
		}
	}
	return exit(cmd, usageError{err})
}

// builders are Caddy's commands that fetch another binary from Caddy's build
// server, which knows nothing of Candor: the new binary would not have it.
var builders = []string{"upgrade", "add-package", "remove-package"}

const unbuildable = `Error: candor %s is not possible: Caddy's build server cannot build Candor

Install a newer candor in the way this one was installed, or build your own:

	xcaddy build --with github.com/candor-edge/candor/caddymodule --with <package>
`

const description = `Candor is a web server that tells visitors the truth when an app does not
work. It stands in front of web apps; when one fails, hangs or is closed for
maintenance, visitors get a page of yours that says what is known right now.

It is Caddy with Candor inside: everything that works with Caddy works here,
and configuration is a Caddyfile with the candor directive in it:

	portal.example.edu {
		candor portal
		reverse_proxy 10.0.0.5:8080
	}

To see what it does, on this machine and with nothing to set up:

	$ candor demo

To put it in front of one app:

	$ candor proxy --from portal.example.edu --to localhost:8080

To run it with a configuration:

	$ candor run --config Caddyfile

While it runs, these tell and change what visitors see:

	$ candor status
	$ candor maintenance on portal --for 90m --message "New disks."
	$ candor maintenance off portal
	$ candor incident open portal --title "Sign-in is slow"

The commands upgrade, add-package and remove-package are Caddy's, and cannot
build a binary with Candor in it. What Candor adds is documented at
https://github.com/candor-edge/candor, everything else at Caddy's.
`

func commands() []caddycmd.Command {
	list := []caddycmd.Command{
		maintenanceCommand(), incidentCommand(), componentCommand(), statusCommand(), logCommand(), checkCommand(), previewCommand(),
		drillCommand(), proxyCommand(), demoCommand(),
	}
	for i := range list {
		list[i].Long = asProgram(list[i].Long)
		setup := list[i].CobraFunc
		list[i].CobraFunc = func(cmd *cobra.Command) {
			documented(cmd)
			setup(cmd)
			cmd.SetFlagErrorFunc(flagProblem)
		}
	}
	return list
}

// version is the one of Candor, as Go knows it.
func version() string {
	v := "(devel)"
	if bi, ok := debug.ReadBuildInfo(); ok {
		v = cmp.Or(bi.Main.Version, v)
	}
	return binary + " " + v + ", Caddy"
}

// documented has the help on cmd, and on what is below it, end with where our own
// manual is: Caddy's has none of these commands.
func documented(cmd *cobra.Command) {
	cmd.SetHelpTemplate(new(cobra.Command).HelpTemplate() + "\nFull documentation is available at:\nhttps://github.com/candor-edge/candor#commands\n")
}

// program is what comes before these commands at the prompt.
func program() string {
	if caddy.CustomBinaryName == binary {
		return binary
	}
	return cmp.Or(caddy.CustomBinaryName, "caddy") + " candor"
}

// asProgram writes the examples of a help text as they are typed here.
func asProgram(text string) string {
	return strings.ReplaceAll(text, "$ candor ", "$ "+program()+" ")
}
