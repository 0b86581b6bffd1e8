package command

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

// exitUsage is for what was typed wrongly; everything else that fails is 1.
const exitUsage = 2

// usageError is a command that was typed wrongly.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errReported is a failure that has been told already.
var errReported = errors.New("failed")

// verb makes a command below a group. run gets the arguments that are no flags.
func verb(use, short, long string, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Long: asProgram(long)}
	runs(cmd, run)
	return cmd
}

// runs has cmd do what run does, with our exit codes and without help text in
// front of errors.
func runs(cmd *cobra.Command, run func(cmd *cobra.Command, args []string) error) {
	cmd.SilenceUsage = true
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return exit(cmd, run(cmd, args)) }
}

// group is for commands that only hold others.
func group(cmd *cobra.Command, verbs ...*cobra.Command) {
	cmd.AddCommand(verbs...)
	cmd.DisableFlagsInUseLine = true
	runs(cmd, func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		if args[0] == "help" {
			return helpFor(cmd, args[1:])
		}
		var names []string
		for _, c := range cmd.Commands() {
			names = append(names, c.Name())
			if slices.Contains(c.SuggestFor, args[0]) {
				return usage("unknown command %q; did you mean %q?", args[0], c.CommandPath())
			}
		}
		if near := meant(args[0], names); near != "" {
			return usage("unknown command %q; did you mean %q?", args[0], cmd.CommandPath()+" "+near)
		}
		return usage("unknown command %q", args[0])
	})
}

// helpFor is help on a command below cmd, as cobra has it for the program itself.
func helpFor(cmd *cobra.Command, names []string) error {
	sub, rest, err := cmd.Find(names)
	if err != nil || len(rest) > 0 {
		return usage("unknown command %q", strings.Join(names, " "))
	}
	return sub.Help()
}

// exit tells what went wrong, and makes it the exit code: Caddy's own wrapper
// alone knows how codes other than 1 get to its main function.
func exit(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = mistyped(cmd, err)
	if !errors.Is(err, errReported) {
		fmt.Fprintln(cmd.ErrOrStderr(), "Error:", err)
	}
	var wrong usageError
	if !errors.As(err, &wrong) {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "Run '%s --help' for usage.\n", cmd.CommandPath())
	return caddycmd.WrapCommandFuncForCobra(func(caddycmd.Flags) (int, error) { return exitUsage, nil })(cmd, nil)
}

// mistyped makes what the running instance refused because of a value the fault of
// the flag that has it: such refusals begin with the name of a field, and flags are
// called as the fields are.
func mistyped(cmd *cobra.Command, err error) error {
	if !refusedWith(err, http.StatusBadRequest) {
		return err
	}
	field, problem, _ := strings.Cut(err.Error(), " ")
	flag := strings.ReplaceAll(field, "_", "-")
	if flag == "" || cmd.Flag(flag) == nil {
		return err
	}
	return usage("--%s %s", flag, problem)
}

// warn tells what is not quite as it should be, if anything.
func warn(cmd *cobra.Command, problem string) {
	if problem != "" {
		fmt.Fprintln(cmd.ErrOrStderr(), "Warning:", harmless(problem))
	}
}

// text is the value of a flag.
func text(cmd *cobra.Command, flag string) string { return cmd.Flag(flag).Value.String() }

// isSet reports whether a switch is on.
func isSet(cmd *cobra.Command, flag string) bool { return text(cmd, flag) == "true" }
