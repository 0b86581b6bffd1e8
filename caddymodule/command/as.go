package command

import (
	"os"
	"os/user"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// edits gives cmd the flags of a command that changes something.
func edits(cmd *cobra.Command) {
	talks(cmd)
	cmd.Flags().StringP("as", "", "", "Who makes the change, for the log (default user@host)")
}

// maxAs bounds a name in characters.
const maxAs = 100

// actor is the name under which the log has what cmd does.
func actor(cmd *cobra.Command) (string, error) {
	flag := cmd.Flag("as")
	if flag == nil || !flag.Changed {
		return whoami(), nil
	}
	name := flag.Value.String()
	if strings.TrimSpace(name) == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxAs ||
		strings.ContainsFunc(name, unicode.IsControl) {
		return "", usage("--as takes a name of up to %d characters", maxAs)
	}
	return strings.TrimSpace(name), nil
}

// whoami is the user and the host of this machine, as far as they have names.
func whoami() string {
	name := os.Getenv("USER")
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if host, err := os.Hostname(); err == nil {
		name += "@" + host
	}
	return harmless(strings.ToValidUTF8(name, ""))
}
