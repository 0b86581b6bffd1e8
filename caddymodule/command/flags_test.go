package command

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestAShortFlagMeansTheSameEverywhere(t *testing.T) {
	long := map[string]string{}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Shorthand == "" {
				return
			}
			if was, known := long[f.Shorthand]; known && was != f.Name {
				t.Errorf("%s: -%s is --%s here and --%s elsewhere", cmd.CommandPath(), f.Shorthand, f.Name, was)
			}
			long[f.Shorthand] = f.Name
		})
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	for _, c := range commands() {
		cmd := &cobra.Command{Use: c.Name}
		c.CobraFunc(cmd)
		walk(cmd)
	}
	if long["c"] != "config" {
		t.Errorf("-c is --%s, want --config as everywhere in Caddy", long["c"])
	}
}
