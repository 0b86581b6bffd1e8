package command

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func demoCommand() caddycmd.Command {
	return caddycmd.Command{
		Name:  "demo",
		Usage: "[--listen <addr>]",
		Short: "Runs a small campus on this machine, to see what Candor does",
		Long: `
Runs three sample apps with Candor in front, and a page to break them from, to
close them for maintenance and to tell their visitors what is known. There is
nothing to set up, only this machine can reach it, and when it ends nothing is
left behind.

--listen says where that page is, a port of this machine: 127.0.0.1:9000, or :9000
for short. The apps follow on the next three ports. Without it the first free
ports from 8080 on are taken.

Press Ctrl-C to end it.
`,
		CobraFunc: func(cmd *cobra.Command) {
			cmd.Flags().StringP("listen", "l", "", "Address of the page that everything is steered from (default 127.0.0.1:8080, or the next that is free)")
			cmd.Flags().BoolP("debug", "v", false, "Show the log")
			runs(cmd, demo)
		},
	}
}

func demo(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("demo takes no arguments; say where with --listen")
	}
	signal.Ignore(syscall.SIGPIPE) // or whoever reads no further would leave behind what is stored
	ctx, cancel := signal.NotifyContext(cmd.Context(), endings...)
	defer cancel()
	stage, err := setStage(ctx, text(cmd, "listen"), isSet(cmd, "debug"))
	if err != nil {
		return err
	}
	stage.explain(cmd.OutOrStdout())
	<-ctx.Done()
	fmt.Fprintln(cmd.OutOrStdout(), "\nThe campus closes.")
	return stage.strike()
}

// typed is how to type a command of this program in the same folder.
func typed(arg0 string) string {
	switch {
	case strings.Contains(arg0, "go-build"): // where go run puts it
		return "go run ./cmd/candor"
	case program() == binary && strings.ContainsRune(arg0, filepath.Separator):
		return arg0
	}
	return program()
}

// explain says what there is, and what is worth trying.
func (s *stage) explain(w io.Writer) {
	type line struct{ Title, URL string }
	lines := []line{{"Control page", s.control}}
	for _, app := range s.campus.Apps() {
		lines = append(lines, line{app.Title, s.links[app.Name]})
	}
	_ = explanation.Execute(w, map[string]any{
		"Lines": lines, "Control": s.control, "First": s.campus.Apps()[0], "FirstURL": s.links[s.campus.Apps()[0].Name],
		"Last": s.campus.Apps()[2], "Program": typed(os.Args[0]), "Admin": s.admin,
	})
}

var explanation = template.Must(template.New("").Parse(`
A small campus is open on this machine: three apps, with Candor in front.

{{range .Lines}}  {{printf "%-18s" .Title}} {{.URL}}
{{end}}
What to try:

  1. Open {{.Control}} and press "Crashes" at the {{.First.Title}}.
  2. Open {{.FirstURL}} as a visitor would. Leave that tab open.
  3. "Publish the incident" on the control page: the open tab shows it by itself.
     A program gets the same as JSON: curl -H 'Accept: application/json' {{.FirstURL}}{{.First.API}}
  4. Press "Works": the visitor is brought back to the app.
  5. "Start maintenance" for the {{.Last.Title}}, open it, and let visitors in again. Or, elsewhere:
     {{.Program}} maintenance on {{.Last.Name}} --for 30m --address {{.Admin}}

Press Ctrl-C to end it. Nothing is left behind.
`))
